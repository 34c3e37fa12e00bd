"""Handing over: the old agreement ends, the new one goes on from it, what is planned moves, and no word is read by
the new supervisor unless those it belongs to agree."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tcsuper import confidential
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Attendance,
    AttendanceStatus,
    FormerRecordsConsent,
    SharedRecord,
    SupervisionAgreement,
    SupervisionSession,
    TraineeSupervisor,
)
from tcsuper.queries.confidential import my_shared_records, shared_record_of, texts_for_session, who_read
from tcsuper.queries.evidence import current
from tcsuper.queries.hand_over import agreements_to_hand_over, hand_over_plan
from tcsuper.queries.readers import readers_of_shared_record
from tcsuper.queries.signing import agreement_seen, my_agreements
from tcsuper.queries.supervision import session_log
from tcsuper.services.agreements import make_agreement
from tcsuper.services.hand_over import hand_over
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.shared_records import (
    VoidReason,
    add_to_shared_record,
    change_shared_record,
    sign_shared_record,
    void_shared_record,
)
from tcsuper.services.signing import let_read_former_records, sign_agreement, withdraw_former_records
from tcsuper.services.supervision import plan_session, record_session
from tcsuper.words import day
from tests.people import GROUP_OF_TEN, Cast, actor, add_plain_supervisor, as_person
from tests.texts import TEXT, about, days_later, events, names, opened, with_ben, with_group, written

YESTERDAY, TOMORROW = today() - timedelta(days=1), today() + timedelta(days=1)


@pytest.fixture
def people(cast: Cast) -> Cast:
    """With Lena, who supervises Ben and manages nobody."""
    with writing() as db:
        add_plain_supervisor(db, cast)
    return cast


def handed(
    cast: Cast, *agreements: int, to: str = "Farah", by: str = "Asha", last_day: int = -1
) -> list[SupervisionAgreement]:
    """From today on, unless told otherwise."""
    with as_person(cast, by) as (db, who):
        return hand_over(
            db,
            by=who,
            agreement_ids=agreements or [cast.ben_agreement],
            supervisor_id=cast.id(to),
            last_day=today() + timedelta(days=last_day),
        )


def row(agreement: int) -> SupervisionAgreement:
    with reading() as db:
        return db.get_one(SupervisionAgreement, agreement)


def planned(cast: Cast, in_days: int, agreement: int = 0) -> UUID:
    with as_person(cast, "Asha") as (db, asha):
        held_on = today() + timedelta(days=in_days)
        return plan_session(db, by=asha, agreement_id=agreement or cast.ben_agreement, held_on=held_on).record_id


def now_planned(record: UUID) -> tuple[SupervisionSession, list[int]]:
    """The session as it stands, and whom it expects."""
    with reading() as db:
        session = db.exec(
            select(SupervisionSession).where(SupervisionSession.record_id == record, current(SupervisionSession))
        ).one()
        return session, sorted(db.exec(select(Attendance.staff_id).where(Attendance.session_id == session.id)))


# ---------------------------------------------------------------------------------------------------------------------
# One step


def test_the_terms_go_on_with_the_new_supervisor_from_the_next_day(cast: Cast) -> None:
    terms = {"usual_minutes": 75, "every_days": 21, "place": "Library", "confidentiality": "Between us."}
    with as_person(cast, "Asha") as (db, asha):
        former = make_agreement(
            db,
            by=asha,
            supervisor_id=asha.staff_id,
            supervisee_id=cast.id("Bela"),
            start_on=today() - timedelta(days=90),
            end_on=today() + timedelta(days=200),
            trainee_role=TraineeSupervisor.COORDINATING,
            rule_sets=["bacp"],
            **terms,  # type: ignore[arg-type]
        )
        sign_agreement(db, by=asha, agreement_id=former.id or 0)
    (made,) = handed(cast, former.id or 0, last_day=6)
    assert row(former.id or 0).end_on == today() + timedelta(days=6)
    assert (made.start_on, made.end_on, made.follows_id) == (
        today() + timedelta(days=7),
        today() + timedelta(days=200),
        former.id,
    )
    assert (made.supervisor_id, made.supervisee_id) == (cast.id("Farah"), cast.id("Bela"))
    assert {name: getattr(made, name) for name in terms} == terms
    assert (made.trainee_role, made.rule_sets, made.purpose) == (TraineeSupervisor.COORDINATING, ["bacp"], "clinical")
    assert made.review_on is not None and (made.review_on - made.start_on).days in (365, 366)
    with as_person(cast, "Bela") as (db, bela):
        by_id = {one.agreement_id: one for one in my_agreements(db, viewer=bela, on=today())}
        seen = by_id[made.id or 0]
        assert [party.signed_on for party in seen.parties] == [None, None], "nobody has signed the new one"
        assert seen.former == (f"Asha, until {day(today() + timedelta(days=6))}",)


def test_what_is_planned_after_the_last_day_moves_and_what_was_held_stays(cast: Cast) -> None:
    held = with_ben(cast, held_on=today())
    on_the_day, after = planned(cast, 3), planned(cast, 4)
    (made,) = handed(cast, last_day=3)
    for record, agreement, supervisor in (
        (held, cast.ben_agreement, "Asha"),
        (on_the_day, cast.ben_agreement, "Asha"),
        (after, made.id, "Farah"),
    ):
        session, expected = now_planned(record)
        assert (session.agreement_id, session.supervisor_id) == (agreement, cast.id(supervisor))
        assert expected == [cast.id("Ben")]
    with reading() as db:
        versions = db.exec(select(SupervisionSession).where(SupervisionSession.record_id == after)).all()
        assert [one.supervisor_id for one in versions] == [cast.id("Asha"), cast.id("Farah")], "a new version"


def test_everything_of_a_supervisor_goes_at_once_and_is_one_event(cast: Cast) -> None:
    planned(cast, 5)
    group_session = planned(cast, 6, cast.group_agreement)
    made = handed(cast, cast.ben_agreement, cast.group_agreement)
    assert [(one.follows_id, one.group_id) for one in made] == sorted(
        [(cast.ben_agreement, None), (cast.group_agreement, cast.group)], key=lambda pair: pair[0]
    )
    assert now_planned(group_session)[1] == sorted(cast.id(name) for name in GROUP_OF_TEN)
    (event,) = events("hand_over")
    assert about(event) == names(cast, "Asha", "Farah", *GROUP_OF_TEN)
    assert event.detail["sessions_moved"] == 2 and set(event.detail["agreements"]) == {
        cast.ben_agreement,
        cast.group_agreement,
    }


def test_all_of_them_or_none(cast: Cast) -> None:
    """The group is Bela's own: she cannot lead it. Ben's stays where it was as well."""
    before = planned(cast, 5)
    with pytest.raises(InvalidRecord) as refused:
        handed(cast, cast.ben_agreement, cast.group_agreement, to="Bela")
    assert refused.value.problems == {
        "agreement_ids": "Monday group, clinical: Bela is a member of this group. Let them leave it first."
    }
    assert row(cast.ben_agreement).end_on is None and now_planned(before)[0].supervisor_id == cast.id("Asha")
    assert events("hand_over") == []


def test_what_is_shown_first_is_what_is_done(cast: Cast) -> None:
    planned(cast, 5)
    with reading() as db:
        asha = actor(cast, "Asha")
        assert [(one.supervisor, one.label) for one in agreements_to_hand_over(db, viewer=asha, on=today())] == [
            ("Asha", "Ben, clinical"),
            ("Asha", "Monday group, clinical"),
        ]
        (shown,) = hand_over_plan(
            db, viewer=asha, agreement_ids=[cast.ben_agreement], supervisor_id=cast.id("Farah"), last_day=today()
        )
    assert shown.words == (
        f"Ben, clinical: with Asha until {day(today())}, with Farah from {day(TOMORROW)}; 1 planned session moved."
    )
    (made,) = handed(cast, last_day=0)
    assert made.start_on == TOMORROW and events("hand_over")[0].detail["sessions_moved"] == shown.planned


@pytest.mark.parametrize(
    ("to", "last_day", "why"),
    [
        ("Asha", 0, "Asha is the supervisor already."),
        ("Ben", 0, "nobody supervises themselves."),
        ("Farah", -2, "a session of {yesterday} is recorded. Choose that day or a later one."),
        ("Farah", -5000, "it began only on 15 January 2024."),
    ],
)
def test_what_cannot_be_handed_over_is_said(cast: Cast, to: str, last_day: int, why: str) -> None:
    with_ben(cast)
    with pytest.raises(InvalidRecord) as refused:
        handed(cast, to=to, last_day=last_day)
    assert refused.value.problems == {"agreement_ids": f"Ben, clinical: {why.format(yesterday=day(YESTERDAY))}"}


def test_one_that_has_ended_is_not_handed_over(cast: Cast) -> None:
    with pytest.raises(InvalidRecord, match="it ends on .* already"):
        handed(cast, cast.ended_agreement)


@pytest.mark.parametrize("who", ["Ben", "Bela", "Carol", "Dev", "Eve", "Farah", "Gwen", "Ivor", "Jo", "Kit", "Lena"])
def test_only_those_who_keep_both_agreements_hand_over(people: Cast, who: str) -> None:
    """Lena supervises Ben herself: that lets her neither end Asha's agreement nor give hers away."""
    for agreement in (people.ben_agreement, people.lena_agreement, people.group_agreement):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            handed(people, agreement, to="Bela", by=who)
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), reading() as db:
            hand_over_plan(
                db,
                viewer=actor(people, who),
                agreement_ids=[agreement],
                supervisor_id=people.id("Bela"),
                last_day=today(),
            )
    assert row(people.lena_agreement).end_on is None


@pytest.mark.parametrize("to", ["Cai", "Kit", "nobody"])
def test_an_agreement_goes_to_somebody_the_manager_may_name(cast: Cast, to: str) -> None:
    """A number sent in place of a chosen one tells no name, nor whether there is anybody."""
    new = cast.staff.get(to, 10_000)
    on = {"agreement_ids": [cast.ben_agreement], "supervisor_id": new, "last_day": YESTERDAY}
    with reading() as db, pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        hand_over_plan(db, viewer=actor(cast, "Asha"), **on)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, "Asha") as (db, asha):
        hand_over(db, by=asha, **on)


def test_a_second_coordinating_supervisor_is_refused_and_a_handed_over_one_is_the_only_one(cast: Cast) -> None:
    def coordinates(who: str, start_in: int = -9, end_in: int | None = None) -> SupervisionAgreement:
        with as_person(cast, "Asha") as (db, asha):
            return make_agreement(
                db,
                by=asha,
                supervisor_id=cast.id(who),
                supervisee_id=cast.id("Bela"),
                start_on=today() + timedelta(days=start_in),
                end_on=None if end_in is None else today() + timedelta(days=end_in),
                trainee_role=TraineeSupervisor.COORDINATING,
            )

    first = coordinates("Asha")
    with pytest.raises(InvalidRecord, match="one coordinating supervisor at a time: Asha is theirs from"):
        coordinates("Farah", 30)
    coordinates("Carol", -20, -10)
    handed(cast, first.id or 0, last_day=20)
    with pytest.raises(InvalidRecord, match="Farah is theirs from"):
        coordinates("Asha", 30)


# ---------------------------------------------------------------------------------------------------------------------
# What the new supervisor may read


def follow_on(cast: Cast, to: str = "Farah") -> int:
    (made,) = handed(cast, to=to)
    return made.id or 0


def with_what_was_said(cast: Cast, held_on: int = -2) -> UUID:
    """A session of Ben's with Asha, and its shared record."""
    session = with_ben(cast, held_on=today() + timedelta(days=held_on))
    written(cast, session)
    return session


def lets_read(cast: Cast, who: str, agreement: int) -> None:
    with as_person(cast, who) as (db, by):
        let_read_former_records(db, by=by, agreement_id=agreement)


def takes_back(cast: Cast, who: str, agreement: int) -> None:
    with as_person(cast, who) as (db, by):
        withdraw_former_records(db, by=by, agreement_id=agreement)


def finds_nothing(cast: Cast, name: str, session: UUID) -> None:
    """By no query and no service, and nobody is told that they could."""
    with reading() as db:
        record = db.exec(select(SharedRecord).where(SharedRecord.session_record_id == session)).first()
        assert record is not None, "it is there"
        who = actor(cast, name)
        assert shared_record_of(db, viewer=who, session_record_id=session) is None
        assert who_read(db, viewer=who, session_record_id=session) == []
        assert not texts_for_session(db, viewer=who, session_record_id=session).shared
        assert my_shared_records(db, viewer=who) == []
        found = db.exec(select(SharedRecord.id).where(confidential.shared_records_read_by(who))).all()
        assert list(found) == []
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
            readers_of_shared_record(db, viewer=who, session_record_id=session)
        for reader in ("Asha", "Ben"):
            listed = readers_of_shared_record(db, viewer=actor(cast, reader), session_record_id=session)
            assert cast.id(name) not in {one.staff_id for one in listed}
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        opened(cast, name, session)
    changes_nothing(cast, name, session)


def changes_nothing(cast: Cast, name: str, session: UUID) -> None:
    with reading() as db:
        record = db.exec(select(SharedRecord).where(SharedRecord.session_record_id == session)).first()
    assert record is not None and record.id is not None
    number = record.id
    for attempt in (
        lambda db, by: change_shared_record(db, by=by, shared_record_id=number, words="Other words"),
        lambda db, by: sign_shared_record(db, by=by, shared_record_id=number),
        lambda db, by: void_shared_record(db, by=by, shared_record_id=number, reason=VoidReason.WRONG_SESSION),
        lambda db, by: add_to_shared_record(db, by=by, session_record_id=session, words="And yet"),
    ):
        with pytest.raises(NotAllowed, match=NO_SUCH_RECORD), as_person(cast, name) as (db, by):
            attempt(db, by)


def test_the_new_supervisor_inherits_the_log_and_no_word_of_it(cast: Cast) -> None:
    """Seen to fail without "everybody who was there has agreed" in `former_records_read_by`."""
    session = with_what_was_said(cast)
    follow_on(cast)
    with reading() as db:
        log = session_log(db, viewer=actor(cast, "Farah"), since=today() - timedelta(days=30), until=today())
    assert session in set(log["record_id"])
    finds_nothing(cast, "Farah", session)


def test_with_the_supervisees_word_they_read_and_change_nothing(cast: Cast) -> None:
    session = with_what_was_said(cast)
    agreement = follow_on(cast)
    lets_read(cast, "Ben", agreement)
    assert opened(cast, "Farah", session).words == TEXT
    (event,) = [one for one in events("read_shared_record") if one.by_name == "Farah"]
    assert about(event) == names(cast, "Ben"), "every reading is an event about those who were there"
    changes_nothing(cast, "Farah", session)
    with reading() as db:
        seen = shared_record_of(db, viewer=actor(cast, "Farah"), session_record_id=session)
        assert seen is not None
        assert not (seen.may_change or seen.may_sign or seen.may_add or seen.may_void)
        assert [one.reader for one in who_read(db, viewer=actor(cast, "Ben"), session_record_id=session)] == ["Farah"]
        listed = readers_of_shared_record(db, viewer=actor(cast, "Ben"), session_record_id=session)
        assert {one.name: one.why for one in listed}["Farah"] == "supervises now, and those who were there agreed"
    for other in ("Carol", "Gwen", "Jo", "Bela", "Kit", "Dev"):
        finds_nothing(cast, other, session)


def test_a_word_taken_back_shuts_them_at_once_and_can_be_given_again(cast: Cast) -> None:
    """Seen to fail without `withdrawn_at` in the clause."""
    session = with_what_was_said(cast)
    agreement = follow_on(cast)
    lets_read(cast, "Ben", agreement)
    with pytest.raises(Conflict):
        lets_read(cast, "Ben", agreement)
    assert opened(cast, "Farah", session).words == TEXT
    takes_back(cast, "Ben", agreement)
    finds_nothing(cast, "Farah", session)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        takes_back(cast, "Ben", agreement)
    lets_read(cast, "Ben", agreement)
    assert opened(cast, "Farah", session).words == TEXT
    with reading() as db:
        consents = db.exec(select(FormerRecordsConsent)).all()
        assert [(one.staff_id, one.withdrawn_at) for one in consents] == [(cast.id("Ben"), None)]
    assert len(events("let_read_former_records")) == 2 and len(events("withdraw_former_records")) == 1


def test_it_ends_with_the_new_agreement_on_its_last_day(cast: Cast) -> None:
    """Not 28 days later: they have nothing of their own to finish there."""
    session = with_what_was_said(cast)
    agreement = follow_on(cast)
    lets_read(cast, "Ben", agreement)
    with writing() as db:
        db.get_one(SupervisionAgreement, agreement).end_on = today()
    assert opened(cast, "Farah", session).words == TEXT
    with days_later(1), pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        opened(cast, "Farah", session)


def test_it_does_not_begin_before_the_new_agreement(cast: Cast) -> None:
    session = with_what_was_said(cast)
    (made,) = handed(cast, last_day=3)
    lets_read(cast, "Ben", made.id or 0)
    finds_nothing(cast, "Farah", session)
    with days_later(4):
        assert opened(cast, "Farah", session).words == TEXT


def test_a_draft_that_was_never_shared_stays_with_its_author(cast: Cast) -> None:
    session = with_ben(cast, held_on=today() - timedelta(days=2))
    written(cast, session, share=False)
    lets_read(cast, "Ben", follow_on(cast))
    with reading() as db:
        assert shared_record_of(db, viewer=actor(cast, "Farah"), session_record_id=session) is None
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        opened(cast, "Farah", session)


def test_only_what_was_handed_over_is_opened(people: Cast) -> None:
    """Ben's sessions with Lena go on beside: they are not part of the chain."""
    with as_person(people, "Lena") as (db, lena):
        other = record_session(
            db,
            by=lena,
            agreement_id=people.lena_agreement,
            held_on=YESTERDAY,
            minutes=60,
            entries=[Entry(people.id("Ben"), AttendanceStatus.ATTENDED)],
        ).record_id
    written(people, other, by="Lena")
    session = with_what_was_said(people)
    lets_read(people, "Ben", follow_on(people))
    assert opened(people, "Farah", session).words == TEXT
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        opened(people, "Farah", other)


def test_the_whole_chain_is_read_and_each_new_supervisor_asks_anew(cast: Cast) -> None:
    session = with_what_was_said(cast)
    second = follow_on(cast)
    lets_read(cast, "Ben", second)
    (third,) = handed(cast, second, to="Bela", last_day=0)
    with days_later(1):
        finds_nothing(cast, "Bela", session)
        lets_read(cast, "Ben", third.id or 0)
        assert opened(cast, "Bela", session).words == TEXT
        finds_nothing(cast, "Farah", session)
        with reading() as db:
            seen = agreement_seen(db, viewer=actor(cast, "Bela"), agreement_id=third.id or 0, on=today())
            assert seen is not None and [one.split(",")[0] for one in seen.former] == ["Farah", "Asha"]
            assert seen.lets_read == ("Ben",)


def test_what_was_shared_in_a_group_is_opened_when_all_who_were_there_agreed(cast: Cast) -> None:
    session = with_group(cast, Bela=AttendanceStatus.APOLOGIES_LEAVE).record_id
    written(cast, session)
    (made,) = handed(cast, cast.group_agreement)
    there = [name for name in GROUP_OF_TEN if name != "Bela"]
    for name in there[:-1]:
        lets_read(cast, name, made.id or 0)
    lets_read(cast, "Bela", made.id or 0)  # was not there: her word opens nothing
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        opened(cast, "Farah", session)
    lets_read(cast, there[-1], made.id or 0)
    assert opened(cast, "Farah", session).words == TEXT
    takes_back(cast, "Ben", made.id or 0)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        opened(cast, "Farah", session)


@pytest.mark.parametrize("who", ["Asha", "Bela", "Farah", "Carol", "Jo", "Eve", "Dev"])
def test_nobody_agrees_for_somebody_else(cast: Cast, who: str) -> None:
    session = with_what_was_said(cast)
    agreement = follow_on(cast)
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        lets_read(cast, who, agreement)
    finds_nothing(cast, "Farah", session)


def test_where_nothing_went_before_there_is_nothing_to_agree_to(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="nothing to read"):
        lets_read(cast, "Ben", cast.ben_agreement)
    with reading() as db:
        assert [one.i_let_read for one in my_agreements(db, viewer=actor(cast, "Ben"), on=today())] == [None, None]
