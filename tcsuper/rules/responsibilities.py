"""Who carries each led responsibility on a date, and what falls uncovered when somebody goes.

A responsibility that every postholder holds needs no holder by name and is not looked at here; one that is *led* needs
a lead, and a deputy for the day the lead is away (design, sections 1 and 3). Somebody being developed towards it does
not cover it yet, nor does a holder who does not meet what it asks for.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tcsuper import words
from tcsuper.rules.standing import Span

LEAD = "lead"
DEPUTY = "deputy"
IN_DEVELOPMENT = "in_development"


@dataclass(frozen=True, slots=True)
class Led:
    """A responsibility that is led in a community."""

    responsibility: int
    community: int
    title: str
    community_name: str


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody named for a responsibility in a community. `kind` as in models.HoldingKind."""

    responsibility: int
    community: int
    staff: int
    name: str
    kind: str
    span: Span


class Cover(StrEnum):
    """Worst first."""

    UNCOVERED = "uncovered"
    HELD_ONLY_BY_SOMEONE_NOT_ABLE = "held_only_by_someone_not_able"
    DOUBLY_LED = "doubly_led"
    SINGLE_HELD = "single_held"
    COVERED = "covered"


COVER_ORDER = {cover: position for position, cover in enumerate(Cover)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One responsibility in one community on a date. `not_able`: those of the leads and deputies who do not meet what
    it asks for."""

    led: Led
    verdict: Cover
    leads: tuple[Holding, ...]
    deputies: tuple[Holding, ...]
    in_development: tuple[Holding, ...]
    not_able: tuple[Holding, ...]

    @property
    def staff(self) -> tuple[int, ...]:
        """The ids of everyone named, leads first."""
        return tuple(one.staff for one in (*self.leads, *self.deputies, *self.in_development))

    @property
    def because(self) -> str:
        """One sentence a manager can read aloud."""
        subject = f"{self.led.title} in {self.led.community_name}"
        return f"{subject} {self._verdict()}{self._who_is_not_able()}{self._who_is_learning()}."

    def _verdict(self) -> str:
        holders = [*self.leads, *self.deputies]
        match self.verdict:
            case Cover.UNCOVERED:
                return "is uncovered: nobody leads it and nobody deputises"
            case Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE:
                return f"is held only by {_names(holders)}"
            case Cover.DOUBLY_LED:
                how = "has two leads" if len(self.leads) == 2 else f"has {len(self.leads)} leads"
                return f"{how}: {_names(self.leads)}"
            case Cover.SINGLE_HELD:
                able = [one for one in holders if one not in self.not_able]
                return f"rests on {_names(able)} alone{'' if self.leads else ', a deputy: no lead is named'}"
            case Cover.COVERED:
                if not self.leads:
                    return f"is covered by {_names(self.deputies)} as deputies; no lead is named"
                return f"is led by {_names(self.leads)}, with {_names(self.deputies)} as {_deputies(self.deputies)}"

    def _who_is_not_able(self) -> str:
        if not self.not_able:
            return ""
        if self.verdict is Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE:
            return f", who {'does' if len(self.not_able) == 1 else 'do'} not meet what it asks for"
        return f"; {_names(self.not_able)} {'does' if len(self.not_able) == 1 else 'do'} not meet what it asks for"

    def _who_is_learning(self) -> str:
        learning = self.in_development
        return f"; {_names(learning)} {'is' if len(learning) == 1 else 'are'} in development" if learning else ""

    @property
    def next_step(self) -> str:
        steps = {
            Cover.UNCOVERED: "Name a lead.",
            Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE: "See what the holder lacks, or name somebody else.",
            Cover.DOUBLY_LED: "Agree which of them leads.",
            Cover.SINGLE_HELD: "Name a deputy." if self.leads else "Name a lead.",
        }
        return steps.get(self.verdict, "" if self.leads else "Name a lead.")


def _names(holdings: Iterable[Holding]) -> str:
    return words.listed([one.name for one in holdings])


def _deputies(deputies: Collection[Holding]) -> str:
    return "deputy" if len(deputies) == 1 else "deputies"


def coverage(
    led: Iterable[Led],
    holdings: Iterable[Holding],
    on: date,
    not_able: Collection[tuple[int, int]] = (),
    gone: Mapping[int, date] | None = None,
) -> list[Coverage]:
    """How each led responsibility is covered in each community on a date, in the order given.

    `not_able`: (staff, responsibility) pairs whose standing is not met. `gone`: staff who leave, and the first day that
    they are gone (what if); a holding counts until the day before.
    """
    gone = gone or {}
    held: dict[tuple[int, int], list[Holding]] = {}
    for one in holdings:
        if one.span.holds(on) and not _is_gone(one.staff, gone, on):
            held.setdefault((one.responsibility, one.community), []).append(one)
    return [_covered(each, held.get((each.responsibility, each.community), []), not_able) for each in led]


def _is_gone(staff: int, gone: Mapping[int, date], on: date) -> bool:
    return staff in gone and gone[staff] <= on


def _covered(led: Led, held: list[Holding], not_able: Collection[tuple[int, int]]) -> Coverage:
    """Somebody named twice counts once, as what they are most."""
    leads = _each_once([one for one in held if one.kind == LEAD], ())
    deputies = _each_once([one for one in held if one.kind == DEPUTY], leads)
    in_development = _each_once([one for one in held if one.kind == IN_DEVELOPMENT], (*leads, *deputies))
    unable = tuple(one for one in (*leads, *deputies) if (one.staff, led.responsibility) in not_able)
    return Coverage(
        led=led,
        verdict=_verdict(len(leads), len(deputies), len(unable)),
        leads=leads,
        deputies=deputies,
        in_development=in_development,
        not_able=unable,
    )


def _each_once(held: Iterable[Holding], before: Iterable[Holding]) -> tuple[Holding, ...]:
    seen = {one.staff for one in before}
    once = []
    for one in sorted(held, key=lambda one: one.name):
        if one.staff not in seen:
            seen.add(one.staff)
            once.append(one)
    return tuple(once)


def _verdict(leads: int, deputies: int, unable: int) -> Cover:
    if not leads + deputies:
        return Cover.UNCOVERED
    able = leads + deputies - unable
    if not able:
        return Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE
    if leads > 1:
        return Cover.DOUBLY_LED
    return Cover.SINGLE_HELD if able == 1 else Cover.COVERED


# ---------------------------------------------------------------------------------------------------------------------
# What if


@dataclass(frozen=True, slots=True)
class Change:
    """A responsibility whose cover is not the same with people gone."""

    before: Coverage
    after: Coverage

    @property
    def is_worse(self) -> bool:
        return COVER_ORDER[self.after.verdict] < COVER_ORDER[self.before.verdict]


def what_if(
    led: Iterable[Led],
    holdings: Iterable[Holding],
    on: date,
    gone: Mapping[int, date],
    not_able: Collection[tuple[int, int]] = (),
) -> list[Change]:
    """What changes on a date with people gone: the worst outcome first, then in the order given."""
    led, holdings = list(led), list(holdings)
    now = coverage(led, holdings, on, not_able)
    then = coverage(led, holdings, on, not_able, gone)
    changes = [Change(before, after) for before, after in zip(now, then, strict=True) if before.staff != after.staff]
    return sorted(changes, key=lambda change: COVER_ORDER[change.after.verdict])
