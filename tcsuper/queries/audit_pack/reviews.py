"""Of an audit pack: the review, section by section and standard by standard, and the plan that came of it. What nobody
wrote yet is said to be missing, in the very place where it belongs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from tcsuper import words
from tcsuper.errors import NotAllowed
from tcsuper.queries.audit_pack.asked import NOT_GIVEN, Area, Asked, Form
from tcsuper.queries.findings import FindingSeen, findings
from tcsuper.queries.plan_actions import PlanActionSeen, plan_actions
from tcsuper.queries.reviews import (
    CommunityReviewed,
    RatingSeen,
    ReviewLine,
    ReviewSeen,
    SectionSeen,
    StandardSeen,
    review_seen,
    reviews_seen,
)
from tcsuper.queries.standard_evidence import OF_PEOPLE, Evidence
from tcsuper.queries.team_counts import ALL, Team, of_large_groups, team_on
from tcsuper.reports.pack import PackTable, Value
from tcsuper.rules.reviews import (
    FINDING_WORDS,
    KIND_WORDS,
    MET_WORDS,
    NOT_OVER,
    NOT_RATED,
    PLAN_WORDS,
    EvidenceOf,
    PlanStatus,
)

NOT_WRITTEN, CLOSED = "Not written yet", "Closed in the period"
NOT_COUNTED = "Nothing is counted towards"
PAGES = {
    "supervision_due": "Who is due",
    "practice": "Observed practice",
    "responsibilities": "Responsibilities",
    "team_competency": "Team competency",
    "training": "Training",
    "registration": "Registration",
    "reviews": "Reviews",
}
"""Where the figures can be looked at, by the names of the menu."""
OF_PRACTICE = frozenset({EvidenceOf.PRACTICE_OBSERVED, EvidenceOf.PRACTICE_AT_STANDARD})
Row = tuple[Value, ...]


def reviews_offered(asked: Asked) -> list[ReviewLine]:
    """Reviews in force of any of these communities whose period had begun by the date, the latest first."""
    found = reviews_seen(asked.db, viewer=asked.viewer, on=asked.on)
    theirs = (one for one in found if set(one.communities) & set(asked.communities))
    return [one for one in theirs if not one.is_withdrawn and one.period_from <= asked.on]


def chosen_review(asked: Asked) -> ReviewLine | None:
    """The one that was chosen; when none was, the latest that goes by standards, else the latest. Raises NotAllowed for
    one that is not of these communities, or not theirs to read."""
    offered = reviews_offered(asked)
    if asked.review_id is None:
        return next((one for one in offered if one.standard_set_id is not None), offered[0] if offered else None)
    found = next((one for one in offered if one.review_id == asked.review_id), None)
    if found is None:
        raise NotAllowed
    return found


def review_areas(asked: Asked) -> list[Area]:
    """The review as a whole, then a part for each section of its standards."""
    line = chosen_review(asked)
    if line is None:
        said = "No review of these communities is entered: there is neither a self-review nor anybody else's rating."
        return [Area("The review", (said,), is_written=False)]
    seen = _seen(asked, line.review_id)
    reviewed = [one for one in seen.communities if one.community_id in asked.communities]
    titles = list(dict.fromkeys(section.title for one in reviewed for section in one.sections))
    return [_whole(asked, seen, reviewed), *(_section(asked, title, reviewed) for title in titles)]


def _seen(asked: Asked, review_id: int) -> ReviewSeen:
    """What the review says, its evidence as this form gives it: what is counted of a few, as to somebody who sees
    counts alone."""
    seen = review_seen(asked.db, viewer=asked.viewer, review_id=review_id, on=asked.on, known_on=asked.known_on)
    if asked.is_counts:
        teams: dict[tuple[EvidenceOf, date], Team] = {}
        return _with_evidence(seen, lambda community, _, one: _of_enough(asked, teams, community, one))
    guarded = review_seen(asked.db, viewer=asked.counting, review_id=review_id, on=asked.on)
    kinds = OF_PRACTICE if asked.form is Form.NAMED else OF_PRACTICE | {EvidenceOf.SUPERVISION_MET}
    counted = {
        (one.community_id, standard.standard_id, found.kind): found
        for one in guarded.communities
        for section in one.sections
        for standard in section.standards
        for found in standard.evidence
        if found.kind in kinds
    }

    return _with_evidence(seen, lambda community, standard, one: counted.get((community, standard, one.kind), one))


def _of_enough(asked: Asked, teams: dict[tuple[EvidenceOf, date], Team], community: int, found: Evidence) -> Evidence:
    """In counts a figure of people is given from the smallest group up, of whatever kind: on the screen some stand at
    any size."""
    if found.kind not in OF_PEOPLE or found.numerator is None:
        return found
    line = OF_PEOPLE[found.kind].line
    which = (found.kind, found.as_at)
    if which not in teams:
        team = team_on(asked.db, viewer=asked.viewer, on=found.as_at, lines=[line])
        teams[which] = of_large_groups(team, asked.smallest)
    if teams[which].columns[line].cell((community, ALL)).met is not None:
        return found
    sentence = f"Not given: it would tell of fewer than {asked.smallest} people."
    return replace(found, numerator=None, denominator=None, sentence=sentence)


def _with_evidence(seen: ReviewSeen, told_of: Callable[[int, int, Evidence], Evidence]) -> ReviewSeen:
    """`told_of`: what stands in the place of what is counted for a community towards a standard."""

    def told(community: int, standard: StandardSeen) -> StandardSeen:
        evidence = tuple(told_of(community, standard.standard_id, one) for one in standard.evidence)
        return replace(standard, evidence=evidence)

    communities = tuple(
        replace(
            one,
            sections=tuple(
                replace(section, standards=tuple(told(one.community_id, each) for each in section.standards))
                for section in one.sections
            ),
        )
        for one in seen.communities
    )
    return replace(seen, communities=communities)


# ---------------------------------------------------------------------------------------------------------------------
# As a whole


def _whole(asked: Asked, seen: ReviewSeen, reviewed: list[CommunityReviewed]) -> Area:
    line = seen.line
    by_whom = f", by {asked.said(line.reviewers)}" if line.reviewers else ""
    edition = f", {line.edition}" if line.edition else ""
    standards = f" By {line.standard_set}{edition}." if line.standard_set else " It goes by no set of standards."
    dates = "; ".join(f"{what.lower()} {words.day(on)}" for what, on in line.dates())
    said = [
        f"{asked.said(line.title)} ({KIND_WORDS[line.kind].lower()}{by_whom}), about {words.day(line.period_from)} to "
        f"{words.day(line.period_to)}.{standards}",
        f"Dates: {dates}." if dates else "No date of it is set yet.",
    ]
    rated = any(one.own.rated or one.reviewers.rated for one in reviewed)
    worth = seen.points
    points = PackTable(
        "Self-review with points",
        ("Community", "Section", "Own points", "Of", "Per cent", "Own rating", "Reviewers' points", "Of points"),
        [_points(one, section) for one in reviewed for section in one.sections],
        total=_total(reviewed),
        note=f"Met counts {worth.met}, partly met {worth.partly_met}, not met {worth.not_met}, set by the service. Not "
        "applicable and not known are outside both numbers; what is not rated yet is not “not met”.",
        nothing="The review goes by no standards, so there is nothing to rate.",
    )
    return Area("The review", tuple(said), (points,), is_written=rated or not line.standard_set)


def _points(one: CommunityReviewed, section: SectionSeen) -> Row:
    own, theirs = section.own, section.reviewers
    return (
        one.community,
        section.title or "All standards",
        *((own.points, own.of, own.share) if own.of else (NOT_RATED, None, None)),
        own.sentence,
        *((theirs.points, theirs.of) if theirs.of else (NOT_RATED, None)),
    )


def _total(reviewed: list[CommunityReviewed]) -> Row:
    own, of = sum(one.own.points for one in reviewed), sum(one.own.of for one in reviewed)
    theirs, of_theirs = sum(one.reviewers.points for one in reviewed), sum(one.reviewers.of for one in reviewed)
    if not of and not of_theirs:
        return ()
    reviewed_by_others: Row = (theirs, of_theirs) if of_theirs else (NOT_RATED, None)
    return ("All of them", "", own, of, 100 * own // of if of else None, "", *reviewed_by_others)


# ---------------------------------------------------------------------------------------------------------------------
# A section


def _section(asked: Asked, title: str, reviewed: list[CommunityReviewed]) -> Area:
    standards = [
        (one.community, standard)
        for one in reviewed
        for section in one.sections
        if section.title == title
        for standard in section.standards
    ]
    stated = sum(standard.statement is not None for _, standard in standards)
    rated = sum(standard.own is not None for _, standard in standards)
    said = (
        f"{rated} of {words.count(len(standards), 'standard')} are rated by the community itself. "
        f"{words.count(stated, 'statement is', 'statements are')} written, and {len(standards) - stated} not yet."
    )
    ratings = PackTable(
        f"{title}: ratings and statements",
        ("Community", "No.", "Standard", "Own rating", "Why", "Reviewers' rating", "Why so", "Statement"),
        [_rating_row(asked, community, one) for community, one in standards],
        note="Own: in the community's own eyes. A statement is what the community says of a standard.",
        nothing="It has no standards.",
    )
    evidence = PackTable(
        f"{title}: what is counted",
        (
            "Community",
            "No.",
            "Standard",
            "What is counted",
            "Count",
            "Of",
            "Per cent",
            "In a sentence",
            "To be seen under",
        ),
        [
            (community, one.number, one.short_title, *_figure(asked, each))
            for community, one in standards
            for each in one.evidence
        ],
        note="Over the period of the review, as far as it has come by the date, from the queries behind the screens."
        + _not_counted([one for _, one in standards]),
        nothing="Nothing is counted towards these standards.",
    )
    return Area(title or "All standards", (said,), (ratings, evidence), is_written=bool(rated or stated))


def _rating_row(asked: Asked, community: str, one: StandardSeen) -> Row:
    return (
        community,
        one.number,
        one.short_title,
        *_rating(asked, one.own),
        *_rating(asked, one.reviewers),
        asked.said(one.statement.words) if one.statement is not None else NOT_WRITTEN,
    )


def _rating(asked: Asked, rating: RatingSeen | None) -> tuple[str, str]:
    return (MET_WORDS[rating.result], asked.said(rating.reason)) if rating is not None else (NOT_RATED, "")


def _not_counted(standards: list[StandardSeen]) -> str:
    """Once for all of them: a row that says nothing is no evidence."""
    named = dict.fromkeys(f"{one.number} {one.short_title}" for one in standards if not one.evidence)
    return f" {NOT_COUNTED} {words.listed(list(named))}." if named else ""


def _figure(asked: Asked, found: Evidence) -> Row:
    where = PAGES.get(found.page, "")
    if found.numerator is None:
        return (found.label, NOT_GIVEN, NOT_GIVEN, None, asked.said(found.sentence), where)
    return (found.label, found.numerator, found.denominator, found.share, asked.said(found.sentence), where)


# ---------------------------------------------------------------------------------------------------------------------
# What was found, and what is done about it


def plan_area(asked: Asked) -> Area:
    """Findings of every review of these communities; actions that are open on the date, and those closed in the
    period."""
    places = list(asked.communities)
    actions = plan_actions(asked.db, viewer=asked.viewer, on=asked.on, known_on=asked.known_on, community_ids=places)
    to_do = [one for one in actions if one.status in NOT_OVER]
    closed = [one for one in actions if one.status is PlanStatus.CLOSED and _is_in_period(asked, one)]
    found = findings(asked.db, viewer=asked.viewer, on=asked.on, known_on=asked.known_on, community_ids=places)
    late = sum(one.status is PlanStatus.OVERDUE for one in to_do)
    said = (
        f"{words.count(len(to_do), 'action is', 'actions are')} not closed on {words.day(asked.on)}, {late} of them "
        f"overdue; {len(closed)} closed in the period."
    )
    return Area(
        "Findings and actions",
        (said,),
        (
            _findings(asked, found),
            _actions(asked, "Open actions", to_do, "No action is open."),
            _actions(asked, CLOSED, closed, "No action was closed in the period."),
        ),
    )


def _is_in_period(asked: Asked, one: PlanActionSeen) -> bool:
    closed_on = one.planned.closed_on
    return closed_on is not None and asked.since <= closed_on <= asked.until


def _findings(asked: Asked, found: tuple[FindingSeen, ...]) -> PackTable:
    rows: list[Row] = [
        (
            one.community,
            asked.said(one.review),
            one.standard or "About no one standard",
            FINDING_WORDS[one.kind],
            asked.said(one.words),
            one.found_on,
            "Found before" if one.repeats_record_id else "",
            len(one.actions),
            sum(action.status in NOT_OVER for action in one.actions),
        )
        for one in found
    ]
    open_ones = sum(int(str(row[8])) for row in rows)
    return PackTable(
        "Findings",
        ("Community", "Review", "Standard", "Kind", "Finding", "Found on", "Again", "Actions", "Of them open"),
        rows,
        total=("Findings", len(rows), "", "", "", "", "", sum(len(one.actions) for one in found), open_ones)
        if rows
        else (),
        nothing="No review of these communities has found anything yet.",
    )


def _actions(asked: Asked, title: str, actions: list[PlanActionSeen], nothing: str) -> PackTable:
    named, closed = not asked.is_counts, title == CLOSED
    columns = (
        *("Community", "Review", "Standard", "Action", *(("Owner",) if named else ()), "Due"),
        *(("Done on", "Closed on") if closed else ("Status", "How it stands", "Done on")),
        "Evidence",
    )
    rows: list[Row] = [
        (
            one.community,
            asked.said(one.review),
            one.standard or "–",
            asked.said(one.words),
            *((asked.whom(one.owner_id, one.owner),) if named else ()),
            one.due_on,
            *(() if closed else (PLAN_WORDS[one.status], asked.said(one.standing.because))),
            one.planned.done_on,
            *((one.planned.closed_on,) if closed else ()),
            asked.said(one.evidence),
        )
        for one in actions
    ]
    total: Row = ("Actions", len(actions), *("" for _ in columns[2:]))
    return PackTable(title, columns, rows, total=total if actions else (), nothing=nothing)
