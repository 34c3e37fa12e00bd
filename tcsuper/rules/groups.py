"""Several things in place of one: any one of them will do, or all of them are needed, nested as deep as is asked.

Source: domain, section 2 (requirements as groups: ALL OF, ANY OF); issue 6, item 2. The parts are judged by the rule of
their own kind first; here it is decided which of them speak, and said which way is met.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tcsuper import words
from tcsuper.rules.standing import SEVERITY, Standing, Status, severity

ANY_OF, ALL_OF = "any_of", "all_of"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked for, by its name ("Supervisor training", "registration with HCPC"), and how it stands."""

    name: str
    standing: Standing

    @property
    def is_met(self) -> bool:
        return self.standing.is_met

    @property
    def missing(self) -> int:
        return 0 if self.is_met else 1

    @property
    def speaks(self) -> tuple["Part", ...]:
        return (self,)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of them is needed."""

    parts: tuple["Node", ...]

    @property
    def name(self) -> str:
        return words.listed([_inside(part, AnyOf) for part in self.parts])

    @property
    def is_met(self) -> bool:
        return all(part.is_met for part in self.parts)

    @property
    def missing(self) -> int:
        return sum(part.missing for part in self.parts)

    @property
    def speaks(self) -> tuple[Part, ...]:
        return tuple(one for part in self.parts for one in part.speaks)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Any one of them will do."""

    parts: tuple["Node", ...]

    @property
    def name(self) -> str:
        return words.listed([_inside(part, AllOf) for part in self.parts], "or")

    @property
    def is_met(self) -> bool:
        return any(part.is_met for part in self.parts)

    @property
    def missing(self) -> int:
        return min(part.missing for part in self.parts)

    @property
    def branch(self) -> "Node":
        """The way that is met, the one that lasts longest of several; else the one that lacks least, and of equals one
        that was met before it lapsed."""
        return max(self.parts, key=_how_near)

    @property
    def speaks(self) -> tuple[Part, ...]:
        return self.branch.speaks


Node = Part | AllOf | AnyOf


def _inside(part: Node, other: type) -> str:
    return f"({part.name})" if isinstance(part, other) else part.name


def _worst(node: Node) -> Standing:
    return min((part.standing for part in node.speaks), key=severity)


def _how_near(node: Node) -> tuple[bool, int, bool, int, date]:
    worst = _worst(node)
    lapsed = worst.status is Status.EXPIRED
    return node.is_met, -node.missing, lapsed, SEVERITY[worst.status], worst.due_on or date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStanding(Standing):
    """Of the parts that speak, the worst gives status and date."""

    title: str
    group: AnyOf | AllOf

    @property
    def is_met(self) -> bool:
        return self.group.is_met

    @property
    def because(self) -> str:
        parts = self.group.speaks
        each = " ".join(part.standing.because for part in parts)
        if isinstance(self.group, AllOf):
            state = "is met: it asks for" if self.is_met else "is not met: it asks for"
            return f"{self.title} {state} {self.group.name}. {each}"
        ways = words.count(len(self.group.parts), "way")
        if self.is_met:
            return f"{self.title} is met by {self.group.branch.name}, one of {ways}. {each}"
        return f"{self.title} is not met: it asks for {self.group.name}. Nearest is {self.group.branch.name}: {each}"

    @property
    def next_step(self) -> str:
        in_order = sorted((part.standing for part in self.group.speaks), key=severity)
        return next((step for one in in_order if (step := one.next_step)), "")


def standing(title: str, group: AnyOf | AllOf) -> GroupStanding:
    """How a person stands on a group whose parts are judged. Good since all that is needed has been good, or since the
    first of several ways was."""
    worst = _worst(group)
    since = _good_since(group) if worst.status is Status.UP_TO_DATE else worst.since
    return GroupStanding(status=worst.status, since=since, due_on=worst.due_on, title=title, group=group)


def _good_since(node: Node) -> date | None:
    if isinstance(node, Part):
        return node.standing.since if node.standing.status is Status.UP_TO_DATE else None
    days = [_good_since(part) for part in node.parts]
    known = [day for day in days if day is not None]
    if isinstance(node, AllOf):
        return max(known) if len(known) == len(days) else None
    return min(known, default=None)


# ---------------------------------------------------------------------------------------------------------------------
# As stored

Stored = str | Mapping[str, Any]
"""The code of a course or qualification; `{"registration": …}` with the terms of one; or `{"any_of": […]}` and
`{"all_of": […]}` of these."""


def read(stored: Mapping[str, Any], part: Callable[[Stored], Part]) -> AnyOf | AllOf:
    """The group as stored, each part made by `part`. Raises ValueError for what is no group."""
    node = _node(stored, part)
    if isinstance(node, Part):
        raise ValueError("a group is any_of or all_of several")
    return node


def _node(stored: Stored, part: Callable[[Stored], Part]) -> Node:
    if isinstance(stored, str) or "registration" in stored:
        return part(stored)
    if len(stored) != 1 or not (set(stored) <= {ANY_OF, ALL_OF}):
        raise ValueError("a group is either any_of or all_of several")
    [(how, parts)] = stored.items()
    if isinstance(parts, str) or not parts:
        raise ValueError(f"{how} lists what it asks for")
    nodes = tuple(_node(one, part) for one in parts)
    return AnyOf(nodes) if how == ANY_OF else AllOf(nodes)


def parts_of(stored: Stored) -> list[Stored]:
    """Every single thing that a stored group names, in its order."""
    if isinstance(stored, str) or "registration" in stored:
        return [stored]
    return [found for parts in stored.values() for one in parts for found in parts_of(one)]
