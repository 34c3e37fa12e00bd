"""The library of job descriptions: which documents and versions there are, what one of them says, and where a document
that was just read belongs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tcsuper.access import Actor, Permission, check_holds
from tcsuper.errors import NotAllowed
from tcsuper.models import JobDescription, Responsibility
from tcsuper.queries.versions import versions_in_force
from tcsuper.readers.job_description import JobDescription as Reading
from tcsuper.readers.labels import LISTS
from tcsuper.rules.job_descriptions import document_key, is_same_version, version_key, version_printed

# ---------------------------------------------------------------------------------------------------------------------
# The library


@dataclass(frozen=True)
class VersionLine:
    job_description_id: int
    version: str
    """As printed; empty where it prints none."""
    in_force_from: date | None
    """None: from the beginning."""
    in_force_until: date | None
    is_in_force: bool
    classification: str
    issued_on: date | None
    responsibilities: int
    with_text: int
    cross_references: int

    @property
    def label(self) -> str:
        return f"version {self.version}" if self.version else "a version without a number"

    @property
    def is_filled(self) -> bool:
        return 0 < self.responsibilities == self.with_text


@dataclass(frozen=True)
class RoleLine:
    """A document with its versions, the latest first."""

    role_id: int
    role_name: str
    reference: str
    versions: tuple[VersionLine, ...]


def library(db: Session, *, viewer: Actor, on: date) -> list[RoleLine]:
    """Every document by role, those that list responsibilities first; which version answers on a date."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    counts = _counts(db)
    answering = set(versions_in_force(db, on).values())
    by_role: dict[int, list[JobDescription]] = {}
    order = (sa.func.coalesce(col(JobDescription.in_force_from), date.min), col(JobDescription.id))
    for one in db.exec(select(JobDescription).order_by(*order)):
        by_role.setdefault(one.version_of_id or one.id or 0, []).append(one)
    lines = []
    for role_id, versions in by_role.items():
        versions.sort(key=lambda one: one.version_of_id is not None)
        role = versions[0]
        ends = [*(one.in_force_from for one in versions[1:]), None]
        told = [_version_line(one, end, counts, answering) for one, end in zip(versions, ends, strict=True)]
        lines.append(RoleLine(role_id, role.role_name, role.reference, tuple(reversed(told))))
    return sorted(lines, key=lambda line: (not any(v.responsibilities for v in line.versions), line.role_name))


def _version_line(
    one: JobDescription, next_from: date | None, counts: dict[int, tuple[int, int, int]], answering: set[int]
) -> VersionLine:
    return VersionLine(
        one.id or 0,
        one.version,
        one.in_force_from,
        date.fromordinal(next_from.toordinal() - 1) if next_from else None,
        one.id in answering,
        one.classification,
        one.issued_on,
        *counts.get(one.id or 0, (0, 0, 0)),
    )


def _counts(db: Session) -> dict[int, tuple[int, int, int]]:
    """By version: its responsibilities, those with their text, and its cross-references."""
    elsewhere = col(Responsibility.is_cross_reference)
    has_text = col(Responsibility.text) != ""
    rows = db.execute(
        sa.select(
            col(Responsibility.job_description_id),
            sa.func.sum(sa.case((elsewhere, 0), else_=1)),
            sa.func.sum(sa.case((sa.and_(~elsewhere, has_text), 1), else_=0)),
            sa.func.sum(sa.case((elsewhere, 1), else_=0)),
        ).group_by(col(Responsibility.job_description_id))
    )
    return {version: (int(duties), int(filled), int(apart)) for version, duties, filled, apart in rows}


@dataclass(frozen=True)
class Document:
    """One version to read: its particulars as printed, its responsibilities by heading, what refers elsewhere, and its
    lists by the reader's names."""

    particulars: JobDescription
    sections: tuple[tuple[str, tuple[Responsibility, ...]], ...]
    """(heading, responsibilities), in the document's order."""
    cross_references: tuple[Responsibility, ...]
    lists: dict[str, tuple[str, ...]]


def document(db: Session, *, viewer: Actor, job_description_id: int) -> Document:
    check_holds(viewer, Permission.SEE_CATALOGUE)
    found = db.get(JobDescription, job_description_id)
    if found is None:
        raise NotAllowed
    rows = db.exec(
        select(Responsibility)
        .where(Responsibility.job_description_id == job_description_id)
        .order_by(col(Responsibility.number), col(Responsibility.id))
    ).all()
    sections: list[tuple[str, tuple[Responsibility, ...]]] = []
    for one in (row for row in rows if not row.is_cross_reference):
        if sections and sections[-1][0] == one.section:
            sections[-1] = (one.section, (*sections[-1][1], one))
        else:
            sections.append((one.section, (one,)))
    lists = {key: tuple(found.lists[key]) for key in (*LISTS, "unplaced_lines") if found.lists.get(key)}
    return Document(found, tuple(sections), tuple(row for row in rows if row.is_cross_reference), lists)


# ---------------------------------------------------------------------------------------------------------------------
# Where a document that was just read belongs


class Belonging(StrEnum):
    NEW = "new document"
    THIS = "this very version"
    NEXT = "another version"


@dataclass(frozen=True)
class Choice:
    """One thing that can be done with it. `label` is unique among the choices."""

    kind: Belonging
    label: str
    role_id: int | None = None
    role_name: str = ""
    job_description_id: int | None = None
    """Of the version whose texts it would fill."""


@dataclass(frozen=True)
class Belongs:
    """Where it belongs by its printed reference, and the sentence that says why; a person may choose otherwise."""

    kind: Belonging
    why: str
    choices: tuple[Choice, ...]
    role_id: int | None = None
    role_name: str = ""
    job_description_id: int | None = None
    is_filled: bool = False
    """This very version has all its texts already: there is nothing to save."""


NEW_CHOICE = Choice(Belonging.NEW, "A new document, for a role that the catalogue does not have")


def belongs_to(db: Session, *, viewer: Actor, reading: Reading) -> Belongs:
    """By reference and version as printed: of the same document the very version or another one, or a new document.
    Titles and texts decide nothing, as two roles may share them."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    roles = library(db, viewer=viewer, on=viewer.on)
    choices = _choices(roles)
    reference = reading.reference.value.strip()
    version = version_printed(reading.version.value, reference)
    key = document_key(reference)
    if not key:
        why = "It prints no reference, so nothing says which document it is. Choose what it is."
        return Belongs(Belonging.NEW, why, choices)
    documents = db.exec(select(JobDescription).order_by(col(JobDescription.id))).all()
    same = [one for one in documents if document_key(one.reference) == key]
    if not same:
        return Belongs(Belonging.NEW, f"No document in the catalogue has its reference, {reference}.", choices)
    role_id = same[0].version_of_id or same[0].id or 0
    role = next(line for line in roles if line.role_id == role_id)
    this = next((line for line in role.versions if is_same_version(line.version, version)), None)
    if this is not None:
        return _this_version(role, this, choices)
    latest = role.versions[0]
    why = f"Its reference is that of {role.role_name}. The catalogue has {_versions_named(role.versions)}, this is "
    why += f"version {version}." if version else "a version without a number."
    if version_key(version) < version_key(latest.version):
        why += f" Its number is lower than that of the latest one ({latest.version})."
    return Belongs(Belonging.NEXT, why, choices, role_id, role.role_name)


def _this_version(role: RoleLine, this: VersionLine, choices: tuple[Choice, ...]) -> Belongs:
    why = f"Its reference and version are those of {role.role_name}, {this.label}. "
    if this.is_filled:
        why += "The catalogue has its texts already: there is nothing to save."
    elif this.responsibilities:
        why += f"The catalogue has its {this.responsibilities} short titles and not yet its sentences."
    else:
        why += "The catalogue knows the role only."
    return Belongs(Belonging.THIS, why, choices, role.role_id, role.role_name, this.job_description_id, this.is_filled)


def _versions_named(versions: Sequence[VersionLine]) -> str:
    return " and ".join(line.label for line in reversed(versions))


def _choices(roles: Sequence[RoleLine]) -> tuple[Choice, ...]:
    names = Counter(role.role_name for role in roles)
    choices = [NEW_CHOICE]
    for role in roles:
        name = role.role_name if names[role.role_name] == 1 else f"{role.role_name} ({role.reference})"
        choices += [
            Choice(
                Belonging.THIS,
                f"{name}: the texts of {line.label}",
                role.role_id,
                role.role_name,
                line.job_description_id,
            )
            for line in role.versions
            if not line.is_filled
        ]
        choices.append(Choice(Belonging.NEXT, f"{name}: its next version", role.role_id, role.role_name))
    return tuple(choices)
