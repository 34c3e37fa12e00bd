"""Which requirements bind a person on a date, since when, and what was decided for them in particular.

Several posts add up; what two posts both ask counts once, from the earlier start; leaving a post stops its clock that
day and acting up starts one (issue 6, item 2; design, section 2). A personal extra adds, an override waives, exempts or
extends, each with a reason and an author.
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
    ask the same thing (TCAT 1 of two documents): together they bind once. Unset, each is its own."""

    requirement: int
    job_description: int | None
    span: Span
    same: Hashable = None


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
    """A requirement that binds on a date. `span`: since when it has done so without a break, and until when as far as
    known. `in_post_from`: since when a post has been held that asks it, whenever the service began to ask. From there
    targets count ("90 days after starting in post"): a changed number does not start everybody's clock anew."""

    requirement: int
    span: Span
    override: Override | None = None
    in_post_from: date | None = None

    @property
    def started_on(self) -> date:
        return self.in_post_from or self.span.start

    @property
    def extended_to(self) -> date | None:
        return self.override.span.end if self.override is not None and self.override.kind == EXTENDED else None


def binding(
    posts: Sequence[PostHeld], asked: Iterable[Asked], overrides: Sequence[Override], on: date
) -> list[Binding]:
    """What binds one person on a date: `posts` and `overrides` are theirs, `asked` may be more than concerns them."""
    spans: dict[Hashable, list[tuple[Span, int]]] = {}
    held: dict[Hashable, list[Span]] = {}
    for one in asked:
        same = ("alone", one.requirement) if one.same is None else ("same", one.same)
        mine = _held(one, posts)
        both = (common(span, one.span) for span in mine)
        spans.setdefault(same, []).extend((span, one.requirement) for span in both if span is not None)
        held.setdefault(same, []).extend(mine)
    bindings = []
    for group, each in spans.items():
        span, in_post = unbroken([span for span, _ in each], on), unbroken(held[group], on)
        if span is not None and in_post is not None:
            ids = [requirement for _, requirement in each]
            speaks = min((span.start, requirement) for span, requirement in each if span.holds(on))[1]
            bindings.append(Binding(speaks, span, _override(overrides, ids, on), in_post.start))
    return bindings


def _held(asked: Asked, posts: Iterable[PostHeld]) -> list[Span]:
    """The times in which a post is held that asks this requirement now or asked it ever; of the person's own, while it
    is asked."""
    if asked.job_description is None:
        return [asked.span]
    return [post.span for post in posts if post.job_description == asked.job_description]


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
