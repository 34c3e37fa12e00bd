"""A reading while somebody goes over it: each responsibility accepted, changed, joined, split or dropped, each
particular put right, each duty of another document told apart, each line that went nowhere given a place.

Frozen data in, new data out. Every step remembers what was before it, so that it can be undone. No word of the document
is lost on the way: what is dropped ends among the lines in no field.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tcsuper.readers.duties import ELSEWHERE, CrossReference, Responsibility, Unplaced
from tcsuper.readers.job_description import JobDescription
from tcsuper.readers.labels import LISTS, PARTICULARS
from tcsuper.rules.job_descriptions import short_title_of
from tcsuper.words import listed

RESPONSIBILITIES = "responsibilities"
"""Where a line may go, besides the lists by their names."""
_SUB_ITEM = "– "
_MARKER = re.compile(r"^[^\w(“\"'‘]+\s*")


@dataclass(frozen=True)
class Item:
    """One responsibility. `key` stays with it through every step, its number follows from its place. `typed_title` is
    empty as long as the proposed one is good enough."""

    key: int
    text: str
    section: str = ""
    typed_title: str = ""
    area: str = ""
    doubts: tuple[str, ...] = ()
    is_accepted: bool = False
    is_dropped: bool = False

    @property
    def short_title(self) -> str:
        return self.typed_title or short_title_of(self.text)

    @property
    def is_to_look_at(self) -> bool:
        return bool(self.doubts) and not self.is_accepted and not self.is_dropped


@dataclass(frozen=True)
class Edited:
    """`read` is the reading as it came, with what is printed and every warning. `settled` names the particulars whose
    warnings somebody has looked at."""

    read: JobDescription
    items: tuple[Item, ...]
    values: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    cross_references: tuple[CrossReference, ...]
    unplaced: tuple[Unplaced, ...]
    settled: frozenset[str] = frozenset()
    step: str = ""
    """The last one, in words: “3 and 4 joined”."""
    before: "Edited | None" = field(default=None, repr=False, compare=False)

    @property
    def kept(self) -> tuple[Item, ...]:
        return tuple(one for one in self.items if not one.is_dropped)

    @property
    def dropped(self) -> tuple[Item, ...]:
        return tuple(one for one in self.items if one.is_dropped)

    @property
    def numbers(self) -> dict[int, int]:
        """By key: the number each has, counted in the order of what is kept."""
        return {one.key: number for number, one in enumerate(self.kept, 1)}

    @property
    def items_to_look_at(self) -> list[Item]:
        return [one for one in self.items if one.is_to_look_at]

    @property
    def particulars_to_look_at(self) -> list[str]:
        return [key for key, one in self.read.particulars.items() if one.warnings and key not in self.settled]

    def item(self, key: int) -> Item | None:
        return next((one for one in self.items if one.key == key), None)


def begin(read: JobDescription) -> Edited:
    items = tuple(
        Item(place, one.text, one.section, doubts=one.warnings) for place, one in enumerate(read.responsibilities)
    )
    values = {key: one.value for key, one in read.particulars.items()}
    lists = {key: tuple(getattr(read, key)) for key in LISTS}
    return Edited(read, items, values, lists, read.cross_references, read.unplaced_lines)


def _stepped(edited: Edited, step: str, **changes: Any) -> Edited:
    changed = replace(edited, **changes, step=step, before=edited)
    return edited if replace(changed, step=edited.step) == edited else changed


def undo(edited: Edited) -> Edited:
    return edited.before or edited


# ---------------------------------------------------------------------------------------------------------------------
# Responsibilities. A key that is not there any more changes nothing: a click may come late.


def _with_item(edited: Edited, key: int, step: str, change: Callable[[Item], Item]) -> Edited:
    number = edited.numbers.get(key)
    items = tuple(change(one) if one.key == key else one for one in edited.items)
    return _stepped(edited, step.format(number or "one"), items=items)


def accept(edited: Edited, key: int) -> Edited:
    return _with_item(edited, key, "{} accepted", lambda one: replace(one, is_accepted=True))


def drop(edited: Edited, key: int) -> Edited:
    return _with_item(edited, key, "{} dropped", lambda one: replace(one, is_dropped=True))


def bring_back(edited: Edited, key: int) -> Edited:
    return _with_item(edited, key, "{} brought back", lambda one: replace(one, is_dropped=False))


def with_text(edited: Edited, key: int, text: str) -> Edited:
    """A text that is emptied is no change: to be rid of it, it is dropped."""
    return _with_item(edited, key, "{} reworded", lambda one: replace(one, text=_tidy(text) or one.text))


def with_title(edited: Edited, key: int, title: str) -> Edited:
    """Emptied, or typed as proposed, it follows the text again."""
    bare = " ".join(title.split())

    def change(one: Item) -> Item:
        return replace(one, typed_title="" if bare == short_title_of(one.text) else bare)

    return _with_item(edited, key, "title of {} changed", change)


def with_section(edited: Edited, key: int, section: str) -> Edited:
    return _with_item(edited, key, "heading of {} changed", lambda one: replace(one, section=" ".join(section.split())))


def with_area(edited: Edited, key: int, area: str | None) -> Edited:
    return _with_item(edited, key, "area of {} changed", lambda one: replace(one, area=" ".join((area or "").split())))


def moved(edited: Edited, key: int, number: int) -> Edited:
    """To another place among those that are kept."""
    one, kept = edited.item(key), [each for each in edited.kept if each.key != key]
    if one is None or one.is_dropped:
        return edited
    rest = [each for each in edited.items if each.key != key]
    place = rest.index(kept[number - 1]) if 1 <= number <= len(kept) else len(rest)
    items = (*rest[:place], one, *rest[place:])
    return _stepped(edited, f"{edited.numbers[key]} moved to {min(max(number, 1), len(kept) + 1)}", items=items)


def merge(edited: Edited, keys: Iterable[int]) -> Edited:
    """One of several, in their order, where the first of them stood. Whoever joins them has looked at them."""
    wanted = set(keys)
    pieces = [one for one in edited.kept if one.key in wanted]
    if len(pieces) < 2:
        return edited
    whole = replace(
        pieces[0],
        key=_next_key(edited),
        text=_joined([one.text for one in pieces]),
        typed_title=next((one.typed_title for one in pieces if one.typed_title), ""),
        area=next((one.area for one in pieces if one.area), ""),
        doubts=tuple(doubt for one in pieces for doubt in one.doubts),
        is_accepted=True,
    )
    gone = {one.key for one in pieces[1:]}
    items = tuple(whole if one is pieces[0] else one for one in edited.items if one.key not in gone)
    return _stepped(edited, f"{listed([str(edited.numbers[one.key]) for one in pieces])} joined", items=items)


def split(edited: Edited, key: int, at: int) -> Edited:
    """Two out of one: the second begins with the character `at`. A place that leaves nothing on one side is none."""
    one = edited.item(key)
    if one is None or one.is_dropped:
        return edited
    first, second = one.text[: max(at, 0)].rstrip(" \n,;–-"), one.text[max(at, 0) :].strip()
    if not first or not second:
        return edited
    new = _next_key(edited)
    halves = (
        replace(one, key=new, text=first, is_accepted=True),
        replace(one, key=new + 1, text=second, typed_title="", is_accepted=True),
    )
    items = tuple(half for each in edited.items for half in (halves if each.key == key else (each,)))
    return _stepped(edited, f"{edited.numbers[key]} split", items=items)


def places_to_split(text: str) -> list[int]:
    """Where each word but the first begins: those after a sentence, a clause or before an “and” come first."""
    starts = [match.start() for match in re.finditer(r"(?<=\s)\S", text)]
    likely = {at for at in starts if _is_likely(text, at)}
    return sorted(starts, key=lambda at: (at not in likely, at))


def _is_likely(text: str, at: int) -> bool:
    end = at
    while text[end - 1].isspace():
        end -= 1
    return text[end - 1] in ".;:," or "\n" in text[end:at] or text.startswith("and ", at)


def added(edited: Edited, text: str) -> Edited:
    """One that the reading missed, typed by hand, as the last."""
    bare = _tidy(text)
    if not bare:
        return edited
    new = Item(_next_key(edited), bare, is_accepted=True)
    return _stepped(edited, f"{len(edited.kept) + 1} added", items=(*edited.items, new))


def _joined(texts: Sequence[str]) -> str:
    """With a full stop between what would run into one another."""
    whole = texts[0]
    for text in texts[1:]:
        runs_on = text[:1].islower() or whole.endswith((".", ";", ":", ",", "!", "?", "-"))
        whole += f" {text}" if runs_on else f". {text}"
    return whole


def _next_key(edited: Edited) -> int:
    return max((one.key for one in edited.items), default=-1) + 1


def _tidy(text: str) -> str:
    return "\n".join(line for line in (" ".join(line.split()) for line in text.splitlines()) if line)


# ---------------------------------------------------------------------------------------------------------------------
# Everything else


def with_value(edited: Edited, key: str, value: str) -> Edited:
    """A particular put right; that settles its warnings."""
    bare = " ".join(value.split())
    if bare == edited.values[key]:
        return edited
    changes = {"values": {**edited.values, key: bare}, "settled": edited.settled | {key}}
    return _stepped(edited, f"{key.replace('_', ' ')} changed", **changes)


def settle(edited: Edited, key: str) -> Edited:
    return _stepped(edited, f"{key.replace('_', ' ')} looked at", settled=edited.settled | {key})


def with_list(edited: Edited, key: str, text: str) -> Edited:
    """One entry a line; a line that begins with a dash belongs to the entry before it."""
    entries: list[str] = []
    for line in _tidy(text).splitlines():
        if line.startswith(_SUB_ITEM) and entries:
            entries[-1] += f"\n{line}"
        else:
            entries.append(line)
    return _stepped(edited, f"{key.replace('_', ' ')} changed", lists={**edited.lists, key: tuple(entries)})


def take_up(edited: Edited, place: int, into: str) -> Edited:
    """A line in no field becomes the last of the responsibilities or of a list."""
    if not 0 <= place < len(edited.unplaced):
        return edited
    line = edited.unplaced[place]
    text = _MARKER.sub("", line.text) or line.text
    left = (*edited.unplaced[:place], *edited.unplaced[place + 1 :])
    if into == RESPONSIBILITIES:
        taken = Item(_next_key(edited), text, line.section, is_accepted=True)
        return _stepped(edited, "a line taken up", unplaced=left, items=(*edited.items, taken))
    lists = {**edited.lists, into: (*edited.lists[into], text)}
    return _stepped(edited, "a line taken up", unplaced=left, lists=lists)


# ---------------------------------------------------------------------------------------------------------------------
# Duties of other job descriptions, by their place


def as_own_duty(edited: Edited, place: int) -> Edited:
    """What was taken for a duty of another job description is one of this. Its condition is the heading it stood under,
    unless it is its own sentence."""
    if not 0 <= place < len(edited.cross_references):
        return edited
    one = edited.cross_references[place]
    section = "" if one.condition == one.text else one.condition
    taken = Item(_next_key(edited), one.text, section, is_accepted=True)
    left = (*edited.cross_references[:place], *edited.cross_references[place + 1 :])
    return _stepped(edited, "a duty taken up", cross_references=left, items=(*edited.items, taken))


def as_reference(edited: Edited, key: int) -> Edited:
    """What was taken for a responsibility is a duty of another job description. Its heading is the condition if it
    names another document; otherwise there is none until somebody types it."""
    one = edited.item(key)
    if one is None or one.is_dropped:
        return edited
    condition = one.section if ELSEWHERE.search(one.section) else ""
    references = (*edited.cross_references, CrossReference(one.text, condition))
    items = tuple(each for each in edited.items if each.key != key)
    step = f"{edited.numbers[key]} made a duty of another job"
    return _stepped(edited, step, items=items, cross_references=references)


def with_reference(edited: Edited, place: int, text: str) -> Edited:
    """Emptied, it is no change: to be rid of it, it is made a duty of this job and dropped."""
    return _with_reference(edited, place, lambda one: replace(one, text=_tidy(text) or one.text))


def with_condition(edited: Edited, place: int, condition: str) -> Edited:
    return _with_reference(edited, place, lambda one: replace(one, condition=" ".join(condition.split())))


def _with_reference(edited: Edited, place: int, change: Callable[[CrossReference], CrossReference]) -> Edited:
    references = tuple(change(one) if at == place else one for at, one in enumerate(edited.cross_references))
    return _stepped(edited, "a duty of another job changed", cross_references=references)


# ---------------------------------------------------------------------------------------------------------------------
# What comes out


def result(edited: Edited) -> JobDescription:
    """The reading as it is now, numbered by its order."""
    responsibilities = tuple(
        Responsibility(number, one.text, one.section, warnings=one.doubts if one.is_to_look_at else ())
        for number, one in enumerate(edited.kept, 1)
    )
    particulars: dict[str, Any] = {
        key: replace(edited.read.particulars[key], value=edited.values[key]) for key in PARTICULARS
    }
    dropped = tuple(Unplaced(one.text, one.section, 0) for one in edited.dropped)
    entries: dict[str, Any] = dict(edited.lists)
    return replace(
        edited.read,
        **particulars,
        **entries,
        responsibilities=responsibilities,
        cross_references=edited.cross_references,
        unplaced_lines=(*edited.unplaced, *dropped),
    )


def short_titles(edited: Edited) -> dict[int, str]:
    """Of those that somebody titled. The others are proposed anew, or go on from the former version."""
    return {number: one.typed_title for number, one in enumerate(edited.kept, 1) if one.typed_title}


def areas(edited: Edited) -> dict[int, str]:
    """Of those that were given one."""
    return {number: one.area for number, one in enumerate(edited.kept, 1) if one.area}
