"""What somebody is told about their own signing in."""

import pytest

from tcsuper.database import reading, writing
from tcsuper.errors import NotAllowed
from tcsuper.models import Account
from tcsuper.queries.my_sign_ins import LastTime, has_password, last_time, own_second_factor
from tcsuper.services.sign_in import SignedIn, attempt, open_sign_in, spend_handover, who_holds
from tests.people import Cast, actor
from tests.second_factors import with_second_factor
from tests.signing_in import HASHED, PASSWORD


@pytest.fixture
def known(cast: Cast) -> Cast:
    with writing() as db:
        for name in ("Ben", "Bela"):
            db.get_one(Account, cast.accounts[name]).password_hash = HASHED
    return cast


def signed_in(name: str) -> SignedIn:
    me = who_holds(spend_handover(attempt(name, PASSWORD)) or "")
    assert me is not None
    return me


def fail(name: str) -> None:
    with pytest.raises(NotAllowed):
        attempt(name, "wrong")


def told(me: SignedIn) -> LastTime | None:
    with reading() as db:
        return last_time(db, viewer=me.actor, sign_in_id=me.sign_in_id)


def test_last_time_and_failures_are_ones_own(known: Cast) -> None:
    fail("ben")
    assert told(signed_in("ben")) is None, "there was no time before"
    first = told(signed_in("ben"))
    assert first is not None and first.failures == 0
    fail("ben")
    fail("ben")
    fail("bela")
    second = told(signed_in("ben"))
    assert second is not None and second.failures == 2 and second.at > first.at


def test_right_password_without_a_code_is_a_failure_too(known: Cast) -> None:
    signed_in("ben")
    with_second_factor(known.accounts["Ben"])
    attempt("ben", PASSWORD)
    with writing() as db:
        handover = open_sign_in(db, db.get_one(Account, known.accounts["Ben"]), code_given=True)
    me = who_holds(spend_handover(handover) or "")
    assert me is not None
    last = told(me)
    assert last is not None and last.failures == 1


def test_it_is_said_just_after_signing_in_only(known: Cast) -> None:
    signed_in("ben")
    me = signed_in("ben")
    assert told(me) is not None
    with reading() as db:
        somebody_else = actor(known, "Bela")
        assert last_time(db, viewer=somebody_else, sign_in_id=me.sign_in_id) is None


def test_second_factor_is_ones_own(known: Cast) -> None:
    with_second_factor(known.accounts["Ben"])
    with reading() as db:
        bens = own_second_factor(db, viewer=actor(known, "Ben"))
        belas = own_second_factor(db, viewer=actor(known, "Bela"))
        ashas = own_second_factor(db, viewer=actor(known, "Asha"))
    assert bens.confirmed_at is not None and not bens.is_required and bens.codes_left == 0
    assert belas == (False, False, None, 0) and ashas == (True, False, None, 0)


def test_password_is_there_once_it_was_chosen(known: Cast) -> None:
    with writing() as db:
        db.get_one(Account, known.accounts["Bela"]).must_change_password = True
    with reading() as db:
        assert has_password(db, viewer=actor(known, "Ben"))
        assert not has_password(db, viewer=actor(known, "Bela"))
        assert not has_password(db, viewer=actor(known, "Cai"))
