"""The pieces of the responsibilities page: coverage with its sentences, who holds what, what if, naming holders."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import holders_heatmap
from tcsuper.clock import today
from tcsuper.models import HoldingKind
from tcsuper.queries.people import Person
from tcsuper.queries.responsibilities import HOLDING_WORDS, CoverageLine, HeldLine, HolderLine, SharedLine
from tcsuper.rules.responsibilities import Change, Cover, Coverage
from tcsuper.rules.standing import Tone
from tcsuper.services.responsibilities import end_holding, hold_responsibility
from tcsuper.ui.pickers import pick_staff
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving
from tcsuper.ui.status import RowList, row_list

if TYPE_CHECKING:
    import pandas as pd

COVER = {
    Cover.UNCOVERED: ("Uncovered", Tone.BAD),
    Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE: ("Not able", Tone.BAD),
    Cover.DOUBLY_LED: ("Two leads", Tone.AMBER),
    Cover.SINGLE_HELD: ("One person", Tone.AMBER),
    Cover.COVERED: ("Covered", Tone.GOOD),
}
EVERY_COMMUNITY, EVERY_ROLE = "All communities", "All roles"
FORECAST = "Nothing is stored: this only says what would be."


def where_asked(communities: Mapping[int, str]) -> int | None:
    """One of them or, of several, all (None)."""
    everywhere = {0: EVERY_COMMUNITY} if len(communities) > 1 else {}
    offered = everywhere | dict(communities)
    chosen = st.selectbox(
        "Community", list(offered), format_func=offered.__getitem__, key="resp_community", persist_state="session"
    )
    return chosen if chosen in communities else None if everywhere else next(iter(communities))


def role_asked(roles: Mapping[int, str]) -> int | None:
    """One, or all of them (None)."""
    chosen = st.selectbox(
        "Job description", [0, *roles], format_func=lambda one: roles.get(one, EVERY_ROLE), key="resp_role"
    )
    return chosen if chosen in roles else None


# ---------------------------------------------------------------------------------------------------------------------
# Coverage


def coverage_sentence(covered: Sequence[CoverageLine]) -> str:
    """7 led responsibilities: 2 uncovered, 1 rests on one person, 4 covered."""
    counts = {verdict: sum(one.cover.verdict is verdict for one in covered) for verdict in Cover}
    said = [
        f"{counts[Cover.UNCOVERED]} uncovered",
        f"{counts[Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE]} held only by somebody not able",
        f"{counts[Cover.DOUBLY_LED]} led twice",
        f"{counts[Cover.SINGLE_HELD]} resting on one person",
        f"{counts[Cover.COVERED]} covered",
    ]
    shown = [one for one in said if not one.startswith("0 ")]
    return f"{_led(len(covered))}: {words.listed(shown)}."


def _led(how_many: int) -> str:
    return words.count(how_many, "led responsibility", "led responsibilities")


def _several(how_many: int) -> str:
    return words.count(how_many, "responsibility", "responsibilities")


def show_coverage(
    me: Actor,
    covered: Sequence[CoverageLine],
    holders: Mapping[tuple[int, int], list[HolderLine]],
    people: Sequence[Person],
) -> None:
    if not covered:
        st.info(
            "Nothing here is led by somebody named: every postholder holds all of it. "
            "A therapy manager makes a responsibility a led one in the Catalogue."
        )
        return
    st.markdown(f"**{coverage_sentence(covered)}**")
    if len({line.cover.led.community for line in covered}) > 1:
        st.caption("To name somebody, a therapy manager chooses one community above.")
    coverage_list(me, covered, holders, people)


def coverage_list(
    me: Actor,
    covered: Sequence[CoverageLine],
    holders: Mapping[tuple[int, int], list[HolderLine]],
    people: Sequence[Person],
) -> None:
    """Worst first; where the viewer may, each with the place to name somebody or to end a holding."""
    is_one_place = len({line.cover.led.community for line in covered}) == 1
    with row_list("coverage") as listed:
        for line in covered:
            one = line.cover
            word, tone = COVER[one.verdict]
            lacks = [f"{name}: {standing.because}" for name, standing in line.lacks]
            title = one.led.title if is_one_place else f"{one.led.title}, {one.led.community_name}"
            place = listed.row(word, tone, title, one.because, *lacks, one.next_step, wide=not people)
            if people:
                label = "Change" if one.leads else "Name a lead"
                with place, st.popover(label, width="stretch", key=f"change-{one.led.responsibility}"):
                    _name_form(me, one, people)
                    _end_form(me, one, holders.get((one.led.responsibility, one.led.community), []))


def _name_form(me: Actor, one: Coverage, people: Sequence[Person]) -> None:
    led = one.led
    with record_form(f"hold-{led.responsibility}-{led.community}", submit="Name") as form:
        st.markdown(f"**{plain(led.title)}**")
        person = pick_staff("Person", people, form.widget_key("staff_id"))
        form.slot("staff_id")
        kind = st.radio(
            "As", list(HoldingKind), format_func=HOLDING_WORDS.__getitem__, key=form.widget_key("kind"), horizontal=True
        )
        assert kind is not None  # the first is chosen until another is
        form.slot("kind")
        start_on = st.date_input("From", today(), format="DD/MM/YYYY", key=form.widget_key("start_on"))
        form.slot("start_on")
    if form.submitted and person is None:
        form.point_out({"staff_id": "Choose a person."})
    elif form.submitted and person is not None:
        done = f"{person.full_name} is named for {led.title}: {HOLDING_WORDS[kind].lower()} from {words.day(start_on)}."
        with saving(form, done=done) as db:
            hold_responsibility(
                db,
                by=me,
                submission=form.key,
                responsibility_id=led.responsibility,
                staff_id=person.staff_id,
                community_id=led.community,
                kind=kind,
                start_on=start_on,
            )


def _end_form(me: Actor, one: Coverage, holders: Sequence[HolderLine]) -> None:
    if not holders:
        return
    by_id = {line.holding_id: line for line in holders}
    with record_form(f"end_holding-{one.led.responsibility}-{one.led.community}", submit="End") as form:
        chosen = st.selectbox(
            "Who holds it",
            list(by_id),
            format_func=lambda each: _held(by_id[each]),
            key=form.widget_key("holding_id"),
        )
        end_on = st.date_input("Last day", today(), format="DD/MM/YYYY", key=form.widget_key("end_on"))
        form.slot("end_on")
    if form.submitted:
        done = f"{by_id[chosen].name} holds {one.led.title} until {words.day(end_on)}."
        with saving(form, done=done) as db:
            end_holding(db, by=me, submission=form.key, holding_id=chosen, end_on=end_on)


def _held(line: HolderLine) -> str:
    until = f" to {words.day(line.end_on)}" if line.end_on else ""
    return f"{line.name}, {HOLDING_WORDS[line.kind].lower()} from {words.day(line.start_on)}{until}"


# ---------------------------------------------------------------------------------------------------------------------
# The matrix


def matrix(frame: "pd.DataFrame | None", key: str) -> None:
    """Who is named for what, for one role in one community; nothing where nothing is led."""
    if frame is None:
        st.caption("Choose one community to see who is named for its led responsibilities.")
        return
    if frame.empty:
        return
    held = frame[frame["word"] != ""]
    if held.empty:
        st.info("Nobody is named for any of its led responsibilities yet. Name a lead under Coverage.")
        return
    with st.container(key=f"wide-holders-{key}"):
        st.altair_chart(
            holders_heatmap(frame), width="content", alt="Who leads or deputises for what: the table says the same."
        )
    unable = int(held["word"].str.endswith("not able").sum())
    people = words.count(held["person"].nunique(), "person", "people")
    covered = f"{held['title'].nunique()} of {_led(frame['title'].nunique())}"
    st.caption(f"{people} named for {covered}{f'; {unable} not able on this day' if unable else ''}.")
    with st.expander("As a table"):
        st.table(
            [
                {
                    "Responsibility": plain(row.title),
                    "Person": plain(row.person),
                    "As": row.word,
                    "What is missing": plain(row.lacks),
                }
                for row in held.itertuples()
            ]
        )


# ---------------------------------------------------------------------------------------------------------------------
# What if


def what_if_asked(people: Sequence[Person]) -> dict[int, date]:
    """Whom to imagine gone, with the one last day asked for."""
    left, right = st.columns([3, 1.2])
    with left:
        named = {person.staff_id: person for person in people}
        alike = [person.full_name for person in people]
        chosen = st.multiselect(
            "What if these people leave …",
            list(named),
            format_func=lambda one: _label(named[one], alike),
            key="what_if_people",
            placeholder="Choose people",
        )
    with right:
        last_day = st.date_input("… with this last day", today(), format="DD/MM/YYYY", key="what_if_day")
    return dict.fromkeys(chosen, last_day)


def _label(person: Person, alike: Sequence[str]) -> str:
    return person.full_name if alike.count(person.full_name) == 1 else f"{person.full_name} no. {person.staff_id}"


def show_changes(gone: Mapping[int, date], changes: Sequence[Change]) -> None:
    if not gone:
        st.caption(f"Choose who leaves, and see what falls uncovered. {FORECAST}")
    elif not changes:
        st.success("Everything led stays covered as it is.", icon=":material/check_circle:")
    else:
        worse = sum(change.is_worse for change in changes)
        first_day = min(gone.values()) + timedelta(days=1)
        st.markdown(f"**From {words.day(first_day)}: {_led(worse)} less well covered.** {FORECAST}")
        changes_list(changes, "what_if")


def changes_list(changes: Sequence[Change], key: str) -> None:
    """Before and after, the worst first."""
    with row_list(f"changes-{key}") as listed:
        for change in changes:
            word, tone = COVER[change.after.verdict]
            before = COVER[change.before.verdict][0].lower()
            listed.row(
                word,
                tone,
                f"{change.after.led.title}, {change.after.led.community_name}",
                change.after.because,
                f"Before: {before}.",
                wide=True,
            )


# ---------------------------------------------------------------------------------------------------------------------
# Lists


def held_list(lines: Sequence[HeldLine], whose: str) -> None:
    """What one person holds: what they lead with whether they are able to, then what their posts bring."""
    led = [line for line in lines if line.kind is not None]
    shared = [line for line in lines if line.kind is None]
    if not lines:
        st.info(f"{whose} no responsibility on this day: there is no post, or its job description lists none.")
        return
    if led:
        with row_list("held") as listed:
            for line in led:
                _held_row(listed, line)
    else:
        st.caption(f"{whose} nothing that is led by name.")
    for role, community in dict.fromkeys((line.role, line.community) for line in shared):
        of_role = [line for line in shared if (line.role, line.community) == (role, community)]
        with st.expander(f"{plain(role)}, {plain(community)}: {_several(len(of_role))} of every postholder"):
            st.table([{"Responsibility": plain(line.title), "Area": plain(line.area)} for line in of_role])


def _held_row(listed: RowList, line: HeldLine) -> None:
    assert line.kind is not None
    since = f"{HOLDING_WORDS[line.kind]} since {words.day(line.start_on)}, {line.community}." if line.start_on else ""
    lacks = [standing.because for standing in line.lacks]
    word, tone = ("Not able", Tone.BAD) if lacks else ("Able", Tone.GOOD)
    listed.row(word, tone, line.title, since, *lacks, wide=True)


def shared_list(people: int, lines: Sequence[SharedLine]) -> None:
    """What each postholder holds, by area."""
    if not lines:
        return
    holders = words.count(people, "person", "people")
    with st.expander(f"{_several(len(lines))} held by every postholder ({holders})"):
        st.caption("Nobody has to be named for these.")
        st.table(
            [
                {"No.": str(line.number), "Responsibility": plain(line.short_title), "Area": plain(line.area)}
                for line in lines
            ]
        )
