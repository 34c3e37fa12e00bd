"""How long it takes to take in a long sheet, and to take it back.

    .venv/bin/python -m benchmarks.imports        5,000 rows of training (promised: under 10 s), then 100,000, on SQLite

From the workbook to the stored rows, as on the page: read in a process of its own, understood, matched with people,
planned, planned again and stored. The sheet names 1,000 people in a service of as many.
"""

import hashlib
import io
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

PEOPLE, COURSES, SIZES, MOST_SECONDS = 1_000, 10, (5_000, 100_000), 10
Answer = TypeVar("Answer")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TCSUPER_MODE"] = "test"
        os.environ["TCSUPER_DATABASE_URL"] = f"sqlite:///{Path(folder) / 'benchmark.db'}"
        manager = _make_service()
        taken = [_measured(manager, size) for size in SIZES]
    return 0 if taken[0] < MOST_SECONDS else 1


def _measured(manager: int, size: int) -> float:
    from tcsuper.access import actor_for_staff
    from tcsuper.clock import today
    from tcsuper.database import reading, writing
    from tcsuper.queries.imports import known_names, match_people, plan_import
    from tcsuper.readers.sheets import tables_of, understand_all
    from tcsuper.services.imports.take_in import take_in
    from tcsuper.services.imports.undo import undo_import

    content = _workbook(size)
    digest = hashlib.sha256(content).hexdigest()
    began = perf_counter()
    print(f"\n{size:,} rows, {len(content):,} bytes")
    tables = _timed("read", lambda: tables_of(content, "training.xlsx"))
    with reading() as db:
        viewer = actor_for_staff(db, manager)
        known = known_names(db, viewer=viewer)
        understood = _timed("understand", lambda: understand_all(tables, known, today=today()))
        assert not [one for one in understood if one.questions or one.problems], understood[0].problems[:3]
        matches = _timed("match people", lambda: match_people(db, viewer=viewer, understood=understood))
        people: dict[str, int | None] = {one.key: one.exact.staff_id for one in matches if one.exact}
        assert len(people) == len(matches), "everybody is known"
        plan = _timed("plan", lambda: plan_import(db, viewer=viewer, understood=understood, people=people))
    given: dict[str, Any] = {"understood": understood, "people": people, "plan_digest": plan.digest}

    def store() -> int:
        with writing() as db:
            return take_in(db, by=viewer, file_name="training.xlsx", file_digest=digest, **given).id or 0

    batch = _timed("plan again and store", store)
    seconds = perf_counter() - began
    print(f"{'in all':24}{seconds:8.2f} s   {dict(plan.counts)}")

    def undo() -> None:
        with writing() as db:
            undo_import(db, by=viewer, batch_id=batch, because="Only a benchmark")

    _timed("undo", undo)
    return seconds


def _timed(name: str, question: Callable[[], Answer]) -> Answer:
    began = perf_counter()
    answer = question()
    print(f"{name:24}{perf_counter() - began:8.2f} s", flush=True)
    return answer


def _name(number: int) -> str:
    """No two of them are alike but in a letter."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return f"{letters[number % 26].upper()}{letters[number // 26 % 26]}en {letters[number // 676].upper()}son{number}"


def _workbook(size: int) -> bytes:
    from openpyxl import Workbook

    from tcsuper.clock import today

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Training")
    sheet.append(["Name", "Course", "Completed on"])
    for row in range(size):
        on = today() - timedelta(days=1 + row // (PEOPLE * COURSES) * 30 + row % 29)
        sheet.append([_name(row % PEOPLE), f"Course {row // PEOPLE % COURSES}", on])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _make_service() -> int:
    """Everybody in one community. Gives the staff id of its therapy manager."""
    from tcsuper.clock import now, today
    from tcsuper.database import migrate, writing
    from tcsuper.models import (
        Community,
        Course,
        CourseKind,
        Establishment,
        JobDescription,
        Post,
        Role,
        RoleGrant,
        Staff,
    )

    migrate()
    start = today() - timedelta(days=900)
    with writing() as db:

        def kept(row: Any) -> Any:
            db.add(row)
            db.flush()
            return row

        prison = kept(Establishment(name="HMP Invented"))
        place = kept(Community(establishment_id=prison.id, name="Ash"))
        job = kept(JobDescription(code="tc_officer", role_name="Officer", reference="R1", title="Officer"))
        for number in range(COURSES):
            kept(Course(code=f"course_{number}", title=f"Course {number}", kind=CourseKind.COURSE))
        manager = kept(Staff(full_name="Tara Quinn", code="T-1"))
        grant = {"role": Role.THERAPY_MANAGER, "community_id": place.id, "start_on": start, "approved_at": now()}
        kept(RoleGrant(staff_id=manager.id, **grant))
        for number in range(PEOPLE):
            staff = kept(Staff(full_name=_name(number), code=f"S-{number}"))
            kept(Post(staff_id=staff.id, job_description_id=job.id, community_id=place.id, start_on=start))
        return int(manager.id)


if __name__ == "__main__":
    sys.exit(main())
