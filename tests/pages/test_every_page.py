"""Every page × every person of the cast × every way in: the page file itself, signed in and not, and with forged
parameters. They enter or get exactly the one refusal, as the table says; a traceback never."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from tcsuper.access import actor_for_staff
from tcsuper.clock import now, today
from tcsuper.database import writing
from tcsuper.errors import NO_SUCH_RECORD
from tcsuper.models import AttendanceStatus, HowObserved, Observation, ObservationState
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import plan_session, record_session
from tcsuper.settings import ROOT
from tcsuper.ui.menu import PAGES
from tcsuper.ui.signed_in import SIGN_IN_FIRST
from tests.access_oracle import PEOPLE, TRIED, may_enter
from tests.access_stage import Stage, make_stage, stored
from tests.databases import SqliteFiles, copy_of, in_use
from tests.signing_in import bring_cookie, ticket_for

FILES = sorted(ROOT.glob("pages/*.py"))
NEEDS = {page.file: page.needs for page in PAGES}
OUTSIDERS = ("Carol", "Cai", "Gwen", "Kit", "Jo")
"""Nothing of Ben's is theirs to see, not even that there is such a person."""
YESTERDAY = today() - timedelta(days=1)

LONG = pytest.mark.proof
each_page = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


class Bens(Stage):
    """What there is of Ben's to forge an address with."""

    forged: dict[str, str]
    tickets: dict[str, str]


@pytest.fixture(scope="module")
def stage(sqlite: SqliteFiles) -> Iterator[Bens]:
    """One database and one sign-in for each person; no page writes unless a button is pressed."""
    with copy_of("migrated", sqlite) as url, in_use(url):
        with writing() as db:
            stage = Bens(**vars(make_stage(db)))
            asha = actor_for_staff(db, stage.id("Asha"))
            entries = [Entry(stage.id("Ben"), AttendanceStatus.ATTENDED)]
            session = record_session(
                db, by=asha, agreement_id=stage.ben_agreement, held_on=YESTERDAY, minutes=60, entries=entries
            )
            planned = plan_session(db, by=asha, agreement_id=stage.ben_agreement, held_on=today())
            observation = Observation(
                recorded_at=now(),
                observed_id=stage.id("Ben"),
                observer_id=stage.id("Asha"),
                standard_set_id=stage.standard_set,
                state=ObservationState.SHARED,
                observed_on=YESTERDAY,
                how=HowObserved.LIVE,
            )
            stored(db, observation)
        stage.forged = {
            "person": str(stage.id("Ben")),
            "session": str(session.record_id),
            "planned": str(planned.record_id),
            "observation": str(observation.record_id),
        }
        stage.tickets = {name: ticket_for(stage.accounts[name]) for name in PEOPLE}
        yield stage


def opened(file: Path, **parameters: str) -> AppTest:
    at = AppTest.from_file(str(file), default_timeout=60)
    for name, value in parameters.items():
        at.query_params[name] = value
    return at.run()


def shows_only(at: AppTest, sentence: str) -> bool:
    """This sentence and not one element more."""
    drawn = [element for element in at.main.children.values() if element.type != "empty"]
    return [error.value for error in at.error] == [sentence] and len(drawn) == 1


def everything_on(block: Block) -> str:
    """All that was sent to the browser, as text: values, options, tables."""
    parts = [str(block.proto)] if block.proto is not None else []
    for child in block.children.values():
        parts.append(everything_on(child) if isinstance(child, Block) else str(child.proto))
    return "\n".join(parts)


def names_ben(at: AppTest) -> bool:
    return re.search(r"\bBen\b", everything_on(at.main)) is not None


def test_every_page_file_is_in_the_menu_and_every_menu_page_has_its_file() -> None:
    assert {file.name for file in FILES} == set(NEEDS)


@each_page
@pytest.mark.parametrize("name", PEOPLE)
def test_page_is_entered_by_those_the_table_names(
    stage: Bens, monkeypatch: pytest.MonkeyPatch, file: Path, name: str
) -> None:
    TRIED["pages"] += 1
    what, action, of_others = NEEDS[file.name].value
    bring_cookie(monkeypatch, stage.tickets[name])
    at = opened(file)
    assert not at.exception
    if may_enter(name, what.value, action.value, of_others):
        assert NO_SUCH_RECORD not in [error.value for error in at.error] and at.title
        assert name not in OUTSIDERS or not names_ben(at)
    else:
        assert shows_only(at, NO_SUCH_RECORD)


@each_page
@pytest.mark.parametrize("name", OUTSIDERS)
def test_forged_parameters_show_an_outsider_nothing(
    stage: Bens, monkeypatch: pytest.MonkeyPatch, file: Path, name: str
) -> None:
    TRIED["pages"] += 1
    bring_cookie(monkeypatch, stage.tickets[name])
    at = opened(file, **stage.forged)
    assert not at.exception and not names_ben(at)


@LONG
@each_page
@pytest.mark.parametrize("name", ["Asha", "Carol", "Dev", "Eve", "Gwen"])
def test_every_part_of_a_page_keeps_to_the_same(
    stage: Bens, monkeypatch: pytest.MonkeyPatch, file: Path, name: str
) -> None:
    """What is behind each choice at the top of the page."""
    bring_cookie(monkeypatch, stage.tickets[name])
    at = opened(file)
    for option in at.segmented_control[0].options if at.segmented_control else []:
        TRIED["pages"] += 1
        at.segmented_control[0].set_value(option).run()
        assert not at.exception, option
        assert name not in OUTSIDERS or not names_ben(at), option


@each_page
@pytest.mark.parametrize("parameter", ["1 OR 1=1", *(pytest.param(one, marks=LONG) for one in ("", "9" * 20))])
def test_nonsense_parameters_break_nothing(
    stage: Bens, monkeypatch: pytest.MonkeyPatch, file: Path, parameter: str
) -> None:
    TRIED["pages"] += 1
    bring_cookie(monkeypatch, stage.tickets["Asha"])
    assert not opened(file, **dict.fromkeys(stage.forged, parameter)).exception


@each_page
@pytest.mark.parametrize("ticket", [None, "x" * 43], ids=["no ticket", "an invented one"])
def test_page_shows_nothing_to_somebody_not_signed_in(
    stage: Bens, monkeypatch: pytest.MonkeyPatch, file: Path, ticket: str | None
) -> None:
    TRIED["pages"] += 1
    bring_cookie(monkeypatch, ticket)
    at = opened(file, **stage.forged)
    assert shows_only(at, SIGN_IN_FIRST) and not at.exception


def test_bens_records_are_there_to_be_seen(stage: Bens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above could pass by accident."""
    bring_cookie(monkeypatch, stage.tickets["Asha"])
    for page in ("supervision", "supervision_due", "record_supervision", "training", "practice", "observe", "staff"):
        assert names_ben(opened(ROOT / "pages" / f"{page}.py", **stage.forged)), page
