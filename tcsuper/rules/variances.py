"""Where communities are furthest from everybody meeting what is asked, and the one sentence that says why and what
would help. Numbers and dates only: no sentence here can name anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tcsuper import words


@dataclass(frozen=True, slots=True)
class Variance:
    """Of a community and a kind: how many of how many do not meet all of it."""

    community: str
    what: str
    missing: int
    duty: int
    because: str = ""

    @property
    def share(self) -> int:
        """Per cent who meet it, cut: as in the overview."""
        return 100 * (self.duty - self.missing) // self.duty


def largest_first(variances: Iterable[Variance]) -> list[Variance]:
    """By the share that is missing, then by how many people that is, then by name. Where nothing is missing there is no
    variance."""
    found = [one for one in variances if one.missing]
    return sorted(found, key=lambda one: (-one.missing / one.duty, -one.missing, one.community, one.what))


@dataclass(frozen=True, slots=True)
class NextRun:
    """The next run of a course. `places`: those still free, None where as many may come as ask."""

    on: date
    places: int | None

    @property
    def said(self) -> str:
        if self.places is None:
            return f"its next run is on {words.day(self.on)}"
        if not self.places:
            return f"its next run on {words.day(self.on)} is full: plan another"
        return f"its next run on {words.day(self.on)} has {words.count(self.places, 'place')}"


def training_because(missing: int, duty: int, course: str, of_course: int, run: NextRun | None) -> str:
    """ "8 of 31 not complete, 6 of them on TCAT 2; its next run on 8 December 2026 has 6 places." """
    on_which = f" on {course}" if of_course == missing else f", {of_course} of them on {course}"
    return f"{missing} of {duty} not complete{on_which}; {run.said if run else 'no run of it is planned: plan one'}."


def lapsing_because(missing: int, duty: int, verb: str, soon: int, until: date) -> str:
    """ "3 of 9 not registered as asked; 2 more run out by 22 February 2027." `soon`: who meets it now and will not, if
    nothing is done by that day."""
    if missing == duty:
        return f"{missing} of {duty} {verb}."
    if not soon:
        return f"{missing} of {duty} {verb}; none of the others runs out by {words.day(until)}."
    return f"{missing} of {duty} {verb}; {soon} more {'runs' if soon == 1 else 'run'} out by {words.day(until)}."


def observed_because(missing: int, duty: int, every_months: int, planned: int, observers: int, away: int) -> str:
    """ "11 of 28 not seen within 12 months; 4 observations are planned this month; 2 of 5 observers are away." """
    parts = [f"{missing} of {duty} not seen within {words.count(every_months, 'month')}"]
    if planned:
        parts.append(f"{words.count(planned, 'observation')} {'is' if planned == 1 else 'are'} planned this month")
    else:
        parts.append("no observation is planned this month: plan some")
    if away:
        parts.append(f"{away} of {words.count(observers, 'observer')} {'is' if away == 1 else 'are'} away")
    return f"{'; '.join(parts)}."


def standard_because(missing: int, duty: int, standard: str, below: int, judged: int) -> str:
    """ "12 of 28 not at the required level on everything; most often below on Risk (7 of 20 judged)." Where no standard
    may be named, or nobody judged is below: what is not observed yet is not reached yet either."""
    said = f"{missing} of {duty} not at the required level on everything"
    if below:
        return f"{said}; most often below on {standard} ({below} of {judged} judged)."
    return f"{said}; what is not observed yet counts as not reached: plan observations."


def supervision_because(missing: int, duty: int, planned: int | None, until: date) -> str:
    """ "5 of 24 behind on a minimum; 9 sessions are planned there by 30 November 2026." None: not told."""
    said = f"{missing} of {duty} behind on a minimum"
    if planned is None:
        return f"{said}; see why sessions were lost, on this page."
    if not planned:
        return f"{said}; no session is planned there by {words.day(until)}: plan some."
    are = "is" if planned == 1 else "are"
    return f"{said}; {words.count(planned, 'session')} {are} planned there by {words.day(until)}."


def responsibilities_because(title: str, day: date | None, others: int, could: int, ready: int, needs: str) -> str:
    """ "Referrals lead is uncovered from 1 January 2027; 2 people there could take it on, each needs TCAT 3."

    `day`: the first day without anybody, None where that is now; `ready`: of those who could, who needs nothing more;
    `needs`: what all of them lack, where it is the same."""
    when = "is uncovered" if day is None else f"is uncovered from {words.day(day)}"
    more = f", and {words.count(others, 'other')} {'is' if others == 1 else 'are'} or will be" if others else ""
    if not could:
        helps = "nobody there could take it on yet"
    else:
        people = words.count(could, "person", "people")
        if ready:
            what = "needs nothing more" if could == ready == 1 else f"{ready} of them with nothing more to do"
        elif needs:
            what = f"{'who' if could == 1 else 'each'} needs {needs}"
        else:
            what = "who needs something first" if could == 1 else "each needs something first"
        helps = f"{people} there could take it on, {what}"
    return f"{title} {when}{more}; {helps}."


def common_needs(called_for: Sequence[str], lacks: Sequence[Sequence[str]]) -> str:
    """Of what a responsibility calls for, by title, what each of some people lacks: their sentences begin with it."""
    return words.listed(
        [title for title in called_for if lacks and all(any(one.startswith(title) for one in of) for of in lacks)]
    )
