"""What a session was about, in headings: its themes, the functions of supervision it served, and what was looked at.

Sources: Proctor's three functions (normative, formative, restorative) and the seven-eyed model of Hawkins and Shohet,
as tags that a service may switch on. They show a balance over time and are never a target (facts sheet, section 7).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

Tag = TypeVar("Tag", bound=StrEnum)


class Function(StrEnum):
    NORMATIVE = "normative"
    FORMATIVE = "formative"
    RESTORATIVE = "restorative"


class Mode(StrEnum):
    CLIENT = "client"
    INTERVENTIONS = "interventions"
    RELATIONSHIP = "relationship"
    SUPERVISEE = "supervisee"
    SUPERVISORY_RELATIONSHIP = "supervisory_relationship"
    SUPERVISOR = "supervisor"
    WIDER_CONTEXT = "wider_context"


FUNCTIONS = {
    Function.NORMATIVE: "Normative: keeping to standards",
    Function.FORMATIVE: "Formative: learning",
    Function.RESTORATIVE: "Restorative: support",
}
MODES = {
    Mode.CLIENT: "1. The resident and what they bring",
    Mode.INTERVENTIONS: "2. What was done",
    Mode.RELATIONSHIP: "3. The relationship with the resident",
    Mode.SUPERVISEE: "4. The supervisee",
    Mode.SUPERVISORY_RELATIONSHIP: "5. The supervisory relationship",
    Mode.SUPERVISOR: "6. The supervisor",
    Mode.WIDER_CONTEXT: "7. The wider context",
}


class Heading(NamedTuple):
    """A theme as it read when it was chosen: a later change of its name changes no record."""

    code: str
    name: str


@dataclass(frozen=True)
class Tags:
    """The headings of one record."""

    themes: tuple[Heading, ...] = ()
    functions: tuple[Function, ...] = ()
    modes: tuple[Mode, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.themes or self.functions or self.modes)

    def stored(self) -> str:
        """As text, to be sealed. Reads back the same."""
        return json.dumps({"themes": self.themes, "functions": self.functions, "modes": self.modes})

    @classmethod
    def read(cls, stored: str) -> "Tags":
        """From `stored()`; nothing from nothing."""
        if not stored:
            return cls()
        parts = json.loads(stored)
        return cls(
            tuple(Heading(*one) for one in parts["themes"]),
            tuple(Function(one) for one in parts["functions"]),
            tuple(Mode(one) for one in parts["modes"]),
        )

    def in_sentences(self) -> list[str]:
        """One for each kind of heading there is."""
        said = {
            "Themes": [one.name for one in self.themes],
            "Functions": [FUNCTIONS[one] for one in self.functions],
            "Looked at": [MODES[one] for one in self.modes],
        }
        return [f"{kind}: {'; '.join(names)}." for kind, names in said.items() if names]


class Count(NamedTuple):
    label: str
    records: int


@dataclass(frozen=True)
class Balance:
    """In how many of some records each heading stands. A theme is one theme whatever it was called when."""

    records: int
    themes: tuple[Count, ...] = ()
    functions: tuple[Count, ...] = ()
    modes: tuple[Count, ...] = ()


def balance_of(tagged: Sequence[Tags], names: Mapping[str, str]) -> Balance:
    """Counts over the tags of several records, the most frequent theme first; functions and modes in their own order,
    each of them as soon as any is there, since none of restorative is what one wants to see. `names`: what themes are
    called now, by code."""
    themes = Counter(code for tags in tagged for code in {one.code for one in tags.themes})
    called = {one.code: one.name for tags in tagged for one in tags.themes} | dict(names)
    counted = sorted((Count(called[code], many) for code, many in themes.items()), key=lambda one: (-one[1], one[0]))
    functions = Counter(one for tags in tagged for one in tags.functions)
    modes = Counter(one for tags in tagged for one in tags.modes)
    return Balance(len(tagged), tuple(counted), _each(FUNCTIONS, functions), _each(MODES, modes))


def _each(words: Mapping[Tag, str], counts: Mapping[Tag, int]) -> tuple[Count, ...]:
    return tuple(Count(said, counts[one]) for one, said in words.items()) if counts else ()
