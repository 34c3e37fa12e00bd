"""The cast: the same people in every test, each outside what the others may see.

Asha is therapy manager of Ashdown B. She supervises Ben by an agreement, and the Monday group: Ben, Bela and eight
more. Carol is therapy manager of Ashdown C and supervises Cai there: she must see nothing of Ben's. Dev is director of
Ashdown, Eve administers, Farah is Ben's line manager, Gwen (independent) supervises Cai from outside, Ivor audits B,
Kit supervised Ben until forty days ago, Jo has an account and no post. Nobody is anybody's favourite.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from tcsuper.access import Actor, actor_for_account, actor_for_staff
from tcsuper.clock import now, today
from tcsuper.database import reading, writing
from tcsuper.models import (
    Account,
    Base,
    Community,
    Employment,
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
from tcsuper.rules.credit import BODIES

LONG_AGO = date(2024, 1, 15)
GROUP_OF_TEN = ("Ben", "Bela", *(f"Officer {letter}" for letter in "DEFGHIJK"))


@dataclass
class Cast:
    """Ids by name, and what the tests start from."""

    staff: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    community_b: int = 0
    community_c: int = 0
    establishment: int = 0
    officer: int = 0
    """The officers' job description."""
    group: int = 0
    group_agreement: int = 0
    ben_agreement: int = 0
    ended_agreement: int = 0
    cai_agreement: int = 0
    gwen_agreement: int = 0
    lena_agreement: int = 0

    def id(self, name: str) -> int:
        return self.staff[name]


def make_cast(db: Session) -> Cast:
    """Everybody, stored. Rows, not services: what is tested must not be what sets the test up. Into an empty database
    they go as they were made the first time on that day, in a tenth of the time."""
    if db.scalar(sa.select(sa.func.count()).select_from(Staff.__table__)):
        return _make_cast(db)
    if today() not in _MADE:
        cast = _make_cast(db)
        _MADE[today()] = deepcopy(cast), _rows(db)
        return cast
    cast, rows = _MADE[today()]
    _store_again(db, rows)
    return deepcopy(cast)


Rows = list[tuple[sa.Table, list[dict[str, Any]]]]
_MADE: dict[date, tuple[Cast, Rows]] = {}


def _rows(db: Session) -> Rows:
    """Every row there is but the mark of the database, table by table in the order in which they can be stored."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in NOT_THE_CASTS]
    found = [(table, [dict(row._mapping) for row in db.execute(sa.select(table))]) for table in tables]
    return [(table, rows) for table, rows in found if rows]


NOT_THE_CASTS = ("database_mark", "alembic_version", "setting")


def _store_again(db: Session, rows: Rows) -> None:
    for table, of_table in rows:
        db.execute(sa.insert(table), of_table)
    if db.get_bind().dialect.name == "postgresql":  # which counts on from what it numbered itself
        numbered = [table for table, _ in rows if isinstance(getattr(table.c.get("id"), "type", None), sa.Integer)]
        each = [
            f"setval(pg_get_serial_sequence('{one.name}', 'id'), (SELECT max(id) FROM {one.name}))" for one in numbered
        ]
        db.execute(sa.text(f"SELECT {', '.join(each)}"))  # noqa: S608 (names of our own tables)


def _make_cast(db: Session) -> Cast:
    cast = Cast()
    db.add(
        SupervisionPurpose(
            code="clinical", name="Clinical", position=1, records=WhatIsRecorded.FULL, credited_by=sorted(BODIES)
        )
    )
    prison = _kept(db, Establishment(name="Ashdown"))
    cast.establishment = prison.id
    cast.community_b = _kept(db, Community(establishment_id=prison.id, name="Ashdown B")).id
    cast.community_c = _kept(db, Community(establishment_id=prison.id, name="Ashdown C")).id
    cast.officer = _kept(
        db, JobDescription(code="tc_officer", role_name="Officer", reference="JD 1", title="Officer")
    ).id
    manager = _kept(db, JobDescription(code="manager", role_name="Therapy manager", reference="JD 2", title="TM")).id
    for name in ("Asha", "Carol", "Dev", "Eve", "Farah", "Ivor", "Kit", "Jo", *GROUP_OF_TEN, "Cai"):
        _person(db, cast, name)
    _person(db, cast, "Gwen", Employment.INDEPENDENT)
    for name in GROUP_OF_TEN:
        _post(db, cast, name, cast.officer, cast.community_b, line_manager="Farah" if name == "Ben" else None)
    _post(db, cast, "Asha", manager, cast.community_b)
    _post(db, cast, "Farah", cast.officer, cast.community_b)
    _post(db, cast, "Carol", manager, cast.community_c)
    _post(db, cast, "Cai", cast.officer, cast.community_c)
    visit = {"start_on": today() - timedelta(days=9), "end_on": today() + timedelta(days=20)}
    for name, role, place in (
        ("Asha", Role.THERAPY_MANAGER, {"community_id": cast.community_b}),
        ("Carol", Role.THERAPY_MANAGER, {"community_id": cast.community_c}),
        ("Dev", Role.DIRECTOR, {"establishment_id": prison.id}),
        ("Eve", Role.ADMINISTRATOR, {}),
        ("Ivor", Role.AUDITOR, {"community_id": cast.community_b, **visit}),
    ):
        db.add(
            RoleGrant(**{"staff_id": cast.id(name), "role": role, "start_on": LONG_AGO, "approved_at": now(), **place})
        )
    for name, days in (("Ivor", 20), ("Gwen", 200)):
        account = db.get_one(Account, cast.accounts[name])
        account.starts_on, account.ends_on = visit["start_on"], today() + timedelta(days=days)
    _supervision(db, cast)
    db.add(
        Requirement(
            kind=RequirementKind.SUPERVISION,
            job_description_id=cast.officer,
            title="Clinical supervision",
            terms={"amount": 60},
            mark="service",
            start_on=LONG_AGO,
        )
    )
    db.flush()
    return cast


def add_plain_supervisor(db: Session, cast: Cast) -> None:
    """Lena, an officer of Ashdown C, supervises Ben and manages nobody: for what a supervisor may, and no more."""
    _person(db, cast, "Lena")
    _post(db, cast, "Lena", cast.officer, cast.community_c)
    cast.lena_agreement = _agreement(db, cast, "Lena", "Ben")


def _supervision(db: Session, cast: Cast) -> None:
    group = _kept(
        db,
        SupervisionGroup(community_id=cast.community_b, name="Monday group", purpose="clinical", start_on=LONG_AGO),
    )
    cast.group = group.id
    db.add_all(GroupMember(group_id=group.id, staff_id=cast.id(name), start_on=LONG_AGO) for name in GROUP_OF_TEN)
    cast.group_agreement = _agreement(db, cast, "Asha", group_id=group.id, usual_minutes=90, every_days=7)
    cast.ben_agreement = _agreement(db, cast, "Asha", "Ben")
    cast.ended_agreement = _agreement(db, cast, "Kit", "Ben", end_on=today() - timedelta(days=40))
    cast.cai_agreement = _agreement(db, cast, "Carol", "Cai")
    cast.gwen_agreement = _agreement(db, cast, "Gwen", "Cai")


def _agreement(db: Session, cast: Cast, supervisor: str, supervisee: str | None = None, **facts: object) -> int:
    return _kept(
        db,
        SupervisionAgreement(
            supervisor_id=cast.id(supervisor),
            supervisee_id=cast.id(supervisee) if supervisee else None,
            purpose="clinical",
            start_on=LONG_AGO,
            **facts,
        ),
    ).id


def _person(db: Session, cast: Cast, name: str, employment: Employment = Employment.EMPLOYED) -> None:
    staff = _kept(db, Staff(full_name=name, code=f"P-{len(cast.staff) + 1:03}", employment=employment))
    cast.staff[name] = staff.id
    account = _kept(db, Account(staff_id=staff.id, username=name.lower().replace(" ", "."), must_change_password=False))
    cast.accounts[name] = account.id


def _post(
    db: Session, cast: Cast, name: str, job_description: int, community: int, line_manager: str | None = None
) -> None:
    db.add(
        Post(
            staff_id=cast.id(name),
            job_description_id=job_description,
            community_id=community,
            line_manager_id=cast.id(line_manager) if line_manager else None,
            start_on=LONG_AGO,
        )
    )


def _kept(db: Session, row):  # type: ignore[no-untyped-def]
    db.add(row)
    db.flush()
    return row


@contextmanager
def as_person(cast: Cast, name: str) -> Iterator[tuple[Session, Actor]]:
    """A transaction of this person's: `with as_person(cast, "Asha") as (db, asha): record_session(db, by=asha, …)`."""
    with writing() as db:
        yield db, actor_for_staff(db, cast.id(name))


def actor(cast: Cast, name: str) -> Actor:
    """This person signed in by their account, as the database knows them now."""
    with reading() as db:
        found = actor_for_account(db, cast.accounts[name])
    assert found is not None, f"{name}'s account is shut"
    return found
