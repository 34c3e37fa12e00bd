"""One registration opened: its sentence, the checks of it, every entry with its author, and what may be done."""

from collections.abc import Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Object
from tcsuper.database import reading
from tcsuper.queries.readers import readers_about
from tcsuper.queries.registration import Registered, Version, register_checks_seen, registration_history
from tcsuper.queries.renewals import endings_among
from tcsuper.rules.protected_titles import may_not_use
from tcsuper.ui.memory import is_asked_anew
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.register_checks import checks_table, open_and_check
from tcsuper.ui.registration_forms import correct_part, renew_form, void_renewal_form
from tcsuper.ui.status import said, status_chip

WITHOUT_DATE = "no date entered"


def open_registration(me: Actor, registered: Sequence[Registered]) -> None:
    """The sentence, the checks and the versions of one registration, and what may be done about it."""
    full = {one.record_id: one for one in registered if not one.is_status_only}
    if not full:
        return
    wished = st.query_params.get("person", "")
    asked = next((one.record_id for one in full.values() if str(one.staff_id) == wished), None)
    if asked is not None and len(full) > 1 and is_asked_anew("open-registration", wished):
        st.session_state["open-registration"] = asked
    chosen = st.selectbox(
        "Open a registration",
        list(full),
        index=None if len(full) > 1 else 0,
        format_func=lambda record: _label(full[record]),
        placeholder="Choose a registration",
        key="open-registration",
    )
    if chosen is None:
        return
    one = full[chosen]
    with st.container(border=True, key="registration-open"):
        status_chip(one.standing.status)
        lapsed = [may_not_use(ending.body, ending.body_name) for ending in endings_among([one]) if ending.is_lapsed]
        said(_label(one), *lapsed, one.standing.because, one.standing.next_step)
        _facts(one)
        with reading() as db:
            checks = register_checks_seen(db, viewer=me, record_id=one.record_id)
            versions = registration_history(db, viewer=me, record_id=one.record_id)
        checks_table(checks)
        if versions:
            with st.expander(f"Entries: {len(versions)}"):
                entries_table(versions)
        who_can_see(
            f"registration-{chosen}",
            lambda db: readers_about(db, viewer=me, what=Object.REGISTRATION, staff_id=one.staff_id),
        )
        if one.may_check:
            with st.expander("Record a check of the register"):
                open_and_check(me, one)
        if one.may_renew and one.ended_on is None:
            with st.expander("Renewed: enter the new last day"):
                renew_form(me, one)
        if one.may_correct and versions:
            with st.expander("Correct the entry"):
                correct_part(me, one, versions)
            if any(version.registration_id == one.registration_id and version.is_renewal for version in versions):
                with st.expander("Void the last renewal"):
                    void_renewal_form(me, one)


def _label(one: Registered) -> str:
    grade = f", {one.grade}" if one.grade else ""
    return f"{one.person} · {one.body}{grade} {one.number}".strip()


def _facts(one: Registered) -> None:
    facts = [f"registered since {words.day(one.registered_on)}"]
    if one.membership_number:
        facts.append(f"membership number {one.membership_number}")
    if one.body_kind == "membership":
        facts.append("a membership, which is not a register")
    st.caption(plain(f"{facts[0][:1].upper()}{facts[0][1:]}" + "".join(f"; {fact}" for fact in facts[1:]) + "."))


def entries_table(versions: Sequence[Version]) -> None:
    """Every entry, the latest first: who wrote what when. Nothing is written over."""
    st.table(
        [
            {
                "Entered": words.moment(version.recorded_at),
                "What": _what(version),
                "Valid until": words.day(version.expires_on) if version.expires_on else WITHOUT_DATE,
                "Number": plain(version.number) or "–",
                "By": plain(version.recorded_by) or "–",
            }
            for version in versions
        ],
        hide_index=True,
    )


def _what(version: Version) -> str:
    if version.is_void:
        return plain(f"Voided, it never counted: {version.reason}")
    given_up = f"; given up on {words.day(version.ended_on)}" if version.ended_on else ""
    if not version.is_first:
        return plain(f"{_corrected(version)}{given_up}")
    if version.renewed_on is not None:
        return f"Renewed on {words.day(version.renewed_on)}"
    return f"First entry: registered since {words.day(version.registered_on)}"


def _corrected(version: Version) -> str:
    """An older database wrote renewals as versions, with this one word as the reason."""
    return "Renewed" if version.reason == "Renewed" else f"Corrected: {version.reason}"
