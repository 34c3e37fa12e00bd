import pytest

from tcsuper.rules.job_descriptions import (
    document_key,
    is_same_version,
    short_title_of,
    version_key,
    version_printed,
)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("OR-JES-1-JD-B4 : POS : Orchard v9.0", "or-jes-1-JD-B4: POS: Orchard", True),
        ("OR-JES-1 Orchard v9.0", "OR-JES-1 Orchard (V10.0)", True),
        ("OR-JES-1 Orchard, version 2", "OR-JES-1 Orchard", True),
        ("OR-JES-1 Orchard", "OR-JES-2 Orchard", False),
        ("JD 12", "JD 13", False),
        ("Rev1", "Rev2", False),
        ("Level 4", "Level 5", False),
    ],
)
def test_a_document_is_the_same_by_its_reference_without_its_version(one: str, other: str, is_same: bool) -> None:
    assert (document_key(one) == document_key(other)) is is_same


@pytest.mark.parametrize("nothing", ["", "  ", " - ", "v9.0"])
def test_without_a_reference_nothing_says_which_document_it_is(nothing: str) -> None:
    assert document_key(nothing) == ""


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("9.0", "v9", True),
        ("Version 9.0", " 9 ", True),
        ("9.0", "9.1", False),
        ("9.10", "9.1", False),
        ("", "", True),
        ("", "0", False),
        ("draft", "Draft", True),
        ("draft", "final", False),
    ],
)
def test_versions_are_the_same_however_they_are_printed(one: str, other: str, is_same: bool) -> None:
    assert is_same_version(one, other) is is_same


def test_versions_stand_in_order() -> None:
    in_order = ["", "v2.0", "9.9", "9.10", "10", "draft"]
    assert sorted(reversed(in_order), key=version_key) == in_order


def test_the_version_is_the_printed_one_or_the_end_of_the_reference() -> None:
    assert version_printed(" 8.0 ", "Orchard v9.0") == "8.0"
    assert version_printed("", "Orchard v9.0") == "9.0"
    assert version_printed("", "Orchard 9") == ""


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("count the ladders each Friday; write it down", "Count the ladders each Friday"),
        ("Prune, and burn what is cut", "Prune, and burn what is cut"),
        ("…", "…"),
        ("x" * 200, "X" + "x" * 79),
    ],
)
def test_a_responsibility_is_called_by_its_first_clause(text: str, title: str) -> None:
    assert short_title_of(text) == title


def test_a_title_is_cut_between_words_and_does_not_lead_on() -> None:
    title = short_title_of(
        "Walk the whole orchard with each of the new pickers before they are given the keys to a shed"
    )
    assert len(title) <= 80 and title.split()[-1] not in {"the", "to", "they"} and title.startswith("Walk the whole")
