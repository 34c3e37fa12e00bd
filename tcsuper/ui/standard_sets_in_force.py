"""A version of a set put in force from a day, followed by a next one, or taken out of use."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.carried_over import LevelGoesOn, carrying_over, levels_that_go_on
from tcsuper.queries.standard_sets import VersionLine
from tcsuper.services.standard_sets import put_in_force, take_out_of_use, throw_away, write_next_version
from tcsuper.ui.pickers import pick_day
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_button, record_form, saving
from tcsuper.ui.status import said


def put_in_force_part(me: Actor, version: VersionLine) -> None:
    """With what roles require from then on, shown and confirmed in the same step."""
    of_version = version.standard_set_id
    if not version.standards:
        st.info("There is no standard in it yet. Add some, or paste them, before it is put in force.")
    else:
        with record_form(f"in_force-{of_version}", submit="Put it in force", live=True) as form:
            in_force_from = pick_day("In force from", today(), form.widget_key("in_force_from"))
            form.slot("in_force_from")
            with reading() as db:
                goes_on = levels_that_go_on(db, viewer=me, standard_set_id=of_version, on=in_force_from)
                carrying = carrying_over(db, viewer=me, standard_set_id=of_version)
            if carrying is not None:
                _said_before(carrying.left_out, bool(carrying.confirmed), carrying.former_version)
                _levels(goes_on, version, in_force_from)
            st.caption("From then on it stays as it is, and what changes is a next version.")
            form.slot("standards")
        if form.submitted:
            done = f"{version.name}, version {version.version}: in force from {words.day(in_force_from)}."
            with saving(form, done=done) as db:
                put_in_force(
                    db,
                    by=me,
                    submission=form.key,
                    standard_set_id=of_version,
                    in_force_from=in_force_from,
                    shown=goes_on,
                )
    with st.expander("Throw this version away"):
        st.caption("All that is written in it goes, and cannot be brought back. Versions before it stay as they are.")
        form = record_button(f"throw_away-{of_version}", "Throw it away")
        if form.submitted:
            with saving(form, done=f"{version.name}, version {version.version}: thrown away.") as db:
                throw_away(db, by=me, submission=form.key, standard_set_id=of_version)


def _said_before(left_out: Sequence[str], any_confirmed: bool, former: str) -> None:
    if not any_confirmed:
        st.warning(
            f"Nothing of version {former} is carried over yet: everybody begins as not yet observed. Confirm it under "
            "“What counts on it” first, if ratings are to count on.",
            icon=":material/warning:",
        )
    elif left_out:
        st.warning(
            plain(f"Not carried over from version {former}: {words.listed(left_out)}. Ratings there do not count on."),
            icon=":material/warning:",
        )


def _levels(goes_on: Sequence[LevelGoesOn], version: VersionLine, on: date) -> None:
    if not goes_on:
        st.caption("No role has a required level on the version before.")
        return
    st.markdown(f"**What roles require from {words.day(on)}**")
    for role in dict.fromkeys(one.role for one in goes_on):
        of_role = [one for one in goes_on if one.role == role]
        said(role, *(_becomes(one, version, on) for one in of_role if one.new_id is not None), *_ends(of_role))


def _becomes(one: LevelGoesOn, version: VersionLine, on: date) -> str:
    later = f", from {words.day(one.start_on)}" if one.start_on > on else ""
    until = f", until {words.day(one.end_on)}" if one.end_on else ""
    now = f"{one.new}: {version.scale.name_of(one.new_level or 0)}"
    same = now == f"{one.former}: {one.former_level}"
    return f"{now}{' as before' if same else f' (was {one.former}: {one.former_level})'}{later}{until}."


def _ends(of_role: Sequence[LevelGoesOn]) -> list[str]:
    """Those that nobody carried over, and the ones whose level was left out."""
    reasons = dict.fromkeys(one.why_not for one in of_role if one.new_id is None)
    return [
        f"Not required any more, since {why}: "
        + words.listed([f"{one.former} ({one.former_level})" for one in of_role if one.why_not == why])
        + "."
        for why in reasons
    ]


def next_version_part(me: Actor, version: VersionLine) -> None:
    """Begun as a copy of this one, or of the last one with standards where the set is out of use."""
    is_used = bool(version.standards)
    st.caption(
        "A version in force stays as it is. A next version begins as a copy of it that only those who set the rules "
        "see; it is changed, and put in force from a day. Observations made until then stay with this version."
    )
    copied = version.standard_set_id if is_used else version.former_id
    form = record_button(f"next_version-{version.standard_set_id}", "Write a next version", primary=True)
    if form.submitted and copied is not None:
        with saving(form, done=f"{version.name}: a next version is being written.") as db:
            write_next_version(db, by=me, submission=form.key, standard_set_id=copied)
    if is_used:
        _out_of_use(me, version)


def _out_of_use(me: Actor, version: VersionLine) -> None:
    with (
        st.expander("Take the set out of use"),
        record_form(f"out_of_use-{version.standard_set_id}", submit="Take it out of use", live=True) as form,
    ):
        earliest = max(today(), (version.start_on or today()) + timedelta(days=1))
        from_on = pick_day("From", earliest, form.widget_key("from_on"))
        form.slot("from_on")
        st.caption(
            "Nobody is rated by it from that day on, and no role requires a level of it. What was seen until then "
            "stays on record. A next version can bring it back."
        )
    if form.submitted:
        with saving(form, done=f"{version.name}: out of use from {words.day(from_on)}.") as db:
            take_out_of_use(db, by=me, submission=form.key, standard_set_id=version.standard_set_id, from_on=from_on)
