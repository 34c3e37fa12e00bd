"""Words that somebody typed, as whoever sees people under codes reads them: every full name in them becomes the code,
and no number of a registration, by which anybody could look the person up, stays."""

import re
from collections.abc import Callable, Collection

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper.models import Registration, Staff

NUMBER_LEFT_OUT = "(number left out)"
SHORTEST_NUMBER = 4


def without_names(db: Session) -> Callable[[str], str]:
    """Says a sentence without them. A name that two people share becomes "somebody". A first name alone, or a name that
    is written otherwise, is not recognised. Checks nothing: it only takes away."""
    codes: dict[str, list[str]] = {}
    for name, code in db.execute(sa.select(col(Staff.full_name), col(Staff.code))):
        codes.setdefault(name, []).append(code)
    said = {name: found[0] if len(found) == 1 else "somebody" for name, found in codes.items()}
    numbers = db.execute(sa.select(col(Registration.number), col(Registration.membership_number)))
    said |= {number: NUMBER_LEFT_OUT for both in numbers for number in both if len(number) >= SHORTEST_NUMBER}
    longest_first = sorted(said, key=len, reverse=True)
    names = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first) or r"(?!)")
    return lambda sentence: names.sub(lambda found: said[found[0]], sentence)


def as_read_in(db: Session, communities: Collection[int], named: Collection[int]) -> Callable[[int, str], str]:
    """Says what was typed about one of these communities: as it was typed in those where the reader sees people by
    name, elsewhere without names."""
    if set(communities) <= set(named):
        return lambda _, typed: typed
    coded = without_names(db)
    return lambda community, typed: typed if community in named else coded(typed)
