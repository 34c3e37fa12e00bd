"""Sets of standards: the scales on offer, what pasted lines become, and what of a version goes on as what in the next.

A suggestion is made from the words alone, and a person confirms each: nothing here decides that two standards are one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from tcsuper import words

LONGEST_TITLE, LONGEST_TEXT, LONGEST_SECTION, LONGEST_ANCHOR = 80, 2000, 120, 500
LONGEST_LEVEL_NAME, LONGEST_NAME = 60, 200
MOST_STANDARDS, MOST_LEVELS = 200, 11
ALIKE = 82
"""Of 100: titles so much alike are suggested as one standard."""


# ---------------------------------------------------------------------------------------------------------------------
# Scales


@dataclass(frozen=True)
class Scale:
    """Levels of a set. `names`: lowest first; the first is level `lowest`."""

    names: tuple[str, ...]
    lowest: int = 1

    @property
    def by_number(self) -> dict[int, str]:
        return dict(enumerate(self.names, self.lowest))

    def name_of(self, level: int) -> str:
        return self.by_number.get(level, f"Level {level}")

    def holds(self, level: int) -> bool:
        return level in self.by_number


FOUR_STEPS = Scale(("With help", "With prompting", "Alone", "Helps others"), 1)
NOUGHT_TO_SIX = Scale(
    (
        *("Incompetent", "Novice", "Advanced beginner", "Competent", "Proficient", "Expert"),
        "Expert in difficult conditions",
    ),
    0,
)
"""After the stages of skill of Dreyfus and Dreyfus, as a rating scale of cognitive therapy uses them."""
HOW_FAR_MET = Scale(("Not met", "Partly met", "Met"), 0)
SCALES: Mapping[str, Scale] = {
    "Four steps: with help, with prompting, alone, helps others": FOUR_STEPS,
    "0 to 6: incompetent to expert in difficult conditions": NOUGHT_TO_SIX,
    "For audits: not met, partly met, met": HOW_FAR_MET,
}


def problem_with_scale(scale: Scale) -> str:
    names = [" ".join(name.split()) for name in scale.names]
    if not 2 <= len(names) <= MOST_LEVELS:
        return f"A scale has between 2 and {MOST_LEVELS} levels."
    if any(not 1 <= len(name) <= LONGEST_LEVEL_NAME for name in names):
        return f"Each level has a name of up to {LONGEST_LEVEL_NAME} characters."
    if len({name.casefold() for name in names}) < len(names):
        return "Two levels have the same name."
    if scale.lowest not in (0, 1):
        return "The lowest level is 0 or 1."
    return ""


# ---------------------------------------------------------------------------------------------------------------------
# One standard, as it is worded


@dataclass(frozen=True)
class Worded:
    """What a standard says. `floor`: whoever is seen under it is below at once. `anchors`: by level."""

    short_title: str
    text: str = ""
    section: str = ""
    floor: int | None = None
    anchors: Mapping[int, str] = field(default_factory=dict)

    def tidied(self) -> "Worded":
        anchors = {level: text.strip() for level, text in self.anchors.items() if text.strip()}
        title, section = " ".join(self.short_title.split()), " ".join(self.section.split())
        return Worded(title, self.text.strip(), section, self.floor, anchors)

    def problems(self, scale: Scale) -> dict[str, str]:
        """By field; an anchor's is `anchor_<level>`."""
        problems = {}
        if not 1 <= len(self.short_title) <= LONGEST_TITLE:
            problems["short_title"] = f"Give the standard a short title of up to {LONGEST_TITLE} characters."
        for name, most in (("text", LONGEST_TEXT), ("section", LONGEST_SECTION)):
            if len(getattr(self, name)) > most:
                problems[name] = f"This is {len(getattr(self, name)):,} characters long; the most is {most:,}."
        if self.floor is not None and not scale.holds(self.floor):
            problems["floor"] = "Choose the floor among the levels of the set."
        for level, text in self.anchors.items():
            if not scale.holds(level):
                problems[f"anchor_{level}"] = f"Level {level} is not on the scale."
            elif len(text) > LONGEST_ANCHOR:
                problems[f"anchor_{level}"] = f"This is {len(text):,} characters long; the most is {LONGEST_ANCHOR}."
        return problems


# ---------------------------------------------------------------------------------------------------------------------
# Pasted lines

BULLET = re.compile(r"^[\-\u2013\u2022\u00b7*]\s+")
NUMBERED = re.compile(r"^(\d{1,3})[.)]\s+")
AFTER_TITLE = re.compile(r"\t+|:\s+")


@dataclass(frozen=True)
class Pasted:
    """`problems`: why lines cannot be taken as they are, each with its number. With any, nothing is stored."""

    standards: tuple[Worded, ...]
    problems: tuple[str, ...]


def pasted(text: str, first_number: int = 1) -> Pasted:
    """What a block of lines becomes. One line is one standard: a title, or "Title: text" (a tab will do for the colon).
    "# Heading", or a line that ends with a colon, is the section of those after it. Nothing is lost: of a line
    without a title of its own the beginning becomes the title, and the whole of it the text."""
    standards: list[Worded] = []
    problems, section = [], ""
    for place, raw in enumerate(text.splitlines(), 1):
        line = BULLET.sub("", raw.strip())
        if not line:
            continue
        if heading := _heading(line):
            section = heading
            if len(section) > LONGEST_SECTION:
                problems.append(_too_long(place, "heading", section, LONGEST_SECTION))
            continue
        one = _worded(line, section, first_number + len(standards))
        if len(one.text) > LONGEST_TEXT:
            problems.append(_too_long(place, "text", one.text, LONGEST_TEXT))
        standards.append(one)
    most = MOST_STANDARDS - (first_number - 1)
    if len(standards) > most:
        problems.append(
            f"These are {len(standards)} standards; there is room for {most} more, {MOST_STANDARDS} in all."
        )
    return Pasted(tuple(standards), tuple(problems))


def _heading(line: str) -> str:
    if line.startswith("#"):
        return line.lstrip("#").strip()
    return line[:-1].strip() if line.endswith(":") and not AFTER_TITLE.search(line) else ""


def _worded(line: str, section: str, number: int) -> Worded:
    """A number in front goes where the standard has that number here anyway."""
    if (found := NUMBERED.match(line)) and int(found[1]) == number:
        line = line[found.end() :]
    parts = AFTER_TITLE.split(line, maxsplit=1)
    title, text = parts[0].strip(), parts[1].strip() if len(parts) == 2 else ""
    if title and len(title) <= LONGEST_TITLE:
        return Worded(title, text, section)
    return Worded(_beginning(line), line, section)


def _beginning(line: str) -> str:
    cut = line[: LONGEST_TITLE - 1]
    at_word = cut.rsplit(None, 1)[0] if " " in cut else cut
    return f"{at_word.rstrip(' ,;:')}\u2026"


def _too_long(place: int, what: str, text: str, most: int) -> str:
    return f"Line {place}: its {what} is {len(text):,} characters long; the most is {most:,}. Make two lines of it."


# ---------------------------------------------------------------------------------------------------------------------
# From one version to the next


@dataclass(frozen=True)
class Pair:
    """A former standard and a new one that may be the same."""

    former_id: int
    new_id: int
    because: str


def alike(former: Mapping[int, str], new: Mapping[int, str]) -> list[Pair]:
    """Of two versions' standards (id to title) those that may be one, each at most once: the same title first, then the
    most alike."""
    found = []
    for former_id, was in former.items():
        for new_id, now in new.items():
            score = fuzz.token_sort_ratio(_compared(was), _compared(now))
            if score >= ALIKE:
                found.append((-score, former_id, new_id))
    pairs: dict[int, Pair] = {}
    taken: set[int] = set()
    for score, former_id, new_id in sorted(found):
        if former_id in pairs or new_id in taken:
            continue
        same = _compared(former[former_id]) == _compared(new[new_id])
        because = "Same title." if same else f"Titles {round(-score)}% alike."
        pairs[former_id] = Pair(former_id, new_id, because)
        taken.add(new_id)
    return [pairs[one] for one in former if one in pairs]


def _compared(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.casefold()))


def same_levels(former: Scale, new: Scale) -> dict[int, int]:
    """Which level of the next scale says the same: by its name, else by its place where there are as many levels. A
    level that has neither is for a person to match."""
    by_name = {name.casefold(): level for level, name in new.by_number.items()}
    matched = {
        level: by_name[name.casefold()] for level, name in former.by_number.items() if name.casefold() in by_name
    }
    if matched:
        return matched
    if len(former.names) == len(new.names):
        return dict(zip(former.by_number, new.by_number, strict=True))
    return {}


def problem_with_levels(levels: Mapping[int, int], former: Scale, new: Scale) -> str:
    """Why former levels cannot count as these new ones."""
    if not levels:
        return "match at least one level, or leave the standard out."
    if not all(former.holds(was) and new.holds(now) for was, now in levels.items()):
        return "choose among the levels of the two versions."
    in_order = [levels[was] for was in sorted(levels)]
    if in_order != sorted(in_order):
        return "a higher level cannot count as a lower one than the level under it does."
    return ""


def levels_in_words(levels: Mapping[int, int], former: Scale, new: Scale) -> str:
    """“Alone” counts as “Competent”; and what is left out. Said shortly where nothing changes."""
    same = all(former.name_of(was).casefold() == new.name_of(now).casefold() for was, now in levels.items())
    left_out = [former.name_of(level) for level in former.by_number if level not in levels]
    if same:
        said = "Each level counts as the level of the same name" if not left_out else "Levels count by their names"
    else:
        said = words.listed([f"“{former.name_of(a)}” counts as “{new.name_of(b)}”" for a, b in sorted(levels.items())])
    without = f" Not carried over: {words.listed([f'“{name}”' for name in left_out])}." if left_out else ""
    return f"{said}.{without}"


# ---------------------------------------------------------------------------------------------------------------------
# What differs


def differences(former: Worded, new: Worded, former_scale: Scale, new_scale: Scale) -> list[str]:
    """What a standard says otherwise than the former one did, in words."""
    found = []
    if former.short_title != new.short_title:
        found.append(f"the title was “{former.short_title}”")
    if former.text != new.text:
        found.append("another text" if former.text and new.text else "a text" if new.text else "no text any more")
    if former.section != new.section:
        found.append(f"now under “{new.section}”" if new.section else "under no heading any more")
    was, now = _level(former.floor, former_scale), _level(new.floor, new_scale)
    if was != now:
        found.append(f"the floor is {now} instead of {was}")
    before = {former_scale.name_of(level): text for level, text in former.anchors.items()}
    after = {new_scale.name_of(level): text for level, text in new.anchors.items()}
    names: Iterable[str] = dict.fromkeys([*before, *after])
    changed: Sequence[str] = [name for name in names if before.get(name) != after.get(name)]
    if changed:
        found.append(f"what {words.listed([f'“{name}”' for name in changed])} looks like")
    return found


def _level(level: int | None, scale: Scale) -> str:
    return "none" if level is None else f"“{scale.name_of(level)}”"
