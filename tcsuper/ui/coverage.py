"""How each led responsibility is covered: counts, sentences, naming and ending holders, and who could take one on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import COVER_WORDS, coverage_bars
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import HoldingKind
from tcsuper.queries.carried import HOLDING_WORDS
from tcsuper.queries.coverage import CoverageLine, counts_by_community, over_loaded_people, who_could
from tcsuper.queries.people import Person
from tcsuper.queries.responsibilities import HolderLine
from tcsuper.rules.responsibilities import Candidate, Circle, Cover, Coverage, Load, tally
from tcsuper.rules.standing import Tone
from tcsuper.services.responsibilities import end_holding, hold_responsibility, take_back_holding
from tcsuper.ui.pickers import labels, pick_day, pick_day_if_any
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import row_list, said
from tcsuper.ui.tables import table_twin

if TYPE_CHECKING:
    import pandas as pd

COVER_TONES = {
    Cover.UNCOVERED: Tone.BAD,
    Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE: Tone.BAD,
    Cover.DOUBLY_LED: Tone.AMBER,
    Cover.SINGLE_HELD: Tone.AMBER,
    Cover.COVERED: Tone.GOOD,
}
COUNTED_AS = {
    Cover.UNCOVERED: "uncovered",
    Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE: "held only by somebody not able",
    Cover.DOUBLY_LED: "led twice",
    Cover.SINGLE_HELD: "resting on one person",
    Cover.COVERED: "covered",
}
CIRCLES = {
    Circle.SAME_ROLE: "With a post of this role here",
    Circle.SAME_COMMUNITY: "Others who work here",
    Circle.ELSEWHERE: "Elsewhere in the establishment: they would need a post here first",
}


@dataclass(frozen=True)
class Naming:
    """Whom the viewer may name where: people with a post in the community, and its roles. Empty: nobody."""

    people: Sequence[Person] = ()
    roles: Mapping[int, str] | None = None
    holders: Mapping[tuple[int, int], list[HolderLine]] | None = None


def show_coverage(me: Actor, on: date, lines: Sequence[CoverageLine], naming: Naming, most: int) -> None:
    """The sentence and the picture, who carries much (more than `most`), and each responsibility, worst first."""
    if not lines:
        st.info(
            "Nothing here is led by somebody named: every postholder holds all of it. "
            "A therapy manager makes a responsibility a led one in the Catalogue."
        )
        return
    st.markdown(f"**{coverage_sentence([line.cover for line in lines])}**")
    _counts_part(counts_by_community(lines, "Together"))
    _over_loaded(over_loaded_people(lines, most), most)
    if len({line.cover.led.community for line in lines}) > 1:
        st.caption("To name somebody, a therapy manager chooses one community above.")
    coverage_list(me, on, lines, naming)


def coverage_sentence(covered: Sequence[Coverage]) -> str:
    """7 led responsibilities: 2 uncovered, 1 resting on one person and 4 covered."""
    shown = [f"{count} {COUNTED_AS[verdict]}" for verdict, count in tally(covered).items() if count]
    return f"{led_ones(len(covered))}: {words.listed(shown)}."


def led_ones(how_many: int) -> str:
    return words.count(how_many, "led responsibility", "led responsibilities")


# ---------------------------------------------------------------------------------------------------------------------
# Counts, and who carries much


def _counts_part(frame: "pd.DataFrame") -> None:
    """How many are covered how, by community: a picture and the table that says the same."""
    st.altair_chart(coverage_bars(frame), alt="Led responsibilities by how they are covered: the table says the same.")
    table_twin([_counts(community, rows) for community, rows in frame.groupby("community", sort=False)], "coverage")


def _counts(community: object, rows: "pd.DataFrame") -> dict[str, str]:
    of = int(rows["of"].iloc[0])
    by_verdict = dict(zip(rows["verdict"], rows["count"], strict=True))
    return {"Community": str(community)} | {
        word: f"{by_verdict.get(verdict.value, 0)} of {of}" for verdict, word in COVER_WORDS.items()
    }


def _over_loaded(loads: Sequence[tuple[Load, tuple[str, ...]]], most: int) -> None:
    """Who leads or deputises for more than the service's number, and for what."""
    if not loads:
        return
    st.markdown(f"**Over-loaded: {words.count(len(loads), 'person', 'people')}**")
    st.caption(f"Leads or deputises for more than {most} of these. The number is set by your service.")
    with row_list("over-loaded") as listed:
        for load, held in loads:
            listed.row(f"{load.how_many} held", Tone.AMBER, load.name, *held, wide=True)


# ---------------------------------------------------------------------------------------------------------------------
# One line each


def coverage_list(me: Actor, on: date, lines: Sequence[CoverageLine], naming: Naming) -> None:
    """Worst first; where the viewer may, each with the place to name somebody or to end a holding; below those that
    are not well covered, who could take them on."""
    is_one_place = len({line.cover.led.community for line in lines}) == 1
    with row_list("coverage") as listed:
        for line in lines:
            one = line.cover
            lacks = [f"{name}: {standing.because}" for name, standing in line.lacks]
            title = one.led.title if is_one_place else f"{one.led.title}, {one.led.community_name}"
            word, tone = COVER_WORDS[one.verdict], COVER_TONES[one.verdict]
            place = listed.row(word, tone, title, one.because, *lacks, one.next_step, wide=not naming.people)
            if naming.people:
                with place:
                    _change_part(me, one, naming)
            if one.verdict is not Cover.COVERED:
                _who_could_part(me, on, one, bool(naming.people))


def _change_part(me: Actor, one: Coverage, naming: Naming) -> None:
    key = f"change-{one.led.responsibility}-{one.led.community}"
    label = "Change" if one.leads else "Name a lead"
    more = st.popover(label, width="stretch", key=key, on_change="rerun")
    if more.open:  # drawn for whoever opens it, not for every row of the list
        with more:
            _name_form(me, one, naming)
            holders = (naming.holders or {}).get((one.led.responsibility, one.led.community), [])
            _end_form(me, one, holders)
            _take_back_form(me, one, holders)


Holder = tuple[str, int]
"""("person", staff id) or ("post", role id)"""


def holders_offered(people: Sequence[Person], roles: Mapping[int, str]) -> dict[Holder, str]:
    """People by name, then whoever has a post."""
    by_name: dict[Holder, str] = {("person", staff_id): label for staff_id, label in labels(people).items()}
    return by_name | {("post", role): f"Whoever is {name} (by post)" for role, name in roles.items()}


def _name_form(me: Actor, one: Coverage, naming: Naming) -> None:
    led = one.led
    with record_form(f"hold-{led.responsibility}-{led.community}", submit="Name") as form:
        st.markdown(f"**{plain(led.title)}**")
        offered = holders_offered(naming.people, naming.roles or {})
        holder = st.selectbox(
            "A person, or whoever has a post",
            list(offered),
            index=None,
            format_func=lambda each: offered[each],
            key=form.widget_key("holder"),
            placeholder="Choose who",
        )
        form.slot("staff_id")
        kind = st.radio(
            "As", list(HoldingKind), format_func=HOLDING_WORDS.__getitem__, key=form.widget_key("kind"), horizontal=True
        )
        assert kind is not None  # the first is chosen until another is
        form.slot("kind")
        start_on, end_on = pick_days(form)
    if form.submitted and holder is None:
        form.point_out({"staff_id": "Choose who."})
    elif form.submitted and holder is not None:
        is_post, which = holder[0] == "post", holder[1]
        who = f"{offered[holder]} holds" if is_post else f"{offered[holder]} is named for"
        done = f"{who} {led.title}: {HOLDING_WORDS[kind].lower()} {words.from_to(start_on, end_on)}."
        with saving(form, done=done) as db:
            hold_responsibility(
                db,
                by=me,
                submission=form.key,
                responsibility_id=led.responsibility,
                staff_id=None if is_post else which,
                job_description_id=which if is_post else None,
                community_id=led.community,
                kind=kind,
                start_on=start_on,
                end_on=end_on,
            )


def pick_days(form: RecordForm) -> tuple[date, date | None]:
    """The first day, and the last one where it is for a time only."""
    left, right = st.columns(2)
    with left:
        start_on = pick_day("From", today(), form.widget_key("start_on"))
        form.slot("start_on")
    with right:
        end_on = pick_day_if_any("Last day, if for a time only", None, form.widget_key("end_on"))
        form.slot("end_on")
    return start_on, end_on


def _take_back_form(me: Actor, one: Coverage, holders: Sequence[HolderLine]) -> None:
    """For a mistake: what begins today or later was never said of a day that is over."""
    by_id = {line.holding_id: line for line in holders if line.start_on >= today()}
    if not by_id:
        return
    with record_form(f"take_back_holding-{one.led.responsibility}-{one.led.community}", submit="Take it back") as form:
        chosen = st.selectbox(
            "Entered by mistake",
            list(by_id),
            format_func=lambda each: held_in_words(by_id[each]),
            key=form.widget_key("holding_id"),
        )
        form.slot("holding_id")
    if form.submitted:
        with saving(form, done=f"{by_id[chosen].name} is not named for {one.led.title} any more.") as db:
            take_back_holding(db, by=me, submission=form.key, holding_id=chosen)


def _end_form(me: Actor, one: Coverage, holders: Sequence[HolderLine]) -> None:
    if not holders:
        return
    by_id = {line.holding_id: line for line in holders}
    with record_form(f"end_holding-{one.led.responsibility}-{one.led.community}", submit="End") as form:
        chosen = st.selectbox(
            "Who holds it",
            list(by_id),
            format_func=lambda each: held_in_words(by_id[each]),
            key=form.widget_key("holding_id"),
        )
        end_on = pick_day("Last day", today(), form.widget_key("end_on"))
        form.slot("end_on")
    if form.submitted:
        done = f"{by_id[chosen].name} holds {one.led.title} until {words.day(end_on)}."
        with saving(form, done=done) as db:
            end_holding(db, by=me, submission=form.key, holding_id=chosen, end_on=end_on)


def held_in_words(line: HolderLine) -> str:
    by_post = " (by post)" if line.by_post else ""
    return f"{line.name}{by_post}, {HOLDING_WORDS[line.kind].lower()} {words.from_to(line.start_on, line.end_on)}"


# ---------------------------------------------------------------------------------------------------------------------
# Who could take it on


def _who_could_part(me: Actor, on: date, one: Coverage, may_name: bool) -> None:
    led = one.led
    key = f"who-could-{led.responsibility}-{led.community}"
    folded = st.expander("Who could take this on?", key=key, on_change="rerun", type="compact")
    if not folded.open:
        return
    with reading() as db:
        candidates = who_could(db, viewer=me, on=on, responsibility_id=led.responsibility, community_id=led.community)
    with folded:
        if not candidates:
            st.caption("Nobody else works here. Enter posts on the Staff page.")
        for circle, heading in CIRCLES.items():
            of_circle = [candidate for candidate in candidates if candidate.circle is circle]
            if of_circle and circle is Circle.ELSEWHERE:
                st.caption(heading)
                st.table([_candidate_line(candidate) for candidate in of_circle])
            elif of_circle:
                st.caption(heading)
                for candidate in of_circle:
                    _candidate_row(me, one, candidate, may_name)


def _candidate_row(me: Actor, one: Coverage, candidate: Candidate, may_name: bool) -> None:
    middle, right = st.columns([5.5, 1.5], vertical_alignment="center")
    with middle:
        said(f"{candidate.name}: {what_is_missing(candidate)}", *candidate.lacks, besides(candidate))
    if may_name and not candidate.is_learning:
        with right:
            _name_button(me, one, candidate)


def what_is_missing(candidate: Candidate) -> str:
    """Never more than the viewer may see: what is not shown is said to be so."""
    missing = words.count(len(candidate.lacks), "thing") if candidate.lacks else ""
    hidden = f"{words.listed(candidate.not_shown)} not shown to you" if candidate.not_shown else ""
    if missing:
        return f"would still need {missing}" + (f"; {hidden}" if hidden else "")
    return f"nothing known to be missing; {hidden}" if hidden else "able"


def missing_in_full(candidate: Candidate) -> str:
    """Each thing in its sentence, and what is not shown; the names of courses and standards as they are written."""
    if not candidate.lacks:
        said_shortly = what_is_missing(candidate)
        return said_shortly[:1].upper() + said_shortly[1:] + "."
    hidden = [f"Not shown to you: {words.listed(candidate.not_shown)}."] if candidate.not_shown else []
    return " ".join([*candidate.lacks, *hidden])


def besides(candidate: Candidate) -> str:
    """What they do already, in one line."""
    told = [candidate.where]
    told.append(f"leads or deputises for {candidate.carries}" if candidate.carries else "leads nothing yet")
    if candidate.is_learning:
        told.append("in development for it: end that under Change, then name them")
    if candidate.is_away:
        until = f" until {words.day(candidate.away_until)}" if candidate.away_until else ""
        told.append(f"away{until}")
    return "; ".join(told) + "."


def _candidate_line(candidate: Candidate) -> dict[str, str]:
    return {
        "Person": plain(candidate.name),
        "What is missing": plain(missing_in_full(candidate)),
        "Besides": plain(besides(candidate)),
    }


def _name_button(me: Actor, one: Coverage, candidate: Candidate) -> None:
    """One click: as the lead where there is none, else as a deputy, from today."""
    led, kind = one.led, HoldingKind.DEPUTY if one.leads else HoldingKind.LEAD
    form = record_button(
        f"name-{led.responsibility}-{led.community}-{candidate.staff}", f"Name as {HOLDING_WORDS[kind].lower()}"
    )
    if form.submitted:
        done = f"{candidate.name} is named for {led.title}: {HOLDING_WORDS[kind].lower()} from {words.day(today())}."
        with saving(form, done=done) as db:
            hold_responsibility(
                db,
                by=me,
                submission=form.key,
                responsibility_id=led.responsibility,
                staff_id=candidate.staff,
                community_id=led.community,
                kind=kind,
                start_on=today(),
            )
