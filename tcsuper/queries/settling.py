"""What the comparison of two versions left to settle, with a suggestion by its wording that nothing applies unasked;
and what was settled or carried over, to be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from tcsuper.access import Actor, check_can_set_rules, may
from tcsuper.models import JobDescription, Responsibility
from tcsuper.models import ResponsibilityContinuation as Continuation
from tcsuper.queries.comparison import Duty, duties_seen, label_of
from tcsuper.queries.versions import (
    CARRIED_OVER,
    DECIDED,
    are_read,
    continuations_between,
    duties_of,
    texts_of,
    versions_of,
)
from tcsuper.readers.compare import Became, Change, compare
from tcsuper.words import listed


@dataclass(frozen=True)
class ToSettle:
    """One responsibility to decide on: of the former version, what it goes on as; of the new one, what it continues.
    `suggested` are ids of the other side, as the wording suggests; none where it suggests nothing."""

    duty: Duty
    is_former: bool
    became: Became | None
    """None where the versions could not be compared."""
    suggested: tuple[int, ...]
    because: str
    with_named: tuple[str, ...]
    """Who is named for it; for a new one, for what it is suggested to continue."""
    with_called_for: tuple[str, ...]

    @property
    def responsibility_id(self) -> int:
        return self.duty.responsibility_id or 0


@dataclass(frozen=True)
class Decision:
    """What was settled or carried over, in words; its rows are taken back together."""

    continuation_ids: tuple[int, ...]
    says: str
    is_decided: bool
    """By a person; else carried over by the wording."""
    about: frozenset[int]
    """The responsibilities of both versions that it says something of."""


@dataclass(frozen=True)
class PairToSettle:
    """A version and the one that follows it. `former` and `new`: every responsibility that may be chosen, by id."""

    role_id: int
    role_name: str
    version_id: int
    former_label: str
    new_label: str
    in_force_from: date
    items: tuple[ToSettle, ...]
    decisions: tuple[Decision, ...]
    former: Mapping[int, str]
    new: Mapping[int, str]
    to_carry_over: int
    """How many plainly go on by their wording and were not carried over yet."""
    is_compared: bool


def to_settle(db: Session, *, viewer: Actor) -> list[PairToSettle]:
    """For who may set rules: each later version with what waits and what was decided, those with most waiting first."""
    check_can_set_rules(viewer)
    pairs = [_pair(db, viewer, former, new) for former, new in _followed(db)]
    return sorted(pairs, key=lambda pair: (-len(pair.items), pair.role_name, -pair.in_force_from.toordinal()))


@dataclass(frozen=True)
class Waiting:
    role_name: str
    new_label: str
    in_force_from: date


def waits_to_settle(db: Session, *, viewer: Actor) -> list[Waiting]:
    """The later versions of which, or of the one before, nothing was said of some responsibility. Nothing for who may
    not settle."""
    if not may(check_can_set_rules, viewer):
        return []
    waiting = []
    for former, new in _followed(db):
        duties = duties_of(db, [former.id or 0, new.id or 0])
        said = _said(db, duties[former.id or 0], duties[new.id or 0])
        ids = {one.id for side in duties.values() for one in side}
        if ids - _told(said) and new.in_force_from is not None:
            waiting.append(Waiting(new.role_name, label_of(new), new.in_force_from))
    return waiting


def _followed(db: Session) -> list[tuple[JobDescription, JobDescription]]:
    """Each version that another one follows, with that one."""
    roles = {one.version_of_id for one in db.exec(select(JobDescription)) if one.version_of_id is not None}
    rows = [versions_of(db, role) for role in sorted(roles)]
    return [pair for versions in rows for pair in zip(versions, versions[1:], strict=False)]


def _said(db: Session, former: Sequence[Responsibility], new: Sequence[Responsibility]) -> list[Continuation]:
    return continuations_between(db, [one.id or 0 for one in former], [one.id or 0 for one in new])


def _told(said: Sequence[Continuation]) -> set[int]:
    return {one for row in said for one in (row.former_id, row.new_id) if one is not None}


def _pair(db: Session, viewer: Actor, former: JobDescription, new: JobDescription) -> PairToSettle:
    duties = duties_of(db, [former.id or 0, new.id or 0])
    before, after = duties[former.id or 0], duties[new.id or 0]
    said = _said(db, before, after)
    told = _told(said)
    seen = duties_seen(db, viewer, [*before, *after])
    is_compared = are_read(before) and are_read(after)
    changes = compare(texts_of(before), texts_of(after)) if is_compared else []
    waiting = _Waiting(before, after, told, seen, changes)
    assert new.in_force_from is not None
    return PairToSettle(
        role_id=new.version_of_id or 0,
        role_name=new.role_name,
        version_id=new.id or 0,
        former_label=label_of(former),
        new_label=label_of(new),
        in_force_from=new.in_force_from,
        items=tuple(waiting.items()),
        decisions=tuple(_decisions(said, seen)),
        former={one.id or 0: _named_by_number(one) for one in before},
        new={one.id or 0: _named_by_number(one) for one in after},
        to_carry_over=waiting.to_carry_over(),
        is_compared=is_compared,
    )


def _named_by_number(one: Responsibility) -> str:
    return f"{one.number}. {one.short_title}"


class _Waiting:
    """The responsibilities of two versions that nothing was said of, each asked about once: a merge with the new one
    that it became, a split with the former one that it came from."""

    def __init__(
        self,
        before: Sequence[Responsibility],
        after: Sequence[Responsibility],
        told: set[int],
        seen: Mapping[int, Duty],
        changes: Sequence[Change],
    ) -> None:
        self.before = {one.number: one.id or 0 for one in before}
        self.after = {one.number: one.id or 0 for one in after}
        self.told, self.seen, self.changes = told, seen, changes

    def items(self) -> list[ToSettle]:
        if not self.changes:
            former = [self._item(one, True, None, ()) for one in self.before.values() if one not in self.told]
            return former + [self._item(one, False, None, ()) for one in self.after.values() if one not in self.told]
        return [item for change in self.changes for item in self._of_change(change)]

    def _of_change(self, change: Change) -> list[ToSettle]:
        former, new = self._ids(change)
        left_former = [one for one in former if one not in self.told]
        left_new = [one for one in new if one not in self.told]
        if len(new) == 1 and left_new:
            return [self._item(new[0], False, change.became, former)]
        if len(former) == 1 and left_former:
            return [self._item(former[0], True, change.became, new)]
        return [self._item(one, True, change.became, new) for one in left_former] + [
            self._item(one, False, change.became, former) for one in left_new
        ]

    def to_carry_over(self) -> int:
        return sum(
            change.became in CARRIED_OVER and not self.told & {*self._ids(change)[0], *self._ids(change)[1]}
            for change in self.changes
        )

    def _ids(self, change: Change) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return tuple(self.before[one] for one in change.former), tuple(self.after[one] for one in change.new)

    def _item(self, one: int, is_former: bool, became: Became | None, other: tuple[int, ...]) -> ToSettle:
        behind = [self.seen[each] for each in ((one,) if is_former else other)]
        return ToSettle(
            duty=self.seen[one],
            is_former=is_former,
            became=became,
            suggested=other,
            because=self._because(is_former, became, other),
            with_named=tuple(dict.fromkeys(who for duty in behind for who in duty.named)),
            with_called_for=tuple(dict.fromkeys(what for duty in behind for what in duty.calls_for)),
        )

    def _because(self, is_former: bool, became: Became | None, other: tuple[int, ...]) -> str:
        numbers = listed([str(self.seen[one].number) for one in other])
        if became is None:
            return "The two versions could not be compared."
        if became is Became.GONE:
            return "By its wording, nothing in the new version goes on from it."
        if became is Became.NEW:
            return "By its wording, it continues nothing of the former version."
        if is_former:
            pieces = f"was split into {numbers}" if len(other) > 1 else f"goes on as {numbers}"
            return f"By its wording, it {pieces} of the new version."
        pieces = f"was made of {numbers}" if len(other) > 1 else f"continues {numbers}"
        return f"By its wording, it {pieces} of the former version."


def _decisions(said: Sequence[Continuation], seen: Mapping[int, Duty]) -> list[Decision]:
    """What hangs together is one decision: the pieces of a merge or a split."""
    groups: list[list[Continuation]] = []
    for row in said:
        touching = [group for group in groups if any(_touch(row, other) for other in group)]
        groups = [group for group in groups if group not in touching] + [[row, *(one for of in touching for one in of)]]
    decisions = [_decision(sorted(group, key=lambda row: row.id or 0), seen) for group in groups]
    return sorted(decisions, key=lambda one: (not one.is_decided, one.continuation_ids))


def _touch(one: Continuation, other: Continuation) -> bool:
    return (one.former_id is not None and one.former_id == other.former_id) or (
        one.new_id is not None and one.new_id == other.new_id
    )


def _decision(group: Sequence[Continuation], seen: Mapping[int, Duty]) -> Decision:
    former = [seen[one] for one in dict.fromkeys(row.former_id for row in group) if one is not None]
    new = [seen[one] for one in dict.fromkeys(row.new_id for row in group) if one is not None]
    numbers = listed([str(one.number) for one in former]), listed([str(one.number) for one in new])
    if not new:
        says = f"{numbers[0]} ends with its version: {former[0].short_title}"
    elif not former:
        says = f"{numbers[1]} is new: {new[0].short_title}"
    else:
        goes = "goes" if len(former) == 1 else "go"
        says = f"{numbers[0]} {goes} on as {numbers[1]}: {new[0].short_title}"
    is_decided = any(row.became == DECIDED for row in group)
    return Decision(tuple(row.id or 0 for row in group), says, is_decided, frozenset(_told(group)))
