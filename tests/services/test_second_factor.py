"""The second factor: nothing opens before its code, a code opens once, and nobody gets around it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlmodel import select

from tcsuper.access import Actor, actor_for_account
from tcsuper.clock import now
from tcsuper.database import engine, reading, writing
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Account, AuditEvent, Door, RecoveryCode, SecondFactor, SignIn, SignInFailures
from tcsuper.services.second_factor import (
    CODE_REFUSED,
    RECOVERY_CODES,
    Proof,
    confirm_at_the_door,
    confirm_second_factor,
    end_second_factor,
    give_code,
    key_at_the_door,
    key_to_type,
    new_recovery_codes,
    prove_again,
    reset_second_factor,
    start_second_factor,
)
from tcsuper.services.sign_in import (
    Missing,
    SignedIn,
    attempt,
    change_password,
    open_sign_in,
    spend_handover,
    turn_back,
    who_holds,
    who_is_at_the_door,
)
from tests.people import Cast, actor
from tests.second_factors import code_of, forget_last_code, key_of, with_second_factor
from tests.signing_in import HASHED, PASSWORD, fail, ticket_for, wind_back


@pytest.fixture
def asha(cast: Cast) -> int:
    """A therapy manager: her role requires a second factor."""
    return with_password(cast, "Asha")


@pytest.fixture
def ben(cast: Cast) -> int:
    """An officer: his does not."""
    return with_password(cast, "Ben")


def with_password(cast: Cast, name: str) -> int:
    with writing() as db:
        db.get_one(Account, cast.accounts[name]).password_hash = HASHED
    return cast.accounts[name]


def at_the_door(name: str = "asha") -> str:
    """The ticket of somebody whose password was right."""
    return spend_handover(attempt(name, PASSWORD)) or ""


def is_in(ticket: str | None) -> bool:
    return ticket is not None and who_holds(ticket) is not None


def into(ticket: str, code: str) -> str:
    """Give the code; the ticket that comes of it."""
    return spend_handover(give_code(ticket, code), ticket) or ""


def me(account_id: int) -> SignedIn:
    found = who_holds(ticket_for(account_id))
    assert found is not None
    return found


def proved(account_id: int) -> tuple[SignedIn, Proof]:
    signed_in, seed = me(account_id), key_of(account_id) if has_row(account_id) else ""
    return signed_in, prove_again(signed_in, PASSWORD, code_of(seed) if seed else "")


def has_row(account_id: int) -> bool:
    with reading() as db:
        return db.get(SecondFactor, account_id) is not None


def events(action: str) -> list[AuditEvent]:
    with reading() as db:
        return list(db.exec(select(AuditEvent).where(AuditEvent.action == action)))


def failures() -> int:
    with reading() as db:
        return sum(db.exec(select(SignInFailures.failures)).all())


# ---------------------------------------------------------------------------------------------------------------------
# At the door


@pytest.mark.parametrize("name", ["Asha", "Dev", "Eve", "Gwen", "Ivor"])
def test_password_alone_opens_nothing_for_those_whose_role_requires_more(cast: Cast, name: str) -> None:
    """T1, T4. Without the line `_waits_for_code(...)` in `who_holds` all five were in by their password: seen."""
    with_password(cast, name)
    ticket = at_the_door(name.lower())
    assert who_holds(ticket) is None
    door = who_is_at_the_door(ticket)
    assert door is not None and door.missing is Missing.SET_UP
    assert not events("sign_in") and len(events("code_awaited")) == 1


def test_others_may_do_without(cast: Cast, ben: int) -> None:
    ticket = at_the_door("ben")
    assert is_in(ticket) and who_is_at_the_door(ticket) is None


def test_those_who_have_set_it_up_are_asked_whatever_their_role(cast: Cast, ben: int) -> None:
    seed = with_second_factor(ben)
    ticket = at_the_door("ben")
    assert not is_in(ticket)
    assert is_in(into(ticket, code_of(seed)))


def test_nobody_is_asked_in_the_demonstration(cast: Cast, asha: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_MODE", "demo")
    with writing() as db:
        handover = open_sign_in(db, db.get_one(Account, asha), door=Door.PICKED)
    assert is_in(spend_handover(handover))


def test_code_lets_in_on_a_new_ticket(asha: int) -> None:
    """The ticket from before the code is worth nothing afterwards: whoever planted or read it has gained nothing."""
    seed = with_second_factor(asha)
    before = at_the_door()
    after = into(before, code_of(seed))
    assert is_in(after) and not is_in(before)
    [event] = events("sign_in")
    assert event.by_name == "Asha" and event.detail["door"] == "password"


def test_code_works_once(asha: int) -> None:
    """T1. With `step > last_step` taken out of `matching_step` the same code let two browsers in: seen."""
    seed = with_second_factor(asha)
    code = code_of(seed)
    assert is_in(into(at_the_door(), code))
    with pytest.raises(NotAllowed, match="The code is not right"):
        give_code(at_the_door(), code)


def test_one_code_given_ten_times_at_once_lets_in_once(asha: int) -> None:
    """Seen to let in more than one on PostgreSQL without the lock on the second factor's row and the name's counter."""
    seed = with_second_factor(asha)
    code, doors = code_of(seed), [at_the_door() for _ in range(10)]

    def let_in(ticket: str) -> bool:
        wind_back(60)
        try:
            return bool(give_code(ticket, code))
        except NotAllowed:
            return False

    with ThreadPoolExecutor(10) as crowd:
        assert sum(crowd.map(let_in, doors)) == 1


def test_codes_of_the_steps_beside_count_and_no_others(asha: int) -> None:
    seed = with_second_factor(asha)
    for steps, counts in ((-2, False), (3, False), (-1, True), (1, True)):
        forget_last_code(asha)
        wind_back(60)
        ticket = at_the_door()
        if counts:
            assert is_in(into(ticket, code_of(seed, steps)))
        else:
            with pytest.raises(NotAllowed):
                give_code(ticket, code_of(seed, steps))


@pytest.mark.parametrize("typed", ["", " ", "0", "١٢٣٤٥٦", "é" * 1000, "123456789", "x" * 100_000])
def test_odd_codes_are_wrong_codes(asha: int, typed: str) -> None:
    with_second_factor(asha)
    with pytest.raises(NotAllowed):
        give_code(at_the_door(), typed)


def test_wrong_codes_count_like_wrong_passwords(asha: int) -> None:
    """T4. With `failures.add(...)` taken out of `second_factor._let_in`, wrong codes were counted nowhere: seen."""
    seed = with_second_factor(asha)
    ticket = at_the_door()
    for _ in range(4):
        wind_back(60)
        with pytest.raises(NotAllowed):
            give_code(ticket, "000000")
    fail(6)  # wrong passwords go on where the codes stopped
    assert failures() == 10
    wind_back(10 * 24 * 3600)
    with pytest.raises(NotAllowed):
        give_code(ticket, code_of(seed))
    with pytest.raises(NotAllowed):
        attempt("asha", PASSWORD)


def test_right_password_does_not_wipe_out_wrong_codes(asha: int) -> None:
    """T4. Whoever knew the password would have nine guesses at the code, then nine more, for ever. With the counter
    forgotten at the password, as for those without a code, the wrong codes left no trace: seen."""
    with_second_factor(asha)
    for _ in range(4):
        ticket = at_the_door()
        with pytest.raises(NotAllowed):
            give_code(ticket, "000000")
    assert failures() == 4


def test_right_code_wipes_them_out(asha: int) -> None:
    seed = with_second_factor(asha)
    fail(3)
    assert is_in(into(at_the_door(), code_of(seed)))
    assert failures() == 0


def test_waiting_codes_are_not_looked_at(asha: int) -> None:
    seed = with_second_factor(asha)
    ticket = at_the_door()
    fail(5)
    wind_back(-60)
    with pytest.raises(NotAllowed):
        give_code(ticket, code_of(seed))
    assert failures() == 5


def test_code_counts_only_at_a_door_that_is_open(asha: int) -> None:
    seed = with_second_factor(asha)
    ticket = at_the_door()
    door = who_is_at_the_door(ticket)
    assert door is not None
    turn_back(door)
    for odd in (ticket, "", "x" * 43, ticket_for(asha)):
        with pytest.raises(NotAllowed) as refused:
            give_code(odd, code_of(seed))
        assert str(refused.value) == CODE_REFUSED


def test_door_closes_by_itself(asha: int) -> None:
    with_second_factor(asha)
    ticket = at_the_door()
    with writing() as db:
        for sign_in in db.exec(select(SignIn)):
            sign_in.seen_at -= timedelta(minutes=16)
    assert who_is_at_the_door(ticket) is None


def test_disabled_person_at_the_door_is_sent_away(asha: int) -> None:
    seed = with_second_factor(asha)
    ticket = at_the_door()
    with writing() as db:
        db.get_one(Account, asha).disabled_at = now()
    assert who_is_at_the_door(ticket) is None
    with pytest.raises(NotAllowed):
        give_code(ticket, code_of(seed))


def test_half_a_proof_puts_nobody_out(asha: int) -> None:
    """Somebody who knows the password alone opens five doors; the real person stays signed in, and can sign in."""
    seed = with_second_factor(asha)
    here = into(at_the_door(), code_of(seed))
    for _ in range(5):
        at_the_door()
    assert is_in(here)
    forget_last_code(asha)
    there = into(at_the_door(), code_of(seed))
    assert is_in(here) and is_in(there)


def test_only_sealed_and_hashed_is_stored(asha: int) -> None:
    ticket = at_the_door()
    door = who_is_at_the_door(ticket)
    assert door is not None
    key = key_at_the_door(door)
    seed = key.in_groups.replace(" ", "")
    with writing() as db:
        codes = confirm_at_the_door(db, door=door, code=code_of(seed))
    with engine().connect() as connection:
        stored = ""
        for table in ("second_factor", "recovery_code", "audit_event", "sign_in", "account"):
            stored += str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
    assert seed not in stored and not [code for code in codes if code in stored or code.replace("-", "") in stored]


# ---------------------------------------------------------------------------------------------------------------------
# Setting up


def test_set_up_at_the_door(asha: int) -> None:
    ticket = at_the_door()
    door = who_is_at_the_door(ticket)
    assert door is not None
    key = key_at_the_door(door)
    assert key == key_at_the_door(door), "the same until it is confirmed, or nobody could finish typing"
    seed = key.in_groups.replace(" ", "")
    assert len(seed) == 32 and pyotp.parse_uri(key.link).secret == seed
    with pytest.raises(InvalidRecord) as refused, writing() as db:
        confirm_at_the_door(db, door=door, code="000000")
    assert list(refused.value.problems) == ["code"] and not is_in(ticket)
    with writing() as db:
        codes = confirm_at_the_door(db, door=door, code=code_of(seed))
    assert len(set(codes)) == RECOVERY_CODES and is_in(ticket)
    with pytest.raises(NotAllowed):  # it is confirmed: nobody sees it again
        key_at_the_door(door)


def test_recovery_code_works_once_however_it_is_typed(asha: int) -> None:
    signed_in, proof = proved(asha)
    with writing() as db:
        start_second_factor(db, by=signed_in.actor, proof=proof, this_sign_in=signed_in.sign_in_id)
    with writing() as db:
        codes = confirm_second_factor(
            db, by=signed_in.actor, code=code_of(key_of(asha)), this_sign_in=signed_in.sign_in_id
        )
    assert is_in(into(at_the_door(), f" {codes[0].upper().replace('-', ' ')}"))
    with pytest.raises(NotAllowed):
        give_code(at_the_door(), codes[0])
    assert events("sign_in")[-1].detail["codes_left"] == 9


def test_recovery_codes_are_nobody_elses(cast: Cast, asha: int) -> None:
    carol = with_password(cast, "Carol")
    with_second_factor(carol)
    seed = with_second_factor(asha)
    signed_in = me(asha)
    with writing() as db:
        codes = new_recovery_codes(db, by=signed_in.actor, proof=prove_again(signed_in, PASSWORD, code_of(seed)))
    with pytest.raises(NotAllowed):
        give_code(at_the_door("carol"), codes[0])


def test_new_recovery_codes_end_the_former(asha: int) -> None:
    with_second_factor(asha)
    given = []
    for _ in range(2):
        forget_last_code(asha)
        signed_in, proof = proved(asha)
        with writing() as db:
            given.append(new_recovery_codes(db, by=signed_in.actor, proof=proof))
    with pytest.raises(NotAllowed):
        give_code(at_the_door(), given[0][0])
    assert is_in(into(at_the_door(), given[1][0]))


def test_new_key_ends_the_former_and_every_other_browser(ben: int) -> None:
    seed = with_second_factor(ben)
    elsewhere = ticket_for(ben)
    signed_in, proof = proved(ben)
    with writing() as db:
        start_second_factor(db, by=signed_in.actor, proof=proof, this_sign_in=signed_in.sign_in_id)
    assert not is_in(elsewhere) and key_of(ben) != seed
    with reading() as db:
        key = key_to_type(db, by=signed_in.actor)
    assert key is not None and key.in_groups.replace(" ", "") == key_of(ben)
    with writing() as db:
        confirm_second_factor(db, by=signed_in.actor, code=code_of(key_of(ben)), this_sign_in=signed_in.sign_in_id)
    with reading() as db:
        assert key_to_type(db, by=signed_in.actor) is None
    forget_last_code(ben)
    with pytest.raises(NotAllowed):
        give_code(at_the_door("ben"), code_of(seed))


def test_another_persons_sign_in_is_not_waved_through(cast: Cast, asha: int, ben: int) -> None:
    """The sign-in that a confirmation lets in is one's own."""
    with_second_factor(asha)
    ticket = at_the_door()
    door = who_is_at_the_door(ticket)
    assert door is not None
    signed_in, proof = proved(ben)
    with writing() as db:
        start_second_factor(db, by=signed_in.actor, proof=proof)
    with writing() as db:
        confirm_second_factor(db, by=signed_in.actor, code=code_of(key_of(ben)), this_sign_in=door.sign_in_id)
    assert not is_in(ticket)


def test_second_factor_can_be_given_up_where_no_role_requires_it(cast: Cast, asha: int, ben: int) -> None:
    with_second_factor(ben)
    signed_in, proof = proved(ben)
    with writing() as db:
        end_second_factor(db, by=signed_in.actor, proof=proof, this_sign_in=signed_in.sign_in_id)
    assert is_in(at_the_door("ben"))
    with_second_factor(asha)
    signed_in, proof = proved(asha)
    with pytest.raises(NotAllowed, match="requires"), writing() as db:
        end_second_factor(db, by=signed_in.actor, proof=proof)
    assert has_row(asha)


# ---------------------------------------------------------------------------------------------------------------------
# That it is you


def test_password_is_asked_again_and_a_code_too(asha: int) -> None:
    seed = with_second_factor(asha)
    signed_in = me(asha)
    for password, code in ((PASSWORD, ""), (PASSWORD, "000000"), ("wrong", code_of(seed)), ("", "")):
        with pytest.raises(NotAllowed, match="Nothing was saved"):
            prove_again(signed_in, password, code)
    assert failures() == 4
    assert prove_again(signed_in, PASSWORD, code_of(seed))
    assert failures() == 0


def test_wrong_proofs_lock(asha: int) -> None:
    signed_in = me(asha)
    for _ in range(10):
        wind_back(60)
        with pytest.raises(NotAllowed):
            prove_again(signed_in, "wrong")
    with pytest.raises(NotAllowed):
        prove_again(signed_in, PASSWORD)


def test_proof_is_ones_own_and_lasts_as_long_as_the_password(cast: Cast, asha: int, ben: int) -> None:
    _, of_ben = proved(ben)
    signed_in, proof = proved(asha)
    with pytest.raises(NotAllowed), writing() as db:
        start_second_factor(db, by=signed_in.actor, proof=of_ben)
    with writing() as db:
        change_password(db, by=signed_in.actor, old=PASSWORD, new="quiet heron 88")
    with pytest.raises(NotAllowed), writing() as db:
        start_second_factor(db, by=signed_in.actor, proof=proof)
    assert not has_row(asha)


def test_sign_in_through_the_organisation_is_a_proof_for_five_minutes(asha: int) -> None:
    with writing() as db:
        handover = open_sign_in(db, db.get_one(Account, asha), door=Door.SINGLE_SIGN_ON, code_given=True)
    signed_in = who_holds(spend_handover(handover) or "")
    assert signed_in is not None and prove_again(signed_in, "")
    with writing() as db:
        for sign_in in db.exec(select(SignIn)):
            sign_in.started_at -= timedelta(minutes=6)
    with pytest.raises(NotAllowed, match="sign in again through your organisation"):
        prove_again(signed_in, PASSWORD)


# ---------------------------------------------------------------------------------------------------------------------
# Reset by an administrator


def test_administrator_resets_somebodys_and_it_is_recorded(cast: Cast, asha: int) -> None:
    with_second_factor(asha)
    ticket = ticket_for(asha)
    with writing() as db:
        reset_second_factor(db, by=actor(cast, "Eve"), account_id=asha)
    assert not is_in(ticket)
    door = who_is_at_the_door(at_the_door())
    assert door is not None and door.missing is Missing.SET_UP, "a new one, not none"
    [event] = events("reset_second_factor")
    assert event.by_name == "Eve" and event.object_key == str(asha)


def test_nobody_resets_their_own(cast: Cast) -> None:
    eve = cast.accounts["Eve"]
    with_second_factor(eve)
    with pytest.raises(NotAllowed), writing() as db:
        reset_second_factor(db, by=actor(cast, "Eve"), account_id=eve)
    assert has_row(eve)


def test_reset_forgets_the_recovery_codes(cast: Cast, asha: int) -> None:
    with_second_factor(asha)
    signed_in, proof = proved(asha)
    with writing() as db:
        new_recovery_codes(db, by=signed_in.actor, proof=proof)
    with writing() as db:
        reset_second_factor(db, by=actor(cast, "Eve"), account_id=asha)
    with reading() as db:
        assert not db.exec(select(RecoveryCode)).all()


def test_actor_is_never_had_before_the_code(cast: Cast, asha: int) -> None:
    """What stands at the door is no actor, and what makes an actor of a browser is `who_holds` alone."""
    door = who_is_at_the_door(at_the_door())
    assert door is not None and not isinstance(door, Actor) and not hasattr(door, "actor")
    with reading() as db:
        assert actor_for_account(db, asha) is not None, "else the test would pass by accident"
