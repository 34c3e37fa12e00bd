"""Who did what: everybody sees theirs, managers and directors their people's, administrators what concerns safety."""

import pytest
from sqlmodel import select

from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, NotAllowed
from tcsuper.models import AttendanceStatus, AuditEvent, Role
from tcsuper.queries.history import action_in_words, history_about, my_history, security_events
from tcsuper.services.accounts import end_account, grant_role
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_session
from tests.people import Cast, actor, as_person


def a_day_at_ashdown(cast: Cast) -> None:
    with as_person(cast, "Asha") as (db, asha):
        entries = [Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)]
        record_session(db, by=asha, agreement_id=cast.ben_agreement, held_on=today(), minutes=60, entries=entries)
    with as_person(cast, "Eve") as (db, eve):
        grant_role(
            db,
            by=eve,
            staff_id=cast.id("Ben"),
            role=Role.THERAPY_MANAGER,
            community_id=cast.community_c,
            start_on=today(),
        )
        end_account(db, by=eve, account_id=cast.accounts["Jo"])


def test_everybody_sees_who_changed_what_of_theirs(cast: Cast) -> None:
    a_day_at_ashdown(cast)
    with reading() as db:
        mine = my_history(db, viewer=actor(cast, "Ben"))
        assert [(one.who, one.what, one.is_own) for one in mine] == [
            ("Eve", "entered a role", False),
            ("Asha", "recorded session", False),
        ]
        assert my_history(db, viewer=actor(cast, "Bela")) == []


def test_managers_and_directors_see_the_same_of_their_people(cast: Cast) -> None:
    a_day_at_ashdown(cast)
    with reading() as db:
        for name in ("Asha", "Dev"):
            seen = history_about(db, viewer=actor(cast, name), staff_id=cast.id("Ben"))
            assert [one.what for one in seen] == ["entered a role", "recorded session"]
        for name in ("Carol", "Bela", "Eve", "Ivor", "Farah", "Lena" if "Lena" in cast.staff else "Kit"):
            with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
                history_about(db, viewer=actor(cast, name), staff_id=cast.id("Ben"))


@pytest.mark.parametrize("kind", ["concern", "emergency_access", "private_note"])
def test_that_a_concern_exists_is_for_those_concerned_only(cast: Cast, kind: str) -> None:
    """The event names whom it is about; their manager does not read it here, nor does the administrator learn who."""
    with as_person(cast, "Bela") as (db, bela):
        record_event(db, by=bela, action=f"refused_{kind}", object_kind=kind, about=[cast.id("Ben")])
    with reading() as db:
        assert len(my_history(db, viewer=actor(cast, "Ben"))) == 1
        assert history_about(db, viewer=actor(cast, "Asha"), staff_id=cast.id("Ben")) == []
        [seen] = security_events(db, viewer=actor(cast, "Eve")) or []
    assert seen.about == "" and seen.who == "Bela"


def test_administrator_sees_what_concerns_safety_and_no_records(cast: Cast) -> None:
    a_day_at_ashdown(cast)
    with writing() as db:
        record_event(db, by=None, action="sign_in_failed", object_kind="sign_in", nobody="somebody not signed in")
    with reading() as db:
        events = security_events(db, viewer=actor(cast, "Eve"))
        everything = len(db.exec(select(AuditEvent)).all())
        assert events is not None and len(events) == everything - 1, "all but the session"
        assert [(one.who, one.what, one.about) for one in events] == [
            ("somebody not signed in", "failed to sign in", ""),
            ("Eve", "ended account", "Jo"),
            ("Eve", "entered a role", "Ben"),
        ]
        for name in ("Asha", "Dev", "Ben", "Ivor"):
            assert security_events(db, viewer=actor(cast, name)) is None


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("record_session", "recorded session"),
        ("make_agreement", "made agreement"),
        ("attendance_disputed", "disputed an attendance"),
        ("read_by_emergency_access", "read by emergency access"),
        ("refused_emergency_access", "was refused emergency access"),
        ("unlock", "unlocked"),
        ("take_back_end", "took back the end of a post"),
        ("take_back_course_rule", "took back course rule"),
        ("send_reminder", "sent reminder"),
        ("cancel_run", "cancelled run"),
        ("skip_planned_session", "skipped planned session"),
        ("put_off_trainee_step", "put off trainee step"),
    ],
)
def test_actions_are_told_in_the_past(action: str, words: str) -> None:
    assert action_in_words(action) == words
