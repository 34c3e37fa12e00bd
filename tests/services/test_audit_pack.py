"""An audit pack is taken away by the right person, proved to be them, once it is in the register, and not before."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import col, select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import AlreadySaved, InvalidRecord, NotAllowed
from tcsuper.models import Account, AuditEvent, AuditSubject, ExportEntry, Role, RoleGrant, Setting
from tcsuper.queries.audit_pack import Form, PackAsked, digest_of
from tcsuper.services.audit_pack import (
    CHANGED_MEANWHILE,
    SAY_TO_WHOM,
    PackRead,
    export_audit_pack,
    hand_out,
    prove_for_pack,
    read_audit_pack,
    read_in_steps,
)
from tcsuper.services.passwords import hash_password
from tcsuper.services.second_factor import NOT_PROVED, Proof
from tcsuper.services.sign_in import who_holds
from tests.people import Cast, actor
from tests.signing_in import ticket_for

HANDED_TO = "HM Inspectorate, unannounced visit"


def asked(cast: Cast, form: Form = Form.NAMED, *communities: int, **more: Any) -> PackAsked:
    on = today()
    places = communities or (cast.community_b,)
    return replace(PackAsked(places, on - timedelta(days=90), on, on, form, handed_to=HANDED_TO), **more)


def proof_of(cast: Cast, name: str) -> Proof:
    with reading() as db:
        account = db.get_one(Account, cast.accounts[name])
    return Proof(account.id or 0, account.password_hash)


def read(cast: Cast, who: str = "Asha", question: PackAsked | None = None) -> PackRead:
    with reading() as db:
        return read_audit_pack(db, by=actor(cast, who), asked=question or asked(cast))


def taken(cast: Cast, found: PackRead, who: str = "Asha") -> ExportEntry:
    with writing() as db:
        return export_audit_pack(db, by=actor(cast, who), proof=proof_of(cast, who), read=found)


def register() -> list[ExportEntry]:
    with reading() as db:
        return list(db.exec(select(ExportEntry)))


def test_it_is_in_the_register_with_its_digest_and_told_of_once(cast: Cast) -> None:
    found = read(cast)
    assert not register(), "reading stores nothing"
    entry = taken(cast, found)
    pack = found.found.pack
    assert [one.number for one in register()] == [entry.number] == [pack.number]
    assert (entry.digest, entry.form, entry.handed_to) == (digest_of(pack), "named", HANDED_TO)
    assert (entry.as_at, entry.community_ids, entry.marking) == (today(), [cast.community_b], "OFFICIAL-SENSITIVE")
    assert entry.made_by_id == cast.id("Asha") and "Asha" not in entry.file_name + entry.made_for
    with reading() as db:
        event = db.exec(select(AuditEvent).where(AuditEvent.action == "export_audit_pack")).one()
        about = set(db.scalars(select(AuditSubject.staff_id).where(col(AuditSubject.event_id) == event.id)))
    assert event.object_key == entry.number and event.detail["digest"] == pack.digest
    assert HANDED_TO not in str(event.detail), "what somebody typed is in the register alone"
    assert cast.id("Ben") in about and cast.id("Cai") not in about


def test_in_counts_it_is_about_nobody(cast: Cast) -> None:
    taken(cast, read(cast, "Dev", asked(cast, Form.COUNTS)), "Dev")
    with reading() as db:
        event = db.exec(select(AuditEvent).where(AuditEvent.action == "export_audit_pack")).one()
        assert not db.exec(select(AuditSubject).where(AuditSubject.event_id == event.id)).all()


def test_the_password_is_asked_again(cast: Cast) -> None:
    """Taken out: `_check_proved`; it went through without a proof, and with somebody else's."""
    found, by = read(cast), actor(cast, "Asha")
    for proof in (None, proof_of(cast, "Carol")):
        with pytest.raises(NotAllowed, match=NOT_PROVED), writing() as db:
            export_audit_pack(db, by=by, proof=proof, read=found)
    assert not register()


def test_a_wrong_password_is_an_event(cast: Cast) -> None:
    with writing() as db:
        db.get_one(Account, cast.accounts["Asha"]).password_hash = hash_password("four quiet green doors")
    me = who_holds(ticket_for(cast.accounts["Asha"]))
    assert me is not None
    with pytest.raises(NotAllowed, match=NOT_PROVED):
        prove_for_pack(me, "a guess")
    with reading() as db:
        assert db.exec(select(AuditEvent).where(AuditEvent.action == "refused_audit_pack")).one().detail == {
            "step": "proof"
        }
    assert prove_for_pack(me, "four quiet green doors").account_id == cast.accounts["Asha"]


def test_nothing_is_handed_out_that_the_register_does_not_hold(cast: Cast) -> None:
    """Before it is entered; another pack under its number; to somebody else. Taken out: each part of the condition in
    `hand_out`; the file came."""
    found = read(cast)
    pack, other = found.found.pack, replace(found.found.pack, about="Something else")
    give = lambda by, what: hand_out(db, by=actor(cast, by), pack=what, made=lambda _: b"the file")  # noqa: E731
    with reading() as db:
        with pytest.raises(NotAllowed):
            give("Asha", pack)
    taken(cast, found)
    with reading() as db:
        assert give("Asha", pack) == b"the file"
        for by, what in (("Asha", other), ("Dev", pack), ("Carol", pack)):
            with pytest.raises(NotAllowed):
                give(by, what)


def test_nothing_is_handed_out_once_the_account_is_shut(cast: Cast) -> None:
    found, by = read(cast), actor(cast, "Asha")
    taken(cast, found)
    with writing() as db:
        db.get_one(Account, cast.accounts["Asha"]).ends_on = today() - timedelta(days=1)
    with reading() as db, pytest.raises(NotAllowed):
        hand_out(db, by=by, pack=found.found.pack, made=lambda _: b"the file")


def test_nothing_is_handed_out_once_the_role_ended(cast: Cast) -> None:
    """Its page may still be open. Seen to fail: without the last condition of `hand_out` the file came."""
    found, by = read(cast), actor(cast, "Asha")
    taken(cast, found)
    with writing() as db:
        db.exec(select(RoleGrant).where(RoleGrant.staff_id == cast.id("Asha"))).one().end_on = today() - timedelta(1)
    with reading() as db, pytest.raises(NotAllowed):
        hand_out(db, by=by, pack=found.found.pack, made=lambda _: b"the file")


def test_whoever_lost_the_role_after_reading_takes_nothing(cast: Cast) -> None:
    found, by = read(cast), actor(cast, "Asha")
    with writing() as db:
        db.exec(select(RoleGrant).where(RoleGrant.staff_id == cast.id("Asha"))).one().end_on = today() - timedelta(1)
    with pytest.raises(NotAllowed), writing() as db:
        export_audit_pack(db, by=by, proof=proof_of(cast, "Asha"), read=found)
    assert not register()


def test_whoever_came_to_see_otherwise_after_reading_makes_it_anew(cast: Cast) -> None:
    found, by = read(cast), actor(cast, "Asha")
    with writing() as db:
        grant = db.exec(select(RoleGrant).where(RoleGrant.staff_id == cast.id("Asha"))).one()
        values = grant.model_dump(exclude={"id", "row_version", "community_id", "role"})
        db.add(RoleGrant(**values, community_id=cast.community_c, role=Role.THERAPY_MANAGER))
    with pytest.raises(NotAllowed, match=CHANGED_MEANWHILE), writing() as db:
        export_audit_pack(db, by=by, proof=proof_of(cast, "Asha"), read=found)
    assert not register()


def test_a_pack_that_was_changed_after_reading_is_not_entered(cast: Cast) -> None:
    found = read(cast)
    forged = replace(found, found=replace(found.found, pack=replace(found.found.pack, marking="")))
    with pytest.raises(NotAllowed), writing() as db:
        export_audit_pack(db, by=actor(cast, "Asha"), proof=proof_of(cast, "Asha"), read=forged)


@pytest.mark.parametrize(
    ("who", "form", "place"),
    [
        ("Asha", Form.NAMED, "c"),
        ("Asha", Form.COUNTS, "c"),
        ("Dev", Form.NAMED, "b"),
        ("Dev", Form.CODED, "b"),
        ("Ivor", Form.CODED, "b"),
        ("Ben", Form.COUNTS, "b"),
        ("Eve", Form.COUNTS, "b"),
    ],
)
def test_nobody_takes_more_than_the_table_gives(cast: Cast, who: str, form: Form, place: str) -> None:
    community = {"b": cast.community_b, "c": cast.community_c}[place]
    with pytest.raises(NotAllowed):
        read(cast, who, asked(cast, form, community))


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("since", {"since": date(2030, 1, 1)}),
        ("since", {"since": date(2010, 1, 1)}),
        ("until", {"until": today() + timedelta(days=1)}),
        ("on", {"on": today() + timedelta(days=1)}),
        ("on", {"on": today() - timedelta(days=30)}),
        ("known_on", {"known_on": today() + timedelta(days=1)}),
        ("communities", {"community_ids": ()}),
        ("handed_to", {"handed_to": " \n "}),
        ("handed_to", {"handed_to": "x" * 201}),
    ],
)
def test_what_cannot_be_is_said_at_its_field(cast: Cast, field: str, more: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord) as problems:
        read(cast, "Asha", replace(asked(cast), **more))
    assert field in problems.value.problems
    assert SAY_TO_WHOM in problems.value.problems.values() or more.get("handed_to") != " \n "


def test_in_counts_two_days_known_are_not_set_side_by_side(cast: Cast) -> None:
    with pytest.raises(InvalidRecord, match="known today"):
        read(cast, "Dev", asked(cast, Form.COUNTS, known_on=today() - timedelta(days=3)))


def test_the_same_form_is_entered_once(cast: Cast) -> None:
    found, key, by = read(cast), uuid4(), actor(cast, "Asha")
    with writing() as db:
        export_audit_pack(db, by=by, submission=key, proof=proof_of(cast, "Asha"), read=found)
    with pytest.raises(AlreadySaved), writing() as db:
        export_audit_pack(db, by=by, submission=key, proof=proof_of(cast, "Asha"), read=found)
    assert len(register()) == 1


def test_who_saves_is_not_held_up_while_a_pack_is_read(cast: Cast) -> None:
    """Between one area and the next somebody saves. Taken out: the rollback in `read_in_steps`; on SQLite the save
    waited until it gave up."""
    saved: list[str] = []

    def somebody_saves(_: float, said: str) -> None:
        with writing() as db:
            db.add(Setting(key=f"step_{len(saved)}", value=said))
        saved.append(said)

    found = read_in_steps(by=actor(cast, "Asha"), asked=asked(cast), progress=somebody_saves)
    assert len(saved) > 10 and found.found.pack.parts
    with reading() as db:
        assert len(db.exec(select(Setting).where(col(Setting.key).startswith("step_"))).all()) == len(saved)


def test_whoever_cancels_leaves_nothing_behind(cast: Cast) -> None:
    class Cancelled(BaseException):
        """As a second click ends a run."""

    def cancel(share: float, _: str) -> None:
        if share > 0.5:
            raise Cancelled

    with reading() as db:
        events = len(db.exec(select(AuditEvent)).all())
    with pytest.raises(Cancelled):
        read_in_steps(by=actor(cast, "Asha"), asked=asked(cast), progress=cancel)
    with reading() as db:
        assert len(db.exec(select(AuditEvent)).all()) == events
    assert not register()
