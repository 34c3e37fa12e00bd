"""A review section by section: how each standard is rated, what is counted towards it, what its community says."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st
from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.models import HowMet, RatedBy
from tcsuper.queries.reviews import (
    CommunityReviewed,
    RatingSeen,
    ReviewLine,
    ReviewSeen,
    SectionSeen,
    StandardSeen,
    review_seen,
)
from tcsuper.rules.reviews import (
    LONGEST_REASON,
    LONGEST_STATEMENT,
    MET_TONES,
    MET_WORDS,
    NOT_RATED,
    RATED_BY_WORDS,
)
from tcsuper.rules.standing import Tone
from tcsuper.services.reviews import Rated, rate_standards, write_statement
from tcsuper.ui.begun import Begun, saving_begun
from tcsuper.ui.links import link_button
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form
from tcsuper.ui.status import chip, row_list
from tcsuper.ui.tables import show_table

WHOLE = "The standards"
LOOK, RATE_OWN, RATE_REVIEWERS = "Look", "Rate it yourselves", "Enter the reviewers' rating"
RATES = {RATE_OWN: RatedBy.COMMUNITY, RATE_REVIEWERS: RatedBy.REVIEWERS}
PAGE_NAMES = {
    "supervision_due": "Who is due",
    "training": "Training",
    "registration": "Registration",
    "practice": "Observed practice",
    "responsibilities": "Responsibilities",
    "team_competency": "Team competency",
    "reviews": "Action plans",
}


def standards_part(me: Actor, line: ReviewLine, community_id: int, on: date) -> None:
    """The scores of all sections, then one section to look at or to rate."""
    with reading() as db:
        titles = _titles(db, me, line, community_id, on)
    section = st.segmented_control(
        "Section",
        titles,
        default=titles[0],
        format_func=lambda one: plain(one) or WHOLE,
        key=f"review-section-{line.review_id}",
        required=True,
    )
    with reading() as db:
        review = review_seen(
            db, viewer=me, review_id=line.review_id, on=on, community_id=community_id, count_in=[section or ""]
        )
    seen = review.communities[0]
    shown = next(one for one in seen.sections if one.title == section)
    what = LOOK
    if seen.may_work:
        what = (
            st.segmented_control(
                "What to do",
                [LOOK, *RATES],
                default=LOOK,
                key=f"review-do-{line.review_id}",
                label_visibility="collapsed",
                required=True,
            )
            or LOOK
        )
    if what == LOOK:
        _scores(review, seen)
        for one in shown.standards:
            _standard(me, line, seen, one, on)
    else:
        _rate(me, line, seen, shown, RATES[what])


def _titles(db: Session, me: Actor, line: ReviewLine, community_id: int, on: date) -> list[str]:
    """Nothing is counted for them."""
    seen = review_seen(db, viewer=me, review_id=line.review_id, on=on, community_id=community_id, count_in=())
    return [section.title for section in seen.communities[0].sections]


# ---------------------------------------------------------------------------------------------------------------------
# Scores


def _scores(review: ReviewSeen, seen: CommunityReviewed) -> None:
    """Points by section, numerator and denominator; never an average."""
    with st.expander("Points by section", key=f"scores-{review.line.review_id}"):
        lines = [(one.title or WHOLE, one.own, one.reviewers) for one in seen.sections]
        if len(lines) > 1:
            lines.append(("All sections", seen.own, seen.reviewers))
        show_table(
            [
                {
                    "Section": title,
                    "Own rating": own.label,
                    "Own, %": own.share,
                    "Reviewers": reviewers.label,
                    "Reviewers, %": reviewers.share,
                    "Not rated": own.not_rated,
                }
                for title, own, reviewers in lines
            ]
        )
        points = review.points
        st.caption(
            f"Points, set by your service: met {points.met}, partly met {points.partly_met}, not met "
            f"{points.not_met}. What is not applicable or not known is in neither number; nor is what is not rated yet."
        )
    st.markdown(f":small[{plain('Own rating of all sections: ' + seen.own.sentence)}]")
    if seen.reviewers.rated:
        st.markdown(f":small[{plain('Reviewers: ' + seen.reviewers.sentence)}]")


# ---------------------------------------------------------------------------------------------------------------------
# One standard


def _standard(me: Actor, line: ReviewLine, seen: CommunityReviewed, one: StandardSeen, on: date) -> None:
    with st.container(border=True, gap="small", key=f"standard-{one.standard_id}"):
        st.markdown(f"**{plain(f'{one.number}. {one.short_title}')}**  \n:small[{plain(one.text)}]")
        left, right = st.columns(2)
        with left:
            _rating("Own rating", one.own)
        with right:
            _rating("Reviewers' rating", one.reviewers)
        if one.difference:
            st.caption(plain(one.difference))
        if one.evidence:
            _evidence(one, on)
        elif not one.kinds:
            st.caption("Nothing that is recorded here is counted towards it: a statement and the ratings speak for it.")
        if one.statement:
            st.markdown("**Statement**")
            st.text(one.statement.words)
            st.caption(plain(f"{one.statement.by}, {words.day(one.statement.on)}."))
        if one.findings:
            st.caption(f"{words.count(len(one.findings), 'finding')}: see Findings and actions.")
        if seen.may_work:
            _statement(me, line, seen, one)


def _rating(label: str, rating: RatingSeen | None) -> None:
    st.markdown(f":small[{plain(label)}]")
    chip(MET_WORDS[rating.result] if rating else NOT_RATED, MET_TONES[rating.result] if rating else Tone.NEUTRAL)
    if rating:
        if rating.reason:
            st.text(rating.reason)
        st.caption(plain(f"{rating.by}, {words.day(rating.on)}."))


def _evidence(one: StandardSeen, on: date) -> None:
    with row_list(f"evidence-{one.standard_id}") as listed:
        for each in one.evidence:
            share = f" ({each.share}%)" if each.share is not None else ""
            # a figure is a figure: whether it is good enough is for the rating to say
            place = listed.row(each.figure, Tone.NEUTRAL, f"{each.label}{share}", each.sentence, wide=not each.page)
            if each.page:
                with place:
                    name = PAGE_NAMES.get(each.page, "Open")
                    as_at = {} if each.as_at == on else {"as_at": each.as_at.isoformat()}  # as it was counted
                    link_button(name, each.page, f"evidence-{one.standard_id}-{each.kind}", each.query | as_at)


def _statement(me: Actor, line: ReviewLine, seen: CommunityReviewed, one: StandardSeen) -> None:
    folded = st.expander(
        "Change the statement" if one.statement else "Write a statement",
        key=f"statement-{line.review_id}-{seen.community_id}-{one.standard_id}",
        on_change="rerun",
    )
    if not folded.open:
        return
    name = f"statement-{line.review_id}-{seen.community_id}-{one.standard_id}"
    with folded, record_form(name, submit="Save the statement") as form:
        there = one.statement
        begun = Begun(form, "words", there.statement_id if there else None, {"words": there.words if there else ""})
        typed = st.text_area(
            "What your community says of this standard",
            max_chars=LONGEST_STATEMENT,
            height=140,
            key=form.widget_key("words"),
        )
        form.slot("statement")
        st.caption("It stands beside the counts, here and in the audit pack. Nothing in it may identify a resident.")
    if form.submitted:
        with saving_begun(form, begun, done="Statement saved.") as db:
            write_statement(
                db,
                by=me,
                submission=form.key,
                review_id=line.review_id,
                community_id=seen.community_id,
                standard_id=one.standard_id,
                statement=typed,
                seen_id=begun.version,
            )


# ---------------------------------------------------------------------------------------------------------------------
# Rating a section


def _rate(me: Actor, line: ReviewLine, seen: CommunityReviewed, section: SectionSeen, rated_by: RatedBy) -> None:
    """One form for all of its standards. Left empty is "not rated yet", which is not "not met"."""
    whose = RATED_BY_WORDS[rated_by]
    name = f"rate-{line.review_id}-{seen.community_id}-{rated_by.value}-{section.standards[0].standard_id}"
    with record_form(name, submit="Save these ratings") as form:
        st.caption(f"{whose}. Leave empty what is not rated yet: that is not the same as “not met”.")
        begun: dict[int, Begun] = {}
        typed: dict[int, tuple[HowMet | None, str]] = {}
        for one in section.standards:
            there = one.rating(rated_by)
            fields = {
                f"result_{one.standard_id}": there.result if there else None,
                f"reason_{one.standard_id}": there.reason if there else "",
            }
            begun[one.standard_id] = Begun(form, str(one.standard_id), there.rating_id if there else None, fields)
            st.markdown(f"**{plain(f'{one.number}. {one.short_title}')}**  \n:small[{plain(one.text)}]")
            counted = " · ".join(f"{each.label}: {each.figure}" for each in one.evidence if each.numerator is not None)
            if counted:
                st.caption(plain(counted))
            result = st.segmented_control(
                f"{whose} of {one.number}",
                list(HowMet),
                format_func=MET_WORDS.__getitem__,
                key=form.widget_key(f"result_{one.standard_id}"),
                label_visibility="collapsed",
            )
            reason = st.text_input(
                f"Why, of {one.number}",
                max_chars=LONGEST_REASON,
                placeholder="Why (may stay empty)",
                key=form.widget_key(f"reason_{one.standard_id}"),
                label_visibility="collapsed",
            )
            form.slot(f"reason_{one.standard_id}")
            typed[one.standard_id] = (result, reason)
    if form.submitted:
        _save_ratings(me, line, seen, rated_by, form, begun, typed)


def _save_ratings(
    me: Actor,
    line: ReviewLine,
    seen: CommunityReviewed,
    rated_by: RatedBy,
    form: RecordForm,
    begun: Mapping[int, Begun],
    typed: Mapping[int, tuple[HowMet | None, str]],
) -> None:
    ratings: Sequence[Rated] = [
        Rated(standard_id, result, reason, begun[standard_id].version)
        for standard_id, (result, reason) in typed.items()
    ]
    with saving_begun(form, *begun.values(), done="Ratings saved.") as db:
        rate_standards(
            db,
            by=me,
            submission=form.key,
            review_id=line.review_id,
            community_id=seen.community_id,
            rated_by=rated_by,
            ratings=ratings,
        )
