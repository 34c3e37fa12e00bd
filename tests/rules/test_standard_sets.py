"""Scales, pasted lines, and what of a version may go on as what: no database."""

import pytest

from tcsuper.rules.standard_sets import (
    FOUR_STEPS,
    LONGEST_SECTION,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_STANDARDS,
    NOUGHT_TO_SIX,
    SCALES,
    Scale,
    Worded,
    alike,
    differences,
    levels_in_words,
    pasted,
    problem_with_levels,
    problem_with_scale,
    same_levels,
)

LONG = "Keeps a small group at its work and makes room for everyone in it, the quiet ones and the loud ones alike"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Risk", [("", "Risk", "")]),
        ("Risk: Notices signs of harm: at once.", [("", "Risk", "Notices signs of harm: at once.")]),
        ("Risk\tNotices signs of harm.", [("", "Risk", "Notices signs of harm.")]),
        ("A Support:\nRisk\n\nLimits", [("A Support", "Risk", ""), ("A Support", "Limits", "")]),
        ("# Work: in groups\nRisk", [("Work: in groups", "Risk", "")]),
        ("One\nB:\nTwo\nC:\nThree", [("", "One", ""), ("B", "Two", ""), ("C", "Three", "")]),
        ("- Risk\n• Limits: kept\n* Groups", [("", "Risk", ""), ("", "Limits", "kept"), ("", "Groups", "")]),
        ("1. Risk\n2) Limits", [("", "Risk", ""), ("", "Limits", "")]),
        ("7. Risk", [("", "7. Risk", "")]),  # a number of the text's own is part of it
        ("A1.2 Risk", [("", "A1.2 Risk", "")]),
        ("Groups at 10:30", [("", "Groups at 10:30", "")]),
        (LONG, [("", "Keeps a small group at its work and makes room for everyone in it, the quiet…", LONG)]),
        ("  \n\n", []),
    ],
)
def test_a_line_becomes_a_standard(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = pasted(text)
    assert [(one.section, one.short_title, one.text) for one in found.standards] == expected
    assert found.problems == () and all(len(one.short_title) <= LONGEST_TITLE for one in found.standards)


def test_of_pasted_lines_no_word_is_lost() -> None:
    text = f"Heading one:\n1. Title: Text of it\n- Other\n{LONG}: with words after a colon\n{'x' * 90}"
    said = " ".join(f"{one.section} {one.short_title} {one.text}" for one in pasted(text).standards)
    words = {word.strip(":-.") for word in text.split()} - {"", "1"}
    assert words <= {word.strip(":-.") for word in said.split()}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"Risk\nLimits: {'x' * (LONGEST_TEXT + 1)}", "Line 2: its text is 2,001"),
        (f"# {'x' * (LONGEST_SECTION + 1)}\nRisk", "Line 1: its heading is 121"),
        ("\n".join(f"Standard {number}" for number in range(MOST_STANDARDS + 1)), "room for 200 more"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_line(text: str, says: str) -> None:
    (problem,) = pasted(text).problems
    assert says in problem


def test_pasted_lines_number_on_from_what_is_there() -> None:
    assert [one.short_title for one in pasted("9. Risk\n10. Limits", 9).standards] == ["Risk", "Limits"]
    assert "room for 1 more" in pasted("One\nTwo", MOST_STANDARDS).problems[0]


@pytest.mark.parametrize(
    ("scale", "says"),
    [
        *((one, "") for one in SCALES.values()),
        (Scale(("Alone",)), "between 2 and 11"),
        (Scale(tuple("abcdefghijkl")), "between 2 and 11"),
        (Scale(("Alone", " alone ")), "same name"),
        (Scale(("Alone", " ")), "name of up to"),
        (Scale(("With help", "Alone"), 2), "0 or 1"),
    ],
)
def test_a_scale_can_be_told_apart(scale: Scale, says: str) -> None:
    assert says in problem_with_scale(scale) and bool(says) == bool(problem_with_scale(scale))


def test_the_scale_of_seven_goes_from_0_to_6() -> None:
    assert list(NOUGHT_TO_SIX.by_number) == [0, 1, 2, 3, 4, 5, 6]
    assert NOUGHT_TO_SIX.name_of(3) == "Competent" and NOUGHT_TO_SIX.name_of(7) == "Level 7"


def test_standards_of_one_title_are_suggested_first_and_each_only_once() -> None:
    former = {1: "Risk", 2: "Boundaries and safety", 3: "Recording"}
    new = {11: "Safety and boundaries", 12: "Risk", 13: "Risk.", 14: "Report writing"}
    assert [(one.former_id, one.new_id) for one in alike(former, new)] == [(1, 12), (2, 11)]
    assert [one.because for one in alike(former, new)] == ["Same title.", "Titles 100% alike."]


@pytest.mark.parametrize(
    ("former", "new", "expected"),
    [
        (FOUR_STEPS, FOUR_STEPS, {1: 1, 2: 2, 3: 3, 4: 4}),
        (FOUR_STEPS, Scale(FOUR_STEPS.names, 0), {1: 0, 2: 1, 3: 2, 4: 3}),
        (Scale(("Alone", "Helps others")), FOUR_STEPS, {1: 3, 2: 4}),
        (Scale(("a", "b")), Scale(("c", "d"), 0), {1: 0, 2: 1}),
        (FOUR_STEPS, NOUGHT_TO_SIX, {}),  # nothing says which is which: a person does
    ],
)
def test_levels_are_matched_by_name_or_by_place(former: Scale, new: Scale, expected: dict[int, int]) -> None:
    assert same_levels(former, new) == expected
    assert not expected or not problem_with_levels(expected, former, new)


@pytest.mark.parametrize(
    ("levels", "says"),
    [
        ({1: 1, 2: 2, 3: 3, 4: 5}, ""),
        ({3: 3}, ""),
        ({1: 3, 2: 3}, ""),
        ({}, "at least one"),
        ({2: 3, 3: 2}, "higher level cannot"),
        ({5: 1}, "levels of the two"),
        ({1: 7}, "levels of the two"),
    ],
)
def test_a_higher_level_never_counts_as_a_lower_one(levels: dict[int, int], says: str) -> None:
    problem = problem_with_levels(levels, FOUR_STEPS, NOUGHT_TO_SIX)
    assert says in problem and bool(says) == bool(problem)


def test_levels_that_are_left_out_are_named() -> None:
    assert levels_in_words({3: 3, 4: 5}, FOUR_STEPS, NOUGHT_TO_SIX) == (
        "“Alone” counts as “Competent” and “Helps others” counts as “Expert”. "
        "Not carried over: “With help” and “With prompting”."
    )
    assert levels_in_words({1: 1, 2: 2, 3: 3, 4: 4}, FOUR_STEPS, FOUR_STEPS) == (
        "Each level counts as the level of the same name."
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, []),
        ({"text": "Other words"}, ["another text"]),
        ({"text": ""}, ["no text any more"]),
        ({"section": "Groups"}, ["now under “Groups”"]),
        ({"floor": 2}, ["the floor is “With prompting” instead of none"]),
        ({"anchors": {1: "Watches", 3: "Leads"}}, ["what “Alone” looks like"]),
    ],
)
def test_what_differs_is_said_in_words(change: dict, says: list[str]) -> None:
    was = {"short_title": "Risk", "text": "Words", "anchors": {1: "Watches"}}
    assert differences(Worded(**was), Worded(**was | change), FOUR_STEPS, FOUR_STEPS) == says


@pytest.mark.parametrize(
    ("worded", "fields"),
    [
        (Worded("Risk", "Words", "A", 2, {1: "Watches"}), set()),
        (Worded(" "), {"short_title"}),
        (Worded("x" * 81, "x" * 2001, "x" * 121, 5, {1: "x" * 501, 9: "x"}),
         {"short_title", "text", "section", "floor", "anchor_1", "anchor_9"}),
    ],
)  # fmt: skip
def test_every_problem_of_a_standard_is_said_at_once(worded: Worded, fields: set[str]) -> None:
    assert set(worded.tidied().problems(FOUR_STEPS)) == fields
