"""Reviews on screen: which there are, one opened, and the form that enters or changes one."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object, communities_within
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import ReviewKind
from tcsuper.queries.people import communities_to_choose
from tcsuper.queries.reviews import (
    DATE_WORDS,
    CommunityReviewed,
    ReviewLine,
    review_seen,
    reviews_seen,
    standard_sets_to_choose,
)
from tcsuper.rules.reviews import KIND_WORDS
from tcsuper.rules.standing import Tone, add_months, first_of_month
from tcsuper.services.reviews import (
    LONGEST_EDITION,
    LONGEST_REVIEWERS,
    LONGEST_TITLE,
    LONGEST_WHY,
    ReviewFacts,
    change_review,
    enter_review,
    withdraw_review,
)
from tcsuper.ui.begun import Begun, saving_begun
from tcsuper.ui.links import link_button
from tcsuper.ui.memory import is_asked_anew
from tcsuper.ui.pickers import pick_day_if_any
from tcsuper.ui.plain import plain
from tcsuper.ui.reviews_findings import findings_part
from tcsuper.ui.reviews_standards import standards_part
from tcsuper.ui.saving import RecordForm, record_form, saving
from tcsuper.ui.status import row_list

NO_SET = "None: it has findings only"
STANDARDS, FINDINGS, ABOUT = "Standards", "Findings and actions", "About this review"
PARTS = {"standards": STANDARDS, "findings": FINDINGS, "about": ABOUT}


def reads_reviews(me: Actor) -> bool:
    """Whether there is more here for them than the actions that they own."""
    return bool(communities_within(me, Object.REVIEW))


def reviews_part(me: Actor, on: date) -> None:
    """The review that the address names, else all of them and the form for one more."""
    with reading() as db:
        lines = reviews_seen(db, viewer=me, on=on)
        places = communities_to_choose(db, viewer=me, what=Object.REVIEW, action=Action.CREATE)
    opened = next((one for one in lines if str(one.review_id) == st.query_params.get("review", "")), None)
    if opened is not None:
        _opened(me, opened, on)
        return
    if "review" in st.query_params:
        st.warning("There is no such review, or it is of communities that are not yours.")
    if not lines:
        nothing = "No review is entered yet."
        st.info(f"{nothing} Enter the next one below: its dates then stand on your first page." if places else nothing)
    else:
        _list(lines)
    if places:
        folded = st.expander("Enter a review", expanded=not lines, key="enter-review", on_change="rerun")
        if folded.open:
            with folded:
                _enter(me, places)


def _list(lines: tuple[ReviewLine, ...]) -> None:
    with row_list("reviews") as listed:
        for one in lines:
            with listed.row(*_state(one), f"{one.title} · {_places(one)}", *_facts(one)):
                link_button("Open", "reviews", f"review-{one.review_id}", {"review": str(one.review_id)})


def _state(one: ReviewLine) -> tuple[str, Tone]:
    """Where it is: what happens next, by its dates and ratings."""
    if one.is_withdrawn:
        return "Withdrawn", Tone.GREY
    if one.overdue:
        return f"{one.overdue} overdue", Tone.BAD
    if one.actions:
        return "Actions open", Tone.AMBER
    if one.own_rated < one.to_rate and one.period_to >= today():
        return "Under way", Tone.NEUTRAL
    return ("Rated", Tone.GOOD) if one.own_rated or one.reviewers_rated else ("Entered", Tone.NEUTRAL)


def _places(one: ReviewLine) -> str:
    named = words.listed(list(one.communities.values()))
    return f"{named} and {words.count(one.elsewhere, 'other')}" if one.elsewhere else named


def _facts(one: ReviewLine) -> list[str]:
    edition = f", edition {one.edition}" if one.edition else ""
    reviewers = f", by {one.reviewers}" if one.reviewers else ""
    period = f"Period {words.day(one.period_from)} to {words.day(one.period_to)}"
    dates = [f"{what.lower()} {words.day(day)}" for what, day in one.dates()]
    said = words.listed(dates)
    rated = f"{one.own_rated} of {one.to_rate} standards rated by the community, {one.reviewers_rated} by the reviewers"
    found = f"{words.count(one.findings, 'finding')}, {words.count(one.actions, 'action')} not over"
    overdue = f", {one.overdue} overdue" if one.overdue else ""
    why = f"Withdrawn on {words.day(one.withdrawn_on)}: {one.withdrawn_because}" if one.withdrawn_on else ""
    return [
        f"{KIND_WORDS[one.kind]}{edition}{reviewers}. {period}.",
        f"{said[:1].upper()}{said[1:]}." if said else "",
        f"{rated}. {found}{overdue}." if one.to_rate else f"{found}{overdue}.",
        why,
    ]


# ---------------------------------------------------------------------------------------------------------------------
# One of them


def _opened(me: Actor, line: ReviewLine, on: date) -> None:
    head, back = st.columns([4, 1.2], vertical_alignment="center")
    with head:
        st.subheader(plain(f"{line.title} · {_places(line)}"), anchor=False)
    with back:
        link_button("All reviews", "reviews", "all-reviews")
    st.markdown("  \n".join(f":small[{plain(fact)}]" for fact in _facts(line) if fact))
    if line.is_withdrawn:
        st.warning("This review was withdrawn. What was written in it is kept and can be read.")
    community_id = _pick_community(line)
    offered = [part for part in PARTS.values() if part != STANDARDS or line.standards]
    key = f"review-part-{line.review_id}"
    wished = PARTS.get(st.query_params.get("part", ""), "")
    if wished in offered and is_asked_anew(key, f"{wished}{st.query_params.get('community', '')}"):
        st.session_state[key] = wished
    st.session_state.setdefault(key, offered[0])
    part = st.segmented_control("Part", offered, key=key, label_visibility="collapsed", required=True)
    if part == STANDARDS:
        standards_part(me, line, community_id, on)
    elif part == FINDINGS:
        findings_part(me, line, _seen(me, line, community_id, on), on)
    else:
        _about(me, line)


def _seen(me: Actor, line: ReviewLine, community_id: int, on: date) -> CommunityReviewed:
    with reading() as db:
        return review_seen(
            db, viewer=me, review_id=line.review_id, on=on, community_id=community_id, count_in=()
        ).communities[0]


def _pick_community(line: ReviewLine) -> int:
    """One at a time: ratings and findings are a community's own."""
    places = list(line.communities)
    if len(places) == 1:
        return places[0]
    key, wished = f"review-community-{line.review_id}", st.query_params.get("community", "")
    if wished in map(str, places) and is_asked_anew(key, wished):
        st.session_state[key] = int(wished)
    st.session_state.setdefault(key, places[0])
    chosen = st.segmented_control(
        "Community",
        places,
        format_func=lambda one: plain(line.communities[one]),  # a button's words are Markdown
        key=key,
        required=True,
    )
    return chosen if chosen is not None else places[0]


def _about(me: Actor, line: ReviewLine) -> None:
    st.markdown(plain(f"Entered by {line.entered_by}. Standards: {line.standard_set or 'none'}."))
    if not line.may_change:
        if not line.is_withdrawn and line.elsewhere:
            st.caption("Its facts are changed by whoever answers for all of its communities.")
        return
    with reading() as db:
        places = communities_to_choose(db, viewer=me, what=Object.REVIEW, action=Action.UPDATE)
    with st.expander("Change what it is"):
        _change(me, line, places)
    with st.expander("Withdraw it"):
        _withdraw(me, line)


# ---------------------------------------------------------------------------------------------------------------------
# Forms


def _enter(me: Actor, places: Mapping[int, str]) -> None:
    with reading() as db:
        sets = standard_sets_to_choose(db, viewer=me, on=me.on)
    with record_form("enter-review", submit="Enter the review") as form:
        first = first_of_month(today())
        Begun(
            form,
            "new",
            None,
            {
                "kind": ReviewKind.SELF_REVIEW,
                "title": "",
                "places": list(places) if len(places) == 1 else [],
                "edition": "",
                "reviewers": "",
                "period_from": add_months(first, -12),
                "period_to": date.fromordinal(first.toordinal() - 1),
                "set": next(iter(sets), None),
                **dict.fromkeys(DATE_WORDS),
            },
        )
        facts = _fields(form, places, sets)
    if form.submitted:
        with saving(form, done="Review entered. Open it to rate its standards and enter what was found.") as db:
            enter_review(db, by=me, submission=form.key, facts=facts)


def _change(me: Actor, line: ReviewLine, places: Mapping[int, str]) -> None:
    with reading() as db:
        sets = standard_sets_to_choose(db, viewer=me, on=me.on)
    if line.standard_set_id is not None:
        sets.setdefault(line.standard_set_id, line.standard_set)
    with record_form(f"change-review-{line.review_id}", submit="Save the change") as form:
        begun = Begun(
            form,
            "change",
            line.row_version,
            {
                "kind": line.kind,
                "title": line.title,
                "places": list(line.communities),
                "edition": line.edition,
                "reviewers": line.reviewers,
                "period_from": line.period_from,
                "period_to": line.period_to,
                "set": line.standard_set_id,
                **{name: getattr(line, name) for name in DATE_WORDS},
            },
        )
        facts = _fields(form, places, sets)
    if form.submitted:
        with saving_begun(form, begun, done="Review changed.") as db:
            change_review(
                db,
                by=me,
                submission=form.key,
                review_id=line.review_id,
                row_version=begun.version or 0,
                facts=facts,
            )


def _fields(form: RecordForm, places: Mapping[int, str], sets: Mapping[int, str]) -> ReviewFacts:
    left, right = st.columns([1, 2])
    with left:
        kind = st.selectbox(
            "Kind of review", list(ReviewKind), format_func=KIND_WORDS.__getitem__, key=form.widget_key("kind")
        )
        form.slot("kind")
        assert kind is not None
    with right:
        title = st.text_input("Title", max_chars=LONGEST_TITLE, key=form.widget_key("title"))
        form.slot("title")
    chosen = st.multiselect(
        "Communities",
        list(places),
        format_func=places.__getitem__,
        key=form.widget_key("places"),
        placeholder="Choose one or several",
    )
    form.slot("communities")
    left, right = st.columns(2)
    with left:
        standard_set = st.selectbox(
            "Standards it goes by",
            [*sets, None],
            format_func=lambda one: NO_SET if one is None else sets[one],
            key=form.widget_key("set"),
        )
        form.slot("standard_set")
        edition = st.text_input(
            "Edition of the standards, as printed", max_chars=LONGEST_EDITION, key=form.widget_key("edition")
        )
        form.slot("edition")
    with right:
        reviewers = st.text_input(
            "Reviewers: a body, or names", max_chars=LONGEST_REVIEWERS, key=form.widget_key("reviewers")
        )
        form.slot("reviewers")
    left, right = st.columns(2)
    with left:
        since = _day(form, "Period from", "period_from")
    with right:
        until = _day(form, "Period to", "period_to")
    days = _days(form)
    return ReviewFacts(
        kind=kind,
        title=title,
        community_ids=chosen,
        period_from=since,
        period_to=until,
        edition=edition,
        standard_set_id=standard_set,
        reviewers=reviewers,
        **days,
    )


def _days(form: RecordForm) -> dict[str, date | None]:
    """Past or to come; each may be left out."""
    st.caption("A day that has passed is when it happened, one to come is when it is planned. All may stay empty.")
    found = {}
    for place, (name, label) in zip(st.columns(len(DATE_WORDS)), DATE_WORDS.items(), strict=True):
        with place:
            found[name] = _day(form, label, name)
    return found


def _day(form: RecordForm, label: str, name: str) -> date | None:
    chosen = pick_day_if_any(label, st.session_state.get(form.widget_key(name)), form.widget_key(name))
    form.slot(name)
    return chosen


def _withdraw(me: Actor, line: ReviewLine) -> None:
    with record_form(f"withdraw-review-{line.review_id}-{line.row_version}", submit="Withdraw the review") as form:
        st.caption(
            "For one that was entered by mistake or does not count. It stays in the list as withdrawn, with what was "
            "written in it. Once something is written in it, only a director withdraws it."
        )
        why = st.text_input("Why", max_chars=LONGEST_WHY, key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving(form, done="The review is withdrawn.") as db:
            withdraw_review(
                db, by=me, submission=form.key, review_id=line.review_id, row_version=line.row_version, reason=why
            )
