"""What a session counts for: for one person, under each rule set, in minutes and in words.

One session can count differently under several rule sets (a service's own rule, BACP's, BABCP's). Which apply follows
from the person's own posts and registrations; a credit is computed each time and never stored. Sources: BACP's
guidance on group time, BABCP's supervision requirements (domain, section 5), the service's own settings.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tcsuper import words
from tcsuper.rules.minimum import Measure, Minimum, RuleSet

NOTHING = Fraction(0)
BODIES = frozenset(rule_set.value for rule_set in RuleSet if rule_set is not RuleSet.SERVICE)
"""The rule sets of bodies. Which of them may credit a session follows from its purpose, and from its agreement where
that names some."""
ASKS_FOR_OWN_WORK = frozenset({RuleSet.BABCP.value})
"""Those that credit time in a group only to the people who presented their own work in it."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person at one session. `minutes` attended (0: absent); `contracted` excludes the leader, in a peer group it
    counts everyone; `planned`: not held yet, `minutes` is then its planned length."""

    held_on: date
    minutes: int
    form: str
    contracted: int
    purpose: str = "clinical"
    presented_own_work: bool = True
    has_individual_access: bool = True
    is_ad_hoc: bool = False
    is_planned: bool = False
    credited_by: frozenset[str] = BODIES
    of_supervision: bool = False
    with_coordinating: bool = False


def credited_under(by_purpose: Collection[str], meant_for: Collection[str]) -> frozenset[str]:
    """The bodies' rule sets that credit a session: those of its purpose, and of these only the ones that its agreement
    is meant for, where it names any."""
    return frozenset(by_purpose) & frozenset(meant_for) if meant_for else frozenset(by_purpose)


def credit(rule_set: RuleSet, sitting: Sitting) -> Fraction:
    """Minutes that a session counts for under a rule set: never more than attended, never negative.

    BACP: in a group of up to four each has half the time, from five on the time divided by the number contracted.
    BABCP: all of it in a group of up to six, if everyone presents their own work and has individual access; else
    nothing. BABCP in training (groups of up to four): twice the time divided by the number, at most all of it.
    An ad-hoc talk counts for nothing anywhere.
    """
    minutes = Fraction(sitting.minutes)
    if sitting.is_ad_hoc:
        return NOTHING
    if rule_set is RuleSet.SERVICE:
        return minutes
    if rule_set.value not in sitting.credited_by:
        return NOTHING
    if sitting.form == "individual":
        return minutes
    people = sitting.contracted
    if rule_set is RuleSet.BACP:
        return minutes / 2 if people <= 4 else minutes / people
    if rule_set is RuleSet.BABCP:
        in_full = people <= 6 and sitting.presented_own_work and sitting.has_individual_access
        return minutes if in_full else NOTHING
    return min(minutes, 2 * minutes / people) if people <= 4 else NOTHING


def counts_for(minimum: Minimum, sitting: Sitting) -> bool:
    """Whether it is of the kind that the minimum asks at all; what it comes to is its worth."""
    right_kind = sitting.purpose in minimum.purposes and (not minimum.forms or sitting.form in minimum.forms)
    right_kind = right_kind and sitting.of_supervision == minimum.of_supervision
    right_kind = right_kind and (sitting.with_coordinating or not minimum.with_coordinating)
    own_rule = minimum.rule_set is RuleSet.SERVICE or minimum.measure is not Measure.MINUTES
    ad_hoc_out = sitting.is_ad_hoc and own_rule
    return right_kind and not ad_hoc_out


def worth(minimum: Minimum, sitting: Sitting) -> Fraction:
    """What one sitting that counts comes to: its credit, or one meeting, or none."""
    if minimum.measure is Measure.MINUTES:
        return credit(minimum.rule_set, sitting)
    return Fraction(sitting.minutes >= minimum.meeting_minutes)


def total(minimum: Minimum, came_to: Fraction, how_many: int) -> Fraction:
    """The worth of so many sittings that count, in the minimum's own measure."""
    if minimum.measure is not Measure.SHARE:
        return came_to
    return 100 * came_to / how_many if how_many else Fraction(100)


def amount_of(minimum: Minimum, sittings: Iterable[Sitting]) -> Fraction:
    worths = [worth(minimum, sitting) for sitting in sittings if counts_for(minimum, sitting)]
    return total(minimum, sum(worths, NOTHING), len(worths))


def attended_minutes(minimum: Minimum, sittings: Iterable[Sitting]) -> int:
    return sum(sitting.minutes for sitting in sittings if counts_for(minimum, sitting) and not sitting.is_planned)


# ---------------------------------------------------------------------------------------------------------------------
# Side by side, in words


@dataclass(frozen=True, slots=True)
class _Counted:
    """What one sitting counts for under one minimum, and why not in full."""

    minutes: Fraction
    why: str

    @classmethod
    def under(cls, minimum: Minimum, sitting: Sitting) -> "_Counted":
        if not counts_for(minimum, sitting):
            return cls(NOTHING, "an ad-hoc talk" if sitting.is_ad_hoc else "another kind of session")
        if minimum.measure is Measure.MINUTES:
            return cls(credit(minimum.rule_set, sitting), _why_not_in_full(minimum.rule_set, sitting))
        is_long_enough = sitting.minutes >= minimum.meeting_minutes
        minutes = Fraction(sitting.minutes) if is_long_enough else NOTHING
        return cls(minutes, f"shorter than {words.minutes(minimum.meeting_minutes)}")


def _why_not_in_full(rule_set: RuleSet, sitting: Sitting) -> str:
    """Why a body credits less than was attended, where it does."""
    if sitting.is_ad_hoc:
        return "an ad-hoc talk"
    if rule_set.value not in sitting.credited_by:
        return "another kind of session"
    if rule_set is RuleSet.BABCP and sitting.contracted <= 6:
        return "no individual supervision" if sitting.presented_own_work else "own work not presented"
    return f"{sitting.contracted} contracted"


def counted_words(sitting: Sitting, minima: Iterable[tuple[str, Minimum]]) -> str:
    """What a held session counts for, side by side: "You attended 90 minutes: counts in full for your post, 7.5 minutes
    for BACP (12 contracted)." `minima`: for whom each is ("your post", a body's name); of several for one of them that
    speaks for which it counts most. Empty for whoever was not there, or has nothing to count it for."""
    if sitting.is_planned or not sitting.minutes:
        return ""
    best: dict[str, _Counted] = {}
    for whom, minimum in minima:
        counted = _Counted.under(minimum, sitting)
        if whom not in best or counted.minutes > best[whom].minutes:
            best[whom] = counted
    full = [whom for whom, counted in best.items() if counted.minutes == sitting.minutes]
    parts = [f"in full for {words.listed(full)}"] if full else []
    parts += [
        f"{words.minutes(counted.minutes)} for {whom} ({counted.why})"
        for whom, counted in best.items()
        if 0 < counted.minutes < sitting.minutes
    ]
    none = words.listed([f"{whom} ({counted.why})" for whom, counted in best.items() if not counted.minutes], "or")
    attended = f"You attended {words.minutes(sitting.minutes)}"
    if not parts:
        return f"{attended}: does not count for {none}." if none else ""
    return f"{attended}: counts {', '.join([*parts, f'not at all for {none}'] if none else parts)}."
