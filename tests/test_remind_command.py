"""`python -m tcsuper remind`, against a real mail server on this computer."""

import socket
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from sqlmodel import select

from tcsuper.__main__ import main
from tcsuper.access import actor_for_staff
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Account,
    AuditEvent,
    CheckResult,
    Post,
    Registration,
    ReminderSent,
    Requirement,
    RequirementKind,
    Staff,
)
from tcsuper.queries.home import my_standings
from tcsuper.queries.tasks import my_tasks
from tcsuper.services.leavers import end_post
from tcsuper.services.registration import add_registration, record_register_check, renew_registration
from tcsuper.services.training import record_completion
from tests.competence import add_bodies, add_courses
from tests.people import Cast, actor

Said = pytest.CaptureFixture[str]
ADDRESSES = {"Ben": "ben@example.org", "Asha": "asha@example.org", "Bela": "bela@example.org"}


class MailBox(Message):
    """Takes every letter, except for whom it does not know."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: dict[str, str] = {}
        self.nobody = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address == self.nobody:
            return "550 no such address"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Any) -> None:
        assert message["To"] not in self.letters, "one letter for each person"
        self.letters[message["To"]] = message.get_payload(decode=True).decode()


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailBox]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = MailBox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none", "FROM": "tc@example.org"}.items():
        monkeypatch.setenv(f"TCSUPER_SMTP_{name}", value)
    yield box
    server.stop()


@pytest.fixture
def ben_is_due(cast: Cast) -> Cast:
    """Ben's restraint certificate ends in 20 days; nobody else was ever restraint-trained."""
    with writing() as db:
        add_courses(db, cast)
        for name, address in ADDRESSES.items():
            db.get_one(Staff, cast.id(name)).email = address
        record_completion(
            db,
            by=actor(cast, "Asha"),
            staff_id=cast.id("Ben"),
            course_code="restraint",
            completed_on=today() - timedelta(days=345),
        )
    return cast


def test_each_person_gets_one_letter_with_their_own_dates(ben_is_due: Cast, post: MailBox, capsys: Said) -> None:
    assert main(["remind"]) == 0
    assert "Control and restraint: due" in post.letters["ben@example.org"]
    assert "3 e-mails sent." in capsys.readouterr().err


def test_the_same_line_is_never_sent_twice(ben_is_due: Cast, post: MailBox, capsys: Said) -> None:
    main(["remind"])
    post.letters.clear()
    assert main(["remind"]) == 0
    assert post.letters == {} and "0 e-mails sent." in capsys.readouterr().err


def test_and_the_next_step_is_another_line(ben_is_due: Cast, post: MailBox, monkeypatch: pytest.MonkeyPatch) -> None:
    main(["remind"])
    post.letters.clear()
    monkeypatch.setenv("TCSUPER_TODAY", (today() + timedelta(days=15)).isoformat())
    main(["remind"])
    assert "Control and restraint: due" in post.letters["ben@example.org"]


def test_nobody_is_reminded_of_a_role_they_have_left(ben_is_due: Cast, post: MailBox) -> None:
    with writing() as db:
        db.exec(select(Post).where(Post.staff_id == ben_is_due.id("Ben"))).one().end_on = today() - timedelta(days=1)
    main(["remind"])
    assert "ben@example.org" not in post.letters


def test_nor_of_what_is_asked_of_them_no_more_from_today_on(ben_is_due: Cast, post: MailBox) -> None:
    """They rotate: another post, which asks for none of it, from today."""
    with writing() as db:
        post_of_ben = db.exec(select(Post).where(Post.staff_id == ben_is_due.id("Ben"))).one()
        carol = db.exec(select(Post).where(Post.staff_id == ben_is_due.id("Carol"))).one()
        post_of_ben.end_on = today() - timedelta(days=1)
        moved = Post(
            staff_id=ben_is_due.id("Ben"),
            job_description_id=carol.job_description_id,
            community_id=ben_is_due.community_c,
            start_on=today(),
        )
        db.add(moved)
    main(["remind"])
    assert "Control and restraint" not in post.letters.get("ben@example.org", "")


def test_a_manager_reads_how_many_and_no_name(ben_is_due: Cast, post: MailBox) -> None:
    main(["remind"])
    letter = post.letters["asha@example.org"]
    assert "Of the people you manage:" in letter and "Control and restraint: 1 person due" in letter
    assert not any(name in letter for name in ("Ben", "Bela", "Officer"))


def test_a_manager_whose_account_is_shut_reads_of_nobody_else(ben_is_due: Cast, post: MailBox) -> None:
    with writing() as db:
        db.get_one(Account, ben_is_due.accounts["Asha"]).disabled_at = now()
    main(["remind"])
    assert "Of the people you manage:" not in post.letters.get("asha@example.org", "")
    assert "ben@example.org" in post.letters, "dates of one's own are told to those who never sign in too"


def test_the_home_page_shows_what_the_letter_says(ben_is_due: Cast, post: MailBox) -> None:
    main(["remind"])
    with reading() as db:
        ben = actor_for_staff(db, ben_is_due.id("Ben"))
        tasks = my_tasks(db, viewer=ben, rows=my_standings(db, viewer=ben))
    titles = {task.title for task in tasks}
    lines = [line.removeprefix("- ") for line in post.letters["ben@example.org"].splitlines() if line.startswith("- ")]
    assert lines and {line.rsplit(": ", 1)[0] for line in lines} <= titles


def test_a_look_sends_nothing_and_changes_nothing(ben_is_due: Cast, post: MailBox, capsys: Said) -> None:
    assert main(["remind", "--dry-run"]) == 0
    said = capsys.readouterr()
    assert "To: ben@example.org" in said.out and "Nothing was." in said.err
    assert post.letters == {} and stored() == []


def test_an_address_that_is_none_keeps_nobody_else_from_theirs(ben_is_due: Cast, post: MailBox, capsys: Said) -> None:
    post.nobody = "asha@example.org"
    assert main(["remind"]) == 0
    assert set(post.letters) == {"ben@example.org", "bela@example.org"}
    assert "Asha: there is no such e-mail address." in capsys.readouterr().err
    post.nobody = ""
    post.letters.clear()
    main(["remind"])
    assert set(post.letters) == {"asha@example.org"}, "what was not taken is tried again"


def test_a_name_that_breaks_out_of_its_line_is_no_header(ben_is_due: Cast, post: MailBox, capsys: Said) -> None:
    with writing() as db:
        db.get_one(Staff, ben_is_due.id("Ben")).email = "ben@example.org\r\nBcc: all@example.org"
    assert main(["remind"]) == 0
    assert "Ben: there is no such e-mail address." in capsys.readouterr().err
    assert not any("ben@" in address for address in post.letters)


def test_without_a_mail_server_everything_waits(
    ben_is_due: Cast, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["remind"]) == 1
    assert "To send e-mail, set TCSUPER_SMTP_HOST and TCSUPER_SMTP_FROM." in capsys.readouterr().err
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none", "FROM": "tc@example.org"}.items():
        monkeypatch.setenv(f"TCSUPER_SMTP_{name}", value)
    assert main(["remind"]) == 1
    assert "0 e-mails went out; 3 others wait for the next time." in capsys.readouterr().err
    assert stored() == []


def test_a_password_does_not_travel_unprotected(
    monkeypatch: pytest.MonkeyPatch, ben_is_due: Cast, capsys: Said
) -> None:
    for name, value in {"HOST": "mail.example.org", "SECURITY": "none", "FROM": "tc@example.org"}.items():
        monkeypatch.setenv(f"TCSUPER_SMTP_{name}", value)
    assert main(["remind"]) == 1
    assert "only for a mail server on this computer" in capsys.readouterr().err


# ---------------------------------------------------------------------------------------------------------------------
# Registrations

MAY = date(2027, 5, 31)


@pytest.fixture
def seven_in_may(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Seven of Asha's people are registered with a body that has one day for everybody, and it is near; one of them
    with another body too, whose day is personal."""
    monkeypatch.setenv("TCSUPER_TODAY", "2027-03-10")
    with writing() as db:
        add_bodies(db, cast)
        theirs = db.exec(select(Post.staff_id).where(Post.community_id == cast.community_b).distinct()).all()
        asked = [one for one in theirs if one != cast.id("Asha")][:7]
        for staff_id in asked:
            db.get_one(Staff, staff_id).email = f"{staff_id}@example.org"
            given: dict[str, Any] = dict(staff_id=staff_id, registered_on=date(2020, 6, 1))
            by = actor(cast, "Asha")
            add_registration(db, by=by, body_code="hcpc", number="PYL123456", expires_on=MAY, **given)
        add_registration(db, by=by, body_code="bacp", number="1", expires_on=date(2027, 4, 3), **given)
        db.get_one(Staff, cast.id("Asha")).email = ADDRESSES["Asha"]
    return cast


def lines_of(letter: str, about: str) -> list[str]:
    return [line.removeprefix("- ") for line in letter.splitlines() if line.startswith("- ") and about in line]


def test_renewals_of_one_body_are_one_line_for_the_manager_and_each_person_has_their_own(
    seven_in_may: Cast, post: MailBox
) -> None:
    main(["remind"])
    assert lines_of(post.letters["asha@example.org"], "HCPC") == ["HCPC psychologist: 7 renewals by 31 May 2027."]
    assert lines_of(post.letters["asha@example.org"], "BACP") == ["BACP: 1 renewal by 3 April 2027."]
    assert not lines_of(post.letters["asha@example.org"], "Registration with a professional body: 7")
    others = {address: letter for address, letter in post.letters.items() if address != "asha@example.org"}
    assert len(others) == 7 and all(lines_of(letter, "egistration with") for letter in others.values())


def test_a_look_shows_the_one_line(seven_in_may: Cast, capsys: Said) -> None:
    assert main(["remind", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("HCPC psychologist: 7 renewals by 31 May 2027.") == 1 and stored() == []


def test_a_registration_that_nothing_asks_for_is_told_to_whose_it_is(seven_in_may: Cast, post: MailBox) -> None:
    main(["remind"])
    told = [letter for letter in post.letters.values() if "Registration with BACP: due 3 April 2027." in letter]
    assert len(told) == 1


def test_a_register_to_look_up_is_for_the_manager_and_never_for_whose_registration_it_is(
    seven_in_may: Cast, post: MailBox
) -> None:
    with writing() as db:
        asked = db.exec(select(Post.job_description_id).where(Post.staff_id == seven_in_may.id("Ben"))).first()
        terms = {"of": "hcpc"}
        title, kind = "Live register checked", RequirementKind.CHECK
        db.add(Requirement(kind=kind, job_description_id=asked, title=title, terms=terms, start_on=date(2020, 6, 1)))
    main(["remind"])
    assert lines_of(post.letters["asha@example.org"], "Live register checked")
    own = [letter.partition("Of the people you manage:")[0] for letter in post.letters.values()]
    assert len(own) > 7 and not any("Live register checked" in letter for letter in own)


def test_who_renewed_is_reminded_no_more_and_the_list_is_one_shorter(seven_in_may: Cast, post: MailBox) -> None:
    main(["remind"])
    post.letters.clear()
    with writing() as db:
        one = db.exec(select(Registration).where(Registration.expires_on == MAY)).first()
        assert one is not None and one.id is not None
        until = date(2029, 5, 31)
        renew_registration(db, by=actor(seven_in_may, "Asha"), registration_id=one.id, expires_on=until)
        address = db.get_one(Staff, one.staff_id).email
    main(["remind"])
    assert lines_of(post.letters["asha@example.org"], "HCPC") == ["HCPC psychologist: 6 renewals by 31 May 2027."]
    assert address not in post.letters


def test_a_lapsed_statutory_registration_is_told_the_same_day_once_to_the_person_and_to_the_manager(
    seven_in_may: Cast, post: MailBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TCSUPER_TODAY", "2026-06-10")  # far from every step
    main(["remind"])
    assert "not in force" not in str(post.letters)
    post.letters.clear()
    with writing() as db:
        one = db.exec(select(Registration).where(Registration.expires_on == MAY)).first()
        assert one is not None
        given: dict[str, Any] = dict(registration_record_id=one.record_id, checked_on=date(2026, 6, 10))
        by = actor(seven_in_may, "Asha")
        record_register_check(db, by=by, result=CheckResult.SUSPENDED, note="Interim order", **given)
        address, name = db.get_one(Staff, one.staff_id).email, db.get_one(Staff, one.staff_id).full_name
    main(["remind"])
    said = "not in force since 10 June 2026. Your home page says what to do at once."
    assert lines_of(post.letters[address], "egistration") == [f"Registration with HCPC psychologist: {said}"]
    manager = post.letters["asha@example.org"]
    assert lines_of(manager, "HCPC") == [f"HCPC psychologist: 1 registration {said}"]
    assert name not in manager and "suspended" not in str(post.letters) and "Interim" not in str(post.letters)
    post.letters.clear()
    monkeypatch.setenv("TCSUPER_TODAY", "2026-06-11")
    main(["remind"])
    assert "not in force" not in str(post.letters)


def test_nobody_is_reminded_of_a_registration_after_they_left(seven_in_may: Cast, post: MailBox) -> None:
    with writing() as db:
        for one in db.exec(select(Registration)).all():
            for held in db.exec(select(Post).where(Post.staff_id == one.staff_id)).all():
                held.end_on = date(2027, 3, 9)
    main(["remind"])
    assert "HCPC" not in str(post.letters)


def stored() -> list[object]:
    with reading() as db:
        events = db.exec(select(AuditEvent).where(AuditEvent.action == "send_reminder")).all()
        return [*db.exec(select(ReminderSent)).all(), *events]


def test_a_look_at_the_letters_on_somebodys_last_day_shows_none_for_them(ben_is_due: Cast, capsys: Said) -> None:
    """Ended by the form, as a manager does it: from that day on, and not only from the next."""
    main(["remind", "--dry-run"])
    assert "Good day Ben" in capsys.readouterr().out
    with writing() as db:
        post_of_ben = db.exec(select(Post.id).where(Post.staff_id == ben_is_due.id("Ben"))).one() or 0
        end_post(db, by=actor_for_staff(db, ben_is_due.id("Asha")), post_id=post_of_ben, end_on=today())
    main(["remind", "--dry-run"])
    printed = capsys.readouterr().out
    assert "Good day Ben" not in printed and "Good day Bela" in printed
