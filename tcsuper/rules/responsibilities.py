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
    """Somebody named for a responsibility in a community, by name or by the post they have. `kind` as in
    models.HoldingKind; `by_post`: the role whose postholders hold it, else empty."""

    responsibility: int
    community: int
    staff: int
    name: str
    kind: str
    span: Span
    by_post: str = ""

    @property
    def named(self) -> str:
        return f"{self.name} (by post)" if self.by_post else self.name


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A responsibility that goes with a post in a community, which nobody has on the date."""

    responsibility: int
    community: int
    role: str


@dataclass(frozen=True, slots=True)
class Away:
    """A lead or deputy who is absent on the date, and until when, where that is known."""

    holding: Holding
    until: date | None

    @property
    def said(self) -> str:
        return f"{self.holding.named} is away" + (f" until {words.day(self.until)}" if self.until else "")


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
    """One responsibility in one community on a date. `leads` and `deputies`: everybody named as such. Of them `away`
    are absent on the date and cover nothing that day, and `not_able` are there but do not meet what it asks for.
    `vacant`: the roles it goes with by post and that nobody has."""

    led: Led
    verdict: Cover
    leads: tuple[Holding, ...]
    deputies: tuple[Holding, ...]
    in_development: tuple[Holding, ...]
    not_able: tuple[Holding, ...]
    away: tuple[Away, ...] = ()
    vacant: tuple[str, ...] = ()

    @property
    def staff(self) -> tuple[int, ...]:
        """The ids of everyone named, leads first."""
        return tuple(one.staff for one in (*self.leads, *self.deputies, *self.in_development))

    @property
    def because(self) -> str:
        """One sentence a manager can read aloud."""
        subject = f"{self.led.title} in {self.led.community_name}"
        return f"{subject} {self._verdict()}{self._more()}."

    def _there(self, holdings: Iterable[Holding]) -> list[Holding]:
        absent = {one.holding for one in self.away}
        return [one for one in holdings if one not in absent]

    def _verdict(self) -> str:
        leads, deputies = self._there(self.leads), self._there(self.deputies)
        match self.verdict:
            case Cover.UNCOVERED:
                return f"is uncovered: {self._why_uncovered()}"
            case Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE:
                return f"is held only by {_names([*leads, *deputies])}"
            case Cover.DOUBLY_LED:
                how = "has two leads" if len(leads) == 2 else f"has {len(leads)} leads"
                return f"{how}: {_names(leads)}"
            case Cover.SINGLE_HELD:
                able = [one for one in (*leads, *deputies) if one not in self.not_able]
                return f"rests on {_names(able)} alone{'' if self.leads else ', a deputy: no lead is named'}"
            case Cover.COVERED:
                if not leads:
                    unled = "" if self.leads else "; no lead is named"
                    return f"is covered by {_names(deputies)} as deputies{unled}"
                return f"is led by {_names(leads)}, with {_names(deputies)} as {_deputies(deputies)}"

    def _why_uncovered(self) -> str:
        if self.away:
            return _who_is_away(self.away)
        if self.vacant:
            return f"it goes with the post of {words.listed(self.vacant)}, which nobody has"
        return "nobody leads it and nobody deputises"

    def _more(self) -> str:
        """What else is said in the same sentence: who is not able, who is away, what is vacant, who is learning."""
        said = [self._who_is_not_able()]
        if self.verdict is not Cover.UNCOVERED:
            said += ["; " + _who_is_away(self.away)] if self.away else []
            said += [f"; nobody has the post of {words.listed(self.vacant)} it also goes with"] if self.vacant else []
        elif self.away and self.vacant:
            said += [f"; nobody has the post of {words.listed(self.vacant)} it also goes with"]
        learning = self.in_development
        if learning:
            said.append(f"; {_names(learning)} {'is' if len(learning) == 1 else 'are'} in development")
        return "".join(said)

    def _who_is_not_able(self) -> str:
        if not self.not_able:
            return ""
        if self.verdict is Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE:
            return f", who {'does' if len(self.not_able) == 1 else 'do'} not meet what it asks for"
        return f"; {_names(self.not_able)} {'does' if len(self.not_able) == 1 else 'do'} not meet what it asks for"

    @property
    def next_step(self) -> str:
        if self.away and self.verdict is Cover.UNCOVERED:
            return "Name somebody for as long as they are away."
        if self.away and self.leads and self.deputies and self.verdict is Cover.SINGLE_HELD:
            return "Name another deputy for as long as they are away."
        if self.vacant and self.verdict is Cover.UNCOVERED:
            return "Fill the post, or name a lead."
        if self.not_able and self.leads and self.deputies and self.verdict is Cover.SINGLE_HELD:
            return f"See what {_names(self.not_able)} still {_needs(self.not_able)}, or name somebody else."
        steps = {
            Cover.UNCOVERED: "Name a lead.",
            Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE: "See what the holder lacks, or name somebody else.",
            Cover.DOUBLY_LED: "Agree which of them leads.",
            Cover.SINGLE_HELD: "Name a deputy." if self.leads else "Name a lead.",
        }
        return steps.get(self.verdict, "" if self.leads else "Name a lead.")


def _names(holdings: Iterable[Holding]) -> str:
    return words.listed([one.named for one in holdings])


def _who_is_away(away: Iterable[Away]) -> str:
    return words.listed([one.said for one in away])


def _needs(holdings: Collection[Holding]) -> str:
    return "needs" if len(holdings) == 1 else "need"


def _deputies(deputies: Collection[Holding]) -> str:
    return "deputy" if len(deputies) == 1 else "deputies"


NOBODY_AWAY: Mapping[int, date | None] = {}


def coverage(
    led: Iterable[Led],
    holdings: Iterable[Holding],
    on: date,
    not_able: Collection[tuple[int, int]] = (),
    gone: Mapping[int, date] | None = None,
    away: Mapping[int, date | None] = NOBODY_AWAY,
    vacant: Iterable[Vacancy] = (),
) -> list[Coverage]:
    """How each led responsibility is covered in each community on a date, in the order given.

    `not_able`: (staff, responsibility) pairs whose standing is not met. `gone`: staff who leave, and the first day that
    they are gone (what if); a holding counts until the day before. `away`: staff absent on the date, and their last day
    away, None where it is not known. `vacant`: what goes with a post that nobody has.
    """
    gone = gone or {}
    held: dict[tuple[int, int], list[Holding]] = {}
    posts: dict[tuple[int, int], list[str]] = {}
    for empty in vacant:
        posts.setdefault((empty.responsibility, empty.community), []).append(empty.role)
    for one in holdings:
        if one.span.holds(on):
            place = (one.responsibility, one.community)
            if not _is_gone(one.staff, gone, on):
                held.setdefault(place, []).append(one)
            elif one.by_post:
                posts.setdefault(place, []).append(one.by_post)
    return [_covered(each, held.get(_place(each), []), not_able, away, posts.get(_place(each), [])) for each in led]


def _place(led: Led) -> tuple[int, int]:
    return led.responsibility, led.community


def _is_gone(staff: int, gone: Mapping[int, date], on: date) -> bool:
    return staff in gone and gone[staff] <= on


def _covered(
    led: Led,
    held: list[Holding],
    not_able: Collection[tuple[int, int]],
    away: Mapping[int, date | None],
    posts: Iterable[str],
) -> Coverage:
    """Somebody named twice counts once, as what they are most. Who is away covers nothing that day."""
    leads = _each_once([one for one in held if one.kind == LEAD], ())
    deputies = _each_once([one for one in held if one.kind == DEPUTY], leads)
    in_development = _each_once([one for one in held if one.kind == IN_DEVELOPMENT], (*leads, *deputies))
    absent = tuple(Away(one, away[one.staff]) for one in (*leads, *deputies) if one.staff in away)
    there = [one for one in (*leads, *deputies) if one.staff not in away]
    unable = tuple(one for one in there if (one.staff, led.responsibility) in not_able)
    leads_there = sum(one.kind == LEAD for one in there)
    return Coverage(
        led=led,
        verdict=_verdict(leads_there, len(there) - leads_there, len(unable)),
        leads=leads,
        deputies=deputies,
        in_development=in_development,
        not_able=unable,
        away=absent,
        vacant=tuple(dict.fromkeys(post for post in posts if post not in {one.by_post for one in held})),
    )


def _each_once(held: Iterable[Holding], before: Iterable[Holding]) -> tuple[Holding, ...]:
    seen = {one.staff for one in before}
    once = []
    for one in sorted(held, key=lambda one: (one.name, one.by_post)):
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


def tally(covered: Iterable[Coverage]) -> dict[Cover, int]:
    """How many are covered how, each verdict named."""
    counts = dict.fromkeys(Cover, 0)
    for one in covered:
        counts[one.verdict] += 1
    return counts


# ---------------------------------------------------------------------------------------------------------------------
# Who carries much, and who could take something on


@dataclass(frozen=True, slots=True)
class Load:
    """Somebody who leads or deputises for more than the service thinks good: what, in the order given."""

    staff: int
    name: str
    holdings: tuple[Holding, ...]

    @property
    def how_many(self) -> int:
        return len(self.holdings)


def carried_by(covered: Iterable[Coverage]) -> dict[int, list[Holding]]:
    """What each person leads or deputises for: one a responsibility and community, also while they are away."""
    carried: dict[int, list[Holding]] = {}
    for one in covered:
        for holding in (*one.leads, *one.deputies):
            carried.setdefault(holding.staff, []).append(holding)
    return carried


def over_loaded(covered: Iterable[Coverage], most: int) -> list[Load]:
    """Who leads or deputises for more than `most`: who carries most first, then by name."""
    loads = [
        Load(staff, holdings[0].name, tuple(holdings))
        for staff, holdings in carried_by(covered).items()
        if len(holdings) > most
    ]
    return sorted(loads, key=lambda load: (-load.how_many, load.name, load.staff))


class Circle(StrEnum):
    """How near somebody's post is to a responsibility; nearest first."""

    SAME_ROLE = "same_role"
    SAME_COMMUNITY = "same_community"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take a responsibility on. `lacks`: what they would still need, sentence by sentence;
    `not_shown`: what it calls for whose status is not the viewer's to see. `is_learning`: in development for it."""

    staff: int
    name: str
    where: str
    circle: Circle
    lacks: tuple[str, ...]
    not_shown: tuple[str, ...] = ()
    carries: int = 0
    is_learning: bool = False
    is_away: bool = False
    away_until: date | None = None


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The nearest circle first; within it who lacks least, then who carries least, then by name. What is not shown
    might be missing: it ranks after what is known to be met."""
    near = list(Circle)
    return sorted(
        candidates,
        key=lambda one: (near.index(one.circle), len(one.lacks) + len(one.not_shown), one.carries, one.name, one.staff),
    )


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
    away: Mapping[int, date | None] = NOBODY_AWAY,
    vacant: Iterable[Vacancy] = (),
) -> list[Change]:
    """What changes on a date with people gone: the worst outcome first, then in the order given."""
    led, holdings, vacant = list(led), list(holdings), list(vacant)
    now = coverage(led, holdings, on, not_able, away=away, vacant=vacant)
    then = coverage(led, holdings, on, not_able, gone, away, vacant)
    return changes(now, then)


def changes(now: Iterable[Coverage], then: Iterable[Coverage]) -> list[Change]:
    """Of the same responsibilities in the same order those where not the same people are named: the worst outcome
    first."""
    changed = [Change(before, after) for before, after in zip(now, then, strict=True) if before.staff != after.staff]
    return sorted(changed, key=lambda change: COVER_ORDER[change.after.verdict])
