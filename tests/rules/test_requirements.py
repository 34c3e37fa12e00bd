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


def asks(requirement: int, start: str, end: str | None = None, version: int = 1, owner: int | None = OFFICER) -> Asked:
    """TCAT 1 under one of its terms."""
    return Asked(requirement, owner, span(start, end), line="TCAT 1", version=version)


FORMER, PRESENT = asks(10, "1 January 2020", "30 April 2026"), asks(TCAT, "1 May 2026")


@pytest.mark.parametrize(
    ("posts", "asked", "counts_from", "asked_from", "story"),
    [
        ([post(OFFICER, "1 March 2024")], [asks(TCAT, "1 January 2020")], "1 March 2024", None, "asked before"),
        (
            [post(OFFICER, "1 March 2024")],
            [PRESENT],
            "1 May 2026",
            "1 May 2026",
            "new since May: whoever was in post has as long as a starter has",
        ),
        ([post(OFFICER, "1 May 2026")], [PRESENT], "1 May 2026", None, "started on the very day that it began"),
        ([post(OFFICER, "2 May 2026")], [PRESENT], "2 May 2026", None, "started the day after"),
        ([post(OFFICER, "30 April 2026")], [PRESENT], "1 May 2026", "1 May 2026", "started the day before"),
        (
            [post(OFFICER, "1 March 2024")],
            [FORMER, PRESENT],
            "1 March 2024",
            None,
            "another number since May: no clock starts anew",
        ),
        (
            [post(OFFICER, "1 March 2024")],
            [PRESENT, FORMER],
            "1 March 2024",
            None,
            "in whatever order they are kept",
        ),
        (
            [post(OFFICER, "1 March 2024")],
            [asks(9, "1 January 2020", "31 December 2024"), asks(10, "1 January 2025", "30 April 2026"), PRESENT],
            "1 March 2024",
            None,
            "changed twice",
        ),
        (
            [post(OFFICER, "1 March 2024")],
            [asks(10, "1 June 2025", "30 April 2026"), PRESENT],
            "1 June 2025",
            "1 June 2025",
            "new in June, changed in May: still from June",
        ),
        (
            [post(OFFICER, "1 March 2024")],
            [asks(10, "1 January 2020", "29 April 2026"), PRESENT],
            "1 May 2026",
            "1 May 2026",
            "dropped for a day, then asked again: that is new",
        ),
        (
            [post(OFFICER, "1 March 2024")],
            [asks(10, "1 January 2020", "30 April 2026", owner=MANAGER), PRESENT],
            "1 May 2026",
            "1 May 2026",
            "asked before of another post: that is not a former number",
        ),
        (
            [post(OFFICER, "1 March 2024", "31 March 2026"), post(OFFICER, "1 April 2026")],
            [FORMER, PRESENT],
            "1 March 2024",
            None,
            "moved overnight, before the number changed",
        ),
        (
            [post(OFFICER, "1 March 2024", "31 March 2026"), post(OFFICER, "1 April 2026")],
            [PRESENT],
            "1 May 2026",
            "1 May 2026",
            "moved overnight, before it was asked",
        ),
        (
            [post(OFFICER, "1 March 2024", "30 March 2026"), post(OFFICER, "1 April 2026")],
            [FORMER, PRESENT],
            "1 April 2026",
            None,
            "came back after a gap: a new start",
        ),
        (
            [post(OFFICER, "1 March 2024", "30 April 2026"), post(OFFICER, "2 May 2026")],
            [PRESENT],
            "2 May 2026",
            None,
            "away on the day that it began: a starter like any other",
        ),
        (
            [post(MANAGER, "1 March 2024"), post(OFFICER, "1 April 2026")],
            [FORMER, PRESENT],
            "1 April 2026",
            None,
            "the other post does not ask",
        ),
        (
            [post(OFFICER, "1 March 2024"), post(OFFICER, "1 June 2025", "31 August 2025")],
            [PRESENT],
            "1 May 2026",
            "1 May 2026",
            "two posts at once, both before",
        ),
    ],
)
def test_a_clock_starts_with_the_post_or_when_it_began_to_be_asked(
    posts: list[PostHeld], asked: list[Asked], counts_from: str, asked_from: str | None, story: str
) -> None:
    [found] = binding(posts, asked, [], day("1 June 2026"))
    assert found.requirement == TCAT, story
    assert (found.started_on, found.asked_from) == (day(counts_from), maybe(asked_from)), story


def test_what_two_documents_ask_in_the_same_words_counts_from_the_one_that_began_first() -> None:
    asked = [
        Asked(TCAT, OFFICER, ALWAYS, "TCAT 1", "TCAT 1"),
        Asked(31, MANAGER, span("1 May 2026"), "TCAT 1", "TCAT 1"),
    ]
    both = [post(OFFICER, "1 March 2025"), post(MANAGER, "1 January 2024")]
    [found] = binding(both, asked, [], day("1 June 2026"))
    assert (found.started_on, found.asked_from) == (day("1 March 2025"), None)


@pytest.mark.parametrize(
    ("asked", "version_from", "story"),
    [
        ([asks(TCAT, "1 January 2020")], "1 March 2024", "one version ever"),
        ([FORMER, asks(TCAT, "1 May 2026", version=2)], "1 May 2026", "the second since May"),
        ([FORMER, PRESENT], "1 March 2024", "another number, the same version"),
        (
            [
                asks(9, "1 January 2020", "30 June 2025"),
                asks(10, "1 July 2025", "30 April 2026", 2),
                asks(TCAT, "1 May 2026", None, 2),
            ],
            "1 July 2025",
            "the second since July, another number since May",
        ),
        (
            [asks(10, "1 January 2020", "30 April 2026", 3), asks(TCAT, "1 May 2026", None, 2)],
            "1 March 2024",
            "an older one counts again: never asked for less",
        ),
    ],
)
def test_since_when_a_version_is_asked_for(asked: list[Asked], version_from: str, story: str) -> None:
    [found] = binding([post(OFFICER, "1 March 2024")], asked, [], day("1 June 2026"))
    assert (found.version_from, found.started_on) == (day(version_from), day("1 March 2024")), story


def test_what_is_asked_of_the_person_alone_counts_from_the_day_it_is_asked() -> None:
    [found] = binding([post(OFFICER, "1 March 2024")], [Asked(99, None, span("1 May 2026"))], [], day("1 June 2026"))
    assert (found.started_on, found.asked_from) == (day("1 May 2026"), day("1 May 2026"))


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
