"""What is shaped like something that identifies a resident, and what is not."""

from datetime import date

import pytest

from tcsuper.rules.identifying import identifying_shapes, identifying_warning

TODAY = date(2026, 11, 22)
PRISON, NHS, BIRTH = "a prison number", "an NHS number", "a date of birth"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We spoke of A1234BC again", [PRISON]),
        ("number a1234bc.", [PRISON]),
        ("(A 1234 BC)", [PRISON]),
        ("943 476 5919", [NHS]),
        ("943-476-5919", [NHS]),
        ("nhs 9434765919", [NHS]),
        ("12/05/1985", [BIRTH]),
        ("12.5.85", [BIRTH]),
        ("1985-05-12", [BIRTH]),
        ("12 May 1985", [BIRTH]),
        ("on the 1st of September 1979", [BIRTH]),
        ("DOB: 2/5/2025", [BIRTH]),
        ("born on 2 May", [BIRTH]),
        ("A1234BC, 943 476 5919, 12/05/1985", [PRISON, NHS, BIRTH]),
    ],
)
def test_it_is_noticed(text: str, found: list[str]) -> None:
    assert identifying_shapes(text, TODAY) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Next time on 2 May 2026, or 02/05/2026",
        "She started here on 3 January 2023",
        "TCAT 2 and TCAT 3; standard 12; 90 minutes",
        "telephone 0117 496 0123",
        "0117 4960123, extension 4012",
        "BA1234BCD",
        "in 1985",
        "a ratio of 1/2/3",
        "May I say that 12 of them maybe came",
        "reborn 3 times in the group's imagination, she said",
        "12345678901234567890",
    ],
)
def test_it_is_left_alone(text: str) -> None:
    assert identifying_warning(text, TODAY) == ""


def test_the_warning_is_one_sentence_with_what_to_do() -> None:
    said = identifying_warning("A1234BC, born on 2 May", TODAY)
    assert said == (
        "This holds something that looks like a prison number and a date of birth. "
        "If it identifies a resident, take it out."
    )


def test_long_text_is_looked_at_in_no_time() -> None:
    assert identifying_warning("1 " * 25_000 + "A1234BC", TODAY).startswith("This holds something that looks like")
