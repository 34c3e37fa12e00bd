"""Findings on screen: what a review found, what is to be done about it, and what comes again."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import FindingKind
from tcsuper.queries.findings import FindingSeen, Repeated, earlier_findings, findings, repeated_findings
from tcsuper.queries.reviews import CommunityReviewed, ReviewLine
from tcsuper.rules.reviews import FINDING_TONES, FINDING_WORDS, LONGEST_FINDING, LONGEST_REASON
from tcsuper.services.findings import correct_finding, enter_finding, take_back_finding
from tcsuper.ui.begun import Begun, saving_begun
from tcsuper.ui.links import link_button
from tcsuper.ui.reviews_plans import action_list, agree_form
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.status import chip, row_list, said
from tcsuper.ui.tables import table_twin

NO_STANDARD, NOTHING_EARLIER = "No one standard", "It is found for the first time"
SHORT = 90
"""Characters of an earlier finding that a list to choose from shows."""


def findings_part(me: Actor, line: ReviewLine, seen: CommunityReviewed, on: date) -> None:
    """Of one review in one community, each with its actions; then the form for one more."""
    if not seen.findings:
        nothing = "Nothing is entered as found here yet."
        st.info(f"{nothing} Enter below what the review found." if seen.may_work else nothing)
    standards = {one.standard_id: f"{one.number}. {one.short_title}" for s in seen.sections for one in s.standards}
    with reading() as db:
        known = {one.record_id: one for one in findings(db, viewer=me, on=on)}
    for one in seen.findings:
        with st.container(border=True, key=f"finding-{one.record_id}"):
            _finding(me, one, known, on, standards)
    if seen.may_work:
        with st.expander("Enter a finding", expanded=not seen.findings, key=f"enter-finding-{line.review_id}"):
            _enter(me, line, seen, standards)


def _finding(
    me: Actor, one: FindingSeen, known: Mapping[UUID, FindingSeen], on: date, standards: Mapping[int, str]
) -> None:
    former = known.get(one.repeats_record_id) if one.repeats_record_id else None
    again = ""
    if one.repeats_record_id:
        again = f"Found before: {former.where}, {words.day(former.found_on)}." if former else "Found before."
    later = [f"{o.where}, {words.day(o.found_on)}" for o in known.values() if o.repeats_record_id == one.record_id]
    chip(FINDING_WORDS[one.kind], FINDING_TONES[one.kind])
    said(
        one.words,
        f"Found on {words.day(one.found_on)}. {one.standard or NO_STANDARD}.",
        again,
        f"Found again: {words.listed(later)}." if later else "",
        f"Entered by {one.entered_by} on {words.day(one.entered_on)}.",
    )
    action_list(me, one.actions, on, f"finding-{one.record_id}")
    if not one.may_change:
        return
    if one.kind is not FindingKind.ACHIEVEMENT:
        folded = st.expander("Agree an action", key=f"agree-{one.record_id}", on_change="rerun")
        if folded.open:
            with folded:
                agree_form(me, one.record_id, one.community_id)
    folded = st.expander("Correct it, or take it back", key=f"correct-{one.record_id}", on_change="rerun")
    if folded.open:
        with folded:
            _correct(me, one, standards)
            _take_back(me, one)


# ---------------------------------------------------------------------------------------------------------------------
# Forms


def _enter(me: Actor, line: ReviewLine, seen: CommunityReviewed, standards: Mapping[int, str]) -> None:
    name = f"finding-{line.review_id}-{seen.community_id}"
    with record_form(name, submit="Enter the finding", live=True) as form:
        first = {"kind": FindingKind.ACTION_POINT, "text": "", "found_on": _usual_day(line), "standard": None}
        Begun(form, "new", None, {**first, "repeats": None})
        typed = _fields(me, form, standards, None)
    if form.submitted:
        with saving(form, done="Finding entered. Agree below what is to be done about it.") as db:
            enter_finding(
                db,
                by=me,
                submission=form.key,
                review_id=line.review_id,
                community_id=seen.community_id,
                kind=typed.kind,
                text=typed.text,
                found_on=typed.found_on,
                standard_id=typed.standard_id,
                repeats_record_id=typed.repeats,
            )


def _usual_day(line: ReviewLine) -> date:
    """The report's, else the visit's, once it is there."""
    return next(
        (day for day in (line.report_on, line.visit_on, line.self_review_on) if day and day <= today()), today()
    )


class _Typed:
    kind: FindingKind
    text: str
    found_on: date
    standard_id: int | None
    repeats: UUID | None


def _fields(me: Actor, form: RecordForm, standards: Mapping[int, str], besides: UUID | None) -> _Typed:
    typed = _Typed()
    left, right = st.columns([3, 1.2])
    with left:
        kind = st.segmented_control(
            "Kind",
            list(FindingKind),
            format_func=FINDING_WORDS.__getitem__,
            key=form.widget_key("kind"),
            required=True,
        )
        typed.kind = kind or FindingKind.ACTION_POINT
        form.slot("kind")
    with right:
        day = st.date_input("Found on", max_value=today(), format="DD/MM/YYYY", key=form.widget_key("found_on"))
        typed.found_on = day if isinstance(day, date) else today()
        form.slot("found_on")
    typed.text = st.text_area("What was found", max_chars=LONGEST_FINDING, height=110, key=form.widget_key("text"))
    form.slot("text")
    st.caption("About how the community works. Nothing here may identify a resident; name staff only where it must be.")
    typed.standard_id = None
    if standards:
        typed.standard_id = st.selectbox(
            "Which standard is it about?",
            [None, *standards],
            format_func=lambda one: NO_STANDARD if one is None else standards[one],
            key=form.widget_key("standard"),
        )
    typed.repeats = None
    if typed.kind is not FindingKind.ACHIEVEMENT:
        typed.repeats = _repeats(me, form, typed, besides)
    return typed


def _repeats(me: Actor, form: RecordForm, typed: _Typed, besides: UUID | None) -> UUID | None:
    """Offered: earlier findings on the same standard, whichever review and community."""
    with reading() as db:
        seen = {one.record_id: one for one in findings(db, viewer=me, on=typed.found_on)}
        earlier = earlier_findings(db, viewer=me, standard_id=typed.standard_id, before=typed.found_on, besides=besides)
    offered = {one.record_id: one for one in earlier}
    key = form.widget_key("repeats")
    chosen_before = st.session_state.get(key)
    if besides is not None and chosen_before in seen:  # a correction keeps what it was said to repeat
        offered.setdefault(chosen_before, seen[chosen_before])
    elif chosen_before not in (None, *offered):
        st.session_state[key] = None
    if not offered:
        st.caption("No earlier finding is about the same.")
        return None
    chosen: UUID | None = st.selectbox(
        "Does it repeat an earlier finding?",
        [None, *offered],
        format_func=lambda one: NOTHING_EARLIER if one is None else _short(offered[one]),
        key=key,
        help="Then it is listed under Repeated findings.",
    )
    form.slot("repeats")
    return chosen


def _short(one: FindingSeen) -> str:
    text = one.words if len(one.words) <= SHORT else f"{one.words[:SHORT].rstrip()}…"
    return f"{words.day(one.found_on)}, {one.where}: {text} (no. {one.finding_id})"


def _correct(me: Actor, one: FindingSeen, standards: Mapping[int, str]) -> None:
    with record_form(f"correct-{one.record_id}", submit="Save the correction", live=True) as form:
        before = {"kind": one.kind, "text": one.words, "found_on": one.found_on, "standard": one.standard_id}
        begun = Begun(form, "correct", one.finding_id, {**before, "repeats": one.repeats_record_id, "reason": ""})
        typed = _fields(me, form, standards, one.record_id)
        why = st.text_input("Why it is corrected", max_chars=LONGEST_REASON, key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving_begun(form, begun, done="Corrected. What it said before is kept.") as db:
            correct_finding(
                db,
                by=me,
                submission=form.key,
                finding_id=begun.version or 0,
                kind=typed.kind,
                text=typed.text,
                found_on=typed.found_on,
                standard_id=typed.standard_id,
                repeats_record_id=typed.repeats,
                reason=why,
            )


def _take_back(me: Actor, one: FindingSeen) -> None:
    with record_form(f"take-back-{one.finding_id}", submit="Take it back") as form:
        why = st.text_input(
            "Or: why it was entered by mistake", max_chars=LONGEST_REASON, key=form.widget_key("reason")
        )
        form.slot("reason")
    if form.submitted:
        with saving(form, done="Taken back. It is kept, and shown no more.") as db:
            take_back_finding(db, by=me, submission=form.key, finding_id=one.finding_id, reason=why)


# ---------------------------------------------------------------------------------------------------------------------
# What comes again


def repeated_part(me: Actor, on: date) -> None:
    """Across reviews and communities."""
    with reading() as db:
        found = repeated_findings(db, viewer=me, on=on)
    if not found:
        st.info(
            "No finding was made twice yet. When you enter one, say which earlier finding it repeats: findings on the "
            "same standard are offered, from other communities too."
        )
        return
    st.markdown(f"**{words.count(len(found), 'finding')} made more than once.**")
    for place, one in enumerate(found):
        with st.container(border=True, key=f"repeated-{place}"):
            said(
                one.latest.standard or one.latest.words,
                f"Found {words.count(len(one.times), 'time')} in {words.listed(list(one.communities))}.",
            )
            _times(one)
    table_twin(_lines(found), "repeated", title="All of these as a table")


def _times(one: Repeated) -> None:
    with row_list(f"times-{one.latest.record_id}") as listed:
        for each in one.times:
            done = [action.standing.because for action in each.actions[:1]]
            place = listed.row(
                FINDING_WORDS[each.kind],
                FINDING_TONES[each.kind],
                f"{words.day(each.found_on)} · {each.where}",
                each.words,
                f"{words.count(len(each.actions), 'action')}. {done[0]}" if done else "No action is agreed about it.",
            )
            with place:
                query = {"review": str(each.review_id), "community": str(each.community_id), "part": "findings"}
                link_button("Open", "reviews", f"repeated-{each.record_id}", query)


def _lines(found: Sequence[Repeated]) -> list[dict[str, str | int | date | None]]:
    return [
        {
            "No.": number,
            "Standard": each.standard or "–",
            "Found on": each.found_on,
            "Community": each.community,
            "Review": each.review,
            "What was found": each.words,
        }
        for number, one in enumerate(found, 1)
        for each in one.times
    ]
