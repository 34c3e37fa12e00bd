"""Bookings of the former schema, one row for each with its last state, become versions on runs that people share."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlmodel import select

from tcsuper.access import actor_for_staff
from tcsuper.database import _open, migrate, reading, writing
from tcsuper.models import Booking, BookingState, CourseRun
from tcsuper.queries.completions import bookings_of
from tcsuper.queries.evidence import current
from tcsuper.services.places import book_place, withdraw_place
from tcsuper.settings import ROOT
from tests.competence import add_courses
from tests.people import Cast, make_cast
from tests.runs import stored_place, stored_run

JUNE, JULY = date(2027, 6, 1), date(2027, 7, 1)


@pytest.fixture
def courses(database: str) -> tuple[Cast, dict[str, int]]:
    with writing() as db:
        cast = make_cast(db)
        return cast, add_courses(db, cast)


@contextmanager
def before(revision: str) -> Iterator[sa.Connection]:
    """The schema taken back to a former one, foreign keys unwatched as they are in every migration."""
    made = _open(lambda _: "BEGIN EXCLUSIVE", foreign_keys="OFF", poolclass=sa.NullPool)
    with made.begin() as connection:
        config = Config(stdout=io.StringIO())
        config.set_main_option("script_location", str(ROOT / "migrations"))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        yield connection
    made.dispose()


def at(day: int) -> datetime:
    return datetime(2026, 5, day, 12, tzinfo=UTC)


def former_bookings(connection: sa.Connection) -> list[dict[str, Any]]:
    table = sa.Table("booking", sa.MetaData(), autoload_with=connection)
    return [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]


def test_former_bookings_become_versions_on_shared_runs(courses: tuple[Cast, dict[str, int]]) -> None:
    cast, ids = courses
    rows = [  # Ben gave his first place up and was booked on the same run again
        ("Ben", "tcat_1", JUNE, "withdrawn", at(4)),
        ("Bela", "tcat_1", JUNE, "confirmed", at(5)),
        ("Ben", "tcat_1", JUNE, "confirmed", at(6)),
        ("Ben", "tcat_2", JUNE, "nominated", at(7)),
        ("Bela", "tcat_1", JULY, "attended", at(8)),
    ]
    with before("0005") as connection:
        table = sa.Table("booking", sa.MetaData(), autoload_with=connection)
        for name, course, on, state, when in rows:
            facts = dict(staff_id=cast.id(name), course_id=ids[course], runs_on=on, state=state, booked_at=when)
            connection.execute(table.insert().values(row_version=1, **facts))
    migrate()
    with reading() as db:
        runs = {(one.course_id, one.runs_on): one.id for one in db.exec(select(CourseRun))}
        assert set(runs) == {(ids["tcat_1"], JUNE), (ids["tcat_2"], JUNE), (ids["tcat_1"], JULY)}
        versions = db.exec(select(Booking).order_by(Booking.id)).all()  # type: ignore[arg-type]
        bens = [one for one in versions if one.run_id == runs[ids["tcat_1"], JUNE] and one.staff_id == cast.id("Ben")]
        assert [one.state for one in bens] == [BookingState.WITHDRAWN, BookingState.CONFIRMED]
        assert (bens[1].supersedes_id, bens[1].record_id) == (bens[0].id, bens[0].record_id)
        assert len({one.record_id for one in versions}) == 4
        assert [one.recorded_at for one in versions] == [one.asked_at for one in versions] == [row[4] for row in rows]
        now = db.exec(select(Booking).where(current(Booking))).all()
        assert sorted(one.state for one in now) == ["attended", "confirmed", "confirmed", "nominated"]
        known = {day: bookings_of(db, [cast.id("Ben")], date(2026, 5, day)) for day in (4, 5, 6)}
        assert known == {4: {}, 5: {}, 6: {cast.id("Ben"): [("tcat_1", JUNE)]}}


def test_what_was_migrated_goes_on_as_any_other_place(courses: tuple[Cast, dict[str, int]]) -> None:
    cast, ids = courses
    with before("0005") as connection:
        table = sa.Table("booking", sa.MetaData(), autoload_with=connection)
        facts = dict(staff_id=cast.id("Ben"), course_id=ids["tcat_1"], runs_on=JUNE, state="confirmed")
        connection.execute(table.insert().values(row_version=1, booked_at=at(4), **facts))
    migrate()
    with writing() as db:
        asha = actor_for_staff(db, cast.id("Asha"))
        booking = db.exec(select(Booking)).one()
        withdraw_place(db, by=asha, booking_id=booking.id or 0, reason="On nights")
        again = book_place(db, by=asha, staff_id=cast.id("Ben"), course_code="tcat_1", runs_on=JUNE)
        assert (again.run_id, again.record_id) == (booking.run_id, booking.record_id)


def test_back_down_each_place_is_one_row_with_its_last_state(courses: tuple[Cast, dict[str, int]]) -> None:
    cast, ids = courses
    with writing() as db:
        asha, run = actor_for_staff(db, cast.id("Asha")), stored_run(db, ids["tcat_1"], JUNE)
        place = stored_place(db, run, cast.id("Ben"), BookingState.CONFIRMED)
        stored_place(db, run, cast.id("Bela"), BookingState.CONFIRMED)
        withdraw_place(db, by=asha, booking_id=place, reason="On nights")
    with before("0005") as connection:
        former = former_bookings(connection)
    assert {(one["staff_id"], one["state"], one["course_id"], one["runs_on"]) for one in former} == {
        (cast.id("Ben"), "withdrawn", ids["tcat_1"], JUNE),
        (cast.id("Bela"), "confirmed", ids["tcat_1"], JUNE),
    }
    migrate()
    with reading() as db:
        assert len(db.exec(select(Booking)).all()) == 2
