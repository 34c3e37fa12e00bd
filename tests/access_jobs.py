"""Job descriptions, their versions and what goes on in them: how the access test tries each function."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session, select

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.models import JobDescription, Responsibility, ResponsibilityContinuation, Staff
from tcsuper.queries import catalogue, comparison, job_descriptions, settling
from tcsuper.queries.versions import duties_of
from tcsuper.readers.job_description import JobDescription as Reading
from tcsuper.services import job_descriptions as reading_in
from tcsuper.services import settling as deciding
from tests.access_case import ANYBODY, Case
from tests.access_stage import Stage, stored
from tests.read_documents import document

NOT_TECHNICAL = ("by_import", "technical_only")


def _read(ask: Callable[[Session, Actor, Stage], Any]) -> Case:
    return Case(Object.CATALOGUE, Action.READ, lambda db, by, cast, _: (ask(db, by, cast), True)[1], subjects=ANYBODY)


def _set(do: Callable[[Session, Actor, Stage], Any]) -> Case:
    def attempt(db: Session, by: Actor, cast: Stage, _: str) -> Any:
        return do(db, by, cast)

    return Case(Object.CATALOGUE, Action.UPDATE, attempt, leave_out=NOT_TECHNICAL, subjects=ANYBODY)


def _texts(db: Session, cast: Stage) -> Reading:
    many = len(duties_of(db, [cast.officer])[cast.officer])
    return document([f"Lead this part of the work, number {number}" for number in range(1, many + 1)])


def _second(db: Session, cast: Stage) -> tuple[int, int, int]:
    """A second version of the officers' document, and a responsibility of each."""
    version = stored(
        db,
        JobDescription(
            code="officer", role_name="Officer", reference="second", version="2", title="Officer",
            version_of_id=cast.officer, in_force_from=today(),
        ),
    )  # fmt: skip
    new = stored(db, Responsibility(job_description_id=version, number=1, short_title="Lead 1"))
    return version, duties_of(db, [cast.officer])[cast.officer][0].id or 0, new


def _add_version(db: Session, by: Actor, cast: Stage) -> Any:
    read = document(version="9.9")
    return reading_in.add_version(db, by=by, role_id=cast.officer, reading=read, in_force_from=today())


def _settle_former(db: Session, by: Actor, cast: Stage) -> Any:
    _, former, new = _second(db, cast)
    return deciding.settle_former(db, by=by, former_id=former, goes_on_as=[new])


def _settle_new(db: Session, by: Actor, cast: Stage) -> Any:
    return deciding.settle_new(db, by=by, new_id=_second(db, cast)[2])


def _carry_over(db: Session, by: Actor, cast: Stage) -> Any:
    version, former, new = _second(db, cast)
    for one in duties_of(db, [cast.officer, version]).values():
        for duty in one:
            duty.text = f"Lead the part of the work that is number {duty.number}"
    return deciding.carry_over(db, by=by, job_description_id=version)


def _take_back(db: Session, by: Actor, cast: Stage) -> Any:
    _, former, new = _second(db, cast)
    row = stored(db, ResponsibilityContinuation(former_id=former, new_id=new, became="reworded"))
    return deciding.take_back(db, by=by, continuation_ids=[row])


def _compare(db: Session, by: Actor, cast: Stage) -> Any:
    version, *_ = _second(db, cast)
    return comparison.comparison(db, viewer=by, former_id=cast.officer, new_id=version)


def _is_named(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    """In a comparison and in the work list the same people are named."""
    name = db.get_one(Staff, cast.id(subject)).full_name
    rows = db.exec(select(Responsibility).where(Responsibility.job_description_id == cast.officer)).all()
    seen = comparison.duties_seen(db, by, rows)
    return any(name in who for duty in seen.values() for who in duty.named)


def _waits(db: Session, by: Actor, cast: Stage) -> bool:
    _second(db, cast)
    return bool(settling.waits_to_settle(db, viewer=by))


CASES: dict[str, Case] = {
    "services.job_descriptions.add_job_description": _set(
        lambda db, by, cast: reading_in.add_job_description(db, by=by, reading=document(), role_name="Orchard keeper")
    ),
    "services.job_descriptions.fill_texts": _set(
        lambda db, by, cast: reading_in.fill_texts(db, by=by, job_description_id=cast.officer, reading=_texts(db, cast))
    ),
    "services.job_descriptions.add_version": _set(_add_version),
    "services.settling.settle_former": _set(_settle_former),
    "services.settling.settle_new": _set(_settle_new),
    "services.settling.carry_over": _set(_carry_over),
    "services.settling.take_back": _set(_take_back),
    "queries.settling.to_settle": _set(lambda db, by, cast: settling.to_settle(db, viewer=by) is not None),
    "queries.settling.waits_to_settle": _set(_waits),
    "queries.catalogue.version_in_force": _read(
        lambda db, by, cast: catalogue.version_in_force(db, viewer=by, role_id=cast.officer, on=today())
    ),
    "queries.job_descriptions.library": _read(lambda db, by, cast: job_descriptions.library(db, viewer=by, on=today())),
    "queries.job_descriptions.document": _read(
        lambda db, by, cast: job_descriptions.document(db, viewer=by, job_description_id=cast.officer)
    ),
    "queries.job_descriptions.belongs_to": _read(
        lambda db, by, cast: job_descriptions.belongs_to(db, viewer=by, reading=document())
    ),
    "queries.comparison.comparison": _read(_compare),
    "queries.comparison.comparison_with": _read(
        lambda db, by, cast: comparison.comparison_with(db, viewer=by, role_id=cast.officer, reading=document())
    ),
    "queries.comparison.duties_seen": Case(Object.RESPONSIBILITY, Action.READ, _is_named),
}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {
    "queries.comparison.label_of": "about the version it is given",
    "queries.tasks.job_descriptions.tasks": "asks its area's queries as the viewer",
    "queries.versions.are_read": "about the rows it is given",
    "queries.versions.continuations_between": "called by queries and services that have checked",
    "queries.versions.duties_of": "called by queries and services that have checked",
    "queries.versions.is_role": "called by services that have checked",
    "queries.versions.texts_of": "about the rows it is given",
    "queries.versions.versions_in_force": "called by queries that have checked",
    "queries.versions.versions_of": "called by queries and services that have checked",
}
