"""How people write the names that the service keeps: what a sheet may say, in lower case, to our code."""

import re
from collections.abc import Iterable, Iterator

IN_SHORT: dict[str, tuple[str, ...]] = {
    "control_and_restraint": ("c&r", "c & r", "c and r", "cr", "cnr"),
    "custodial_nvq_3": ("nvq", "nvq 3", "nvq level 3"),
    "spear": ("personal safety",),
    "mmpr": ("minimising and managing physical restraint",),
    "poelt": ("prison officer entry level training",),
    "after_group": ("aftergroup", "after group"),
    "clinical": ("clinical", "cs"),
    "managerial": ("management", "line management", "operational"),
    "tc_officer": ("officer", "prison officer"),
    "therapy_manager": ("tm",),
}
"""Short words of the field, by our code. Where two codes would fit, nobody guesses."""


def spellings(code: str, names: Iterable[str]) -> Iterator[str]:
    """Of one thing: its code and names, with and without what stands in brackets, hyphens and spaces."""
    for name in (code, code.replace("_", " "), *names, *IN_SHORT.get(code, ())):
        plain = " ".join(name.casefold().split())
        inside = re.findall(r"\(([^)]*)\)", plain)
        outside = " ".join(re.sub(r"\([^)]*\)", " ", plain).split())
        for one in (plain, outside, *(part.strip() for part in inside if len(part.strip()) > 3)):
            yield one
            yield one.replace("-", " ")
            yield re.sub(r"[\s_-]+", "", one)


def names_of(things: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    """Of each code with its names, in what may be written: whole names first, then spellings that are one thing's
    alone."""
    things = list(things)
    whole: dict[str, set[str]] = {}
    loose: dict[str, set[str]] = {}
    for code, names in things:
        for name in (code, *names):
            whole.setdefault(" ".join(name.casefold().split()), set()).add(code)
        for spelling in spellings(code, names):
            loose.setdefault(spelling, set()).add(code)
    found = {name: next(iter(codes)) for name, codes in loose.items() if len(codes) == 1 and name}
    return found | {name: next(iter(codes)) for name, codes in whole.items() if len(codes) == 1 and name}
