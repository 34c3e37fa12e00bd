"""A disputed attendance: a third person sees that line and both sides, and settles it."""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, select

from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import (
    Account,
    Answer,
    Attendance,
    AttendanceDispute,
    AttendanceStatus,
    AuditEvent,
    DisputeOutcome,
    Setting,
    SupervisionAgreement,
    SupervisionSession,
)
from tcsuper.queries.disputes import disputed_sessions, disputes_seen, disputes_to_settle, third_persons
from tcsuper.queries.evidence import current
from tcsuper.queries.supervision import attendance_at, session_log
from tcsuper.queries.tasks import my_tasks
from tcsuper.services.disputes import name_third_person, settle_dispute
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import answer_attendance, correct_session, record_session, void_session
from tests.people import GROUP_OF_TEN, Cast, actor, add_plain_supervisor, as_person

TODAY = today()
YESTERDAY = TODAY - timedelta(days=1)
STANDS, CHANGED = DisputeOutcome.STANDS, DisputeOutcome.CHANGED
SAID = "I came at ten past, not at half past"


@pytest.fixture
def held(cast: Cast) -> SupervisionSession:
    """The Monday group, yesterday: 90 minutes, Ben there for 60 of them, Bela away sick, everybody else throughout."""
    with writing() as db:
        add_plain_supervisor(db, cast)
    different = {
        "Ben": (AttendanceStatus.LATE, 60),
        "Bela": (AttendanceStatus.APOLOGIES_SICKNESS, None),
    }
    entries = [
        Entry(cast.id(name), *different.get(name, (AttendanceStatus.ATTENDED, None)), presented_own_work=True)
        for name in GROUP_OF_TEN
    ]
    with as_person(cast, "Asha") as (db, asha):
        return record_session(
            db, by=asha, agreement_id=cast.group_agreement, held_on=YESTERDAY, minutes=90, entries=entries
        )


def dispute(cast: Cast, held: SupervisionSession, who: str = "Ben", comment: str = SAID) -> None:
    with as_person(cast, who) as (db, by):
        answer_attendance(db, by=by, session_record_id=held.record_id, answer=Answer.DISPUTED, comment=comment)


def name(
    cast: Cast, held: SupervisionSession, third: str = "Farah", about: str = "Ben", by: str = "Asha"
) -> AttendanceDispute:
    with as_person(cast, by) as (db, manager):
        return name_third_person(
            db,
            by=manager,
            session_record_id=held.record_id,
            staff_id=cast.id(about),
            third_person_id=cast.id(third),
        )


def settle(
    cast: Cast, given: AttendanceDispute, outcome: DisputeOutcome, by: str = "Farah", **more: object
) -> AttendanceDispute:
    facts = {"said": "The gate log shows ten past", **more}
    with as_person(cast, by) as (db, third):
        return settle_dispute(db, by=third, dispute_id=given.id or 0, outcome=outcome, **facts)


def register(db: Session, record_id: UUID) -> dict[int, tuple[AttendanceStatus | None, int, bool]]:
    rows = db.exec(
        select(Attendance)
        .join(SupervisionSession)
        .where(SupervisionSession.record_id == record_id, current(SupervisionSession))
    )
    return {one.staff_id: (one.status, one.minutes, one.presented_own_work) for one in rows}


# ---------------------------------------------------------------------------------------------------------------------
# Settled


def test_changed_minutes_are_a_new_version_and_nobody_elses_line_moves(cast: Cast, held: SupervisionSession) -> None:
    dispute(cast, held)
    with reading() as db:
        before = register(db, held.record_id)
    settle(cast, name(cast, held), CHANGED, minutes=80)
    with reading() as db:
        after = register(db, held.record_id)
        version = db.exec(select(SupervisionSession).where(SupervisionSession.supersedes_id == held.id)).one()
    ben = cast.id("Ben")
    assert before[ben] == (AttendanceStatus.LATE, 60, True) and after[ben] == (AttendanceStatus.LATE, 80, True)
    assert {who: line for who, line in before.items() if who != ben} == {
        who: line for who, line in after.items() if who != ben
    }
    assert version.correction_reason == "Settled by Farah, named as the third person"
    assert version.recorded_by_id == cast.id("Farah")
    assert (version.supervisor_id, version.minutes, version.contracted) == (cast.id("Asha"), 90, 10)


@pytest.mark.parametrize(
    ("minutes", "status", "own_work"),
    [(90, AttendanceStatus.ATTENDED, True), (0, AttendanceStatus.DID_NOT_ATTEND, False)],
)
def test_the_status_follows_the_minutes(
    cast: Cast, held: SupervisionSession, minutes: int, status: AttendanceStatus, own_work: bool
) -> None:
    dispute(cast, held)
    settle(cast, name(cast, held), CHANGED, minutes=minutes)
    with reading() as db:
        assert register(db, held.record_id)[cast.id("Ben")] == (status, minutes, own_work)


@pytest.mark.parametrize(("outcome", "minutes"), [(STANDS, None), (CHANGED, 80)])
def test_both_texts_stay_and_are_read_by_the_person_the_supervisor_and_the_manager(
    cast: Cast, held: SupervisionSession, outcome: DisputeOutcome, minutes: int | None
) -> None:
    dispute(cast, held)
    settle(cast, name(cast, held), outcome, minutes=minutes)
    for who in ("Ben", "Asha"):
        with reading() as db:
            [one] = disputes_seen(db, viewer=actor(cast, who))
        assert (one.comment, one.said, one.outcome, one.settled_minutes) == (
            SAID,
            "The gate log shows ten past",
            outcome,
            minutes,
        )
        assert (one.disputed_minutes, one.third_person, one.is_open) == (60, "Farah", False)
    for who in ("Bela", "Farah", "Lena", "Carol", "Dev", "Eve", "Ivor", "Jo"):
        with reading() as db:
            assert disputes_seen(db, viewer=actor(cast, who)) == [], who


def test_another_supervisor_of_theirs_reads_the_line_and_not_what_was_said_of_it(
    cast: Cast, held: SupervisionSession
) -> None:
    """Lena supervises Ben too: his session log is hers to read, his dispute with Asha is not."""
    dispute(cast, held)
    with reading() as db:
        told = {
            who: attendance_at(db, viewer=actor(cast, who), session_id=held.id or 0)
            .set_index("person")
            .loc["Ben", ["minutes", "comment"]]
            .tolist()
            for who in ("Asha", "Ben", "Lena")
        }
    assert told == {"Asha": [60, SAID], "Ben": [60, SAID], "Lena": [60, ""]}


def test_once_settled_nobody_is_asked_about_it_any_more(cast: Cast, held: SupervisionSession) -> None:
    dispute(cast, held)
    given = name(cast, held)
    settle(cast, given, STANDS)
    with reading() as db:
        asha = actor(cast, "Asha")
        assert disputed_sessions(db, viewer=asha) == []
        assert set(session_log(db, viewer=asha, since=YESTERDAY, until=TODAY)["disputed"]) == {0}
        assert disputes_to_settle(db, viewer=actor(cast, "Farah")) == []
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        settle(cast, given, STANDS)


def test_who_disputes_again_after_it_was_settled_has_a_new_dispute(cast: Cast, held: SupervisionSession) -> None:
    dispute(cast, held)
    settle(cast, name(cast, held), STANDS)
    dispute(cast, held, comment="There is a witness")
    with reading() as db:
        [one] = disputes_seen(db, viewer=actor(cast, "Ben"))
    assert one.is_open and one.third_person == ""
    settle(cast, name(cast, held, third="Officer D"), CHANGED, by="Officer D", minutes=80)
    with reading() as db:
        assert [one.settled_minutes for one in disputes_seen(db, viewer=actor(cast, "Ben"))] == [80]


def test_a_supervisor_who_corrects_the_record_ends_it(cast: Cast, held: SupervisionSession) -> None:
    dispute(cast, held)
    given = name(cast, held)
    entries = [Entry(cast.id(one), AttendanceStatus.ATTENDED) for one in GROUP_OF_TEN]
    with as_person(cast, "Asha") as (db, asha):
        correct_session(db, by=asha, session_id=held.id or 0, reason="Ben was there", minutes=90, entries=entries)
    with reading() as db:
        asha = actor(cast, "Asha")
        assert disputes_to_settle(db, viewer=actor(cast, "Farah")) == []
        assert disputes_seen(db, viewer=asha) == disputed_sessions(db, viewer=asha) == []
        assert set(session_log(db, viewer=asha, since=YESTERDAY, until=TODAY)["disputed"]) == {0}
    with pytest.raises(Conflict, match="is over"):
        settle(cast, given, CHANGED, minutes=80)
    with pytest.raises(Conflict, match="is over"):
        name(cast, held)
    with reading() as db:
        assert register(db, held.record_id)[cast.id("Ben")][1] == 90


def test_a_correction_of_somebody_elses_line_leaves_it_open(cast: Cast, held: SupervisionSession) -> None:
    dispute(cast, held)
    given = name(cast, held)
    entries = [
        Entry(cast.id(one), AttendanceStatus.LATE, 60)
        if one == "Ben"
        else Entry(cast.id(one), AttendanceStatus.ATTENDED)
        for one in GROUP_OF_TEN
    ]
    with as_person(cast, "Asha") as (db, asha):
        correct_session(db, by=asha, session_id=held.id or 0, reason="Bela was there", minutes=90, entries=entries)
        assert set(session_log(db, viewer=asha, since=YESTERDAY, until=TODAY)["disputed"]) == {1}
    settle(cast, given, CHANGED, minutes=80)
    with reading() as db:
        after = register(db, held.record_id)
    assert (after[cast.id("Ben")][1], after[cast.id("Bela")][1]) == (80, 90)


def test_voiding_the_session_ends_it(cast: Cast, held: SupervisionSession) -> None:
    dispute(cast, held)
    given = name(cast, held)
    with as_person(cast, "Asha") as (db, asha):
        void_session(db, by=asha, session_id=held.id or 0, reason="Twice")
    with pytest.raises(Conflict, match="is over"):
        settle(cast, given, STANDS)


@pytest.mark.parametrize(
    ("outcome", "facts", "field"),
    [
        (STANDS, {"said": " "}, "said"),
        (STANDS, {"said": "x" * 2001}, "said"),
        (CHANGED, {"minutes": None}, "minutes"),
        (CHANGED, {"minutes": 91}, "minutes"),
        (CHANGED, {"minutes": -1}, "minutes"),
        (CHANGED, {"minutes": 60}, "minutes"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    cast: Cast, held: SupervisionSession, outcome: DisputeOutcome, facts: dict[str, object], field: str
) -> None:
    dispute(cast, held)
    given = name(cast, held)
    with pytest.raises(InvalidRecord) as refused:
        settle(cast, given, outcome, **facts)
    assert set(refused.value.problems) == {field}
    with reading() as db:
        assert register(db, held.record_id)[cast.id("Ben")][1] == 60


def test_a_session_at_which_nobody_was_is_voided_instead(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        alone = record_session(
            db,
            by=asha,
            agreement_id=cast.ben_agreement,
            held_on=YESTERDAY,
            minutes=60,
            entries=[Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)],
        )
    dispute(cast, alone, comment="I was on leave")
    with pytest.raises(InvalidRecord, match="void the record"):
        settle(cast, name(cast, alone), CHANGED, minutes=0)


# ---------------------------------------------------------------------------------------------------------------------
# Who


def test_the_third_person_sees_that_line_and_both_sides_and_nothing_else(cast: Cast, held: SupervisionSession) -> None:
    """Bela disputes as well: hers is not in Farah's hands, and nobody else's name or status is in what she gets."""
    dispute(cast, held)
    dispute(cast, held, "Bela", "I was there")
    name(cast, held)
    with reading() as db:
        [one] = disputes_to_settle(db, viewer=actor(cast, "Farah"))
        log = session_log(db, viewer=actor(cast, "Farah"), since=YESTERDAY, until=TODAY)
        others = [person for person in GROUP_OF_TEN if person != "Ben"]
    assert len(log) == 0  # to settle is no way into the log
    shown = asdict(one)
    assert set(shown) == {
        *("dispute_id", "person", "supervisor", "held_on", "length", "attended", "comment", "disputed_at")
    }
    assert (one.person, one.supervisor, one.length, one.attended, one.comment) == ("Ben", "Asha", 90, 60, SAID)
    assert not [person for person in (*others, "Monday group", "sick") if person in str(shown)]


@pytest.mark.parametrize("third", ["Ben", "Asha", "Carol", "Gwen", "Cai", "Dev", "Eve", "Ivor", "Kit", "Jo"])
def test_whoever_has_a_part_in_it_or_is_not_known_to_the_manager_is_not_named(
    cast: Cast, held: SupervisionSession, third: str
) -> None:
    dispute(cast, held)
    with pytest.raises(InvalidRecord, match="no part in it"):
        name(cast, held, third)
    with reading() as db:
        offered = third_persons(
            db, viewer=actor(cast, "Asha"), session_record_id=held.record_id, staff_id=cast.id("Ben")
        )
    assert {one.full_name for one in offered} == {"Farah", *GROUP_OF_TEN} - {"Ben"}


def test_whoever_entered_it_on_behalf_is_not_named(cast: Cast, held: SupervisionSession) -> None:
    """Lena supervised it, Asha wrote it down: Asha has a part in it."""
    with as_person(cast, "Asha") as (db, asha):
        lenas = record_session(
            db,
            by=asha,
            agreement_id=_lena(db, cast),
            held_on=YESTERDAY,
            minutes=60,
            entries=[Entry(cast.id("Ben"), AttendanceStatus.LATE, 30)],
        )
    dispute(cast, lenas)
    with pytest.raises(InvalidRecord):
        name(cast, lenas, "Asha")
    name(cast, lenas, "Farah")


def _lena(db: Session, cast: Cast) -> int:
    found = db.exec(select(SupervisionAgreement.id).where(SupervisionAgreement.supervisor_id == cast.id("Lena"))).one()
    return found or 0


def test_somebody_without_an_open_account_is_not_named(cast: Cast, held: SupervisionSession) -> None:
    dispute(cast, held)
    with writing() as db:
        db.get_one(Account, cast.accounts["Farah"]).ends_on = YESTERDAY
    with pytest.raises(InvalidRecord):
        name(cast, held)


def test_another_is_named_while_it_is_open(cast: Cast, held: SupervisionSession) -> None:
    dispute(cast, held)
    given = name(cast, held)
    again = name(cast, held, "Officer D")
    assert given.id == again.id
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        settle(cast, given, STANDS)
    settle(cast, again, STANDS, by="Officer D")


def test_a_manager_names_nobody_for_a_dispute_of_their_own(cast: Cast, held: SupervisionSession) -> None:
    """Asha as a member of a group that somebody else supervises. Taken out: `not_oneself` in access.csv."""
    with writing() as db:
        agreement = SupervisionAgreement(
            supervisor_id=cast.id("Lena"), supervisee_id=cast.id("Asha"), purpose="clinical", start_on=YESTERDAY
        )
        db.add(agreement)
        db.flush()
        number = agreement.id or 0
    with as_person(cast, "Lena") as (db, lena):
        session = record_session(
            db,
            by=lena,
            agreement_id=number,
            held_on=YESTERDAY,
            minutes=60,
            entries=[Entry(cast.id("Asha"), AttendanceStatus.LATE, 30)],
        )
    dispute(cast, session, "Asha")
    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
        name(cast, session, "Farah", about="Asha")
    with reading() as db:
        [mine] = disputes_seen(db, viewer=actor(cast, "Asha"))
        assert mine.is_mine and not mine.may_name
        assert (
            third_persons(db, viewer=actor(cast, "Asha"), session_record_id=session.record_id, staff_id=cast.id("Asha"))
            == []
        )


# ---------------------------------------------------------------------------------------------------------------------
# The home pages, the history


def titles(cast: Cast, who: str) -> list[tuple[str, str]]:
    with reading() as db:
        return [(task.word, task.title) for task in my_tasks(db, viewer=actor(cast, who), rows=[])]


def test_the_manager_is_reminded_after_seven_days_and_the_third_person_at_once(
    cast: Cast, held: SupervisionSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reminded() -> bool:
        return any(title.startswith("Name a third person: Ben") for _, title in titles(cast, "Asha"))

    dispute(cast, held)
    for days, due in ((6, False), (7, True)):
        monkeypatch.setenv("TCSUPER_TODAY", (TODAY + timedelta(days=days)).isoformat())
        assert reminded() is due
    name(cast, held)
    assert not reminded()
    assert [word for word, title in titles(cast, "Farah") if title.startswith("Ben · an attendance")] == ["To settle"]


def test_a_dispute_that_is_mine_to_answer_and_to_give_away_stands_on_my_home_page_once(
    cast: Cast, held: SupervisionSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispute(cast, held)
    assert [word for word, title in titles(cast, "Asha") if "Ben · " in title] == ["Disputed"]
    monkeypatch.setenv("TCSUPER_TODAY", (TODAY + timedelta(days=7)).isoformat())
    about_ben = [title for _, title in titles(cast, "Asha") if "Ben · " in title]
    assert len(about_ben) == 1 and about_ben[0].startswith("Name a third person: Ben")


def test_the_service_sets_how_long_it_may_wait(cast: Cast, held: SupervisionSession) -> None:
    dispute(cast, held)
    with writing() as db:
        db.add(Setting(key="dispute_days", value=0))
    assert any(title.startswith("Name a third person: Ben") for _, title in titles(cast, "Asha"))


def test_the_events_hold_no_typed_words(cast: Cast, held: SupervisionSession) -> None:
    dispute(cast, held)
    settle(cast, name(cast, held), CHANGED, minutes=80)
    with reading() as db:
        found = db.exec(select(AuditEvent).where(AuditEvent.object_key == str(held.record_id))).all()
    assert [one.action for one in found] == [
        "record_session",
        "attendance_disputed",
        "name_third_person",
        "settle_dispute",
    ]
    assert [one.detail for one in found[2:]] == [{"third_person": cast.id("Farah")}, {"outcome": "changed"}]


def test_the_log_opens_when_some_have_answered_and_others_have_not(cast: Cast, held: SupervisionSession) -> None:
    """Seen to fail: beside an answer, the silence of the others became a number that is none, and the page broke."""
    dispute(cast, held)
    with reading() as db:
        answers = list(attendance_at(db, viewer=actor(cast, "Asha"), session_id=held.id or 0)["answer"])
    assert len(answers) == 10 and answers.count(Answer.DISPUTED) == 1 and answers.count(None) == 9
