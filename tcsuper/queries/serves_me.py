"""How supervision serves people, by community and year: never from fewer than the smallest group, never while the year
is running, and never two communities added up, since their difference would be a third one."""

from collections import Counter, defaultdict
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import COUNTED, Actor, Object, communities_within, in_force
from tcsuper.models import Community, GroupMember, Post, ServesMeAnswer, ServesMeGiven, SupervisionAgreement
from tcsuper.rules.serves_me import ANSWERS, QUESTIONS, is_asked, is_over
from tcsuper.settings import service_number


def still_to_answer(db: Session, *, viewer: Actor) -> bool:
    """Whether I have an agreement and a post, and have not answered this calendar year."""
    me, on = viewer.staff_id, viewer.on
    return not has_answered(db, me, on.year) and community_of_answers(db, me, on) is not None


def is_reminded(db: Session, *, viewer: Actor) -> bool:
    """The same in the months in which everybody is asked."""
    return is_asked(viewer.on, service_number(db, "serves_me_from_month")) and still_to_answer(db, viewer=viewer)


def has_answered(db: Session, staff_id: int, year: int) -> bool:
    """Whether somebody has answered that year's questions; what they said is kept apart from that."""
    return db.get(ServesMeGiven, (staff_id, year)) is not None


def community_of_answers(db: Session, staff_id: int, on: date) -> int | None:
    """Where the answers of this person count: the community of their first post in force. None for whoever holds no
    post, or has no agreement in force as a supervisee, alone or in a group."""
    agreement, member = SupervisionAgreement, GroupMember
    groups = sa.select(col(member.group_id)).where(
        col(member.staff_id) == staff_id, in_force(member.start_on, member.end_on, on)
    )
    supervised = (
        sa.select(col(agreement.id))
        .where(
            in_force(agreement.start_on, agreement.end_on, on),
            sa.or_(col(agreement.supervisee_id) == staff_id, col(agreement.group_id).in_(groups)),
        )
        .exists()
    )
    return db.scalar(
        sa.select(col(Post.community_id))
        .where(col(Post.staff_id) == staff_id, in_force(Post.start_on, Post.end_on, on), supervised)
        .order_by(col(Post.start_on), col(Post.id))
        .limit(1)
    )


def how_supervision_serves(db: Session, *, viewer: Actor) -> pd.DataFrame:
    """The spread of the answers to each question, of the communities the viewer sees as a whole.

    Columns: community, year, people (how many answered), question (short), answer (words), count; by community, the
    latest year first. Years that are not over, and those of a community in which too few answered, are left out whole.
    """
    names = dict(
        db.execute(
            sa.select(col(Community.id), col(Community.name))
            .where(col(Community.id).in_(communities_within(viewer, Object.SURVEY, shapes=COUNTED)))
            .order_by(Community.name)
        ).all()
    )
    given: dict[tuple[int, int], list[list[int]]] = defaultdict(list)
    found = db.execute(
        sa.select(col(ServesMeAnswer.community_id), col(ServesMeAnswer.year), col(ServesMeAnswer.answers)).where(
            col(ServesMeAnswer.community_id).in_(names)
        )
    )
    for community_id, year, answers in found:
        given[community_id, year].append(answers)
    smallest, rows = service_number(db, "smallest_group"), []
    for community_id, name in names.items():
        for year in sorted({year for place, year in given if place == community_id}, reverse=True):
            answers = given[community_id, year]
            if is_over(year, viewer.on) and len(answers) >= smallest:
                rows += [(name, year, len(answers), *row) for row in _spread(answers)]
    return pd.DataFrame(rows, columns=["community", "year", "people", "question", "answer", "count"], dtype=object)


def _spread(answers: list[list[int]]) -> list[tuple[str, str, int]]:
    """Question, answer in words, how many gave it: every answer of every question, those that nobody gave too."""
    rows = []
    for number, question in enumerate(QUESTIONS):
        counts = Counter(one[number] for one in answers)
        rows += [(question.short, word, counts[value]) for value, word in ANSWERS.items()]
    return rows
