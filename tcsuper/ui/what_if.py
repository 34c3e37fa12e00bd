"""What if: who would leave, be away or lapse, and when; one button; then what would be otherwise, the worst first."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import supposing, writing
from tcsuper.errors import InvalidRecord, Refused, WrongSetup
from tcsuper.queries.people import Person
from tcsuper.reports.what_if import file_name, what_if_table
from tcsuper.rules.picture import Question
from tcsuper.rules.responsibilities import Cover
from tcsuper.rules.standing import Span
from tcsuper.rules.what_if import COVER_WORDS, MOST_PEOPLE, NOBODY, ONE_DAY, Line, Supposed, WhatIf
from tcsuper.services.supposed import export_what_if, what_if
from tcsuper.ui.memory import memory
from tcsuper.ui.pickers import labels, pick_day, pick_several
from tcsuper.ui.plain import plain
from tcsuper.ui.status import row_list

LEAVES, AWAY, LAPSES = "Leaves", "Is on leave", "Registrations lapse"
KEY = "what_if"
ROWS_SHOWN = 25
CHIPS = {
    COVER_WORDS[Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE]: "Not able",
    COVER_WORDS[Cover.DOUBLY_LED]: "Two leads",
    COVER_WORDS[Cover.SINGLE_HELD]: "One person",
    NOBODY: "Nobody",
}
NOTHING = {
    Question.RESPONSIBILITIES: "Everything led stays covered as it is.",
    Question.SUPERVISION: "Nobody who has a supervisor on that day would be without one.",
    Question.MINIMA: "No supervision minimum of {month} would be missed that is met with what is planned.",
    Question.COURSES: "No course and no run of one would be without a trainer or an assessor.",
}
NONE_MET = "With what is planned so far no supervision minimum of {month} is met, so none could be missed."


def what_if_part(me: Actor, people: Sequence[Person]) -> None:
    """The form and, below it, the answer to what is in the form; an answer to anything else is put away."""
    with st.container(border=True, key="what-if-form"):
        supposed = _supposed(people)
        if supposed is None:
            st.caption(
                "Choose who would leave, be on leave, or let their registrations lapse. You see what falls uncovered, "
                "who is without a supervisor, which minima are missed and which courses have no trainer. "
                "Nothing is stored."
            )
            memory().pop(KEY, None)
            return
        day_side, button_side = st.columns([1.5, 4.5], vertical_alignment="bottom")
        with day_side:
            on = pick_day("Asked about this day", supposed.holds_from, f"what_if_on-{supposed.holds_from}")
        with button_side:
            pressed = st.button("Show what would change", type="primary", key="what_if_show")
    if pressed:
        _work_out(me, supposed, on)
    kept = memory().get(KEY)
    if kept is None:
        return
    whose, answer = kept
    if whose != me or answer.supposed != supposed or answer.on != on:
        st.caption("Your choice changed since the last answer. Press the button to see what would change now.")
        return
    _show(me, answer)


# ---------------------------------------------------------------------------------------------------------------------
# What is asked


def _supposed(people: Sequence[Person]) -> Supposed | None:
    """What is in the form; None while nobody is chosen."""
    chosen = pick_several("What if these people …", people, "what_if_people")
    named = labels(people)
    leaves: dict[int, date] = {}
    away: dict[int, Span] = {}
    lapses: dict[int, date] = {}
    for staff_id in chosen[:MOST_PEOPLE]:
        who, how, first, second = st.columns([2.2, 2, 1.5, 1.5], vertical_alignment="bottom")
        who.markdown(f"**{plain(named[staff_id])}**")
        with how:
            kind = st.selectbox("What", [LEAVES, AWAY, LAPSES], key=f"what_if_kind-{staff_id}")
        with first:
            day = pick_day("Last day" if kind == LEAVES else "From", today(), f"what_if_day-{kind}-{staff_id}")
        if kind == LEAVES:
            leaves[staff_id] = day
        elif kind == LAPSES:
            lapses[staff_id] = day
        else:
            with second:
                until = pick_day("Until", day + 27 * ONE_DAY, f"what_if_until-{day}-{staff_id}")
            away[staff_id] = Span(day, until)
    if len(chosen) > MOST_PEOPLE:
        st.warning(f"At most {MOST_PEOPLE} people at once: the first {MOST_PEOPLE} are asked about.")
    return Supposed(leaves, away, lapses) if chosen else None


def _work_out(me: Actor, supposed: Supposed, on: date) -> None:
    memory().pop(KEY, None)
    problem = ""
    try:
        with supposing() as db:
            answer = what_if(db, by=me, supposed=supposed, on=on)
    except InvalidRecord as refused:
        several = len(refused.problems) > 1
        problem = "\n".join(f"- {plain(one)}" if several else plain(one) for one in refused.problems.values())
    except WrongSetup:
        raise  # its words name files of the server
    except Refused as refused:
        problem = plain(str(refused))
    if problem:
        st.error(problem, icon=":material/error:")
    else:
        memory()[KEY] = me, answer


# ---------------------------------------------------------------------------------------------------------------------
# The answer


def _show(me: Actor, answer: WhatIf) -> None:
    st.markdown(f"**{plain(answer.summary)}**")
    words_side, file_side = st.columns([4, 1.4], vertical_alignment="center")
    words_side.caption(
        f"As at {words.day(answer.on)}, from what was recorded and planned by {words.moment(answer.asked_at)}. "
        "Nothing is stored: this only says what would be."
    )
    with file_side:
        _download(me, answer)
    for question in NOTHING:
        st.subheader(question.value, anchor=False)
        _part(answer, question)
    st.subheader("Overview, before and after", anchor=False)
    _overview(answer)


def _part(answer: WhatIf, question: Question) -> None:
    lines = answer.lines(question)
    if left_out := answer.left_out(question):
        st.caption(left_out)
    if lines:
        _rows(f"what-if-{question.name.lower()}", lines[:ROWS_SHOWN])
        if lines[ROWS_SHOWN:]:
            with st.expander(f"{len(lines) - ROWS_SHOWN} more"):
                _rows(f"what-if-more-{question.name.lower()}", lines[ROWS_SHOWN:])
    elif question is Question.MINIMA and question not in answer.unseen and not answer.is_any_minimum_met:
        st.info(NONE_MET.format(month=answer.month), icon=":material/info:")
    elif question not in answer.unseen:
        st.success(NOTHING[question].format(month=answer.month), icon=":material/check_circle:")


def _rows(key: str, lines: Sequence[Line]) -> None:
    with row_list(key) as listed:
        for line in lines:
            title = f"{line.what} · {line.community}" if line.community else line.what
            now = f"As it is: {line.before.lower()}." if line.question is Question.RESPONSIBILITIES else ""
            listed.row(_chip(line), line.tone, title, line.because, now, wide=True)


def _chip(line: Line) -> str:
    """Fixed words: what is in brackets after them is a number of this person."""
    return CHIPS.get(line.after, line.after.partition(" (")[0])


def _overview(answer: WhatIf) -> None:
    """First what changes, then in a fold the rest: the same figures as the overview of the communities has."""
    lines = answer.lines(Question.OVERVIEW)
    changed = [line for line in lines if line.changes]
    same = [line for line in lines if not line.changes]
    if left_out := answer.left_out(Question.OVERVIEW):
        st.caption(left_out)
    if changed:
        _tables(changed)
    else:
        st.success("None of the figures changes.", icon=":material/check_circle:")
    if same:
        with st.expander(f"{words.count(len(same), 'figure')} that would stay the same"):
            _tables(same)


def _tables(lines: Sequence[Line]) -> None:
    """One for each community: narrow enough for a phone."""
    for community in dict.fromkeys(line.community for line in lines):
        st.markdown(f"**{plain(community)}**")
        here = [line for line in lines if line.community == community]
        st.table([{"Figure": _short(line.what), "Before": line.before, "After": line.after} for line in here])


def _short(figure: str) -> str:
    """ "Led responsibilities: resting on one person" is "Led: one person" where room is short."""
    kind, _, how = figure.partition(": ")
    word = CHIPS.get(f"{how[:1].upper()}{how[1:]}", how).lower()
    return f"{kind.removesuffix(' responsibilities')}: {word}" if how else figure


def _download(me: Actor, answer: WhatIf) -> None:
    """The file is made at the click, in a transaction of its own that also writes the event, after the service has
    looked up anew who clicks. Nothing here touches the screen: it runs outside the page."""

    def made() -> str:
        try:
            with writing() as db:
                exported = export_what_if(db, by=me, answer=answer)
        except Refused as refused:
            return str(refused)
        return what_if_table(answer, exported.number, exported.made_at)

    st.download_button(
        "Take it as a file",
        made,
        file_name(answer),
        "text/csv",
        key="what-if-file",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )
