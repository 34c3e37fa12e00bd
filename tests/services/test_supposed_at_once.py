"""What if while others save: who really saves is never harmed by it, and what is told is of one moment."""

import time
from datetime import timedelta
from threading import Event, Thread

import pytest

from tcsuper.database import reading, supposing, writing
from tcsuper.errors import SAVING_ELSEWHERE, Conflict
from tcsuper.models import Post, Staff
from tcsuper.rules.what_if import Supposed
from tcsuper.services.leavers import end_post
from tcsuper.services.supposed import what_if
from tests.leaving import LAST_DAY, Leaver, known
from tests.supposing import ON, asked, stage


@pytest.fixture
def ben(database: str) -> Leaver:
    with writing() as db:
        return stage(db)


class Saver(Thread):
    """Ends Ben's post in a transaction of its own that stays open for a moment; keeps what came of it."""

    def __init__(self, ben: Leaver) -> None:
        super().__init__()
        self.ben, self.half_done, self.outcome = ben, Event(), "not saved"

    def run(self) -> None:
        try:
            with writing() as db:
                end_post(db, by=known(db, self.ben.cast, "Eve"), post_id=self.ben.post, end_on=LAST_DAY)
                self.half_done.set()
                time.sleep(0.2)
            self.outcome = "saved"
        except Exception as refused:
            self.outcome = repr(refused)


def test_who_saves_during_a_supposition_waits_and_is_saved(ben: Leaver) -> None:
    saver = Saver(ben)
    with reading() as db:
        asha = known(db, ben.cast, "Asha")
    with supposing() as db:
        what_if(db, by=asha, supposed=Supposed(leaves={ben.ben: LAST_DAY}), on=ON)
        saver.start()
        assert not saver.half_done.wait(0.3), "it waits"
    saver.join(30)
    assert saver.outcome == "saved"
    with reading() as db:
        assert db.get_one(Post, ben.post).end_on == LAST_DAY


def test_a_supposition_that_meets_a_save_knows_it_or_says_so(ben: Leaver) -> None:
    """Seen to end in a traceback on PostgreSQL before it read everything from one moment. On SQLite it waits, and the
    post that has ended by then makes no difference any more."""
    saver, answer = Saver(ben), None
    saver.start()
    assert saver.half_done.wait(30)
    try:
        answer = asked(ben.cast, Supposed(leaves={ben.ben: LAST_DAY - timedelta(days=1)}))
    except Conflict as refused:
        assert str(refused) == SAVING_ELSEWHERE
    saver.join(30)
    assert saver.outcome == "saved"
    again = asked(ben.cast, Supposed(leaves={ben.ben: LAST_DAY - timedelta(days=1)}))
    assert again.before == again.after
    assert answer is None or (answer.before, answer.after) == (again.before, again.after)


def test_what_others_save_in_between_is_not_taken_for_supposed(ben: Leaver) -> None:
    """On SQLite nobody can save meanwhile; on PostgreSQL whatever is saved elsewhere is of a later moment."""
    with supposing() as db:
        before = db.get_one(Staff, ben.cast.id("Bela")).full_name
        saver = Thread(target=_renamed, args=(ben.cast.id("Bela"),))
        saver.start()
        saver.join(0.5)
        db.expire_all()
        assert db.get_one(Staff, ben.cast.id("Bela")).full_name == before
    saver.join(30)
    with reading() as db:
        assert db.get_one(Staff, ben.cast.id("Bela")).full_name == "Bela Renamed"


def _renamed(staff_id: int) -> None:
    with writing() as db:
        db.get_one(Staff, staff_id).full_name = "Bela Renamed"
