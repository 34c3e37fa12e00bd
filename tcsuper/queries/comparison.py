"""Two versions of a job description compared, one by one and word by word, with who is named for each responsibility,
what it calls for, and what comes of both."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.access import Actor, Object, Permission, check_holds, communities_within, people_within
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    Community,
    JobDescription,
    Responsibility,
    ResponsibilityContinuation,
    ResponsibilityHolding,
    Staff,
)
from tcsuper.queries.called_for import called_for_on
from tcsuper.queries.carried import HOLDING_WORDS
from tcsuper.queries.versions import (
    CARRIED_OVER,
    DECIDED,
    Continued,
    are_read,
    continuations_between,
    duties_of,
    texts_of,
    versions_of,
)
from tcsuper.readers.compare import Became, Change, Words, compare
from tcsuper.readers.job_description import JobDescription as Reading
from tcsuper.rules.job_descriptions import short_title_of, version_printed


@dataclass(frozen=True)
class Duty:
    """One responsibility in a comparison. Before the new version is saved, its own have no id."""

    number: int
    text: str
    short_title: str
    responsibility_id: int | None = None
    named: tuple[str, ...] = ()
    """Who is named for it, now or to come, of those the viewer may see: “Ben Ellis (Lead, Ash)”."""
    calls_for: tuple[str, ...] = ()


class Outcome(StrEnum):
    """What comes of who is named for it and what it calls for."""

    GOES_ON = "goes on"
    DECIDED = "decided"
    STAYS = "stays"
    """It was decided that it ends with its version, or that it is new: nothing goes on."""
    TO_SETTLE = "to settle"


@dataclass(frozen=True)
class ComparisonLine:
    became: Became
    former: tuple[Duty, ...]
    new: tuple[Duty, ...]
    words: tuple[Words, ...]
    is_reworded: bool
    outcome: Outcome | None
    """None between versions that do not follow one another: what goes on is said from each to the next."""


@dataclass(frozen=True)
class Comparison:
    """In the order of the new version; what is gone stands where it stood. No lines where it cannot be compared: then
    `why_not` says so."""

    role_name: str
    former_label: str
    new_label: str
    lines: tuple[ComparisonLine, ...] = ()
    why_not: str = ""

    @property
    def counts(self) -> dict[Became, int]:
        """How many of each kind, those that there are."""
        found = Counter(line.became for line in self.lines)
        return {became: found[became] for became in Became if found[became]}


def comparison(db: Session, *, viewer: Actor, former_id: int, new_id: int) -> Comparison:
    """Two versions of one role that are stored, one by one and word by word."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    former, new = db.get(JobDescription, former_id), db.get(JobDescription, new_id)
    if former is None or new is None or former_id == new_id or _role_of(former) != _role_of(new):
        raise NotAllowed
    duties = duties_of(db, [former_id, new_id])
    told = Comparison(former.role_name, label_of(former), label_of(new))
    if not are_read(duties[former_id]) or not are_read(duties[new_id]):
        missing = [one for one in (former, new) if not are_read(duties[one.id or 0])]
        return replace(told, why_not=_not_read(missing))
    seen = duties_seen(db, viewer, [*duties[former_id], *duties[new_id]])
    ids = [one.id for one in versions_of(db, _role_of(former))]
    is_next = ids.index(new_id) - ids.index(former_id) == 1
    said = _said(db, duties[former_id], duties[new_id])
    by_number = [{one.number: seen[one.id or 0] for one in duties[version]} for version in (former_id, new_id)]
    lines = []
    for change in compare(texts_of(duties[former_id]), texts_of(duties[new_id])):
        before, after = _duties_in(change, *by_number)
        lines.append(_line(change, before, after, _outcome(said, before, after) if is_next else None))
    return replace(told, lines=tuple(lines))


def comparison_with(db: Session, *, viewer: Actor, role_id: int, reading: Reading) -> Comparison:
    """The latest version of a role with a document that was read and is not saved: what would go on by itself, and what
    somebody would have to settle."""
    check_holds(viewer, Permission.SEE_CATALOGUE)
    versions = versions_of(db, role_id)
    if not versions:
        raise NotAllowed
    former = versions[-1]
    stored = duties_of(db, [former.id or 0])[former.id or 0]
    version = version_printed(reading.version.value, reading.reference.value)
    told = Comparison(former.role_name, label_of(former), f"version {version}" if version else "what was read")
    if not are_read(stored):
        return replace(told, why_not=_not_read([former]))
    seen = duties_seen(db, viewer, stored)
    before_by_number = {one.number: seen[one.id or 0] for one in stored}
    texts = {one.number: one.text for one in reading.responsibilities}
    after_by_number = {number: Duty(number, text, short_title_of(text)) for number, text in texts.items()}
    lines = []
    for change in compare(texts_of(stored), texts):
        before, after = _duties_in(change, before_by_number, after_by_number)
        goes_on = Outcome.GOES_ON if change.became in CARRIED_OVER else Outcome.TO_SETTLE
        lines.append(_line(change, before, after, goes_on))
    return replace(told, lines=tuple(lines))


def label_of(document: JobDescription) -> str:
    return f"version {document.version}" if document.version else "the version without a number"


def _role_of(document: JobDescription) -> int:
    return document.version_of_id or document.id or 0


def _not_read(missing: Sequence[JobDescription]) -> str:
    which = " and ".join(label_of(one) for one in missing)
    return (
        f"Of {which} the catalogue has short titles and not the sentences, and short titles are not compared with "
        "sentences."
    )


Said = Mapping[int, Sequence[ResponsibilityContinuation]]
"""By responsibility: how it was carried over, or what was decided."""


def _said(db: Session, former: Sequence[Responsibility], new: Sequence[Responsibility]) -> Said:
    found: dict[int, list[ResponsibilityContinuation]] = {}
    for row in continuations_between(db, [one.id or 0 for one in former], [one.id or 0 for one in new]):
        for one in (row.former_id, row.new_id):
            if one is not None:
                found.setdefault(one, []).append(row)
    return found


def _outcome(said: Said, before: Sequence[Duty], after: Sequence[Duty]) -> Outcome:
    of_each = [said.get(one.responsibility_id or 0, ()) for one in (*before, *after)]
    if not all(of_each):
        return Outcome.TO_SETTLE
    rows = [row for of_one in of_each for row in of_one]
    if all(row.former_id is None or row.new_id is None for row in rows):
        return Outcome.STAYS
    return Outcome.DECIDED if any(row.became == DECIDED for row in rows) else Outcome.GOES_ON


def _duties_in(
    change: Change, former: Mapping[int, Duty], new: Mapping[int, Duty]
) -> tuple[tuple[Duty, ...], tuple[Duty, ...]]:
    return tuple(former[number] for number in change.former), tuple(new[number] for number in change.new)


def _line(change: Change, before: tuple[Duty, ...], after: tuple[Duty, ...], outcome: Outcome | None) -> ComparisonLine:
    return ComparisonLine(change.became, before, after, change.words, change.is_reworded, outcome)


def duties_seen(db: Session, viewer: Actor, duties: Sequence[Responsibility]) -> dict[int, Duty]:
    """By id, with who is named and what is called for, whichever version that was said of first."""
    ids = [one.id or 0 for one in duties]
    named, called_for = _named(db, viewer, ids), called_for_on(db, ids, viewer.on)
    return {
        one.id or 0: Duty(
            one.number,
            one.text,
            one.short_title,
            one.id,
            tuple(named.get(one.id or 0, ())),
            tuple(link.says for link in called_for.get(one.id or 0, ())),
        )
        for one in duties
    }


def _named(db: Session, viewer: Actor, responsibilities: Sequence[int]) -> dict[int, list[str]]:
    goes_on_as = Continued(db).named_as(responsibilities)
    holding = ResponsibilityHolding
    rows = db.execute(
        sa.select(holding, col(Staff.full_name), col(JobDescription.role_name), col(Community.name))
        .outerjoin(Staff, col(Staff.id) == col(holding.staff_id))
        .outerjoin(JobDescription, col(JobDescription.id) == col(holding.job_description_id))
        .join(Community, col(Community.id) == col(holding.community_id))
        .where(
            col(holding.responsibility_id).in_(list(goes_on_as)),
            sa.or_(
                col(holding.staff_id).in_(_people_seen(viewer)),
                sa.and_(
                    col(holding.staff_id).is_(None),
                    col(holding.community_id).in_(communities_within(viewer, Object.RESPONSIBILITY)),
                ),
            ),
            sa.or_(col(holding.end_on).is_(None), col(holding.end_on) >= viewer.on),
        )
        .order_by(col(Community.name), col(holding.id))
    )
    found: dict[int, list[str]] = {}
    for one, person, role, community in rows:
        for responsibility in goes_on_as[one.responsibility_id]:
            who = f"{person or f'every {role}'} ({HOLDING_WORDS[one.kind]}, {community})"
            found.setdefault(responsibility, []).append(who)
    return found


def _people_seen(viewer: Actor) -> sa.Select[tuple[int]]:
    seen = people_within(viewer, Object.RESPONSIBILITY).subquery()
    return sa.select(seen.c[0])
