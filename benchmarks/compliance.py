"""How long the rates, the heatmap and the forecast of "Who is due" take, for one therapy manager of a large service.

    .venv/bin/python -m benchmarks.compliance        300 staff, 40,000 sessions in 24 months, on a new SQLite database

Nothing is promised here but that the page stays quick: the median of five readings of what the page reads. The people
and sessions are loaded in bulk; the rules and queries are the product's own.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

STAFF, SESSIONS, COMMUNITIES, GROUP_SIZE = 300, 40_000, 10, 10
DAYS, READINGS = 730, 5


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TCSUPER_MODE"] = "test"
        os.environ["TCSUPER_DATABASE_URL"] = f"sqlite:///{Path(folder) / 'benchmark.db'}"
        manager = _make_service()
        for name, seconds in _measured(manager).items():
            print(f"{name:34}{seconds:8.2f} s")
    return 0


def _measured(manager: int) -> dict[str, float]:
    from tcsuper.access import actor_for_staff
    from tcsuper.clock import today
    from tcsuper.database import reading
    from tcsuper.queries.compliance import By, compliance_months, rates_by, trend_by
    from tcsuper.queries.due import lost_sessions
    from tcsuper.queries.remedies import outlook
    from tcsuper.rules.standing import first_of_month

    on = today()
    with reading() as db:
        viewer = actor_for_staff(db, manager)
        rows = compliance_months(db, viewer=viewer, on=on)
        print(f"{len({row.staff_id for row in rows})} people, {len(rows)} months judged")
        asked: dict[str, Callable[[], Any]] = {
            "months, 24 of everyone": lambda: compliance_months(db, viewer=viewer, on=on),
            "forecast and what would fix it": lambda: outlook(db, viewer=viewer, on=on),
            "rates by role, from the months": lambda: rates_by(rows, By.ROLE, first_of_month(on)),
            "trend of everyone, from the months": lambda: trend_by(rows, on),
            "causes of lost sessions, a year": lambda: lost_sessions(db, viewer=viewer, on=on, months=12),
        }
        return {name: median(_seconds(question) for _ in range(READINGS)) for name, question in asked.items()}


def _seconds(question: Callable[[], Any]) -> float:
    began = time.perf_counter()
    question()
    return time.perf_counter() - began


def _make_service() -> int:
    """Gives the staff id of a manager of all of it."""
    from tcsuper.clock import now, today
    from tcsuper.database import migrate, writing
    from tcsuper.models import (
        Community,
        Establishment,
        GroupMember,
        JobDescription,
        Post,
        Requirement,
        RequirementKind,
        Role,
        RoleGrant,
        Staff,
        SupervisionAgreement,
        SupervisionGroup,
        SupervisionPurpose,
        WhatIsRecorded,
    )

    migrate()
    start = today() - timedelta(days=900)
    with writing() as db:

        def kept(row: Any) -> Any:
            db.add(row)
            db.flush()
            return row

        records = WhatIsRecorded.FULL
        db.add(SupervisionPurpose(code="clinical", name="Clinical", position=1, records=records, credited_by=["bacp"]))
        prison = kept(Establishment(name="A prison"))
        places = [kept(Community(establishment_id=prison.id, name=f"Community {one}")) for one in range(COMMUNITIES)]
        job = kept(JobDescription(code="officer", role_name="Officer", reference="1", title="Officer"))
        for title, terms in (
            ("Clinical supervision", {"amount": 60}),
            ("Individual supervision", {"amount": 60, "per": "rolling", "days": 28, "forms": ["individual"]}),
            ("Group supervision", {"amount": 45, "per": "average", "months": 3, "forms": ["group"]}),
        ):
            db.add(
                Requirement(
                    kind=RequirementKind.SUPERVISION,
                    job_description_id=job.id,
                    title=title,
                    terms=terms,
                    mark="service",
                    start_on=start,
                )
            )
        staff = [kept(Staff(full_name=f"Person {one:03}", code=f"P-{one:03}")) for one in range(STAFF)]
        for number, one in enumerate(staff):
            place = places[number % COMMUNITIES]
            db.add(Post(staff_id=one.id, job_description_id=job.id, community_id=place.id, start_on=start))
        manager = kept(Staff(full_name="The manager", code="M-1"))
        db.add(
            RoleGrant(
                staff_id=manager.id,
                role=Role.THERAPY_MANAGER,
                establishment_id=prison.id,
                start_on=start,
                approved_at=now(),
            )
        )
        series: list[tuple[Any, Any, list[Any]]] = []
        for number in range(STAFF // GROUP_SIZE):
            people = staff[number * GROUP_SIZE : (number + 1) * GROUP_SIZE]
            place = places[number % COMMUNITIES]
            facts = {"community_id": place.id, "name": f"Group {number}", "purpose": "clinical", "start_on": start}
            group = kept(SupervisionGroup(**facts))
            db.add_all(GroupMember(group_id=group.id, staff_id=one.id, start_on=start) for one in people)
            facts = {"supervisor_id": manager.id, "purpose": "clinical", "start_on": start}
            series.append((kept(SupervisionAgreement(**facts, group_id=group.id)), group, people))
        for one in staff:
            facts = {"supervisor_id": manager.id, "purpose": "clinical", "start_on": start}
            series.append((kept(SupervisionAgreement(**facts, supervisee_id=one.id)), None, [one]))
        _hold(db, series, manager.id)
    return int(manager.id)


def _hold(db: Any, series: list[tuple[Any, Any, list[Any]]], manager: int) -> None:
    """The sessions, evenly over 24 months and over all agreements; every thirteenth did not happen."""
    import sqlalchemy as sa
    from sqlmodel import col, select

    from tcsuper.clock import now, today
    from tcsuper.models import (
        Attendance,
        AttendanceStatus,
        CancelledBy,
        LostBecause,
        Post,
        SessionForm,
        SessionState,
        SupervisionSession,
    )

    works_in = {post.staff_id: post.community_id for post in db.exec(select(Post).order_by(col(Post.id)))}
    sessions, there = [], []
    for number in range(SESSIONS):
        agreement, group, people = series[number % len(series)]
        is_lost = number % 13 == 0
        sessions.append(
            {
                "id": number + 1,
                "record_id": uuid4(),
                "recorded_at": now(),
                "recorded_by_id": manager,
                "agreement_id": agreement.id,
                "group_id": group.id if group else None,
                "supervisor_id": manager,
                "community_id": works_in[people[0].id],
                "purpose": "clinical",
                "form": SessionForm.GROUP if group else SessionForm.INDIVIDUAL,
                "state": SessionState.DID_NOT_HAPPEN if is_lost else SessionState.HELD,
                "held_on": today() - timedelta(days=DAYS - number * DAYS // SESSIONS),
                "minutes": 60,
                "contracted": len(people),
                "cancelled_by": CancelledBy.ESTABLISHMENT if is_lost else None,
                "lost_because": LostBecause.LOCKDOWN if is_lost else None,
            }
        )
        status, minutes = (None, 0) if is_lost else (AttendanceStatus.ATTENDED, 60)
        there += [
            {"session_id": number + 1, "staff_id": one.id, "status": status, "minutes": minutes} for one in people
        ]
    db.execute(sa.insert(SupervisionSession), sessions)
    db.execute(sa.insert(Attendance), there)
    print(f"{len(sessions)} sessions, {len(there)} attendances")


if __name__ == "__main__":
    sys.exit(main())
