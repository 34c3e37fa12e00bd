"""Who carries a led responsibility, and what falls uncovered when somebody goes."""

from collections.abc import Collection

import pytest

from tcsuper.rules.responsibilities import Cover, Holding, Led, coverage, what_if
from tcsuper.rules.standing import Span
from tests.rules.days import day, span

ON = day("1 June 2026")
AUDIT, LIBRARY = 1, 2
OAK, ELM = 10, 20
ASHA, BEN, CAROL = 101, 102, 103
THIS_YEAR = span("1 January 2026")
NAMES = {ASHA: "Asha Rao", BEN: "Ben Lee", CAROL: "Carol Hughes"}
LED = Led(AUDIT, OAK, "Audit baselines", "Oak")


def held(staff: int, kind: str, dates: Span = THIS_YEAR, responsibility: int = AUDIT, community: int = OAK) -> Holding:
    return Holding(responsibility, community, staff, NAMES[staff], kind, dates)


@pytest.mark.parametrize(
    ("holdings", "not_able", "verdict", "staff", "because", "next_step"),
    [
        (
            [],
            (),
            Cover.UNCOVERED,
            (),
            "Audit baselines in Oak is uncovered: nobody leads it and nobody deputises.",
            "Name a lead.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "deputy")],
            (),
            Cover.COVERED,
            (ASHA, BEN),
            "Audit baselines in Oak is led by Asha Rao, with Ben Lee as deputy.",
            "",
        ),
        (
            [held(ASHA, "lead"), held(CAROL, "deputy"), held(BEN, "deputy")],
            (),
            Cover.COVERED,
            (ASHA, BEN, CAROL),
            "Audit baselines in Oak is led by Asha Rao, with Ben Lee and Carol Hughes as deputies.",
            "",
        ),
        (
            [held(ASHA, "lead")],
            (),
            Cover.SINGLE_HELD,
            (ASHA,),
            "Audit baselines in Oak rests on Asha Rao alone.",
            "Name a deputy.",
        ),
        (
            [held(ASHA, "deputy")],
            (),
            Cover.SINGLE_HELD,
            (ASHA,),
            "Audit baselines in Oak rests on Asha Rao alone, a deputy: no lead is named.",
            "Name a lead.",
        ),
        (
            [held(ASHA, "deputy"), held(BEN, "deputy")],
            (),
            Cover.COVERED,
            (ASHA, BEN),
            "Audit baselines in Oak is covered by Asha Rao and Ben Lee as deputies; no lead is named.",
            "Name a lead.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "lead")],
            (),
            Cover.DOUBLY_LED,
            (ASHA, BEN),
            "Audit baselines in Oak has two leads: Asha Rao and Ben Lee.",
            "Agree which of them leads.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "in_development")],
            (),
            Cover.SINGLE_HELD,
            (ASHA, BEN),
            "Audit baselines in Oak rests on Asha Rao alone; Ben Lee is in development.",
            "Name a deputy.",
        ),
        (
            [held(BEN, "in_development")],
            (),
            Cover.UNCOVERED,
            (BEN,),
            "Audit baselines in Oak is uncovered: nobody leads it and nobody deputises; Ben Lee is in development.",
            "Name a lead.",
        ),
        (
            [held(ASHA, "lead")],
            {(ASHA, AUDIT)},
            Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE,
            (ASHA,),
            "Audit baselines in Oak is held only by Asha Rao, who does not meet what it asks for.",
            "See what the holder lacks, or name somebody else.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "deputy")],
            {(ASHA, AUDIT), (BEN, AUDIT)},
            Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE,
            (ASHA, BEN),
            "Audit baselines in Oak is held only by Asha Rao and Ben Lee, who do not meet what it asks for.",
            "See what the holder lacks, or name somebody else.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "deputy")],
            {(ASHA, AUDIT)},
            Cover.SINGLE_HELD,
            (ASHA, BEN),
            "Audit baselines in Oak rests on Ben Lee alone; Asha Rao does not meet what it asks for.",
            "Name a deputy.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "deputy")],
            {(ASHA, LIBRARY)},
            Cover.COVERED,
            (ASHA, BEN),
            "Audit baselines in Oak is led by Asha Rao, with Ben Lee as deputy.",
            "",
        ),
        (
            [held(ASHA, "lead"), held(ASHA, "deputy")],
            (),
            Cover.SINGLE_HELD,
            (ASHA,),
            "Audit baselines in Oak rests on Asha Rao alone.",
            "Name a deputy.",
        ),
        (
            [held(ASHA, "lead", span("1 January 2026", "31 May 2026")), held(BEN, "deputy", span("2 June 2026"))],
            (),
            Cover.UNCOVERED,
            (),
            "Audit baselines in Oak is uncovered: nobody leads it and nobody deputises.",
            "Name a lead.",
        ),
        (
            [held(ASHA, "lead", span("1 January 2026", "1 June 2026")), held(BEN, "deputy", span("1 June 2026"))],
            (),
            Cover.COVERED,
            (ASHA, BEN),
            "Audit baselines in Oak is led by Asha Rao, with Ben Lee as deputy.",
            "",
        ),
        (
            [held(ASHA, "lead", community=ELM), held(BEN, "lead", responsibility=LIBRARY)],
            (),
            Cover.UNCOVERED,
            (),
            "Audit baselines in Oak is uncovered: nobody leads it and nobody deputises.",
            "Name a lead.",
        ),
    ],
)
def test_coverage(
    holdings: list[Holding],
    not_able: Collection[tuple[int, int]],
    verdict: Cover,
    staff: tuple[int, ...],
    because: str,
    next_step: str,
) -> None:
    [found] = coverage([LED], holdings, ON, not_able)
    assert (found.verdict, found.staff, found.because, found.next_step) == (verdict, staff, because, next_step)


def test_each_responsibility_is_looked_at_in_each_community() -> None:
    led = [LED, Led(AUDIT, ELM, "Audit baselines", "Elm"), Led(LIBRARY, OAK, "Library", "Oak")]
    found = coverage(led, [held(ASHA, "lead"), held(BEN, "deputy"), held(BEN, "lead", community=ELM)], ON)
    assert [one.verdict for one in found] == [Cover.COVERED, Cover.SINGLE_HELD, Cover.UNCOVERED]


@pytest.mark.parametrize(
    ("last_of_asha", "on", "verdict"),
    [
        ("30 June 2026", "30 June 2026", Cover.COVERED),
        ("30 June 2026", "1 July 2026", Cover.SINGLE_HELD),
        ("30 June 2026", "1 August 2026", Cover.SINGLE_HELD),
    ],
)
def test_somebody_who_goes_is_gone_from_the_day_after(last_of_asha: str, on: str, verdict: Cover) -> None:
    gone = {ASHA: day("1 July 2026")}
    [found] = coverage([LED], [held(ASHA, "lead"), held(BEN, "deputy")], day(on), gone=gone)
    assert found.verdict is verdict


def test_what_if_shows_only_what_changes_the_worst_first() -> None:
    led = [
        LED,
        Led(AUDIT, ELM, "Audit baselines", "Elm"),
        Led(LIBRARY, OAK, "Library", "Oak"),
        Led(LIBRARY, ELM, "Library", "Elm"),
    ]
    holdings = [
        held(ASHA, "lead"),
        held(BEN, "deputy"),
        held(ASHA, "lead", community=ELM),
        held(ASHA, "lead", responsibility=LIBRARY),
        held(BEN, "lead", responsibility=LIBRARY),
        held(CAROL, "lead", responsibility=LIBRARY, community=ELM),
    ]
    changes = what_if(led, holdings, day("1 July 2026"), {ASHA: day("1 July 2026")})
    assert [(one.before.led.title, one.before.led.community_name) for one in changes] == [
        ("Audit baselines", "Elm"),
        ("Audit baselines", "Oak"),
        ("Library", "Oak"),
    ]
    assert [(one.before.verdict, one.after.verdict, one.is_worse) for one in changes] == [
        (Cover.SINGLE_HELD, Cover.UNCOVERED, True),
        (Cover.COVERED, Cover.SINGLE_HELD, True),
        (Cover.DOUBLY_LED, Cover.SINGLE_HELD, False),
    ]


def test_losing_one_of_two_deputies_is_a_change_but_no_worse() -> None:
    holdings = [held(ASHA, "lead"), held(BEN, "deputy"), held(CAROL, "deputy")]
    [change] = what_if([LED], holdings, ON, {CAROL: ON})
    assert (change.after.verdict, change.is_worse) == (Cover.COVERED, False)


def test_what_if_two_people_go() -> None:
    holdings = [held(ASHA, "lead"), held(BEN, "deputy"), held(CAROL, "in_development")]
    [change] = what_if([LED], holdings, ON, {ASHA: ON, BEN: ON})
    assert change.after.because == (
        "Audit baselines in Oak is uncovered: nobody leads it and nobody deputises; Carol Hughes is in development."
    )
