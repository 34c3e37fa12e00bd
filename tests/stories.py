"""A service in which stories happen, each on its own day, through the real services.

Rhian Morgan and Carys Hughes manage Ash and Birch (a prison) and Brook House (a children's service). On 1 January 2024
the service set its numbers: TCAT 1, 2 and 3 within 90, 180 and 365 days; 60 minutes of individual supervision every 28
days for officers, facilitators, trainees and group psychotherapists; 90 minutes of group supervision a month for
officers, 60 for group psychotherapists; 60 minutes of clinical supervision a month at Brook House.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from tcsuper import clock
from tcsuper.access import Actor
from tcsuper.database import reading, writing
from tcsuper.models import (
    AttendanceStatus,
    CheckResult,
    Community,
    Employment,
    Establishment,
    HowObserved,
    JobDescription,
    ObservationState,
    OverrideKind,
    Role,
    RoleGrant,
    ServiceKind,
    Staff,
    StaffEventKind,
    Standard,
    StandardSet,
    TrainingResult,
)
from tcsuper.queries.standing import Row, standings
from tcsuper.rules.minimum import Minimum, Per
from tcsuper.services.agreements import make_agreement
from tcsuper.services.catalogue import load_catalogue, set_course_target, set_supervision_minimum
from tcsuper.services.events import record_staff_event
from tcsuper.services.groups import make_group
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.leavers import end_post
from tcsuper.services.observations import record_observation
from tcsuper.services.overrides import override_requirement
from tcsuper.services.registration import add_registration, record_register_check
from tcsuper.services.staff import start_post
from tcsuper.services.starters import add_starter
from tcsuper.services.supervision import record_session
from tcsuper.services.training import record_completion
from tests.rules.days import day, maybe

INDIVIDUAL = Minimum("Individual clinical supervision", 60, per=Per.ROLLING, days=28, forms=("individual",))
GROUP = Minimum("Group clinical supervision", 90, forms=("group", "peer"))
MINIMA = {
    "tc_officer": (INDIVIDUAL, GROUP),
    "group_psychotherapist": (INDIVIDUAL, replace(GROUP, amount=60)),
    "group_facilitator": (INDIVIDUAL,),
    "trainee_psychologist": (INDIVIDUAL,),
    "compass_psychotherapist": (Minimum("Clinical supervision", 60),),
}
TARGETS = {"tcat_1": 90, "tcat_2": 180, "tcat_3": 365}
SINCE = date(2023, 1, 2)
SERVICES = {"Ash": "HMP Fernhill", "Birch": "HMP Fernhill", "Brook House": "Brook"}


@contextmanager
def on_day(text: str) -> Iterator[Session]:
    """A transaction of that day: the product's clock says so."""
    with pytest.MonkeyPatch.context() as patch:
        clock._moved_by.cache_clear()  # so that a run over midnight does not carry yesterday's distance along
        patch.setenv("TCSUPER_TODAY", day(text).isoformat())
        with writing() as db:
            yield db


@dataclass
class Service:
    """Ids by name. Whoever acts is Rhian, unless `by` names somebody else."""

    people: dict[str, int] = field(default_factory=dict)
    communities: dict[str, int] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)
    posts: dict[tuple[str, str], int] = field(default_factory=dict)
    standards: dict[str, int] = field(default_factory=dict)
    standard_set: int = 0

    def someone(self, name: str = "Rhian Morgan") -> Actor:
        """Roles are left out: every service looks them up itself."""
        return Actor(self.people[name], None, name, SINCE, frozenset())

    # Staff

    def starts(
        self, name: str, job: str, on: str, community: str, hours: float = 37.0, is_acting: bool = False
    ) -> None:
        """A first post, or another one."""
        facts: dict[str, Any] = dict(
            by=self.someone(),
            job_description_id=self.jobs[job],
            community_id=self.communities[community],
            start_on=day(on),
            hours_a_week=hours,
            is_acting=is_acting,
        )
        with on_day(on) as db:
            if name in self.people:
                post = start_post(db, staff_id=self.people[name], **facts)
            else:
                post = add_starter(db, full_name=name, **facts)
            self.people[name], self.posts[name, job] = post.staff_id, post.id or 0

    def ends(self, name: str, job: str, on: str) -> None:
        with on_day(on) as db:
            end_post(db, by=self.someone(), post_id=self.posts[name, job], end_on=day(on))

    # Evidence

    def completes(self, name: str, said_on: str, **courses: str) -> None:
        """Courses and qualifications by code, with their days, as entered on one day."""
        with on_day(said_on) as db:
            for code, on in courses.items():
                record_completion(
                    db, by=self.someone(), staff_id=self.people[name], course_code=code, completed_on=day(on)
                )

    def repeats(self, name: str, on: str, course: str) -> None:
        """Attended, and asked to repeat it."""
        with on_day(on) as db:
            record_completion(
                db,
                by=self.someone(),
                staff_id=self.people[name],
                course_code=course,
                completed_on=day(on),
                result=TrainingResult.ASKED_TO_REPEAT,
            )

    def happened(self, name: str, said_on: str, **events: str) -> None:
        """Events by kind, with their days, as entered on one day."""
        with on_day(said_on) as db:
            for kind, on in events.items():
                record_staff_event(
                    db, by=self.someone(), staff_id=self.people[name], kind=StaffEventKind(kind), held_on=day(on)
                )

    def registers(self, name: str, said_on: str, body: str, since: str, number: str, **more: Any) -> Any:
        """Gives the record's id, for checks."""
        with on_day(said_on) as db:
            entered = add_registration(
                db,
                by=self.someone(),
                staff_id=self.people[name],
                body_code=body,
                registered_on=day(since),
                number=number,
                **more,
            )
            return entered.registration.record_id

    def checks(self, record: Any, on: str, result: CheckResult, seen: str | None = None, note: str = "") -> None:
        with on_day(on) as db:
            record_register_check(
                db,
                by=self.someone(),
                registration_record_id=record,
                checked_on=day(on),
                result=result,
                expiry_seen_on=maybe(seen),
                note=note,
            )

    def decides(self, name: str, on: str, title: str, kind: OverrideKind, until: str | None, reason: str) -> None:
        """Waive, exempt or extend what binds the person under this title."""
        with on_day(on) as db:
            rows = standings(db, [self.people[name]], day(on))
            [found] = [row.bound.requirement_id for row in rows if row.requirement == title]
            override_requirement(
                db,
                by=self.someone(),
                staff_id=self.people[name],
                requirement_id=found or 0,
                kind=kind,
                reason=reason,
                start_on=day(on),
                end_on=maybe(until),
            )

    def observes(self, by: str, name: str, on: str, **levels: int) -> None:
        """Levels by standard, "Group_facilitation=3"."""
        with on_day(on) as db:
            record_observation(
                db,
                by=self.someone(by),
                observed_id=self.people[name],
                standard_set_id=self.standard_set,
                observed_on=day(on),
                group_type="Small group",
                how=HowObserved.LIVE,
                minutes_seen=90,
                consent=True,
                ratings=[
                    (self.standards[title.replace("_", " ")], level, "Seen and heard.")
                    for title, level in levels.items()
                ],
                state=ObservationState.SHARED,
            )

    # Supervision

    def agrees(self, name: str, on: str, supervisor: str = "Rhian Morgan", **more: Any) -> int:
        with on_day(on) as db:
            agreement = make_agreement(
                db,
                by=self.someone(),
                supervisor_id=self.people[supervisor],
                supervisee_id=self.people[name],
                start_on=day(on),
                **more,
            )
            return agreement.id or 0

    def has_group(self, name: str, community: str, on: str, members: Sequence[str]) -> int:
        """A group of Rhian's; gives the agreement's id. Who is not known yet becomes an officer there."""
        for member in members:
            if member not in self.people:
                self.starts(member, "tc_officer", on, community)
        with on_day(on) as db:
            group = make_group(
                db,
                by=self.someone(),
                community_id=self.communities[community],
                name=name,
                purpose="clinical",
                start_on=day(on),
                member_ids=[self.people[member] for member in members],
            )
        with on_day(on) as db:
            agreement = make_agreement(
                db,
                by=self.someone(),
                supervisor_id=self.people["Rhian Morgan"],
                group_id=group.id,
                start_on=day(on),
                usual_minutes=90,
                every_days=14,
            )
            return agreement.id or 0

    def meets(
        self,
        agreement: int,
        on: str,
        minutes: int,
        everybody: Sequence[str],
        stayed: Mapping[str, int] | None = None,
        presented: Sequence[str] = (),
        said_on: str | None = None,
    ) -> int:
        """A session held. `stayed`: the minutes of whoever left early. Gives the id of the session's first version."""
        with on_day(said_on or on) as db:
            session = record_session(
                db,
                by=self.someone(),
                agreement_id=agreement,
                held_on=day(on),
                minutes=minutes,
                entries=self.register(everybody, stayed or {}, presented),
            )
            return session.id or 0

    def register(
        self, everybody: Sequence[str], stayed: Mapping[str, int], presented: Sequence[str] = ()
    ) -> list[Entry]:
        there, early = AttendanceStatus.ATTENDED, AttendanceStatus.LEFT_EARLY
        return [
            Entry(self.people[name], early if name in stayed else there, stayed.get(name), name in presented)
            for name in everybody
        ]

    # What is said of them

    def rows(self, name: str, on: str, known_on: str | None = None) -> list[Row]:
        with reading() as db:
            return standings(db, [self.people[name]], day(on), maybe(known_on))


def make_service() -> Service:
    """Rows for what has no service; the rest as a manager would do it."""
    service = Service()
    with on_day("2 January 2023") as db:
        load_catalogue(db)
        _places(db, service)
        for number, name in enumerate(("Rhian Morgan", "Carys Hughes", "Gwen Ferris"), 1):
            employment = Employment.INDEPENDENT if name == "Gwen Ferris" else Employment.EMPLOYED
            staff = Staff(full_name=name, code=f"M-{number}", employment=employment)
            db.add(staff)
            db.flush()
            service.people[name] = staff.id or 0
        for name in ("Rhian Morgan", "Carys Hughes"):
            _makes_manager(db, service, name)
        for job in db.exec(select(JobDescription)):
            service.jobs[job.code] = job.id or 0
        pinned = db.exec(select(StandardSet).where(StandardSet.code == "dtc_staff")).one()
        service.standard_set = pinned.id or 0
        for standard in db.exec(select(Standard).where(Standard.standard_set_id == pinned.id)):
            service.standards[standard.short_title] = standard.id or 0
    _numbers(service)
    return service


def _places(db: Session, service: Service) -> None:
    establishments: dict[str, int] = {}
    for community, establishment in SERVICES.items():
        if establishment not in establishments:
            kind = ServiceKind.CHILDREN if establishment == "Brook" else ServiceKind.PRISON
            place = Establishment(name=establishment, service_kind=kind)
            db.add(place)
            db.flush()
            establishments[establishment] = place.id or 0
        stored = Community(name=community, establishment_id=establishments[establishment])
        db.add(stored)
        db.flush()
        service.communities[community] = stored.id or 0


def _makes_manager(db: Session, service: Service, name: str) -> None:
    for community in service.communities.values():
        db.add(
            RoleGrant(
                staff_id=service.people[name],
                role=Role.THERAPY_MANAGER,
                community_id=community,
                start_on=SINCE,
                approved_at=clock.now(),
            )
        )


def _numbers(service: Service) -> None:
    with on_day("1 January 2024") as db:
        for job, minima in MINIMA.items():
            for minimum in minima:
                set_supervision_minimum(
                    db,
                    by=service.someone(),
                    job_description_id=service.jobs[job],
                    minimum=minimum,
                    start_on=day("1 January 2024"),
                )
        for course, target_days in TARGETS.items():
            set_course_target(
                db,
                by=service.someone(),
                job_description_id=service.jobs["tc_officer"],
                course=course,
                target_days=target_days,
                start_on=day("1 January 2024"),
            )


# ---------------------------------------------------------------------------------------------------------------------
# Read aloud


def read_aloud(rows: Sequence[Row]) -> str:
    """One block for each requirement: its name, status and date, the sentence, and the next step. By name."""
    blocks = []
    for row in rows:
        standing = row.standing
        due = f" | {standing.due_on.day} {standing.due_on:%B %Y}" if standing.due_on else ""
        lines = [f"{row.requirement} | {standing.status.value.replace('_', ' ')}{due}", standing.because]
        blocks.append("\n".join([*lines, *([f"→ {standing.next_step}"] if standing.next_step else [])]))
    return "\n".join(sorted(blocks))


def by_hand(table: str) -> str:
    """The same of a table written by hand: a line that is indented goes on with what is above it, but for the arrow."""
    blocks: list[list[str]] = []
    for line in filter(None, table.splitlines()):
        text = line.strip()
        if not line.startswith(" "):
            blocks.append([text])
        elif text.startswith("→") or len(blocks[-1]) == 1:
            blocks[-1].append(text)
        else:
            blocks[-1][-1] += f" {text}"
    return "\n".join(sorted("\n".join(block) for block in blocks))
