"""What would be otherwise if people left, went away, or let their registrations lapse: two pictures of one date, set
side by side as lines and as one sentence.

How each picture comes about is not decided here: `queries/what_if.py` asks the ordinary questions, and
`services/supposed.py` carries out what is supposed in a transaction of which nothing is stored.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from tcsuper import words
from tcsuper.rules.picture import Figure, Picture, Question, SupervisedFor, Taught
from tcsuper.rules.responsibilities import COVER_ORDER, Cover, Coverage
from tcsuper.rules.standing import Span, Tone

MOST_PEOPLE = 20
"""At once: beyond that it is no longer a question about people."""
NOBODY = "Nobody"
ONE_DAY = timedelta(days=1)
When = TypeVar("When", date, Span)


@dataclass(frozen=True)
class Supposed:
    """By staff id. `leaves`: the last day in the service; `away`: on leave from a day to a day; `lapses`: the first day
    on which no registration of theirs is in force any more."""

    leaves: Mapping[int, date] = field(default_factory=dict)
    away: Mapping[int, Span] = field(default_factory=dict)
    lapses: Mapping[int, date] = field(default_factory=dict)

    @property
    def people(self) -> tuple[int, ...]:
        return (*self.leaves, *self.away, *self.lapses)

    @property
    def holds_from(self) -> date:
        """The first day on which all of it is so: the day after a last day. What is asked about, unless another is."""
        left = [last_day + ONE_DAY for last_day in self.leaves.values()]
        return max([*left, *(span.start for span in self.away.values()), *self.lapses.values()])

    def said(self, names: Mapping[int, str]) -> str:
        """ "If Ben leaves on 30 November 2026 and Asha is away from 1 to 14 December 2026"."""
        left = [
            f"{who} {'leaves' if how_many == 1 else 'leave'} on {words.day(day)}"
            for day, who, how_many in _together(self.leaves, names)
        ]
        away = [
            f"{who} {'is' if how_many == 1 else 'are'} away {_from_to(span)}"
            for span, who, how_many in _together(self.away, names)
        ]
        lapsed = [
            f"the registrations of {who} lapse on {words.day(day)}" for day, who, _ in _together(self.lapses, names)
        ]
        return f"If {words.listed([*left, *away, *lapsed])}"


def _together(supposed: Mapping[int, When], names: Mapping[int, str]) -> Iterator[tuple[When, str, int]]:
    """Each day, or time away, with the people of whom it is supposed and how many they are."""
    people: dict[When, list[str]] = {}
    for one, when in supposed.items():
        people.setdefault(when, []).append(names[one])
    for when, those in people.items():
        yield when, words.listed(those), len(those)


def _from_to(span: Span) -> str:
    return f"from {words.day(span.start)}" + (f" to {words.day(span.end)}" if span.end else " on")


# ---------------------------------------------------------------------------------------------------------------------
# Two pictures


COVER_WORDS = {
    Cover.UNCOVERED: "Uncovered",
    Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE: "Held only by somebody not able",
    Cover.DOUBLY_LED: "Led twice",
    Cover.SINGLE_HELD: "Resting on one person",
    Cover.COVERED: "Covered",
}


_ONLY_YOURS = (
    "you see only for yourself and whom you supervise. The therapy managers of these communities can ask the same."
)
UNSEEN = {
    Question.SUPERVISION: f"Who supervises whom {_ONLY_YOURS}",
    Question.MINIMA: f"Whose minimum would be missed {_ONLY_YOURS}",
}
COUNTS_ALONE = (
    "Figures that you see as counts alone are not set side by side: "
    "what one person changes in them would tell how that person stands."
)
ONE_MONTH = (
    "{month} alone is looked at, with what is planned in it. A minimum over rolling days is read on its last day; "
    "what is planned in earlier months is left out."
)
"""The forecast is of one calendar month (`rules/supervision.py`)."""


@dataclass(frozen=True)
class Line:
    """One thing that would be otherwise, or a figure of the overview, which is there whether it changes or not."""

    question: Question
    what: str
    community: str
    before: str
    after: str
    because: str
    tone: Tone = Tone.BAD

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class WhatIf:
    """Of people (by id, with their names) and a date, what was asked and what it gave."""

    supposed: Supposed
    names: Mapping[int, str]
    before: Picture
    after: Picture
    asked_at: datetime

    @property
    def on(self) -> date:
        return self.after.on

    def left_out(self, question: Question) -> str:
        """What the lines of a question do not tell: a sentence, empty where they tell all."""
        if question is Question.OVERVIEW:
            return COUNTS_ALONE if self.unseen else ""
        if question in self.unseen:
            return UNSEEN[question]
        if question is Question.MINIMA and self.before.months:
            return ONE_MONTH.format(month=self.month)
        return ""

    @property
    def unseen(self) -> frozenset[Question]:
        return self.after.unseen

    @property
    def month(self) -> str:
        return words.month(self.on)

    @property
    def is_any_minimum_met(self) -> bool:
        """As it is: else none can be missed by what is supposed."""
        return any(one.is_met for one in self.before.months.values())

    @property
    def gone(self) -> set[int]:
        """Who has left by the date: what they are without is no loss of theirs."""
        return {one for one, last_day in self.supposed.leaves.items() if last_day < self.on}

    def lines(self, question: Question) -> list[Line]:
        """The worst first."""
        match question:
            case Question.RESPONSIBILITIES:
                return _responsibilities(self.before, self.after)
            case Question.SUPERVISION:
                return _supervision(self)
            case Question.MINIMA:
                return _minima(self)
            case Question.COURSES:
                return _courses(self.before, self.after)
            case Question.OVERVIEW:
                return [*_coverage_counts(self.before, self.after), *_figures(self.before, self.after)]

    @property
    def summary(self) -> str:
        """One sentence: what is supposed, and what is lost."""
        return f"{self.supposed.said(self.names)}: {words.listed(self._lost())}."

    def _lost(self) -> list[str]:
        covers = [line for line in self.lines(Question.RESPONSIBILITIES) if line.tone is not Tone.NEUTRAL]
        uncovered = sum(line.after == COVER_WORDS[Cover.UNCOVERED] for line in covers)
        said = [_count(uncovered, "led responsibility uncovered", "led responsibilities uncovered")]
        if worse := len(covers) - uncovered:
            said.append(words.count(worse, "other less well covered", "others less well covered"))
        said += self._without_supervisor()
        missed = len(self.lines(Question.MINIMA))
        if missed or Question.MINIMA not in self.unseen:
            minima = (f"supervision minimum of {self.month} missed", f"supervision minima of {self.month} missed")
            said.append(_count(missed, *minima))
        courses = {key[1] for key in _now_untaught(self.before, self.after)}
        untaught = ("course without a trainer or an assessor", "courses without a trainer or an assessor")
        return [*said, _count(len(courses), *untaught)]

    def _without_supervisor(self) -> list[str]:
        without, said = _now_without(self), []
        people = {key[0] for key, one in without.items() if not one.is_group}
        if people or Question.SUPERVISION not in self.unseen:
            said.append(_count(len(people), "person without a supervisor", "people without a supervisor"))
        if groups := sum(one.is_group for one in without.values()):
            said.append(words.count(groups, "group without one", "groups without one"))
        if lapsed := len(_now_lapsed(self)):
            said.append(words.count(lapsed, "supervisor lapsed", "supervisors lapsed"))
        return said


def _inside(name: str) -> str:
    """A name in the middle of a line: "Supervision by BACP" is "supervision by BACP" there."""
    return f"{name[:1].lower()}{name[1:]}"


def _count(how_many: int, one: str, several: str) -> str:
    return words.count(how_many, one, several) if how_many else f"no {one}"


# ---------------------------------------------------------------------------------------------------------------------
# What is led


def _responsibilities(before: Picture, after: Picture) -> list[Line]:
    """Whose cover is not the same: the worst outcome first. What is neither better nor worse is told last."""
    both = [(before.covers[key], one) for key, one in after.covers.items() if key in before.covers]
    changed = [(was, now) for was, now in both if was.because != now.because]
    changed.sort(key=lambda pair: (_cover_tone(*pair) is Tone.NEUTRAL, COVER_ORDER[pair[1].verdict]))
    return [
        Line(
            Question.RESPONSIBILITIES,
            now.led.title,
            now.led.community_name,
            COVER_WORDS[was.verdict],
            COVER_WORDS[now.verdict],
            now.because,
            _cover_tone(was, now),
        )
        for was, now in changed
    ]


def _cover_tone(was: Coverage, now: Coverage) -> Tone:
    """Neutral where it is covered as well as before, or better."""
    if COVER_ORDER[now.verdict] >= COVER_ORDER[was.verdict]:
        return Tone.NEUTRAL
    return Tone.BAD if now.verdict in (Cover.UNCOVERED, Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE) else Tone.AMBER


def _coverage_counts(before: Picture, after: Picture) -> list[Line]:
    """How many led responsibilities of each community are covered how well."""
    communities = sorted({one.led.community_name for one in (*before.covers.values(), *after.covers.values())})
    lines = []
    for community in communities:
        for verdict, word in COVER_WORDS.items():
            counts = [_covered(picture, community, verdict) for picture in (before, after)]
            if any(counts):
                worse = counts[1] > counts[0] and verdict is not Cover.COVERED
                lines.append(
                    Line(
                        Question.OVERVIEW,
                        f"Led responsibilities: {_inside(word)}",
                        community,
                        str(counts[0]),
                        str(counts[1]),
                        "",
                        Tone.AMBER if worse else Tone.NEUTRAL,
                    )
                )
    return lines


def _covered(picture: Picture, community: str, verdict: Cover) -> int:
    return sum(one.led.community_name == community and one.verdict is verdict for one in picture.covers.values())


# ---------------------------------------------------------------------------------------------------------------------
# Who supervises, and whose minimum is missed


def _now_without(answer: WhatIf) -> dict[tuple[object, ...], SupervisedFor]:
    """Who had a supervisor for a purpose, and has nobody who is there; as they were before."""
    after = answer.after.supervised
    return {
        key: was
        for key, was in answer.before.supervised.items()
        if was.by and not (key in after and after[key].by) and (was.is_group or key[0] not in answer.gone)
    }


def _now_lapsed(answer: WhatIf) -> dict[int, tuple[str, str]]:
    return {key: one for key, one in answer.after.lapsed.items() if key not in answer.before.lapsed}


def _supervision(answer: WhatIf) -> list[Line]:
    lines = [
        Line(
            Question.SUPERVISION,
            f"{was.what}, {_inside(was.purpose)}",
            was.community,
            words.listed(was.by),
            NOBODY,
            _nobody_there(was, answer.on),
        )
        for was in _in_order(_now_without(answer).values())
    ]
    for person, sentence in _now_lapsed(answer).values():
        lines.append(Line(Question.SUPERVISION, person, "", "Supervises", "Lapsed supervisor", sentence, Tone.AMBER))
    return lines


def _nobody_there(was: SupervisedFor, on: date) -> str:
    as_it_is = f"as it is, {words.listed(was.by)} would"
    if was.is_group:
        return f"Nobody would lead {was.what} on {words.day(on)}; {as_it_is}."
    return f"Nobody would supervise {was.what} on {words.day(on)} ({_inside(was.purpose)}); {as_it_is}."


def _in_order(found: Iterable[SupervisedFor]) -> list[SupervisedFor]:
    """People first, clinical supervision before the rest."""
    return sorted(found, key=lambda one: (one.is_group, not one.purpose.lower().startswith("clinical"), one.what))


def _minima(answer: WhatIf) -> list[Line]:
    lines = []
    for key, was in answer.before.months.items():
        now = answer.after.months.get(key)
        if now is not None and was.is_met and not now.is_met:
            how_much = f": {now.amount} with what would still be planned, {was.amount} as it is" if now.amount else ""
            lines.append(
                Line(
                    Question.MINIMA,
                    f"{now.person}, {_inside(now.minimum)}",
                    now.community,
                    f"Met ({was.amount})" if was.amount else "Met",
                    f"Missed ({now.amount})" if now.amount else "Missed",
                    f"{now.minimum} of {now.person} would be missed in {now.month}{how_much}.",
                )
            )
    return sorted(lines, key=lambda line: line.what)


# ---------------------------------------------------------------------------------------------------------------------
# Courses and figures


def _now_untaught(before: Picture, after: Picture) -> dict[tuple[object, ...], Taught]:
    left = after.taught
    return {key: was for key, was in before.taught.items() if was.by and not (key in left and left[key].by)}


def _courses(before: Picture, after: Picture) -> list[Line]:
    """Runs first: they have a day."""
    found = sorted(_now_untaught(before, after).values(), key=lambda one: not one.is_run)
    return [
        Line(
            Question.COURSES,
            was.what,
            "",
            words.listed(was.by),
            NOBODY,
            f"Nobody would be there as {was.role}; as it is, {words.listed(was.by)} would.",
            Tone.BAD if was.is_run else Tone.AMBER,
        )
        for was in found
    ]


def _figures(before: Picture, after: Picture) -> list[Line]:
    """Of both pictures, also where nobody is left who is asked for anything of the kind."""
    lines = []
    for key in dict.fromkeys((*before.figures, *after.figures)):
        was, now = before.figures.get(key), after.figures.get(key)
        one = now or was
        assert one is not None
        lines.append(
            Line(
                Question.OVERVIEW,
                one.kind,
                one.community,
                was.label if was else "–",
                now.label if now else "–",
                "",
                Tone.AMBER if _is_lower(was, now) else Tone.NEUTRAL,
            )
        )
    return lines


def _is_lower(was: Figure | None, now: Figure | None) -> bool:
    """Whether a smaller share of people meets it."""
    if was is None or now is None or not was.duty or not now.duty or was.met is None or now.met is None:
        return False
    return now.met * was.duty < was.met * now.duty
