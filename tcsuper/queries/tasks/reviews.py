"""What waits of reviews: my actions that are late or soon due, what I am to close, and dates that come."""

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.queries.plan_actions import PlanActionSeen, plan_actions
from tcsuper.queries.reviews import ReviewLine, reviews_seen
from tcsuper.queries.tasks.task import Task
from tcsuper.rules.reviews import KIND_WORDS, PLAN_TONES, PLAN_WORDS, PlanStatus
from tcsuper.rules.standing import Tone
from tcsuper.settings import service_number

PAGE = "reviews"
MINE = (PlanStatus.OVERDUE, PlanStatus.DUE_SOON)


def tasks(db: Session, *, viewer: Actor) -> list[Task]:
    """Of mine: overdue, due soon, or sent back. Of others: done, and mine to close; then, in my communities, whose
    owner is gone, how many are overdue, and the dates of reviews."""
    actions = plan_actions(db, viewer=viewer, on=viewer.on)
    mine = [_mine(one) for one in actions if one.is_mine and (one.status in MINE or one.sent_back)]
    to_close = [_to_close(one) for one in actions if one.may_close]
    nobodys = [_needs_an_owner(one) for one in actions if one.owner_is_gone and one.may_change]
    late = [one for one in actions if one.may_change and not one.is_mine and one.status is PlanStatus.OVERDUE]
    return [*mine, *to_close, *nobodys, *_overdue(late), *_dates(db, viewer)]


def _mine(one: PlanActionSeen) -> Task:
    back = f" Sent back: {one.sent_back.because}" if one.sent_back else ""
    return Task(
        PLAN_WORDS[one.status] if one.status in MINE else "Sent back",
        PLAN_TONES[one.status] if one.status in MINE else Tone.AMBER,
        one.words,
        f"{one.review}, {one.community}. {one.standing.because}{back}",
        button="Open",
        page=PAGE,
        query=_query(one),
    )


def _to_close(one: PlanActionSeen) -> Task:
    return Task(
        "To close",
        Tone.AMBER,
        one.words,
        f"{one.review}, {one.community}. {one.owner}: {one.standing.because}",
        button="Look at it",
        page=PAGE,
        query=_query(one),
    )


def _needs_an_owner(one: PlanActionSeen) -> Task:
    return Task(
        "No owner",
        Tone.AMBER,
        one.words,
        f"{one.owner} has no post here any more. {one.review}, {one.community}.",
        button="Open",
        page=PAGE,
        query=_query(one),
    )


def _overdue(late: list[PlanActionSeen]) -> list[Task]:
    """One line for all of them: each stands on its owner's own first page."""
    if not late:
        return []
    whose = words.listed(sorted({one.owner for one in late}))
    title = f"{words.count(len(late), 'action')} of reviews overdue"
    oldest = min(one.due_on for one in late)
    reason = f"Of {whose}; the oldest was due on {words.day(oldest)}."
    return [Task("Overdue", Tone.BAD, title, reason, button="Open", page=PAGE, query={"show": "plans"})]


def _query(one: PlanActionSeen) -> dict[str, str]:
    return {"show": "plans", "action": str(one.record_id)}


def _dates(db: Session, viewer: Actor) -> list[Task]:
    """For who keeps the review: each of its dates that comes within the service's warning."""
    within = int(service_number(db, "plan_action_warning_days"))
    return [
        _date(line, what, words.day(day))
        for line in reviews_seen(db, viewer=viewer)
        if line.works_in
        for what, day in line.coming(viewer.on, within)
    ]


def _date(line: ReviewLine, what: str, day: str) -> Task:
    rated = f" {line.own_rated} of {line.to_rate} standards are rated by the community." if line.to_rate else ""
    places = words.listed(list(line.communities.values()))
    return Task(
        "Coming",
        Tone.NEUTRAL,
        f"{what}: {line.title}, {places}",
        f"{KIND_WORDS[line.kind]}. {what} on {day}.{rated}",
        button="Open",
        page=PAGE,
        query={"review": str(line.review_id)},
    )
