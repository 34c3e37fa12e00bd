"""Accounts and roles: made by an administrator, for others only, with an end where one is due."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session, select

from tcsuper.access import Actor, actor_for_account, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, AlreadySaved, InvalidRecord, NotAllowed, WrongSetup
from tcsuper.models import Account, AuditEvent, Community, DatabaseMark, Role, RoleGrant, SignInFailures, Staff
from tcsuper.queries.accounts import accounts_to_keep, grants_of, people_to_pick, sign_ins_of
from tcsuper.rules.sign_in import name_key
from tcsuper.services import accounts
from tcsuper.services.accounts import (
    end_account,
    end_grant,
    end_sign_in,
    end_sign_ins,
    grant_role,
    make_account,
    reopen_account,
    reset_password,
    start_service,
    unlock,
)
from tcsuper.services.sign_in import attempt, spend_handover, who_holds
from tests.people import Cast, actor, as_person
from tests.signing_in import ticket_for


def start(db: Session, **changed: object) -> str:
    asked = {
        "establishment_name": "HMP Ashdown",
        "community_names": ["Ashdown B", "Ashdown C"],
        "admin_name": "Eve Stone",
        "username": "Eve",
    }
    return start_service(db, **(asked | changed))  # type: ignore[arg-type]


def newcomer(db: Session, name: str = "Nia") -> int:
    """Somebody known, without an account."""
    staff = Staff(full_name=name, code=f"P-{name}")
    db.add(staff)
    db.flush()
    return staff.id or 0


def ticket_is_good(ticket: str) -> bool:
    return who_holds(ticket) is not None


# ---------------------------------------------------------------------------------------------------------------------
# The first day


def test_first_administrator_signs_in_with_the_single_use_password(database: str) -> None:
    with writing() as db:
        password = start(db)
    ticket = spend_handover(attempt("eve", password))
    me = who_holds(ticket or "")
    assert me is not None and me.must_change_password and Role.ADMINISTRATOR in me.actor.roles
    with reading() as db:
        assert [c.name for c in db.exec(select(Community).order_by("name"))] == ["Ashdown B", "Ashdown C"]
        assert db.get_one(DatabaseMark, 1).kind == "live"


def test_single_use_password_runs_out_after_a_day(database: str) -> None:
    with writing() as db:
        password = start(db)
        for account in db.exec(select(Account)):
            assert account.password_expires_at is not None
            assert timedelta(hours=23) < account.password_expires_at - now() < timedelta(hours=25)
            account.password_expires_at = now() - timedelta(seconds=1)
    with pytest.raises(NotAllowed):
        attempt("eve", password)


def test_database_with_people_is_not_started_again(cast: Cast) -> None:
    with pytest.raises(WrongSetup), writing() as db:
        start(db)


@pytest.mark.parametrize(
    "changed",
    [{"admin_name": " "}, {"username": "e v e"}, {"establishment_name": ""}, {"community_names": ["Ashdown B", ""]}],
)
def test_bad_start_stores_nothing(database: str, changed: dict[str, object]) -> None:
    with pytest.raises(InvalidRecord), writing() as db:
        start(db, **changed)
    with reading() as db:
        assert db.exec(select(Staff)).first() is None and db.exec(select(AuditEvent)).first() is None


# ---------------------------------------------------------------------------------------------------------------------
# Accounts


def test_administrator_makes_an_account(cast: Cast) -> None:
    with as_person(cast, "Eve") as (db, eve):
        password = make_account(db, by=eve, submission=uuid4(), staff_id=newcomer(db), username=" Nia.P ")
    assert attempt("nia.p", password)
    with reading() as db:
        [event] = db.exec(select(AuditEvent).where(AuditEvent.action == "make_account"))
    assert event.by_name == "Eve" and password not in str(event.detail)


@pytest.mark.parametrize("name", ["Asha", "Ben", "Dev", "Ivor", "Jo", "Gwen"])
def test_nobody_else_keeps_accounts(cast: Cast, name: str) -> None:
    """The accounts exist, and an administrator may."""
    bela, service_calls = cast.accounts["Bela"], (end_account, reopen_account, reset_password, unlock, end_sign_ins)
    with as_person(cast, "Eve") as (db, eve):
        for call in service_calls:
            call(db, by=eve, account_id=bela)
    for call in service_calls:
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, name) as (db, by):
            call(db, by=by, account_id=bela)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, name) as (db, by):
        make_account(db, by=by, staff_id=newcomer(db), username="nia")
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, name) as (db, by):
        grant_role(db, by=by, staff_id=cast.id("Bela"), role=Role.ADMINISTRATOR, start_on=today())


def test_never_ones_own(cast: Cast) -> None:
    own = cast.accounts["Eve"]
    for call in (end_account, reopen_account, reset_password, unlock):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, "Eve") as (db, eve):
            call(db, by=eve, account_id=own)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, "Eve") as (db, eve):
        grant_role(
            db, by=eve, staff_id=eve.staff_id, role=Role.DIRECTOR, establishment_id=cast.establishment, start_on=today()
        )
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, "Eve") as (db, eve):
        end_grant(db, by=eve, grant_id=db.exec(select(RoleGrant.id).where(RoleGrant.staff_id == eve.staff_id)).one())


@pytest.mark.parametrize("username", ["", "a", "x" * 61, "sam lee", "Sam!", "-sam", "é", "jo"])
def test_odd_and_taken_usernames_are_refused(cast: Cast, username: str) -> None:
    with pytest.raises(InvalidRecord) as refused, as_person(cast, "Eve") as (db, eve):
        make_account(db, by=eve, staff_id=newcomer(db), username=username)
    assert list(refused.value.problems) == ["username"]


def test_one_account_per_person_and_one_save_per_form(cast: Cast) -> None:
    with pytest.raises(InvalidRecord), as_person(cast, "Eve") as (db, eve):
        make_account(db, by=eve, staff_id=cast.id("Ben"), username="ben2")
    form = uuid4()
    with as_person(cast, "Eve") as (db, eve):
        reset_password(db, by=eve, submission=form, account_id=cast.accounts["Ben"])
    with pytest.raises(AlreadySaved), as_person(cast, "Eve") as (db, eve):
        reset_password(db, by=eve, submission=form, account_id=cast.accounts["Ben"])


def test_ended_account_is_out_at_once_and_can_be_opened_again(cast: Cast) -> None:
    ben, ticket = cast.accounts["Ben"], ticket_for(cast.accounts["Ben"])
    with as_person(cast, "Eve") as (db, eve):
        end_account(db, by=eve, account_id=ben)
    assert not ticket_is_good(ticket)
    with as_person(cast, "Eve") as (db, eve):
        reopen_account(db, by=eve, account_id=ben)
    assert not ticket_is_good(ticket), "the old browser stays out"
    assert ticket_is_good(ticket_for(ben))


def test_new_password_replaces_unlocks_and_signs_out(cast: Cast) -> None:
    ben, ticket = cast.accounts["Ben"], ticket_for(cast.accounts["Ben"])
    with writing() as db:
        db.add(SignInFailures(name_hash=name_key("ben"), failures=10, last_failed_at=now()))
    with as_person(cast, "Eve") as (db, eve):
        first = reset_password(db, by=eve, account_id=ben)
        second = reset_password(db, by=eve, account_id=ben)
    assert not ticket_is_good(ticket)
    with pytest.raises(NotAllowed):
        attempt("ben", first)
    assert attempt("ben", second)


def test_unlocking_keeps_the_password(cast: Cast) -> None:
    with as_person(cast, "Eve") as (db, eve):
        password = reset_password(db, by=eve, account_id=cast.accounts["Ben"])
    with writing() as db:
        db.get_one(SignInFailures, name_key("ben")).failures = 10
        db.get_one(SignInFailures, name_key("ben")).last_failed_at = now()
    with pytest.raises(NotAllowed):
        attempt("ben", password)
    with as_person(cast, "Eve") as (db, eve):
        unlock(db, by=eve, account_id=cast.accounts["Ben"])
    assert attempt("ben", password)


def test_change_and_audit_stand_or_fall_together(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "record_event", _broken)
    with pytest.raises(RuntimeError), as_person(cast, "Eve") as (db, eve):
        end_account(db, by=eve, account_id=cast.accounts["Ben"])
    assert actor(cast, "Ben").name == "Ben"


def _broken(*_: object, **__: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize(
    ("starts_in", "days", "problem"),
    [(0, 366, None), (0, 367, "ends_on"), (None, 30, "starts_on"), (0, None, "ends_on"), (0, 0, "ends_on")],
)
def test_independent_people_come_for_a_year_at_most(
    cast: Cast, starts_in: int | None, days: int | None, problem: str | None
) -> None:
    starts_on = None if starts_in is None else today()
    ends_on = None if days is None else today() + timedelta(days=days - 1)
    try:
        with as_person(cast, "Eve") as (db, eve):
            reopen_account(db, by=eve, account_id=cast.accounts["Gwen"], starts_on=starts_on, ends_on=ends_on)
    except InvalidRecord as refused:
        assert list(refused.problems) == [problem]
    else:
        assert problem is None


def test_visiting_auditors_account_is_open_for_thirty_days_at_most(cast: Cast) -> None:
    def reopen(days: int) -> None:
        with as_person(cast, "Eve") as (db, eve):
            ends_on = today() + timedelta(days=days - 1)
            reopen_account(db, by=eve, account_id=cast.accounts["Ivor"], starts_on=today(), ends_on=ends_on)

    reopen(30)
    with pytest.raises(InvalidRecord):
        reopen(31)


# ---------------------------------------------------------------------------------------------------------------------
# Roles


def test_granted_role_counts_at_once_and_ends_at_once(cast: Cast) -> None:
    ticket = ticket_for(cast.accounts["Jo"])
    with as_person(cast, "Eve") as (db, eve):
        grant = grant_role(
            db,
            by=eve,
            staff_id=cast.id("Jo"),
            role=Role.THERAPY_MANAGER,
            community_id=cast.community_c,
            start_on=today() - timedelta(days=10),
        )
    assert Role.THERAPY_MANAGER in actor(cast, "Jo").roles
    assert not ticket_is_good(ticket), "they sign in again"
    with as_person(cast, "Eve") as (db, eve):
        end_grant(db, by=eve, grant_id=grant.id or 0)
    assert Role.THERAPY_MANAGER not in actor(cast, "Jo").roles
    with pytest.raises(NotAllowed, match="already ended"), as_person(cast, "Eve") as (db, eve):
        end_grant(db, by=eve, grant_id=grant.id or 0)


def test_role_given_and_taken_on_one_day_leaves_its_events(cast: Cast) -> None:
    with as_person(cast, "Eve") as (db, eve):
        grant = grant_role(db, by=eve, staff_id=cast.id("Jo"), role=Role.ADMINISTRATOR, start_on=today())
        end_grant(db, by=eve, grant_id=grant.id or 0)
    assert Role.ADMINISTRATOR not in actor(cast, "Jo").roles
    with reading() as db:
        actions = {event.action for event in db.exec(select(AuditEvent))}
    assert {"grant_role", "end_grant"} <= actions


@pytest.mark.parametrize(
    ("role", "where", "problem"),
    [
        (Role.SUPERVISOR, "community", "role"),
        (Role.STAFF, None, "role"),
        (Role.THERAPY_MANAGER, None, "where"),
        (Role.THERAPY_MANAGER, "both", "where"),
        (Role.DIRECTOR, "community", "where"),
        (Role.ADMINISTRATOR, "establishment", "where"),
        (Role.AUDITOR, "community", "end_on"),
    ],
)
def test_impossible_grants_are_refused(cast: Cast, role: Role, where: str | None, problem: str) -> None:
    with pytest.raises(InvalidRecord) as refused, as_person(cast, "Eve") as (db, eve):
        grant_role(
            db,
            by=eve,
            staff_id=cast.id("Jo"),
            role=role,
            community_id=cast.community_b if where in ("community", "both") else None,
            establishment_id=cast.establishment if where in ("establishment", "both") else None,
            start_on=today(),
        )
    assert list(refused.value.problems) == [problem]


@pytest.mark.parametrize(("days", "allowed"), [(30, True), (31, False), (0, False)])
def test_auditors_role_lasts_thirty_days_at_most(cast: Cast, days: int, allowed: bool) -> None:
    """Bela works here, so her account itself needs no end."""
    try:
        with as_person(cast, "Eve") as (db, eve):
            grant_role(
                db,
                by=eve,
                staff_id=cast.id("Bela"),
                role=Role.AUDITOR,
                community_id=cast.community_c,
                start_on=today(),
                end_on=today() + timedelta(days=days - 1),
            )
    except InvalidRecord as refused:
        assert not allowed and list(refused.problems) == ["end_on"]
    else:
        assert allowed


def test_same_role_twice_and_unknown_place_are_refused(cast: Cast) -> None:
    with pytest.raises(InvalidRecord), as_person(cast, "Eve") as (db, eve):
        grant_role(
            db,
            by=eve,
            staff_id=cast.id("Asha"),
            role=Role.THERAPY_MANAGER,
            community_id=cast.community_b,
            start_on=today(),
        )
    with pytest.raises(NotAllowed), as_person(cast, "Eve") as (db, eve):
        grant_role(
            db, by=eve, staff_id=cast.id("Jo"), role=Role.THERAPY_MANAGER, community_id=987, start_on=date(2026, 1, 1)
        )


def test_administrator_whose_account_was_shut_meanwhile_saves_nothing(cast: Cast) -> None:
    """`by` is from an earlier run; the service looks again."""
    eve = actor(cast, "Eve")
    with writing() as db:
        db.get_one(Account, cast.accounts["Eve"]).disabled_at = now()
    with pytest.raises(NotAllowed), writing() as db:
        end_account(db, by=eve, account_id=cast.accounts["Ben"])


# ---------------------------------------------------------------------------------------------------------------------
# Browsers


def test_everybody_ends_their_own_browsers_and_the_administrator_others(cast: Cast) -> None:
    first, second = ticket_for(cast.accounts["Ben"]), ticket_for(cast.accounts["Ben"])
    at_first = who_holds(first)
    assert at_first is not None
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, "Asha") as (db, asha):
        end_sign_in(db, by=asha, sign_in_id=at_first.sign_in_id)
    with as_person(cast, "Ben") as (db, ben):
        end_sign_in(db, by=ben, sign_in_id=at_first.sign_in_id)
    assert not ticket_is_good(first) and ticket_is_good(second)
    with as_person(cast, "Eve") as (db, eve):
        end_sign_ins(db, by=eve, account_id=cast.accounts["Ben"])
    assert not ticket_is_good(second)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, "Eve") as (db, eve):
        end_sign_in(db, by=eve, sign_in_id=uuid4())


# ---------------------------------------------------------------------------------------------------------------------
# Reading


def test_only_the_administrator_reads_everybodys_accounts(cast: Cast) -> None:
    ticket_for(cast.accounts["Ben"])
    with reading() as db:
        everyone = {line.full_name for line in accounts_to_keep(db, viewer=actor(cast, "Eve"))}
        assert everyone == set(cast.staff)
        assert len(sign_ins_of(db, viewer=actor(cast, "Eve"), staff_id=cast.id("Ben"))) == 1
        for name in ("Asha", "Dev", "Ivor", "Jo"):
            with pytest.raises(NotAllowed):
                accounts_to_keep(db, viewer=actor(cast, name))
            for query in (sign_ins_of, grants_of):
                with pytest.raises(NotAllowed):
                    query(db, viewer=actor(cast, name), staff_id=cast.id("Ben"))


def test_state_of_an_account_is_in_words(cast: Cast) -> None:
    def state(name: str) -> str:
        with reading() as db:
            return {line.full_name: line.state for line in accounts_to_keep(db, viewer=actor(cast, "Eve"))}[name]

    ben = cast.accounts["Ben"]
    assert state("Ben") == "Open"
    with as_person(cast, "Eve") as (db, eve):
        reset_password(db, by=eve, account_id=ben)
    assert state("Ben").startswith("Single-use password good until")
    with writing() as db:
        db.get_one(SignInFailures, name_key("ben")).failures = 10
    assert state("Ben") == "Locked after failed sign-ins"
    with as_person(cast, "Eve") as (db, eve):
        end_account(db, by=eve, account_id=cast.accounts["Cai"])
    assert state("Cai").startswith("Ended ")


def test_people_to_pick_are_told_apart(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCSUPER_MODE", "demo")
    with writing() as db:
        twin = Staff(full_name="Ben", code="P-twin")
        db.add(twin)
        db.flush()
        db.add(Account(staff_id=twin.id, username="ben2", disabled_at=now()))
    with reading() as db:
        labels = [person.label for person in people_to_pick(db)]
    assert len(set(labels)) == len(labels)
    assert "Asha · Therapy manager, Ashdown B" in labels and "Dev · Director, Ashdown" in labels
    assert "Ben · Officer, Ashdown B" in labels and labels.count("Ben (ben2)") == 0


def test_the_command_line_is_nobody_in_particular(cast: Cast) -> None:
    """`actor_for_staff` is for the seed: it passes the same checks."""
    with pytest.raises(NotAllowed), writing() as db:
        by: Actor = actor_for_staff(db, cast.id("Ben"))
        end_account(db, by=by, account_id=cast.accounts["Bela"])
    with reading() as db:
        assert actor_for_account(db, cast.accounts["Bela"]) is not None
