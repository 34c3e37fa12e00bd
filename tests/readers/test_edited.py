"""Going over a reading: each step gives what it says and can be undone, and no word is lost on the way."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tcsuper.readers.duties import CrossReference
from tcsuper.readers.edited import (
    RESPONSIBILITIES,
    Edited,
    accept,
    added,
    areas,
    as_own_duty,
    as_reference,
    begin,
    bring_back,
    drop,
    merge,
    moved,
    places_to_split,
    result,
    settle,
    short_titles,
    split,
    take_up,
    undo,
    with_area,
    with_condition,
    with_list,
    with_reference,
    with_section,
    with_text,
    with_title,
    with_value,
)
from tcsuper.readers.job_description import JobDescription, parse
from tcsuper.readers.lines import plain_lines
from tcsuper.readers.markup import markup_lines
from tests.readers.documents import BEHAVIOURS, DUTIES, headings_in_capitals, lists_in_a_table, two_columns_flattened


def read(text: str) -> JobDescription:
    return parse(plain_lines(text))


@pytest.fixture(scope="module")
def orchard() -> Edited:
    """Seven duties; the band contradicts the reference."""
    return begin(read(two_columns_flattened()))


def texts(edited: Edited) -> list[str]:
    return [one.text for one in result(edited).responsibilities]


def numbers(edited: Edited) -> list[int]:
    return [one.number for one in result(edited).responsibilities]


STEPS: dict[str, Callable[[Edited], Edited]] = {
    "0 accepted": lambda one: accept(one, 0),
    "reworded": lambda one: with_text(one, 0, "Prune in March"),
    "titled": lambda one: with_title(one, 0, "Pruning"),
    "under another heading": lambda one: with_section(one, 0, "Trees"),
    "in an area": lambda one: with_area(one, 0, "Fruit"),
    "moved": lambda one: moved(one, 0, 3),
    "joined": lambda one: merge(one, (1, 2)),
    "split": lambda one: split(one, 0, one.items[0].text.index("leaving")),
    "dropped": lambda one: drop(one, 3),
    "particular changed": lambda one: with_value(one, "band", "6"),
    "particular looked at": lambda one: settle(one, "band"),
    "list changed": lambda one: with_list(one, "behaviours", "Patience\nHumming"),
    "line taken up": lambda one: take_up(one, 0, RESPONSIBILITIES),
    "line taken into a list": lambda one: take_up(one, 0, "behaviours"),
    "one typed": lambda one: added(one, "Paint the gate"),
    "made a duty of another job": lambda one: as_reference(one, 2),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_each_step_changes_something_says_what_and_is_undone(orchard: Edited, step: Callable[[Edited], Edited]) -> None:
    changed = step(orchard)
    assert changed != orchard and changed.step and "{" not in changed.step
    assert undo(changed) == orchard and undo(orchard) is orchard
    assert numbers(changed) == list(range(1, len(changed.kept) + 1))


NOTHING = {
    "a key that is gone": lambda one: drop(one, 99),
    "joined with itself": lambda one: merge(one, (1, 1)),
    "joined with what is gone": lambda one: merge(one, (1, 99)),
    "split before its beginning": lambda one: split(one, 0, 0),
    "split after its end": lambda one: split(one, 0, 9_999),
    "emptied": lambda one: with_text(one, 0, "  \n "),
    "the same words": lambda one: with_text(one, 0, one.items[0].text),
    "the same particular": lambda one: with_value(one, "band", " 10 "),
    "the same list": lambda one: with_list(one, "behaviours", "\n".join(BEHAVIOURS)),
    "moved to where it is": lambda one: moved(one, 0, 1),
    "a line that is gone": lambda one: take_up(one, 999, RESPONSIBILITIES),
    "nothing typed": lambda one: added(one, " \n "),
    "a duty of another job that is gone": lambda one: with_reference(one, 9, "Paint"),
    "what is dropped made a duty of another job": lambda one: undo(as_reference(drop(one, 2), 2)),
    "the proposed title typed": lambda one: with_title(one, 0, one.items[0].short_title),
}


@pytest.mark.parametrize("step", NOTHING.values(), ids=NOTHING)
def test_what_changes_nothing_is_no_step(orchard: Edited, step: Callable[[Edited], Edited]) -> None:
    assert step(orchard) is orchard


def test_joined_ones_stand_where_the_first_stood_and_run_into_one_another_only_where_they_did(orchard: Edited) -> None:
    joined = merge(orchard, (4, 0, 2))
    assert joined.step == "1, 3 and 5 joined"
    assert texts(joined)[0] == f"{DUTIES[0]}. {DUTIES[2]}. {DUTIES[4]}"
    assert texts(joined)[1:] == [DUTIES[1], DUTIES[3], *DUTIES[5:]]
    broken = with_text(with_text(orchard, 0, "Prune the old trees and"), 1, "the young ones")
    assert texts(merge(broken, (0, 1)))[0] == "Prune the old trees and the young ones"


def test_what_somebody_typed_for_any_of_those_joined_stays_with_the_whole(orchard: Edited) -> None:
    typed = with_area(with_title(orchard, 1, "Leaning things"), 2, "Water")
    joined = merge(typed, (0, 1, 2))
    assert short_titles(joined) == {1: "Leaning things"} and areas(joined) == {1: "Water"}


def test_split_gives_two_in_place_with_no_word_between_lost(orchard: Edited) -> None:
    at = DUTIES[4].index("Ensure all gaps")
    assert at == places_to_split(DUTIES[4])[0], "the end of the sentence is offered first"
    halves = split(with_section(orchard, 4, "Geese"), 4, at)
    assert texts(halves)[4:6] == ["Mend the fence where the geese come through.", DUTIES[4][at:]]
    assert {one.section for one in result(halves).responsibilities[4:6]} == {"Geese"} and len(texts(halves)) == 8
    assert len(places_to_split(DUTIES[4])) == len(DUTIES[4].split()) - 1, "and every other word after that"


def test_what_is_dropped_has_no_number_stays_with_the_document_and_comes_back_to_its_place(orchard: Edited) -> None:
    without = drop(orchard, 3)
    assert texts(without) == [*DUTIES[:3], *DUTIES[4:]]
    assert DUTIES[3] in [one.text for one in result(without).unplaced_lines]
    assert texts(bring_back(without, 3)) == DUTIES
    assert texts(moved(without, 6, 4)) == [*DUTIES[:3], DUTIES[6], *DUTIES[4:6]], "counted without what is dropped"


def test_responsibilities_to_look_at_become_fewer_with_each_decision(orchard: Edited) -> None:
    doubt = "Its bullet is lost."
    doubted = [replace(one, warnings=(doubt,)) for one in orchard.read.responsibilities]
    edited = begin(replace(orchard.read, responsibilities=tuple(doubted)))
    left = []
    for step in (
        lambda one: accept(one, 0),
        lambda one: drop(one, 1),
        lambda one: merge(one, (2, 3)),
        lambda one: split(one, 4, places_to_split(DUTIES[4])[0]),
        lambda one: bring_back(one, 1),
        lambda one: with_text(one, 5, "Teach visitors"),
    ):
        edited = step(edited)
        left.append(len(edited.items_to_look_at))
    assert left == [6, 5, 3, 2, 3, 3], "typing is not yet deciding"
    kept = [one.warnings for one in result(edited).responsibilities]
    assert kept.count((doubt,)) == 3 and kept.count(()) == len(kept) - 3


def test_a_contradiction_is_looked_at_or_put_right_and_stays_on_record() -> None:
    edited = begin(read(two_columns_flattened(footer_version="5.0")))
    assert edited.particulars_to_look_at == ["version", "band"]
    assert with_value(edited, "band", "6").particulars_to_look_at == ["version"]
    assert settle(edited, "version").particulars_to_look_at == ["band"]
    band = result(with_value(edited, "band", "6")).band
    assert band.value == "6" and band.printed == edited.read.band.printed and band.warnings


def test_titles_typed_and_areas_go_with_the_number_each_has_at_the_end(orchard: Edited) -> None:
    edited = with_area(with_title(drop(orchard, 0), 1, "  Look after  ladders "), 2, "Water")
    assert short_titles(edited) == {1: "Look after ladders"} and areas(edited) == {2: "Water"}
    assert short_titles(with_title(edited, 1, "")) == {}, "emptied, it is proposed again"


def test_lists_are_one_entry_a_line_and_a_dash_belongs_to_the_entry_before(orchard: Edited) -> None:
    typed = with_list(orchard, "technical_requirements", " Climbing:\n– by ladder\n\nPruning ")
    assert result(typed).technical_requirements == ("Climbing:\n– by ladder", "Pruning")


def test_a_line_taken_up_leaves_its_bullet_behind_and_its_list_of_lines() -> None:
    edited = begin(read(headings_in_capitals()))
    place = next(at for at, one in enumerate(edited.unplaced) if "Never throw fruit" in one.text)
    taken = take_up(edited, place, RESPONSIBILITIES)
    assert result(taken).responsibilities[-1].text == "Never throw fruit."
    assert not any("Never throw fruit" in one.text for one in result(taken).unplaced_lines)


@pytest.fixture(scope="module")
def referring() -> Edited:
    """Three duties of other job descriptions, on one condition."""
    return begin(parse(markup_lines(lists_in_a_table())))


def test_a_duty_of_another_document_may_be_found_to_be_one_of_this_and_back(referring: Edited) -> None:
    before = referring.cross_references[1]
    own = as_own_duty(referring, 1)
    assert result(own).responsibilities[-1].text == before.text
    assert result(own).responsibilities[-1].section == before.condition, "no word of it is lost"
    assert len(result(own).cross_references) == 2 and as_own_duty(referring, 7) is referring
    back = result(as_reference(own, own.items[-1].key))
    assert back.responsibilities == result(referring).responsibilities
    assert sorted(map(str, back.cross_references)) == sorted(map(str, referring.cross_references))


def test_a_heading_that_names_no_other_document_is_no_condition(orchard: Edited) -> None:
    assert orchard.items[2].section and as_reference(orchard, 2).cross_references[-1] == CrossReference(DUTIES[2], "")


def test_the_words_and_the_condition_of_a_duty_of_another_document_are_put_right(referring: Edited) -> None:
    edited = with_condition(with_reference(referring, 0, " BK :  Bees "), 0, "At  night")
    assert result(edited).cross_references[0] == CrossReference("BK : Bees", "At night")
    assert result(edited).cross_references[1:] == referring.cross_references[1:]
    assert (
        with_reference(edited, 0, " ") is edited and with_condition(edited, 0, "").cross_references[0].condition == ""
    )


def test_one_that_was_not_read_is_typed_as_the_last(orchard: Edited) -> None:
    typed = added(orchard, "  Paint the gate:\n\n– in   green ")
    assert texts(typed) == [*DUTIES, "Paint the gate:\n– in green"] and typed.step == "8 added"


def test_every_word_of_the_document_is_still_somewhere_after_many_steps(orchard: Edited) -> None:
    edited = orchard
    for step in (
        lambda one: merge(one, (0, 1)),
        lambda one: drop(one, 3),
        lambda one: split(one, 4, places_to_split(DUTIES[4])[0]),
        lambda one: take_up(one, 0, "person_specification"),
        lambda one: moved(one, 6, 1),
    ):
        edited = step(edited)
    assert sorted(_words(result(edited))) == sorted(_words(orchard.read))
    for _ in range(5):
        edited = undo(edited)
    assert edited == orchard


def _words(reading: JobDescription) -> list[str]:
    said = [one.text for one in (*reading.responsibilities, *reading.unplaced_lines)]
    return re.findall(r"\w+", " ".join([*said, *reading.person_specification]))
