"""Month grids: only the sum of a month was kept. It is stored as an ad hoc session on the month's last working day, and
only where nothing that is asked of the person goes by anything else than minutes a month: a sum tells neither how many
meetings there were, nor when, nor in which form.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tcsuper import words
from tcsuper.rules.entries import LONGEST_SESSION
from tcsuper.rules.import_plan import Change, People, Planned, Settled, Write
from tcsuper.rules.import_supervision import ATTENDED, AgreementThere, SupervisionThere, check_day, session_write
from tcsuper.rules.importing import MonthLine
from tcsuper.rules.minimum import Measure, Minimum, Per, RuleSet
from tcsuper.rules.standing import last_of_month

MOST_DAYS = 5
MEANS = (
    "A month's sum is stored as one session on its last working day (several days where it is more than 8 hours), ad "
    "hoc and on behalf. It counts towards minutes a month; it does not tell how many meetings there were."
)


@dataclass
class MonthsThere:
    """`minutes`: held here already, by person and first day of the month. `minima`: what is asked of somebody as at a
    day."""

    sessions: SupervisionThere
    minutes: Mapping[tuple[int, date], int]
    minima: Callable[[int, date], Sequence[Minimum]]


def plan_months(planned: Planned, lines: Sequence[MonthLine], people: People, there: MonthsThere) -> None:
    seen: dict[tuple[int, date], MonthLine] = {}
    for line in lines:
        try:
            change, sentence, writes = _settle(line, people, there, seen)
            planned.settle(line.where, line.person, change, sentence, *writes)
        except Settled as settled:
            planned.settle(line.where, line.person, settled.change, settled.sentence)
    if any(line.minutes for line in lines):
        planned.means.append(MEANS)


def _settle(
    line: MonthLine, people: People, there: MonthsThere, seen: dict[tuple[int, date], MonthLine]
) -> tuple[Change, str, list[Write]]:
    who = people.who(line.person, line.staff_number)
    name, last = words.month(line.month), last_of_month(line.month)
    if who < 0:
        raise Settled("Nobody who is only entered by this file can have had sessions here. Take it in without.")
    if last >= there.sessions.today:
        raise Settled(f"{name} is not over. Record its sessions one by one.")
    if line.month.year < 1950:
        raise Settled(f"{name} is too long ago. Look at the heading again.")
    if (earlier := seen.get((who, line.month))) is not None:
        return _twin(line, earlier)
    seen[who, line.month] = line
    if line.minutes == 0:
        return Change.LEFT_OUT, f"No supervision in {name}: there is nothing to store.", []
    held = there.minutes.get((who, line.month), 0)
    if held == line.minutes:
        return Change.SAME, f"{words.length(held)} in {name} are recorded already.", []
    if held:
        raise Settled(f"{words.length(held)} are recorded for {name} already: the sum would count them twice.")
    if reason := why_not_a_sum(there.minima(who, last)):
        raise Settled(f"{reason} A sum does not tell that: enter the sessions of {name} one by one, with their days.")
    days = _last_working_days(line.month, -(-line.minutes // LONGEST_SESSION))
    agreement = _agreement(who, days, there.sessions, name, people)
    lengths = [LONGEST_SESSION] * (line.minutes // LONGEST_SESSION) + [line.minutes % LONGEST_SESSION]
    writes = [
        session_write(line, agreement, on, minutes, [(who, ATTENDED, minutes)], there.sessions, is_ad_hoc=True)
        for on, minutes in zip(days, [one for one in lengths if one], strict=True)
    ]
    on_days = words.listed([words.day(on) for on in reversed(days)])
    return Change.NEW, f"{words.length(line.minutes)} in {name}, as a sum on {on_days}.", writes


def _twin(line: MonthLine, earlier: MonthLine) -> tuple[Change, str, list[Write]]:
    if line.minutes != earlier.minutes:
        raise Settled(f"Row {earlier.where.row} gives {words.length(earlier.minutes)} for the same month.")
    return Change.SAME, f"The same as row {earlier.where.row}.", []


def why_not_a_sum(minima: Sequence[Minimum]) -> str:
    """Why a month's sum would mislead somebody of whom this is asked; empty: it would not."""
    for one in minima:
        if one.measure is not Measure.MINUTES:
            return f"{one.title} counts meetings."
        if one.per is Per.ROLLING:
            return f"{one.title} goes by {one.per_words}."
        if one.rule_set is not RuleSet.SERVICE or one.forms or one.needs_individual or one.with_coordinating:
            return f"{one.title} goes by the form of each session."
    return ""


def _last_working_days(month: date, how_many: int) -> list[date]:
    """Counted back from the end."""
    if how_many > MOST_DAYS:
        raise Settled(f"That is more than {words.length(MOST_DAYS * LONGEST_SESSION)} in a month. Look at it again.")
    on = last_of_month(month)
    found: list[date] = []
    while len(found) < how_many:
        if on.weekday() < 5:
            found.append(on)
        on -= timedelta(days=1)
    return found


def _agreement(who: int, days: Sequence[date], there: SupervisionThere, name: str, people: People) -> AgreementThere:
    fitting = [
        one for one in there.of_person.get(who, ()) if all(one.holds(on) for on in days) and there.may_record(one)
    ]
    if len(fitting) != 1:
        how_many = "no agreement" if not fitting else f"{len(fitting)} agreements"
        raise Settled(
            f"{people.names[who]} had {how_many} of their own at the end of {name}, so that it is not known whose "
            "sessions they were. Enter them one by one."
        )
    check_day(fitting[0], days[0], there)
    for on in days:
        if any(one.state != "planned" for one in there.sessions.get((fitting[0].agreement_id, on), ())):
            raise Settled(f"A session of {words.day(on)} is recorded already. Enter those of {name} one by one.")
    return fitting[0]
