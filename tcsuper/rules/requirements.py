"""Which requirements bind a person on a date, since when, and what was decided for them in particular.

Several posts add up; what two posts both ask counts once, from the earlier start; leaving a post stops its clock that
day and acting up starts one (issue 6, item 2; design, section 2). What begins to be asked gives everybody already in
post as long as a starter has; a number that changes starts nobody's clock anew. A personal extra adds, an override
waives, exempts or extends, each with a reason and an author.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tcsuper import words
from tcsuper.rules.standing import LeftOut, Span, Status, unbroken

WAIVED = "waived"
EXEMPT = "exempt"
EXTENDED = "extended"


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A job description held from a day to a day, acting up or not, in whatever community."""

    job_description: int
    span: Span


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement, from a day to a day: of a job description, or (None) of this person. Requirements with one `same`
    ask the same thing (TCAT 1 of two documents): together they bind once. Unset, each is its own. Those of one owner
    with one `line` are the same requirement under former and later terms. `version`: the first version of the course
    that counts."""

    requirement: int
    job_description: int | None
    span: Span
    same: Hashable = None
    line: Hashable = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Override:
    """What was decided for this person about one requirement. `kind` as in models.OverrideKind. An extension is in
    force from its first day on, and its last day is the new due day; the other two hold from a day to a day."""

    requirement: int
    kind: str
    span: Span
    reason: str
    author: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A requirement that binds on a date. `span`: since when it has done so in these terms without a break, and until
    when as far as known. `counts_from`: the day from which its target counts; unset, the start of the span.
    `asked_from`: that same day where it is not the start in post, but the day on which it began to be asked.
    `version_from`: since when no earlier version of the course has counted."""

    requirement: int
    span: Span
    override: Override | None = None
    counts_from: date | None = None
    asked_from: date | None = None
    version_from: date | None = None

    @property
    def started_on(self) -> date:
        return self.counts_from or self.span.start

    @property
    def extended_to(self) -> date | None:
        return self.override.span.end if self.override is not None and self.override.kind == EXTENDED else None


def binding(
    posts: Sequence[PostHeld], asked: Iterable[Asked], overrides: Sequence[Override], on: date
) -> list[Binding]:
    """What binds one person on a date: `posts` and `overrides` are theirs, `asked` may be more than concerns them."""
    groups: dict[Hashable, list[Asked]] = {}
    lines: dict[Hashable, list[Asked]] = {}
    for one in asked:
        groups.setdefault(("alone", one.requirement) if one.same is None else ("same", one.same), []).append(one)
        lines.setdefault(_line(one), []).append(one)
    bindings = []
    for group in groups.values():
        spans = [(span, one) for one in group for span in _bound(one, posts)]
        span = unbroken([each for each, _ in spans], on)
        if span is not None:
            _, speaks = min((each.start, one.requirement) for each, one in spans if each.holds(on))
            override = _override(overrides, [one.requirement for one in group], on)
            of_line = [one for line in {_line(mine) for mine in group} for one in lines[line]]
            bindings.append(Binding(speaks, span, override, *_clock(group, of_line, posts, on)))
    return bindings


def _line(asked: Asked) -> Hashable:
    return ("alone", asked.requirement) if asked.line is None else (asked.job_description, asked.line)


def _clock(
    group: Sequence[Asked], of_line: Sequence[Asked], posts: Sequence[PostHeld], on: date
) -> tuple[date, date | None, date]:
    """From which day a target counts, that day if it is not the start in post, and since when the version is asked.
    Whoever was in post when something began to be asked has as long as a starter has: the clock starts then. Under
    whatever terms it was asked before (`of_line`), it is the same thing, and the clock runs on."""
    first = min(mine.version for mine in group)
    counts_from = unbroken(_all_bound(of_line, posts), on)
    versions = unbroken(_all_bound([one for one in of_line if one.version >= first], posts), on)
    assert counts_from is not None and versions is not None  # each holds the span of the group itself
    with_a_post = any(span.start == counts_from.start for one in of_line for span in _held(one, posts))
    return counts_from.start, None if with_a_post else counts_from.start, versions.start


def _all_bound(asked: Iterable[Asked], posts: Sequence[PostHeld]) -> list[Span]:
    return [span for one in asked for span in _bound(one, posts)]


def _bound(asked: Asked, posts: Iterable[PostHeld]) -> list[Span]:
    """The times in which it binds: a post that asks it is held, and it is asked; of the person's own, while asked, and
    not after the last day of their last post. Who never had a post (a visiting supervisor) has no such day."""
    held = [Span(date.min, _last_day(posts))] if asked.job_description is None else _held(asked, posts)
    both = (common(span, asked.span) for span in held)
    return [span for span in both if span is not None]


def _last_day(posts: Iterable[PostHeld]) -> date | None:
    """Of the last post; None: one goes on, or there never was any."""
    days = [post.span.end for post in posts]
    return None if None in days else max((day for day in days if day is not None), default=None)


def _held(asked: Asked, posts: Iterable[PostHeld]) -> list[Span]:
    """The times in which a post is held whose job description asks this, now or ever; none of the person's own."""
    return [post.span for post in posts if post.job_description == asked.job_description is not None]


def common(one: Span, other: Span) -> Span | None:
    """The days that two spans share."""
    start = max(one.start, other.start)
    end = min(one.end or date.max, other.end or date.max)
    return Span(start, None if end == date.max else end) if start <= end else None


def _override(overrides: Sequence[Override], requirements: Sequence[int], on: date) -> Override | None:
    """Of those in force, waived speaks before exempt before extended, and the later decision before the earlier."""
    in_force = [
        one
        for one in overrides
        if one.requirement in requirements and one.span.start <= on and (one.kind == EXTENDED or one.span.holds(on))
    ]
    order = (EXTENDED, EXEMPT, WAIVED)
    return max(in_force, key=lambda one: (order.index(one.kind), one.span.start), default=None)


def left_out(title: str, bound: Binding, on: date) -> LeftOut | None:
    """The standing of what is waived or exempt on the date of its binding; None when it is to be judged."""
    override = bound.override
    if override is None or override.kind == EXTENDED or not override.span.holds(on):
        return None
    word = "waived for this person" if override.kind == WAIVED else "not asked of this person (exempt)"
    until = f" until {words.day(override.span.end)}" if override.span.end else ""
    reason = override.reason.rstrip(".")
    why = f"{title} is {word} from {words.day(override.span.start)}{until}, decided by {override.author}: {reason}."
    return LeftOut(status=Status.EXEMPT, since=override.span.start, due_on=override.span.end, why=why)
