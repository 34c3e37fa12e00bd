"""How long the team's page takes for a director of a large service: the overview, twelve months of one kind with the
forecast, the variances, and the monthly return.

    .venv/bin/python -m benchmarks.team        300 staff in 10 communities, 12,000 observations' ratings, on SQLite

Nothing is promised here but that the page stays quick: one reading of what the page reads. The people
and sessions are those of `benchmarks.compliance`, loaded in bulk; the rules and queries are the product's own.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks import compliance

STANDARDS, SEEN_EACH, DAYS = 10, 4, 700


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TCSUPER_MODE"] = "test"
        os.environ["TCSUPER_DATABASE_URL"] = f"sqlite:///{Path(folder) / 'benchmark.db'}"
        director = _make_team(compliance._make_service())
        for name, seconds in _measured(director):
            print(f"{name:40}{seconds:8.2f} s", flush=True)
    return 0


def _measured(director: int) -> Iterator[tuple[str, float]]:
    from tcsuper.access import actor_for_staff
    from tcsuper.clock import today
    from tcsuper.database import reading
    from tcsuper.queries.monthly_return import monthly_return, months_to_return
    from tcsuper.queries.over_time import OBSERVED
    from tcsuper.queries.standards_below import standards_below
    from tcsuper.queries.team_overview import overview
    from tcsuper.queries.team_trend import lines_to_follow, trend_of
    from tcsuper.queries.team_variances import team_variances

    on = today()
    with reading() as db:
        viewer = actor_for_staff(db, director)
        shown = overview(db, viewer=viewer, on=on)
        asked: dict[str, Callable[[], Any]] = {
            "overview of a day": lambda: overview(db, viewer=viewer, on=on),
            "kinds to choose from": lambda: lines_to_follow(db, viewer=viewer, on=on),
            "largest variances": lambda: team_variances(db, viewer=viewer, shown=shown),
            "standards most often below": lambda: standards_below(db, viewer=viewer, on=on),
        }
        for line in lines_to_follow(db, viewer=viewer, on=on):
            name = f"12 months and forecast: {line.word}"
            asked[name] = lambda line=line: trend_of(db, viewer=viewer, on=on, line=line)  # type: ignore[misc]
        first = months_to_return(on)[0]
        asked["monthly return"] = lambda: monthly_return(db, viewer=viewer, first=first)
        assert OBSERVED in shown.team.columns
        for name, question in asked.items():
            yield name, compliance._seconds(question)


def _make_team(manager: int) -> int:
    """A course, an agreement and ten standards asked of everybody, observed every half year. Gives the staff id of a
    director of all of it."""
    import sqlalchemy as sa
    from sqlmodel import col, select

    from tcsuper.clock import now, today
    from tcsuper.database import writing
    from tcsuper.models import (
        Course,
        CourseKind,
        Establishment,
        HowObserved,
        JobDescription,
        Observation,
        ObservationState,
        Post,
        Rating,
        RequiredLevel,
        Requirement,
        RequirementKind,
        Role,
        RoleGrant,
        Staff,
        Standard,
        StandardSet,
    )

    start = today() - timedelta(days=900)
    with writing() as db:

        def kept(row: Any) -> Any:
            db.add(row)
            db.flush()
            return row

        job, prison = db.exec(select(JobDescription)).one(), db.exec(select(Establishment)).one()
        kept(Course(code="tcat_1", title="TCAT 1", kind=next(iter(CourseKind)), position=1))
        for kind, title, terms in (
            (RequirementKind.COURSE, "TCAT 1", {"any_of": ["tcat_1"], "target_days": 180}),
            (RequirementKind.AGREEMENT, "Agreement", {"target_days": 28}),
        ):
            facts = {"job_description_id": job.id, "mark": "service", "start_on": start}
            kept(Requirement(kind=kind, title=title, terms=terms, **facts))
        names = ["With help", "With prompting", "Alone", "Helps others"]
        of = kept(StandardSet(code="team", version="1", name="Practice", level_names=names, in_force_from=start))
        standards = [
            kept(Standard(standard_set_id=of.id, number=number, short_title=f"Standard {number}")).id
            for number in range(STANDARDS)
        ]
        for one in standards:
            kept(RequiredLevel(job_description_id=job.id, standard_id=one, level=3, start_on=start))
        director = kept(Staff(full_name="The director", code="D-1"))
        kept(
            RoleGrant(
                staff_id=director.id,
                role=Role.DIRECTOR,
                establishment_id=prison.id,
                start_on=start,
                approved_at=now(),
            )
        )
        observations, ratings = [], []
        for person in db.scalars(sa.select(col(Post.staff_id)).order_by(col(Post.staff_id))):
            for time in range(SEEN_EACH):
                number = len(observations) + 1
                observations.append(
                    {
                        "id": number,
                        "record_id": uuid4(),
                        "recorded_at": now(),
                        "recorded_by_id": manager,
                        "observed_id": person,
                        "observer_id": manager,
                        "standard_set_id": of.id,
                        "state": ObservationState.SIGNED,
                        "observed_on": today() - timedelta(days=(time + 1) * DAYS // SEEN_EACH - person % 90),
                        "how": HowObserved.LIVE,
                    }
                )
                ratings += [
                    {"observation_id": number, "standard_id": one, "level": 2 + (person + one + time) % 3}
                    for one in standards
                ]
        db.execute(sa.insert(Observation), observations)
        db.execute(sa.insert(Rating), ratings)
        print(f"{len(observations)} observations, {len(ratings)} ratings")
        return int(director.id)


if __name__ == "__main__":
    sys.exit(main())
