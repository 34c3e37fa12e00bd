"""Courses and qualifications: order, target, how long a certificate lives, and how a person stands on a date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tcsuper import words
from tcsuper.rules.standing import MET, Standing, Status, add_months, after_start, had, never_had, next_fixed_day


class Life(StrEnum):
    NEVER = "never"
    ROLLING = "rolling"
    FIXED_DAY = "fixed_day"
    PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class CourseRuleTerms:
    """How long a certificate lives. `rolling`: months from completion. `fixed_day`: until the next (month, day), each
    year, or each odd or even year. In both a renewal inside the early window counts from the former due date.
    `printed`: until the date on the certificate, and for nobody knows how long where none was entered. `grace_days`:
    how long after its last day a lapsed certificate is said to be in grace; it has lapsed all the same."""

    life: Life = Life.NEVER
    months: int = 0
    early_months: int = 0
    day: tuple[int, int] = (1, 1)
    parity: str = ""
    grace_days: int = 0

    @classmethod
    def read(cls, terms: Mapping[str, Any]) -> "CourseRuleTerms":
        return cls(
            Life(terms.get("life", Life.NEVER)),
            int(terms.get("months", 0)),
            int(terms.get("early_months", 0)),
            (int(terms.get("month", 1)), int(terms.get("day", 1))),
            str(terms.get("parity", "")),
            int(terms.get("grace_days", 0)),
        )

    @property
    def is_on_a_day(self) -> bool:
        """Whether its month and day are a day of some year, as 29 February is and 31 April is not."""
        month, day = self.day
        if not 1 <= month <= 12:
            return False
        begins = date(2024, month, 1)  # of a leap year
        return 1 <= day <= (add_months(begins, 1) - begins).days

    def stored(self) -> dict[str, Any]:
        """As `read` reads it, without what says nothing."""
        month, day = self.day
        terms = {"months": self.months, "early_months": self.early_months, "grace_days": self.grace_days}
        fixed = {"month": month, "day": day, "parity": self.parity} if self.life is Life.FIXED_DAY else {}
        return {"life": self.life.value} | fixed | {name: value for name, value in terms.items() if value}


@dataclass(frozen=True, slots=True)
class RuleFrom:
    """A course's rule, and the day from which it holds. A certificate keeps the life it was given: a later rule is for
    later completions, unless it is `for_existing` ones as well."""

    start_on: date
    terms: CourseRuleTerms
    for_existing: bool = False


@dataclass(frozen=True, slots=True)
class CourseRules:
    """Every course's rules, by its code. What has none never lapses."""

    by_course: Mapping[str, Sequence[RuleFrom]]

    @classmethod
    def always(cls, terms: CourseRuleTerms, *courses: str) -> "CourseRules":
        """The same rule for these courses at all times."""
        return cls({course: (RuleFrom(date.min, terms),) for course in courses})

    def rule_for(self, course: str, completed_on: date, on: date) -> CourseRuleTerms:
        """By which rule a completion lives, as the rules stand on a date: the one in force when it was completed, else
        the first there ever was; then the last that began since, by `on`, and is for existing ones too."""
        begun = sorted(
            (rule for rule in self.by_course.get(course, ()) if rule.start_on <= max(on, completed_on)),
            key=lambda rule: rule.start_on,
        )
        if not begun:
            return CourseRuleTerms()
        given = [rule for rule in begun if rule.start_on <= completed_on] or begun[:1]
        since = [rule for rule in begun if rule.start_on > completed_on and rule.for_existing]
        return (since or given)[-1].terms


@dataclass(frozen=True, slots=True)
class Completion:
    completed_on: date
    course: str
    is_passed: bool = True
    printed_expiry_on: date | None = None
    is_confirmed: bool = True
    version: int = 1
    """On which version of the course."""


@dataclass(frozen=True, slots=True)
class CourseTerms:
    """What is required: any one of `courses` passed, after every one of `after`, within `target_days` of the start.
    `after_in_date`: what comes before has to be in date on the day of completion, not only passed once.
    `from_version`: the first version of the course that counts, since `version_from`. `asked_from`: the day from which
    the target counts, where that is not the start in post."""

    title: str
    courses: tuple[str, ...]
    after: tuple[str, ...] = ()
    after_titles: tuple[str, ...] = ()
    target_days: int | None = None
    is_qualification: bool = False
    warning_days: int = 90
    after_in_date: bool = False
    from_version: int = 1
    version_from: date | None = None
    asked_from: date | None = None


def version_taught(version: int, version_from: date | None, on: date) -> int:
    """On which version of a course somebody was trained on a day, where nobody says: the present one since its first
    day, before that the one before."""
    return version if version_from is None or on >= version_from else max(1, version - 1)


def expiry(rule: CourseRuleTerms, completed_on: date, former_due_on: date | None = None) -> date | None:
    """The last day a completion counts; None: it never lapses. Counted from the event, not from the last due date,
    except that a renewal inside the early window keeps the anniversary (security, R19)."""
    if rule.life in (Life.NEVER, Life.PRINTED):
        return None
    counts_from = completed_on
    if former_due_on is not None and rule.early_months:
        opens_on = add_months(former_due_on, -rule.early_months)
        counts_from = former_due_on if opens_on <= completed_on <= former_due_on else completed_on
    if rule.life is Life.ROLLING:
        return add_months(counts_from, rule.months)
    month, day = rule.day
    return next_fixed_day(counts_from, month, day, rule.parity)


def lives(rules: CourseRules, passed: Sequence[Completion], on: date) -> list[tuple[Completion, date | None]]:
    """Each completion, oldest first, with its last day as the rules stand on a date. A certificate's printed expiry
    wins over the rule. What it renews is the latest last day of those before it; of two on one day neither renews the
    other."""
    out: list[tuple[Completion, date | None]] = []
    for completion in sorted(passed, key=lambda c: c.completed_on):
        ends = [end for before, end in out if before.completed_on < completion.completed_on]
        former = max((end for end in ends if end), default=None)
        rule = rules.rule_for(completion.course, completion.completed_on, on)
        out.append((completion, completion.printed_expiry_on or expiry(rule, completion.completed_on, former)))
    return out


def was_in_date(rules: CourseRules, completions: Sequence[Completion], day: date, on: date) -> bool:
    """Whether one of these, of one course, counted on a day, its own day and its last included."""
    return any(one.completed_on <= day and (end is None or day <= end) for one, end in lives(rules, completions, on))


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseStanding(Standing):
    terms: CourseTerms
    started_on: date
    done_on: date | None = None
    booked_on: date | None = None
    out_of_order_on: date | None = None
    to_confirm_on: date | None = None
    to_repeat_on: date | None = None
    is_printed: bool = False
    is_extended: bool = False
    lacks_printed: bool = False
    """It lasts as long as the certificate says, and nobody entered that."""
    grace_until: date | None = None
    """Set while something lapsed is in grace."""
    former_version: int | None = None
    """The version of the last completion, where it is too old to count."""
    asked_from: date | None = None
    """From when the target counts, where that is not the start in post."""
    before: tuple[tuple[str, date | None], ...] = ()
    """Each prerequisite's title and when it was passed."""

    @property
    def is_met(self) -> bool:
        """Due soon is met for somebody who has it, not for somebody who never had it."""
        return self.status in MET and self.done_on is not None

    @property
    def because(self) -> str:
        title = self.terms.title
        if self.done_on is not None:
            return self._had(title, self.done_on)
        if self.status is Status.OVERDUE:
            assert self.due_on is not None
            sentence = f"{title} is overdue: it was due {words.day(self.due_on)}, {self._target()}"
            return f"{sentence}{self._rest()}."
        if self.status is Status.BOOKED:
            assert self.booked_on is not None
            return f"{title} is booked for {words.day(self.booked_on)}{self._due()}{self._rest()}."
        verb = "held yet" if self.terms.is_qualification else "completed"
        return f"{title} is not {verb}{self._due()}{self._rest()}."

    def _had(self, title: str, done_on: date) -> str:
        verb = "has been held since" if self.terms.is_qualification else "was completed"
        if self.due_on is None:
            lasts = "; until when its certificate is valid was not entered" if self.lacks_printed else ""
            return f"{title} {verb} {words.day(done_on)}{lasts or ' and does not lapse'}."
        printed = ", the date printed on the certificate" if self.is_printed else ""
        until = words.day(self.due_on) + (f", {self._target()}" if self.is_extended else printed)
        if self.status is not Status.EXPIRED:
            return f"{title} {verb} {words.day(done_on)} and is valid until {until}{self._waits()}."
        booked = f"; a renewal is booked for {words.day(self.booked_on)}" if self.booked_on else ""
        last = f"it was last completed {words.day(done_on)}"
        grace = f"; in grace until {words.day(self.grace_until)}" if self.grace_until else ""
        return f"{title} has expired: {last} and was valid until {until}{grace}{booked}{self._waits()}."

    def _target(self) -> str:
        if self.is_extended:
            return "as extended for this person"
        if self.terms.target_days is None and self.asked_from is None:
            return "before taking up post"
        return after_start(self.terms.target_days or 0, self.asked_from)

    def _due(self) -> str:
        return f"; it is due {words.day(self.due_on)}, {self._target()}" if self.due_on else ""

    def _rest(self) -> str:
        """What else is known: the prerequisites, and why a completion on record does not count."""
        said = [f"{title} was completed {words.day(on)}" for title, on in self.before if on]
        missing = [title for title, on in self.before if on is None]
        if missing:
            first = "be in date first" if self.terms.after_in_date else "come first"
            said.append(f"{words.listed(missing)} {'has' if len(missing) == 1 else 'have'} to {first}")
        if self.out_of_order_on:
            came = "while its prerequisite was not in date" if self.terms.after_in_date else "before its prerequisite"
            said.append(f"the completion of {words.day(self.out_of_order_on)} came {came}")
        if self.former_version:
            asked = f"version {self.terms.from_version} or later is asked for"
            said.append(f"it was completed on version {self.former_version} of the course, and {asked}")
        if self.to_repeat_on:
            said.append(f"asked to repeat it on {words.day(self.to_repeat_on)}")
        if self.booked_on and self.status is not Status.BOOKED:
            said.append(f"a place is booked for {words.day(self.booked_on)}")
        return "".join(f"; {part}" for part in said) + self._waits()

    def _waits(self) -> str:
        return f"; a certificate of {words.day(self.to_confirm_on)} waits to be confirmed" if self.to_confirm_on else ""

    @property
    def next_step(self) -> str:
        if self.to_confirm_on:
            return f"Have the certificate of {words.day(self.to_confirm_on)} confirmed."
        if self.lacks_printed:
            return "Enter the date printed on the certificate."
        missing = next((title for title, on in self.before if on is None), None)
        if self.status in (Status.OVERDUE, Status.EXPIRED, Status.DUE_SOON, Status.NOT_STARTED, Status.IN_PROGRESS):
            if self.booked_on:
                return f"Attend on {words.day(self.booked_on)}."
            if missing:
                return f"Complete {missing} first."
            return f"Send in proof of {self.terms.title}." if self.terms.is_qualification else "Nominate for a place."
        return ""


def standing(
    terms: CourseTerms,
    rules: CourseRules,
    started_on: date,
    completions: Sequence[Completion],
    on: date,
    bookings: Sequence[date] = (),
    due_on: date | None = None,
) -> CourseStanding:
    """How a person stands on a course or qualification on a date. `completions`: theirs, of every course. Later ones,
    and bookings made for days before `on`, are not counted. `due_on` (an extension) puts off the target, or the end of
    a certificate."""
    known = [c for c in completions if c.course in terms.courses and c.completed_on <= on]
    earlier = [c for c in completions if c.is_passed and c.is_confirmed and c.completed_on <= on]
    passed = [c for c in earlier if c.course in terms.courses]
    in_order = [c for c in passed if _has_all_before(terms, rules, earlier, c.completed_on, on)]
    counting = [c for c in in_order if c.version >= terms.from_version]
    booked_on = min((booked for booked in bookings if booked >= on), default=None)
    waits_on = max((c.completed_on for c in known if not c.is_confirmed), default=None)
    if counting:
        return _holder(terms, rules, started_on, counting, on, booked_on, waits_on, due_on)
    asked_from = _asked_from(terms, started_on, has_former=bool(in_order))
    target = due_on or _target(terms, asked_from or started_on)
    begun_on = min((c.completed_on for c in known), default=None)
    status, since = _without(terms, started_on, target, on, booked_on, begun_on)
    out_of_order = [c.completed_on for c in passed if c not in in_order]
    return CourseStanding(
        status=status,
        since=since,
        due_on=target,
        terms=terms,
        started_on=started_on,
        booked_on=booked_on,
        out_of_order_on=max(out_of_order, default=None),
        to_confirm_on=waits_on,
        to_repeat_on=max((c.completed_on for c in known if not c.is_passed), default=None),
        is_extended=due_on is not None,
        former_version=max(in_order, key=lambda c: c.completed_on).version if in_order else None,
        asked_from=asked_from,
        before=_before(terms, rules, earlier, on),
    )


def _asked_from(terms: CourseTerms, started_on: date, has_former: bool) -> date | None:
    """From when a target counts, if not from the start in post. To whoever has a former version of the course, the new
    one is something new: their clock starts when it began to be asked."""
    if has_former and terms.version_from is not None and terms.version_from > started_on:
        return terms.version_from
    return terms.asked_from


def _target(terms: CourseTerms, counts_from: date) -> date | None:
    """A qualification without a target is to be there from the first day."""
    if terms.target_days is None:
        return counts_from if terms.is_qualification else None
    return counts_from + timedelta(days=terms.target_days)


def _has_all_before(terms: CourseTerms, rules: CourseRules, earlier: Sequence[Completion], day: date, on: date) -> bool:
    """Whether every prerequisite was passed by a day, the same day being in order, or was in date on it."""
    each = ([c for c in earlier if c.course == code and c.completed_on <= day] for code in terms.after)
    return all(was_in_date(rules, of_it, day, on) if terms.after_in_date else of_it for of_it in each)


def _before(
    terms: CourseTerms, rules: CourseRules, earlier: Sequence[Completion], on: date
) -> tuple[tuple[str, date | None], ...]:
    """Each prerequisite's title and when it was first passed; of one that has to be in date, and is not, no day."""
    titles = zip(terms.after, terms.after_titles or terms.after, strict=True)
    found = []
    for code, title in titles:
        of_it = [c for c in earlier if c.course == code]
        counts = was_in_date(rules, of_it, on, on) if terms.after_in_date else bool(of_it)
        found.append((title, min(c.completed_on for c in of_it) if counts else None))
    return tuple(found)


def _without(
    terms: CourseTerms,
    started_on: date,
    target: date | None,
    on: date,
    booked_on: date | None,
    begun_on: date | None,
) -> tuple[Status, date | None]:
    """Status and its first day for somebody who does not have it. When a place was booked is not known here."""
    status, since = never_had(target, on, started_on, terms.warning_days)
    if status is not Status.OVERDUE and booked_on is not None and (target is None or booked_on <= target):
        return Status.BOOKED, None
    if status is Status.NOT_STARTED and begun_on is not None:
        return Status.IN_PROGRESS, max(started_on, begun_on)
    return status, since


def _holder(
    terms: CourseTerms,
    rules: CourseRules,
    started_on: date,
    passed: Sequence[Completion],
    on: date,
    booked_on: date | None,
    waits_on: date | None,
    extended_to: date | None,
) -> CourseStanding:
    """Somebody who has it, or had it: the completion that lasts longest speaks for them."""
    with_ends = lives(rules, passed, on)
    last, ends_on = max(with_ends, key=lambda pair: (pair[1] or date.max, pair[0].completed_on))
    is_extended = ends_on is not None and extended_to is not None and ends_on < extended_to
    ends_on = extended_to if is_extended else ends_on
    status, since = had(ends_on, on, last.completed_on, terms.warning_days)
    rule = rules.rule_for(last.course, last.completed_on, on)
    grace = timedelta(days=rule.grace_days)
    in_grace = status is Status.EXPIRED and ends_on is not None and on <= ends_on + grace
    return CourseStanding(
        status=status,
        since=since,
        due_on=ends_on,
        terms=terms,
        started_on=started_on,
        done_on=last.completed_on,
        booked_on=booked_on,
        to_confirm_on=waits_on if waits_on and waits_on > last.completed_on else None,
        is_printed=last.printed_expiry_on is not None,
        is_extended=is_extended,
        lacks_printed=rule.life is Life.PRINTED and ends_on is None,
        grace_until=ends_on + grace if in_grace and ends_on is not None else None,
    )
