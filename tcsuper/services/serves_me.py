"""The yearly answers to "how supervision serves me": kept without a name, beside a note that somebody answered."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.audit import record_event
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import ServesMeAnswer, ServesMeGiven
from tcsuper.queries.serves_me import community_of_answers, has_answered
from tcsuper.rules.serves_me import is_complete

ALREADY = "You have answered this year. Your answers cannot be told from others', so they cannot be changed."


def answer_serves_me(db: Session, *, by: Actor, submission: UUID | None = None, answers: Sequence[int]) -> None:
    """The acting person's own, once in a calendar year. What they said and that they said it are stored together and
    apart: nothing leads from one to the other, not the event either."""
    by = acting(db, by, submission)
    check_about(db, by, Object.SURVEY, Action.CREATE, by.staff_id)
    community_id = community_of_answers(db, by.staff_id, by.on)
    if community_id is None:
        raise NotAllowed
    given = list(answers)
    if not is_complete(given):
        raise InvalidRecord(answers="Answer each of the five questions, from 1 to 5.")
    if has_answered(db, by.staff_id, by.on.year):
        raise Conflict(ALREADY)
    try:
        db.add(ServesMeGiven(staff_id=by.staff_id, year=by.on.year))
        db.add(ServesMeAnswer(year=by.on.year, community_id=community_id, answers=given))
        db.flush()
    except IntegrityError as elsewhere:  # the same person at the same moment in another tab
        raise Conflict(ALREADY) from elsewhere
    record_event(db, by=by, action="answer_serves_me", object_kind="serves_me", about=[by.staff_id], year=by.on.year)
