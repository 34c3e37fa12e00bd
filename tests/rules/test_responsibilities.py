"""Who carries a led responsibility, and what falls uncovered when somebody goes."""

from collections.abc import Collection
from datetime import date

import pytest

from tcsuper.rules.responsibilities import (
    Candidate,
    Circle,
    Cover,
    Holding,
    Led,
    Vacancy,
    coverage,
    over_loaded,
    ranked,
    tally,
    what_if,
)
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


def by_post(staff: int) -> Holding:
    return Holding(AUDIT, OAK, staff, NAMES[staff], "lead", THIS_YEAR, "TC officer")


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
            "See what Asha Rao still needs, or name somebody else.",
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


# ---------------------------------------------------------------------------------------------------------------------
# Away, and by post

BACK = day("3 June 2026")
TC_OFFICER = "TC officer"


@pytest.mark.parametrize(
    ("holdings", "away", "not_able", "verdict", "said", "next_step"),
    [
        (
            [held(ASHA, "lead")],
            {ASHA: BACK},
            (),
            Cover.UNCOVERED,
            "is uncovered: Asha Rao is away until 3 June 2026.",
            "Name somebody for as long as they are away.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "deputy")],
            {ASHA: BACK},
            (),
            Cover.SINGLE_HELD,
            "rests on Ben Lee alone; Asha Rao is away until 3 June 2026.",
            "Name another deputy for as long as they are away.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "deputy")],
            {BEN: None},
            (),
            Cover.SINGLE_HELD,
            "rests on Asha Rao alone; Ben Lee is away.",
            "Name another deputy for as long as they are away.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "deputy")],
            {ASHA: BACK, BEN: None},
            (),
            Cover.UNCOVERED,
            "is uncovered: Asha Rao is away until 3 June 2026 and Ben Lee is away.",
            "Name somebody for as long as they are away.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "deputy"), held(CAROL, "deputy")],
            {ASHA: BACK},
            (),
            Cover.COVERED,
            "is covered by Ben Lee and Carol Hughes as deputies; Asha Rao is away until 3 June 2026.",
            "",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "lead")],
            {BEN: BACK},
            (),
            Cover.SINGLE_HELD,
            "rests on Asha Rao alone; Ben Lee is away until 3 June 2026.",
            "Name a deputy.",
        ),
        (
            [held(ASHA, "lead"), held(BEN, "deputy")],
            {ASHA: BACK},
            {(BEN, AUDIT)},
            Cover.HELD_ONLY_BY_SOMEONE_NOT_ABLE,
            "is held only by Ben Lee, who does not meet what it asks for; Asha Rao is away until 3 June 2026.",
            "See what the holder lacks, or name somebody else.",
        ),
        (  # who is away is not said to be unable besides
            [held(ASHA, "lead"), held(BEN, "deputy")],
            {ASHA: BACK},
            {(ASHA, AUDIT)},
            Cover.SINGLE_HELD,
            "rests on Ben Lee alone; Asha Rao is away until 3 June 2026.",
            "Name another deputy for as long as they are away.",
        ),
        (  # who is only learning covers nothing, away or not
            [held(ASHA, "lead"), held(BEN, "in_development")],
            {BEN: BACK},
            (),
            Cover.SINGLE_HELD,
            "rests on Asha Rao alone; Ben Lee is in development.",
            "Name a deputy.",
        ),
    ],
)
def test_who_is_away_covers_nothing_that_day(
    holdings: list[Holding],
    away: dict[int, date | None],
    not_able: Collection[tuple[int, int]],
    verdict: Cover,
    said: str,
    next_step: str,
) -> None:
    [found] = coverage([LED], holdings, ON, not_able, away=away)
    assert (found.verdict, found.because, found.next_step) == (verdict, f"Audit baselines in Oak {said}", next_step)


VACANT = Vacancy(AUDIT, OAK, TC_OFFICER)


@pytest.mark.parametrize(
    ("holdings", "vacant", "gone", "verdict", "said"),
    [
        ([by_post(ASHA)], (), {}, Cover.SINGLE_HELD, "rests on Asha Rao (by post) alone."),
        (
            [by_post(ASHA), by_post(BEN)],
            (),
            {},
            Cover.DOUBLY_LED,
            "has two leads: Asha Rao (by post) and Ben Lee (by post).",
        ),
        ([by_post(ASHA), held(ASHA, "lead")], (), {}, Cover.SINGLE_HELD, "rests on Asha Rao alone."),
        (
            [],
            (VACANT,),
            {},
            Cover.UNCOVERED,
            "is uncovered: it goes with the post of TC officer, which nobody has.",
        ),
        (
            [held(BEN, "deputy")],
            (VACANT,),
            {},
            Cover.SINGLE_HELD,
            "rests on Ben Lee alone, a deputy: no lead is named; nobody has the post of TC officer it also goes with.",
        ),
        (
            [by_post(ASHA)],
            (),
            {ASHA: ON},
            Cover.UNCOVERED,
            "is uncovered: it goes with the post of TC officer, which nobody has.",
        ),
        ([by_post(ASHA), by_post(BEN)], (), {ASHA: ON}, Cover.SINGLE_HELD, "rests on Ben Lee (by post) alone."),
    ],
)
def test_what_goes_with_a_post_is_held_by_whoever_has_it(
    holdings: list[Holding], vacant: Collection[Vacancy], gone: dict[int, date], verdict: Cover, said: str
) -> None:
    [found] = coverage([LED], holdings, ON, gone=gone, vacant=vacant)
    assert (found.verdict, found.because) == (verdict, f"Audit baselines in Oak {said}")


def test_somebody_who_goes_while_away_is_a_change_but_no_worse_that_day() -> None:
    [change] = what_if([LED], [held(ASHA, "lead")], ON, {ASHA: ON}, away={ASHA: None})
    assert (change.before.verdict, change.is_worse) == (Cover.UNCOVERED, False)


# ---------------------------------------------------------------------------------------------------------------------
# Who carries much, who could take one on


@pytest.mark.parametrize(
    ("most", "found"),
    [(0, [("Asha Rao", 3), ("Ben Lee", 1)]), (1, [("Asha Rao", 3)]), (2, [("Asha Rao", 3)]), (3, [])],
)
def test_over_loaded_is_who_leads_or_deputises_for_more(most: int, found: list[tuple[str, int]]) -> None:
    led = [LED, Led(AUDIT, ELM, "Audit baselines", "Elm"), Led(LIBRARY, OAK, "Library", "Oak")]
    holdings = [
        held(ASHA, "lead"),
        held(ASHA, "deputy", community=ELM),
        held(ASHA, "lead", responsibility=LIBRARY),
        held(ASHA, "deputy", responsibility=LIBRARY),  # the same one: counted once
        held(BEN, "deputy"),
        held(CAROL, "in_development"),  # carries nothing yet
    ]
    covered = coverage(led, holdings, ON, away={ASHA: None})
    assert [(load.name, load.how_many) for load in over_loaded(covered, most)] == found


def test_the_tally_names_every_verdict() -> None:
    covered = coverage([LED, Led(LIBRARY, OAK, "Library", "Oak")], [held(ASHA, "lead")], ON)
    assert {verdict.value: count for verdict, count in tally(covered).items()} == {
        "uncovered": 1,
        "held_only_by_someone_not_able": 0,
        "doubly_led": 0,
        "single_held": 1,
        "covered": 0,
    }


def candidate(
    name: str, circle: Circle = Circle.SAME_ROLE, lacks: int = 0, hidden: int = 0, carries: int = 0
) -> Candidate:
    return Candidate(1, name, "", circle, ("something.",) * lacks, ("Something",) * hidden, carries)


@pytest.mark.parametrize(
    ("why", "first", "then"),
    [
        ("of the same role before others", candidate("Zoe", lacks=3), candidate("Al", Circle.SAME_COMMUNITY)),
        ("here before elsewhere", candidate("Zoe", Circle.SAME_COMMUNITY, 3), candidate("Al", Circle.ELSEWHERE)),
        ("who lacks least", candidate("Zoe", lacks=1, carries=9), candidate("Al", lacks=2)),
        ("what is not shown may be missing", candidate("Zoe"), candidate("Al", hidden=1)),
        ("and counts like what is", candidate("Al", hidden=1), candidate("Zoe", lacks=1)),
        ("who carries least", candidate("Zoe", carries=1), candidate("Al", carries=2)),
        ("by name", candidate("Al"), candidate("Zoe")),
    ],
)
def test_candidates_are_ranked(why: str, first: Candidate, then: Candidate) -> None:
    assert ranked([then, first]) == [first, then], why
