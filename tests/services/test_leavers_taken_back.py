"""The end of a post taken back or moved before its last day is over."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from tcsuper.clock import today
from tcsuper.errors import Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Account,
    Post,
    Staff,
    SupervisionSession,
)
from tcsuper.queries.evidence import current
from tcsuper.queries.leavers import Leaving
from tcsuper.services.accounts import make_account
from tcsuper.services.agreements import end_agreement
from tcsuper.services.leavers import move_last_day
from tests.leaving import (
    AFTER,
    BEFORE,
    LAST_DAY,
    Leaver,
    agreement,
    back,
    ends,
    known,
    leaver,
    places,
    post_elsewhere,
    whatever_ends,
)
from tests.people import LONG_AGO, make_cast

ONE_DAY = timedelta(days=1)


@pytest.fixture
def ben(db: Session) -> Leaver:
    return leaver(db, make_cast(db))


def test_taken_back_before_the_day_everything_that_lasts_goes_on(db: Session, ben: Leaver) -> None:
    before = whatever_ends(db)
    ends(db, ben)
    taken = back(db, ben)
    assert whatever_ends(db) == before
    assert taken.goes_on == 10
    assert taken.words == (
        "Of what ended with it, 10 things go on. To be entered again: 3 planned sessions and 1 place on a course."
    )
    session = SupervisionSession
    (meets,) = db.exec(
        select(session).where(
            session.agreement_id == ben.cast.group_agreement, session.held_on == AFTER, current(session)
        )
    )
    assert meets.contracted == 10, "they are expected in their group again"


def test_what_something_else_ended_meanwhile_stays_ended(db: Session, ben: Leaver) -> None:
    ends(db, ben)
    end_agreement(db, by=known(db, ben.cast, "Asha"), agreement_id=ben.cast.ben_agreement, end_on=BEFORE)
    back(db, ben)
    assert agreement(db, ben.cast.ben_agreement) == BEFORE and agreement(db, ben.rows["bela"]) is None


def test_what_was_handed_over_stays_with_the_new_supervisor(db: Session, ben: Leaver) -> None:
    ends(db, ben, next_supervisors={ben.rows["bela"]: ben.cast.id("Asha")})
    assert "1 agreement handed over stay" in back(db, ben).words
    assert agreement(db, ben.rows["bela"]) == LAST_DAY


def test_one_of_two_posts_taken_back_keeps_the_person_in_the_service(db: Session, ben: Leaver) -> None:
    """Both were given a last day, so the account was to end: with one of them it goes on again."""
    other = post_elsewhere(db, ben)
    ends(db, ben, by="Eve", post_id=other)
    ends(db, ben)
    assert db.get_one(Account, ben.cast.accounts["Ben"]).ends_on == LAST_DAY
    back(db, ben, other, by="Eve")
    assert db.get_one(Account, ben.cast.accounts["Ben"]).ends_on is None
    assert agreement(db, ben.cast.ben_agreement) is None
    assert places(db, ben) == [LAST_DAY], "what hangs on B ends with B all the same"


def test_another_day_is_chosen_by_taking_it_back_first(db: Session, ben: Leaver) -> None:
    ends(db, ben)
    back(db, ben)
    ends(db, ben, end_on=AFTER)
    assert agreement(db, ben.cast.ben_agreement) == AFTER == db.get_one(Account, ben.cast.accounts["Ben"]).ends_on
    back(db, ben)
    assert agreement(db, ben.cast.ben_agreement) is None, "the latest end is the one taken back"


def moves(db: Session, ben: Leaver, end_on: date, shown: date = LAST_DAY, by: str = "Asha") -> Leaving:
    return move_last_day(db, by=known(db, ben.cast, by), post_id=ben.post, end_on=end_on, shown=shown)


@pytest.mark.parametrize("another", [AFTER, BEFORE])
def test_a_last_day_is_moved_in_one_go_and_what_ended_ends_with_the_other_day(
    db: Session, ben: Leaver, another: date
) -> None:
    before = whatever_ends(db)
    ends(db, ben)
    ended = {key for key, end in whatever_ends(db).items() if end != before[key]}
    moves(db, ben, another)
    after = whatever_ends(db)
    assert {after[key] for key in ended} == {another} and len(ended) == 11
    assert all(after[key] == end for key, end in before.items() if key not in ended)


def test_who_was_to_take_another_post_still_stays_when_the_last_day_moves(db: Session, ben: Leaver) -> None:
    ends(db, ben, stays=True)
    assert not moves(db, ben, AFTER).leaves_service
    assert db.get_one(Account, ben.cast.accounts["Ben"]).ends_on is None


def test_a_last_day_that_cannot_be_leaves_the_former_one_and_all_that_ended_with_it(db: Session, ben: Leaver) -> None:
    ends(db, ben)
    as_it_was = whatever_ends(db)
    with pytest.raises(InvalidRecord, match="began on"):
        moves(db, ben, LONG_AGO - ONE_DAY)
    with pytest.raises(InvalidRecord, match="is the last day already"):
        moves(db, ben, LAST_DAY)
    with pytest.raises(Conflict, match="changed after you looked"):
        moves(db, ben, AFTER, shown=BEFORE)
    assert whatever_ends(db) == as_it_was


@pytest.mark.parametrize("goes_on", [True, False])
def test_an_account_made_after_the_end_was_entered_goes_on_with_the_post(
    db: Session, ben: Leaver, goes_on: bool
) -> None:
    """One that ended by itself on that very day was none of the post's."""
    eve = known(db, ben.cast, "Eve")
    account = db.get_one(Account, ben.cast.accounts["Ben"])
    if goes_on:
        other = Staff(full_name="Somebody Else", code="P-OTHER1")
        db.add(other)
        db.flush()
        account.staff_id = other.id or 0
    else:
        account.ends_on = LAST_DAY
    ends(db, ben)
    if goes_on:
        make_account(db, by=eve, staff_id=ben.ben, username="ben-anew", ends_on=LAST_DAY)
    back(db, ben)
    ends_on = db.exec(select(Account.ends_on).where(Account.staff_id == ben.ben)).one()
    assert ends_on == (None if goes_on else LAST_DAY)


def test_once_the_day_is_over_it_stands(db: Session, ben: Leaver) -> None:
    ends(db, ben, end_on=today() - ONE_DAY)
    with pytest.raises(NotAllowed, match="Give a new one"):
        back(db, ben)
    with pytest.raises(NotAllowed, match="no last day"):
        back(db, ben, db.exec(select(Post.id).where(Post.staff_id == ben.cast.id("Bela"))).one() or 0)


def test_nobody_ends_or_takes_back_their_own(db: Session, ben: Leaver) -> None:
    mine = db.exec(select(Post.id).where(Post.staff_id == ben.cast.id("Asha"))).one() or 0
    with pytest.raises(NotAllowed, match="your own posts"):
        ends(db, ben, post_id=mine)
    db.get_one(Post, mine).end_on = LAST_DAY
    with pytest.raises(NotAllowed, match="your own posts"):
        back(db, ben, mine)
