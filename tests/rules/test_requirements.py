"""Which requirements bind a person on a date: posts add up, gaps start anew, decisions for one person are kept."""

import pytest

from tcsuper.rules.requirements import Asked, Binding, Override, PostHeld, binding, left_out
from tcsuper.rules.standing import Span, Status
from tests.rules.days import day, maybe, span

OFFICER, MANAGER = 1, 2
TCAT, RESTRAINT, REGISTRATION = 11, 12, 21
ALWAYS = span("1 January 2020")
ASKED = [
    Asked(TCAT, OFFICER, ALWAYS),
    Asked(RESTRAINT, OFFICER, ALWAYS),
    Asked(REGISTRATION, MANAGER, ALWAYS),
]


def post(job_description: int, start: str, end: str | None = None) -> PostHeld:
    return PostHeld(job_description, span(start, end))


def bound(posts: list[PostHeld], on: str, asked: list[Asked] = ASKED) -> list[tuple[int, Span]]:
    return [(one.requirement, one.span) for one in binding(posts, asked, [], day(on))]


@pytest.mark.parametrize(
    ("posts", "on", "wanted", "story"),
    [
        ([], "1 June 2026", [], "no post, nothing asked"),
        (
            [post(OFFICER, "1 March 2026")],
            "1 March 2026",
            [(TCAT, span("1 March 2026")), (RESTRAINT, span("1 March 2026"))],
            "from the first day",
        ),
        ([post(OFFICER, "1 March 2026")], "28 February 2026", [], "the day before"),
        (
            [post(OFFICER, "1 March 2026", "31 May 2026")],
            "31 May 2026",
            [(TCAT, span("1 March 2026", "31 May 2026")), (RESTRAINT, span("1 March 2026", "31 May 2026"))],
            "the last day",
        ),
        ([post(OFFICER, "1 March 2026", "31 May 2026")], "1 June 2026", [], "leaving the post stops its clock"),
        (
            [post(OFFICER, "1 March 2024"), post(MANAGER, "1 May 2026", "31 July 2026")],
            "1 June 2026",
            [
                (TCAT, span("1 March 2024")),
                (RESTRAINT, span("1 March 2024")),
                (REGISTRATION, span("1 May 2026", "31 July 2026")),
            ],
            "acting up adds, from its own start",
        ),
        (
            [post(OFFICER, "1 March 2024"), post(MANAGER, "1 May 2026", "31 July 2026")],
            "1 August 2026",
            [(TCAT, span("1 March 2024")), (RESTRAINT, span("1 March 2024"))],
            "and stops when it is over",
        ),
        (
            [post(OFFICER, "1 March 2026"), post(OFFICER, "1 January 2025")],
            "1 June 2026",
            [(TCAT, span("1 January 2025")), (RESTRAINT, span("1 January 2025"))],
            "two communities: once, from the earlier start",
        ),
        (
            [post(OFFICER, "1 January 2025", "28 February 2026"), post(OFFICER, "1 March 2026")],
            "1 June 2026",
            [(TCAT, span("1 January 2025")), (RESTRAINT, span("1 January 2025"))],
            "moved to another community overnight: the clock runs on",
        ),
        (
            [post(OFFICER, "1 January 2025", "27 February 2026"), post(OFFICER, "1 March 2026")],
            "1 June 2026",
            [(TCAT, span("1 March 2026")), (RESTRAINT, span("1 March 2026"))],
            "came back after a gap: from the new start",
        ),
    ],
)
def test_posts(posts: list[PostHeld], on: str, wanted: list[tuple[int, Span]], story: str) -> None:
    assert bound(posts, on) == wanted, story


@pytest.mark.parametrize(
    ("asked", "on", "wanted", "story"),
    [
        (Asked(TCAT, OFFICER, span("1 May 2026")), "30 April 2026", [], "asked from May on"),
        (
            Asked(TCAT, OFFICER, span("1 May 2026")),
            "1 May 2026",
            [(TCAT, span("1 May 2026"))],
            "the clock of what is asked later starts later",
        ),
        (Asked(TCAT, OFFICER, span("1 January 2020", "30 April 2026")), "1 May 2026", [], "no longer asked"),
        (
            Asked(TCAT, OFFICER, span("1 January 2020", "1 March 2026")),
            "1 March 2026",
            [(TCAT, span("1 March 2026", "1 March 2026"))],
            "asked for the last time on the first day in post",
        ),
        (
            Asked(TCAT, OFFICER, span("1 January 2020", "30 June 2026")),
            "1 May 2026",
            [(TCAT, span("1 March 2026", "30 June 2026"))],
            "asked until June",
        ),
        (Asked(TCAT, None, span("1 April 2026")), "1 May 2026", [(TCAT, span("1 April 2026"))], "this person's own"),
        (Asked(TCAT, None, span("1 April 2026")), "31 March 2026", [], "not yet this person's own"),
        (Asked(TCAT, MANAGER, ALWAYS), "1 May 2026", [], "of a post that is not held"),
    ],
)
def test_what_is_asked_when(asked: Asked, on: str, wanted: list[tuple[int, Span]], story: str) -> None:
    assert bound([post(OFFICER, "1 March 2026")], on, [asked]) == wanted, story


def test_the_same_thing_asked_by_two_documents_binds_once_from_the_earlier_start() -> None:
    asked = [Asked(TCAT, OFFICER, ALWAYS, same="TCAT 1"), Asked(31, MANAGER, ALWAYS, same="TCAT 1")]
    both = [post(OFFICER, "1 March 2026"), post(MANAGER, "1 January 2025")]
    assert bound(both, "1 June 2026", asked) == [(31, span("1 January 2025"))]


def test_the_same_thing_asked_of_the_person_too_binds_once() -> None:
    asked = [Asked(TCAT, OFFICER, ALWAYS, same="TCAT 1"), Asked(99, None, span("1 February 2026"), same="TCAT 1")]
    assert bound([post(OFFICER, "1 March 2026")], "1 June 2026", asked) == [(99, span("1 February 2026"))]


@pytest.mark.parametrize(
    ("posts", "asked", "started_on", "story"),
    [
        ([post(OFFICER, "1 March 2024")], ALWAYS, "1 March 2024", "asked before: from the start in post"),
        (
            [post(OFFICER, "1 March 2024")],
            span("1 May 2026"),
            "1 March 2024",
            "the number was set or changed in May: still days after starting in post, no clock begins anew",
        ),
        (
            [post(OFFICER, "1 March 2024", "31 March 2026"), post(OFFICER, "1 April 2026")],
            span("1 May 2026"),
            "1 March 2024",
            "moved overnight, before it was asked",
        ),
        (
            [post(OFFICER, "1 March 2024", "30 March 2026"), post(OFFICER, "1 April 2026")],
            span("1 May 2026"),
            "1 April 2026",
            "came back after a gap",
        ),
        ([post(MANAGER, "1 March 2024"), post(OFFICER, "1 April 2026")], ALWAYS, "1 April 2026", "the other post asks"),
    ],
)
def test_targets_count_from_the_start_in_post(posts: list[PostHeld], asked: Span, started_on: str, story: str) -> None:
    [found] = binding(posts, [Asked(TCAT, OFFICER, asked)], [], day("1 June 2026"))
    assert found.started_on == day(started_on), story


def test_what_is_asked_of_the_person_alone_counts_from_the_day_it_is_asked() -> None:
    [found] = binding([post(OFFICER, "1 March 2024")], [Asked(99, None, span("1 May 2026"))], [], day("1 June 2026"))
    assert found.started_on == day("1 May 2026")


# ---------------------------------------------------------------------------------------------------------------------
# Decisions for one person


def decided(kind: str, start: str, end: str | None = None, requirement: int = TCAT) -> Override:
    return Override(requirement, kind, span(start, end), "Trained at another prison.", "Carol Hughes")


@pytest.mark.parametrize(
    ("overrides", "on", "kind", "extended_to", "story"),
    [
        ([], "1 June 2026", None, None, "nothing decided"),
        ([decided("waived", "1 May 2026")], "1 June 2026", "waived", None, "waived for good"),
        ([decided("waived", "1 May 2026")], "1 May 2026", "waived", None, "waived from today"),
        ([decided("extended", "1 May 2026", "31 July 2026")], "1 May 2026", "extended", "31 July 2026", "from today"),
        ([decided("waived", "1 May 2026")], "30 April 2026", None, None, "as at the day before"),
        ([decided("exempt", "1 May 2026", "31 May 2026")], "31 May 2026", "exempt", None, "the last day of it"),
        ([decided("exempt", "1 May 2026", "31 May 2026")], "1 June 2026", None, None, "over"),
        ([decided("extended", "1 May 2026", "31 July 2026")], "1 June 2026", "extended", "31 July 2026", "extended"),
        (
            [decided("extended", "1 May 2026", "31 July 2026")],
            "1 September 2026",
            "extended",
            "31 July 2026",
            "the new due day stays when it has passed",
        ),
        (
            [
                decided("extended", "1 May 2026", "31 July 2026"),
                decided("extended", "1 July 2026", "30 September 2026"),
            ],
            "1 August 2026",
            "extended",
            "30 September 2026",
            "extended again: the later decision",
        ),
        (
            [decided("waived", "1 May 2026"), decided("extended", "20 May 2026", "31 July 2026")],
            "1 June 2026",
            "waived",
            None,
            "waived speaks before extended",
        ),
        ([decided("waived", "1 May 2026", requirement=RESTRAINT)], "1 June 2026", None, None, "of something else"),
    ],
)
def test_decisions(overrides: list[Override], on: str, kind: str | None, extended_to: str | None, story: str) -> None:
    [found] = binding([post(OFFICER, "1 March 2026")], ASKED[:1], overrides, day(on))
    assert (found.override.kind if found.override else None) == kind, story
    assert found.extended_to == maybe(extended_to), story


def test_a_decision_about_either_document_holds_for_both() -> None:
    asked = [Asked(TCAT, OFFICER, ALWAYS, same="TCAT 1"), Asked(31, MANAGER, ALWAYS, same="TCAT 1")]
    posts = [post(OFFICER, "1 March 2026"), post(MANAGER, "1 January 2025")]
    [found] = binding(posts, asked, [decided("waived", "1 May 2026")], day("1 June 2026"))
    assert found.override is not None


@pytest.mark.parametrize(
    ("override", "because"),
    [
        (
            decided("waived", "1 May 2026"),
            "TCAT 1 is waived for this person from 1 May 2026, decided by Carol Hughes: Trained at another prison.",
        ),
        (
            decided("exempt", "1 May 2026", "31 July 2026"),
            "TCAT 1 is not asked of this person (exempt) from 1 May 2026 until 31 July 2026, decided by Carol Hughes: "
            "Trained at another prison.",
        ),
    ],
)
def test_what_is_said_of_what_is_left_out(override: Override, because: str) -> None:
    found = left_out("TCAT 1", Binding(TCAT, ALWAYS, override), day("1 June 2026"))
    assert found is not None
    assert (found.status, found.since, found.because) == (Status.EXEMPT, day("1 May 2026"), because)


def test_what_is_extended_or_over_is_judged() -> None:
    extended = Binding(TCAT, ALWAYS, decided("extended", "1 May 2026", "31 July 2026"))
    over = Binding(TCAT, ALWAYS, decided("exempt", "1 May 2026", "31 May 2026"))
    assert left_out("TCAT 1", extended, day("1 June 2026")) is None
    assert left_out("TCAT 1", over, day("1 June 2026")) is None
    assert left_out("TCAT 1", Binding(TCAT, ALWAYS), day("1 June 2026")) is None
