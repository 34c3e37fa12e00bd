"""What sessions come to for each minimum of a person, from what was entered through the services to the sentence."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.models import AttendanceStatus, Body, BodyRule, BodyRuleKind, OverrideKind, SupervisionSession
from tcsuper.queries.standing import hours_asked, standings, supervision_months
from tcsuper.rules.minimum import HoursOf
from tcsuper.rules.supervision import Verdict
from tcsuper.services.activity_figures import enter_hours
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import correct_session, record_session, void_session
from tests.databases import copy_of, in_use
from tests.rules.days import day
from tests.stories import Service, by_hand, make_service, on_day, read_aloud

FIRST = date(2026, 3, 2)
some_numbers = count(1)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """One service on each kind of database; every test has somebody of its own in it."""
    with copy_of("migrated", request.getfixturevalue(request.param)) as url, in_use(url):
        yield make_service()


def somebody(service: Service, grade: str = "", body: str = "bacp", job: str = "tc_officer") -> tuple[str, int]:
    """New in Ash, registered since, and their agreement with Rhian."""
    name = f"Somebody {next(some_numbers)}"
    service.starts(name, job, "2 February 2026", "Ash")
    if grade:
        service.registers(name, "2 February 2026", body, "1 January 2026", f"R{next(some_numbers)}", grade=grade)
    return name, service.agrees(name, "2 February 2026")


def told(service: Service, name: str, on: str, known_on: str | None = None, only: str = "Supervision by") -> str:
    return read_aloud([row for row in service.rows(name, on, known_on) if row.requirement.startswith(only)])


def works(service: Service, name: str, said_on: str, month: str, **hours: float) -> None:
    with on_day(said_on) as db:
        enter_hours(db, by=service.someone(name), month=day(month), **hours)


# ---------------------------------------------------------------------------------------------------------------------
# Bodies' rules by the hours worked


TRAINEE_BEFORE_HOURS = """
Supervision by BACP | not judged
    Supervision by BACP is not judged for April 2026: 100 of at least 90 minutes credited.
    Client hours for March 2026 and April 2026 are not entered.
    → Enter the hours on My record.
Supervision by BACP, at least fortnightly | due soon | 28 April 2026
    Supervision by BACP, at least fortnightly stands until 28 April 2026: 1 of 1 meeting in 14 days;
    the last that counts was on 14 April 2026.
    → Plan one by 28 April 2026.
"""

TRAINEE_WITH_HOURS = """
Supervision by BACP | up to date | 30 April 2026
    Supervision by BACP is met for April 2026: 100 of 97.5 minutes credited for 13 client hours.
Supervision by BACP, at least fortnightly | due soon | 28 April 2026
    Supervision by BACP, at least fortnightly stands until 28 April 2026: 1 of 1 meeting in 14 days;
    the last that counts was on 14 April 2026.
    → Plan one by 28 April 2026.
"""

TRAINEE_IN_MAY = """
Supervision by BACP | overdue | 31 March 2026
    Supervision by BACP was missed in April 2026, 2 months in a row: 100 of 120 minutes credited for 16 client hours;
    May 2026 has 0 of at least 90 minutes credited.
    → Plan 90 minutes of individual supervision by 31 May 2026.
Supervision by BACP, at least fortnightly | overdue | 28 April 2026
    Supervision by BACP, at least fortnightly is overdue: it was due 28 April 2026; 0 of 1 meeting in 14 days;
    the last that counts was on 14 April 2026.
    → Plan a session now.
"""


def test_bacp_trainee_by_client_hours_and_at_least_fortnightly(service: Service) -> None:
    who, alone = somebody(service, "trainee")
    service.meets(alone, "9 March 2026", 45, [who])
    service.meets(alone, "23 March 2026", 45, [who])
    service.meets(alone, "14 April 2026", 100, [who])
    assert told(service, who, "26 April 2026") == by_hand(TRAINEE_BEFORE_HOURS)
    works(service, who, "26 April 2026", "1 March 2026", client_hours=16)
    works(service, who, "26 April 2026", "1 April 2026", client_hours=13)
    assert told(service, who, "26 April 2026") == by_hand(TRAINEE_WITH_HOURS)
    assert told(service, who, "26 April 2026", known_on="25 April 2026") == by_hand(TRAINEE_BEFORE_HOURS)
    works(service, who, "3 May 2026", "1 April 2026", client_hours=16)
    assert told(service, who, "3 May 2026") == by_hand(TRAINEE_IN_MAY)


SUPERVISOR = """
Supervision by BABCP | overdue | 31 March 2026
    Supervision by BABCP was missed in March 2026: 60 of 90 minutes credited;
    April 2026 has 60 of 90 minutes credited a month, averaged over 2 months.
    → Plan 60 minutes of individual supervision by 30 April 2026.
Supervision by BABCP, for the supervising | up to date | 30 April 2026
    Supervision by BABCP, for the supervising is met for April 2026: 30 of 30 minutes credited for 10 supervising hours.
"""


def test_babcp_supervisor_has_supervision_of_the_work_and_of_the_supervising(service: Service) -> None:
    """10 hours of supervising ask for 30 minutes. Time for the supervising is none for the work, and the reverse."""
    who, alone = somebody(service, "supervisor", "babcp", "group_psychotherapist")
    of_it = service.agrees(who, "2 February 2026", supervisor="Carys Hughes", of_supervision=True)
    service.meets(alone, "9 March 2026", 60, [who])
    service.meets(alone, "7 April 2026", 60, [who])
    service.meets(of_it, "16 March 2026", 60, [who])
    service.meets(of_it, "13 April 2026", 30, [who])
    works(service, who, "20 April 2026", "1 April 2026", supervising_hours=10)
    assert told(service, who, "20 April 2026") == by_hand(SUPERVISOR)


IN_TRAINING = """
Supervision by BABCP | in progress
    Supervision by BABCP is under way: 2 h 30 min of 40 h since 2 February 2026.
    Not kept here: 5 hours for each of 8 cases.
"""


def test_babcp_in_training_is_counted_in_all_and_says_what_is_not_kept_here(service: Service) -> None:
    who, alone = somebody(service, "in training", "babcp")
    for on in ("9 March 2026", "7 April 2026"):
        service.meets(alone, on, 75, [who])
    assert told(service, who, "20 April 2026") == by_hand(IN_TRAINING)


def test_hours_are_asked_only_of_those_whose_rule_goes_by_them(service: Service) -> None:
    asked = {}
    for grade, body in (("trainee", "bacp"), ("supervisor", "babcp"), ("accredited", "babcp"), ("", "")):
        who, _ = somebody(service, grade, body)
        asked[grade] = hours_asked(service.rows(who, "20 April 2026"))
    assert asked == {"trainee": {HoursOf.CLIENT}, "supervisor": {HoursOf.SUPERVISING}, "accredited": set(), "": set()}


# ---------------------------------------------------------------------------------------------------------------------
# Exempt months


def verdicts(service: Service, name: str, title: str, on: str, known_on: str | None = None) -> list[Verdict]:
    with reading() as db:
        months = supervision_months(db, [service.people[name]], day(on), day(known_on) if known_on else None, 3)
    return [month.verdict for one in months if one.minimum.title == title for month in one.months]


def test_a_month_without_client_work_is_exempt_for_an_accredited_member_of_bacp(service: Service) -> None:
    who, alone = somebody(service, "accredited")
    service.meets(alone, "7 April 2026", 90, [who])
    title = "Supervision by BACP"
    before = verdicts(service, who, title, "3 May 2026")
    works(service, who, "4 May 2026", "1 March 2026", client_hours=0)
    assert before == [Verdict.SHORT, Verdict.MET, Verdict.SHORT_SO_FAR]
    assert verdicts(service, who, title, "4 May 2026") == [Verdict.EXEMPT, Verdict.MET, Verdict.SHORT_SO_FAR]
    assert verdicts(service, who, title, "4 May 2026", known_on="3 May 2026") == before


def test_an_exemption_that_is_over_still_holds_for_its_months(service: Service) -> None:
    who, _ = somebody(service)
    title = "Group clinical supervision"
    service.decides(who, "1 March 2026", title, OverrideKind.EXEMPT, "31 March 2026", "On a course away from here.")
    assert verdicts(service, who, title, "4 May 2026") == [Verdict.EXEMPT, Verdict.SHORT, Verdict.SHORT_SO_FAR]
    on_4_april = told(service, who, "4 April 2026", only=title)
    assert "was missed" not in on_4_april and "April 2026 stands at 0 of 90" in on_4_april


# ---------------------------------------------------------------------------------------------------------------------
# Rules with dates


def test_a_later_rule_of_a_body_takes_the_place_of_the_former_from_its_day_on(service: Service) -> None:
    who, alone = somebody(service, "accredited", "ncps")
    service.meets(alone, "7 April 2026", 90, [who])
    with on_day("1 April 2026") as db:
        db.add(
            BodyRule(
                body_id=db.exec(select(Body.id).where(Body.code == "ncps")).one() or 0,
                kind=BodyRuleKind.SUPERVISION,
                start_on=day("1 May 2026"),
                terms={"amount": 120, "rule_set": "service"},
            )
        )
    assert "is met for April 2026: 90 of 90 minutes" in told(service, who, "30 April 2026")
    now = told(service, who, "2 May 2026")
    assert now.count("Supervision by NCPS |") == 1 and "May 2026 stands at 0 of 120 minutes" in now


# ---------------------------------------------------------------------------------------------------------------------
# One session, several minima


BOTH = """
Group clinical supervision | up to date | 30 April 2026
    Group clinical supervision is met for April 2026: 90 of 90 minutes credited.
Supervision by BACP | overdue | 31 March 2026
    Supervision by BACP was missed in March 2026: 0 of 90 minutes credited;
    April 2026 has 67.5 of 90 minutes credited, 150 minutes attended.
    → Plan 23 minutes of individual supervision by 30 April 2026.
"""


def test_who_has_two_minima_meets_each_or_not_and_is_told_which_fails_and_by_how_much(service: Service) -> None:
    who, alone = somebody(service, "accredited")
    others = [f"Officer {next(some_numbers)}" for _ in range(11)]
    together = service.has_group(f"Group {next(some_numbers)}", "Ash", "2 March 2026", [who, *others])
    service.meets(together, "8 April 2026", 90, [who, *others])
    service.meets(alone, "14 April 2026", 60, [who])
    rows = service.rows(who, "20 April 2026")
    names = ("Group clinical supervision", "Supervision by BACP")
    assert read_aloud([row for row in rows if row.requirement in names]) == by_hand(BOTH)


# ---------------------------------------------------------------------------------------------------------------------
# Whatever is entered, in whatever order, and taken back

few = settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
"""Each example is a story of its own in a database."""


def hold(service: Service, who: str, agreement: int, held_on: date, minutes: int, said_on: date) -> int:
    with on_day(f"{said_on.day} {said_on:%B %Y}") as db:
        number = next(some_numbers) % 1440
        session = record_session(
            db,
            by=service.someone(),
            agreement_id=agreement,
            held_on=held_on,
            starts_at=f"{number // 60:02}:{number % 60:02}",
            minutes=minutes,
            entries=[Entry(service.people[who], AttendanceStatus.ATTENDED)],
        )
        return session.id or 0


def said(service: Service, who: str, on: date, known_on: date | None = None) -> str:
    with reading() as db:
        return read_aloud(standings(db, [service.people[who]], on, known_on))


def credited(service: Service, who: str, on: date) -> dict[tuple[str, date], Fraction]:
    """By minimum and month."""
    with reading() as db:
        months = supervision_months(db, [service.people[who]], on)
    return {(one.minimum.title, month.first): month.credited for one in months for month in one.months}


some_sessions = st.lists(st.tuples(st.integers(0, 80), st.integers(5, 120), st.integers(0, 30)), min_size=1, max_size=6)
"""The day it was held, its minutes, and how many days later it was entered."""


@few
@given(some_sessions, st.randoms(use_true_random=False))
def test_the_order_of_entry_changes_nothing(service: Service, sessions: list, random) -> None:  # type: ignore[no-untyped-def, type-arg]
    one, another = somebody(service, "accredited"), somebody(service, "accredited")
    later = FIRST + timedelta(days=120)
    for held, minutes, _ in sessions:
        hold(service, *one, FIRST + timedelta(days=held), minutes, later)
    for held, minutes, _ in random.sample(sessions, len(sessions)):
        hold(service, *another, FIRST + timedelta(days=held), minutes, later)
    assert credited(service, one[0], later) == credited(service, another[0], later)
    assert said(service, one[0], later) == said(service, another[0], later)


@few
@given(some_sessions, st.integers(0, 80), st.integers(5, 120))
def test_voiding_a_session_undoes_exactly_its_credit(
    service: Service, sessions: list[tuple[int, int, int]], held: int, minutes: int
) -> None:
    who, agreement = somebody(service, "accredited")
    later = FIRST + timedelta(days=120)
    for on, length, _ in sessions:
        hold(service, who, agreement, FIRST + timedelta(days=on), length, later)
    before, words_before = credited(service, who, later), said(service, who, later)
    extra = hold(service, who, agreement, FIRST + timedelta(days=held), minutes, later)
    gained = {key: value - before[key] for key, value in credited(service, who, later).items() if value != before[key]}
    month = (FIRST + timedelta(days=held)).replace(day=1)
    assert gained == {("Supervision by BACP", month): minutes}
    with on_day(f"{later.day} {later:%B %Y}") as db:
        void_session(db, by=service.someone(), session_id=extra, reason="Entered for somebody else")
    assert credited(service, who, later) == before
    assert said(service, who, later) == words_before


some_days = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from(["hold", "hold", "hold late", "correct", "void", "hours"]),
        st.integers(5, 120),
    ),
    min_size=1,
    max_size=8,
)
"""How many days later, what is done then, and a number for it."""


@few
@given(some_days)
def test_as_at_a_day_as_known_that_day_is_the_answer_given_that_day(
    service: Service, days: list[tuple[int, str, int]]
) -> None:
    who, agreement = somebody(service, "trainee")
    answers: dict[date, str] = {}
    sessions: list[int] = []
    on = FIRST
    for later, what, number in days:
        on += timedelta(days=later)
        _do(service, who, agreement, on, what, number, sessions)
        answers[on] = said(service, who, on)
    assert {on: said(service, who, on, known_on=on) for on in answers} == answers


def _do(service: Service, who: str, agreement: int, on: date, what: str, number: int, sessions: list[int]) -> None:
    if what.startswith("hold"):
        held_on = on - timedelta(days=number % 25) if what == "hold late" else on
        sessions.append(hold(service, who, agreement, held_on, number, on))
        return
    rhian: Actor = service.someone()
    with on_day(f"{on.day} {on:%B %Y}") as db:
        if what == "hours":
            month = on - timedelta(days=number % 40)
            enter_hours(db, by=service.someone(who), month=month, client_hours=number / 2 + next(some_numbers) % 7 / 8)
        elif sessions and what == "void":
            void_session(db, by=rhian, session_id=sessions.pop(number % len(sessions)), reason="Never held")
        elif sessions:
            which = number % len(sessions)
            entries = [Entry(service.people[who], AttendanceStatus.ATTENDED)]
            newer: SupervisionSession = correct_session(
                db, by=rhian, session_id=sessions[which], reason="Another length", minutes=number, entries=entries
            )
            sessions[which] = newer.id or 0
