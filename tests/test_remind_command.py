"""`python -m tcsuper remind`, against a real mail server on this computer."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from sqlmodel import select

from tcsuper.__main__ import main
from tcsuper.access import actor_for_staff
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import Account, AuditEvent, Post, ReminderSent, Staff
from tcsuper.queries.home import my_standings
from tcsuper.queries.tasks import my_tasks
from tcsuper.services.training import record_completion
from tests.competence import add_courses
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


def stored() -> list[object]:
    with reading() as db:
        events = db.exec(select(AuditEvent).where(AuditEvent.action == "send_reminder")).all()
        return [*db.exec(select(ReminderSent)).all(), *events]
