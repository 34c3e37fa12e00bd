"""python -m tcsuper: what it does, what it refuses, and what must hold before the product starts."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tcsuper.__main__ import main
from tcsuper.access import actor_for_staff
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import WrongSetup
from tcsuper.models import Account, DatabaseMark, Role, RoleGrant, Staff
from tcsuper.services.accounts import grant_role
from tcsuper.services.sign_in import attempt
from tcsuper.settings import Mode
from tcsuper.start_up import check_mark
from tests.people import Cast, actor

INIT = [
    "init",
    "--establishment",
    "HMP Ashdown",
    "--community",
    "Ashdown B",
    "--name",
    "Eve Stone",
    "--username",
    "eve",
]


def test_init_prints_the_password_alone_on_stdout(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(INIT) == 0
    printed = capsys.readouterr()
    assert attempt("eve", printed.out.strip())
    assert "HMP Ashdown is set up" in printed.err and printed.out.strip() not in printed.err


def test_init_asks_for_what_was_not_given(
    page_database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(["HMP Ashdown", "Ashdown B", "", "Eve Stone", "eve"])
    monkeypatch.setattr("builtins.input", lambda: next(answers))
    assert main(["init"]) == 0
    assert attempt("eve", capsys.readouterr().out.strip())


def test_second_init_is_refused_with_the_reason(page_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(INIT)
    capsys.readouterr()
    assert main(INIT) == 1
    assert "already holds people" in capsys.readouterr().err


def test_bad_answers_are_refused_and_nothing_is_stored(page_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*INIT[:-1], "e v e"]) == 1
    assert "Nothing was saved." in capsys.readouterr().err
    with reading() as db:
        assert db.exec(select(Account)).first() is None and db.get(DatabaseMark, 1) is None


def test_the_next_director_is_approved_from_the_server_only_when_none_is_left(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing() as db:
        place = db.exec(select(RoleGrant).where(RoleGrant.role == Role.DIRECTOR)).one().establishment_id
        jo, eve = cast.id("Jo"), actor(cast, "Eve")
        grant_role(db, by=eve, staff_id=jo, role=Role.DIRECTOR, establishment_id=place, start_on=today())
        name = db.get_one(Staff, jo).full_name
    assert main(["approve_director", "--name", name]) == 1
    assert "A director is in office" in capsys.readouterr().err
    with writing() as db:
        dev = db.exec(select(RoleGrant).where(RoleGrant.staff_id == cast.id("Dev"))).one()
        dev.end_on = today() - timedelta(days=1)
    assert main(["approve_director", "--name", "Nobody"]) == 1
    assert main(["approve_director", "--name", name]) == 0
    with reading() as db:
        assert Role.DIRECTOR in actor_for_staff(db, jo).roles
    assert main(["approve_director", "--name", name]) == 1


@pytest.mark.parametrize("words", [[], ["begin"], ["init", "--colour", "blue"]])
def test_wrong_use_ends_with_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def test_doctor_says_how_the_product_is_set_up(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0 and main(["doctor"]) == 0
    assert "mode: test" in capsys.readouterr().out


def test_unknown_mode_and_unreachable_database_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TCSUPER_MODE", "production")
    assert main(["doctor"]) == 1
    assert capsys.readouterr().err == "TCSUPER_MODE must be live, demo or test.\n"


@pytest.mark.parametrize(
    ("mode", "mark", "fits"),
    [
        (Mode.DEMO, "demo", True),
        (Mode.DEMO, "live", False),
        (Mode.DEMO, None, False),
        (Mode.LIVE, "demo", False),
        (Mode.LIVE, "live", True),
        (Mode.LIVE, None, True),
    ],
)
def test_demonstration_and_service_never_share_a_database(
    page_database: str, mode: Mode, mark: str | None, fits: bool
) -> None:
    """In a demonstration anybody may be anybody."""
    with writing() as db:
        if mark:
            db.add(DatabaseMark(kind=mark))
            db.flush()
        if fits:
            check_mark(db, mode)
        else:
            with pytest.raises(WrongSetup):
                check_mark(db, mode)
