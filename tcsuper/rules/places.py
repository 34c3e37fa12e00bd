"""Places on a course run, as they are in life: who has one, who waits for one, and what to say about it.

nominated → offered → confirmed → attended or did not attend; until then withdrawn by us, or cancelled by the provider.
A nomination waits in the order of asking. An offer holds the place until a manager of the person confirms it.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import TypeVar

from tcsuper import words
from tcsuper.models import BookingState
from tcsuper.rules.standing import Tone

OPEN = (BookingState.NOMINATED, BookingState.OFFERED, BookingState.CONFIRMED)
"""Still to be answered, given up or used."""
TAKING = (BookingState.OFFERED, BookingState.CONFIRMED, BookingState.ATTENDED)
"""Counted against the capacity."""
WORDS = {
    BookingState.NOMINATED: "Waiting",
    BookingState.OFFERED: "Offered",
    BookingState.CONFIRMED: "Confirmed",
    BookingState.ATTENDED: "Attended",
    BookingState.DID_NOT_ATTEND: "Did not attend",
    BookingState.WITHDRAWN: "Withdrawn",
    BookingState.CANCELLED: "Cancelled",
}
TONES = {
    BookingState.NOMINATED: Tone.NEUTRAL,
    BookingState.OFFERED: Tone.AMBER,
    BookingState.CONFIRMED: Tone.GOOD,
    BookingState.ATTENDED: Tone.GOOD,
    BookingState.DID_NOT_ATTEND: Tone.BAD,
    BookingState.WITHDRAWN: Tone.GREY,
    BookingState.CANCELLED: Tone.BAD,
}
Waiting = TypeVar("Waiting")


def free_places(capacity: int | None, states: Collection[BookingState]) -> int | None:
    """How many more people the run takes; None: as many as are asked for. `states`: of every booking of the run."""
    return None if capacity is None else max(0, capacity - sum(state in TAKING for state in states))


def has_room(free: int | None) -> bool:
    return free is None or free > 0


def offered_next(waiting: Sequence[Waiting], free: int | None) -> Sequence[Waiting]:
    """Of those who wait, in the order of asking, whom the free places go to. A run without a capacity frees nothing:
    whoever asked there waits for a manager's word alone."""
    return waiting[:free] if free else []


def taken_words(capacity: int | None, taken: int, waiting: int) -> str:
    """ "8 of 10 places taken, 2 people waiting." """
    if capacity is None:
        said = f"{words.count(taken, 'place', 'places')} taken; as many as are asked for"
    else:
        said = f"{taken} of {words.count(capacity, 'place', 'places')} taken"
    return said + (f", {words.count(waiting, 'person', 'people')} waiting." if waiting else ".")


def days_words(runs_on: date, last_on: date | None) -> str:
    """ "3 May 2027", or "3 May 2027 to 5 May 2027" of a course over several days."""
    is_several = last_on is not None and last_on > runs_on
    return f"{words.day(runs_on)} to {words.day(last_on)}" if is_several and last_on else words.day(runs_on)


def place_sentence(
    state: BookingState,
    runs_on: date,
    *,
    is_mine: bool,
    place_in_line: int = 0,
    is_full: bool = False,
    reason: str = "",
) -> str:
    """What one booking means: to the person themselves, or about them to their manager. `place_in_line`: of those who
    wait, from 1."""
    on, you = words.day(runs_on), is_mine
    match state:
        case BookingState.NOMINATED if is_full:
            return (
                f"{'You wait' if you else 'Waits'} for a place on {on}, number {place_in_line} in the order of asking."
            )
        case BookingState.NOMINATED:
            return f"You asked for a place on {on}; your manager confirms it." if you else f"Asked for a place on {on}."
        case BookingState.OFFERED:
            if you:
                return f"A place is offered to you on {on}; your manager confirms it."
            return f"A place on {on} became free and is held until a manager confirms it."
        case BookingState.CONFIRMED:
            return f"You have a place on {on}." if you else f"Has a place on {on}."
        case BookingState.WITHDRAWN:
            said = f"{'Your place' if you else 'The place'} on {on} was given up"
        case BookingState.CANCELLED:
            said = f"The provider cancelled the run of {on}"
        case BookingState.ATTENDED:
            return f"{'You attended' if you else 'Attended'} on {on}."
        case BookingState.DID_NOT_ATTEND:
            return f"{'You did not attend' if you else 'Did not attend'} on {on}."
    return f"{said}: {reason}" if reason else f"{said}."
