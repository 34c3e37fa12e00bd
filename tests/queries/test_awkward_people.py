"""Ten invented people in awkward situations: every sentence beside one written by hand.

The tables were worked out from design.md (section 2) and domain.md with a calendar, not copied from what the product
said. A line with bars is the requirement, its status and its date; then what is read aloud; an arrow is the next step.
What binds them, and the service's own numbers, are told in tests/stories.py.
"""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from tcsuper.clock import now, today
from tcsuper.database import reading
from tcsuper.models import (
    AgreementSignature,
    CheckResult,
    Course,
    OverrideKind,
    RequirementKind,
    StaffEvent,
    StaffEventKind,
    TrainingRecord,
)
from tcsuper.queries.standing import counted_for
from tcsuper.queries.supervision import my_attendance
from tcsuper.rules.credit import counted_words
from tcsuper.services.agreements import end_agreement
from tcsuper.services.places import book_place
from tcsuper.services.staff import end_absence, record_absence, set_records_kept_from
from tcsuper.services.supervision import correct_session, plan_session
from tcsuper.services.training import record_completion
from tests.databases import copy_of, in_use
from tests.rules.days import day
from tests.stories import Service, by_hand, make_service, on_day, read_aloud

REGISTERED, CONDITIONS, REMOVED = CheckResult.REGISTERED, CheckResult.CONDITIONS, CheckResult.REMOVED


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """One database of each kind in which all ten stories happened: nothing below changes it."""
    with copy_of("migrated", request.getfixturevalue(request.param)) as url, in_use(url):
        service = make_service()
        for story in STORIES:
            story(service)
        yield service


def told(service: Service, name: str, on: str = "22 November 2026", known_on: str | None = None, only: str = "") -> str:
    """Read aloud: everything, or only the requirements of these names."""
    rows = service.rows(name, on, known_on)
    names = {line.split(" | ")[0] for line in only.splitlines() if line and not line.startswith(" ")}
    return read_aloud([row for row in rows if not names or row.requirement in names])


EIGHT_NOT_OBSERVED = """
Boundaries and safety | not yet observed
    Boundaries and safety has not been observed yet; the required level is "Alone".
    → Plan an observation.
Recording | not yet observed
    Recording has not been observed yet; the required level is "Alone".
    → Plan an observation.
Risk | not yet observed
    Risk has not been observed yet; the required level is "Alone".
    → Plan an observation.
Feedback to residents | not yet observed
    Feedback to residents has not been observed yet; the required level is "Alone".
    → Plan an observation.
Using supervision | not yet observed
    Using supervision has not been observed yet; the required level is "Alone".
    → Plan an observation.
TC values and culture | not yet observed
    TC values and culture has not been observed yet; the required level is "Alone".
    → Plan an observation.
Integrating creative work | not yet observed
    Integrating creative work has not been observed yet; the required level is "With prompting".
    → Plan an observation.
Report writing | not yet observed
    Report writing has not been observed yet; the required level is "With prompting".
    → Plan an observation.
"""

OFFICER_NOT_OBSERVED = (
    """
Group facilitation | not yet observed
    Group facilitation has not been observed yet; the required level is "Alone".
    → Plan an observation.
"""
    + EIGHT_NOT_OBSERVED
)

NO_SENSITIVITY_AMOUNT = """
Sensitivity group | not required
    Sensitivity group: your service has set no amount.
"""

NO_AMOUNT_FOR_SUPERVISING = """
Supervision of supervision | not required
    Supervision of supervision: your service has set no amount.
"""

NO_AMOUNT_IN_ALL = """
Supervision in all | not required
    Supervision in all: your service has set no amount.
Supervision with the coordinating supervisor | not required
    Supervision with the coordinating supervisor: your service has set no amount.
"""

STAYS_WITH_ADULTS = """
Suitability for work with young people | not required
    Suitability for work with young people is asked on a move to a service for young people, and none is recorded.
"""


# ---------------------------------------------------------------------------------------------------------------------
# 1. Two posts


def aled(service: Service) -> None:
    """16 hours as an officer in Ash since March 2025, and 21 as a group psychotherapist in Birch since September 2026.
    Accredited with BABCP since June 2026."""
    who = "Aled Prys"
    service.starts(who, "tc_officer", "1 March 2025", "Ash", hours=16)
    service.completes(
        who,
        "1 March 2025",
        poelt="14 November 2019",
        custody_apprenticeship="30 June 2020",
        custodial_procedures="12 February 2025",
        control_and_restraint="17 February 2025",
    )
    service.happened(who, "1 March 2025", security_check_seen="20 February 2025")
    alone = service.agrees(who, "1 March 2025", review_on=day("1 March 2027"))
    service.completes(who, "22 May 2025", tcat_1="20 May 2025")
    service.completes(who, "1 September 2025", tcat_2="25 August 2025")
    service.happened(who, "1 September 2025", probation_passed="1 September 2025")
    service.completes(who, "3 February 2026", control_and_restraint="3 February 2026")
    service.repeats(who, "10 February 2026", "tcat_3")
    service.happened(who, "10 March 2026", appraisal="10 March 2026")
    service.registers(
        who, "1 June 2026", "babcp", "1 June 2026", "B041100", grade="accredited", expires_on=day("31 May 2027")
    )
    for on in ("15 June 2026", "13 July 2026", "10 August 2026"):
        service.meets(alone, on, 45, [who])
    service.starts(who, "group_psychotherapist", "14 September 2026", "Birch", hours=21)
    group = [who, "Nerys Pugh", "Omar Haddad", "Priya Nair", "Rory Walsh"]
    together = service.has_group("Tuesday group", "Birch", "14 September 2026", group)
    service.meets(together, "15 September 2026", 90, group, presented=[who])
    service.meets(alone, "28 September 2026", 60, [who])
    service.meets(together, "13 October 2026", 90, group, presented=[who])
    service.meets(alone, "26 October 2026", 60, [who])
    service.meets(together, "10 November 2026", 90, group)


ALED = (
    """
Agreement for clinical supervision | up to date | 14 September 2027
    Agreement for clinical supervision with Rhian Morgan has been in force since 14 September 2026;
    its review is due 14 September 2027.
Appraisal | up to date | 10 March 2027
    Appraisal is next due 10 March 2027, 12 months after the last one; it was last held on 10 March 2026.
Competence in custodial procedures | up to date
    Competence in custodial procedures has been held since 12 February 2025 and does not lapse.
Control and restraint | due soon | 3 February 2027
    Control and restraint was completed 3 February 2026 and is valid until 3 February 2027.
    → Nominate for a place.
Custodial Care NVQ 3 or the apprenticeship | up to date
    Custodial Care NVQ 3 or the apprenticeship has been held since 30 June 2020 and does not lapse.
POELT | up to date
    POELT has been held since 14 November 2019 and does not lapse.
Probation | up to date
    Probation was passed on 1 September 2025.
Security and identity check | up to date
    Security and identity check was seen on 20 February 2025.
TCAT 1 | up to date
    TCAT 1 was completed 20 May 2025 and does not lapse.
TCAT 2 | up to date
    TCAT 2 was completed 25 August 2025 and does not lapse.
TCAT 3 | overdue | 1 March 2026
    TCAT 3 is overdue: it was due 1 March 2026, 365 days after starting in post; TCAT 2 was completed 25 August 2025;
    asked to repeat it on 10 February 2026.
    → Nominate for a place.
Individual clinical supervision | due soon | 23 November 2026
    Individual clinical supervision stands until 23 November 2026: 60 of 60 minutes in 28 days;
    the last that counts was on 26 October 2026.
    → Plan one by 23 November 2026.
Group clinical supervision (Prison Officer Specialist, TC Programmes) | up to date | 30 November 2026
    Group clinical supervision (Prison Officer Specialist, TC Programmes) is met for November 2026:
    90 of 90 minutes credited.
Group clinical supervision (DTC Group Psychotherapist) | up to date | 30 November 2026
    Group clinical supervision (DTC Group Psychotherapist) is met for November 2026: 90 of 60 minutes credited.
Supervision by BABCP | up to date | 30 November 2026
    Supervision by BABCP is met for November 2026: 100 of 90 minutes credited a month, averaged over 3 months.
Observation of practice | overdue | 1 March 2026
    Practice is overdue for observation: it was due 1 March 2026, 12 months after starting in post;
    it has not been seen yet.
    → Plan an observation.
"""
    + OFFICER_NOT_OBSERVED
    + NO_SENSITIVITY_AMOUNT
    + NO_AMOUNT_FOR_SUPERVISING
    + STAYS_WITH_ADULTS
)

ALED_WITH_ONE_POST = """
Agreement for clinical supervision | up to date | 1 March 2027
    Agreement for clinical supervision with Rhian Morgan has been in force since 1 March 2025;
    its review is due 1 March 2027.
Individual clinical supervision | overdue | 10 August 2026
    Individual clinical supervision is overdue: it was due 10 August 2026; 45 of 60 minutes in 28 days;
    the last that counts was on 10 August 2026.
    → Plan a session now.
Supervision by BABCP | up to date | 31 August 2026
    Supervision by BABCP is met for August 2026: 45 of 45 minutes credited a month, averaged over 3 months.
"""


def test_two_posts(service: Service) -> None:
    assert told(service, "Aled Prys") == by_hand(ALED)


def test_two_posts_as_at_a_day_before_the_second(service: Service) -> None:
    """16 hours are under half-time, so BABCP asks for its floor of 45; 16 and 21 are full time, so for 90."""
    assert told(service, "Aled Prys", "31 August 2026", only=ALED_WITH_ONE_POST) == by_hand(ALED_WITH_ONE_POST)


# ---------------------------------------------------------------------------------------------------------------------
# 2. Acting up


def bronwen(service: Service) -> None:
    """An officer in Ash since March 2024 and a nurse, acting up as therapy manager of Birch for four months."""
    who, officer = "Bronwen Ellis", "tc_officer"
    service.starts(who, officer, "4 March 2024", "Ash")
    service.completes(
        who,
        "4 March 2024",
        poelt="2 April 2014",
        custodial_nvq_3="9 June 2015",
        custodial_procedures="26 February 2024",
    )
    service.happened(who, "4 March 2024", security_check_seen="19 February 2024")
    service.completes(who, "20 May 2024", tcat_1="20 May 2024")
    service.completes(who, "19 August 2024", tcat_2="19 August 2024")
    service.happened(who, "2 September 2024", probation_passed="2 September 2024")
    service.completes(who, "3 February 2025", tcat_3="3 February 2025")
    alone = service.agrees(who, "4 March 2025", review_on=day("4 March 2027"))
    service.happened(who, "16 March 2026", appraisal="16 March 2026")
    service.completes(who, "5 May 2026", control_and_restraint="5 May 2026")
    service.observes(
        "Rhian Morgan", who, "12 May 2026", Group_facilitation=3, Boundaries_and_safety=4, Recording=4
    )  # fmt: skip
    service.observes(
        "Carys Hughes", who, "9 June 2026", Group_facilitation=3, Boundaries_and_safety=4, Recording=3
    )  # fmt: skip
    service.starts(who, "therapy_manager", "1 September 2026", "Birch", is_acting=True)
    service.ends(who, "therapy_manager", "31 December 2026")
    service.completes(who, "1 September 2026", background_nursing="15 June 2012")
    nmc = service.registers(
        who, "1 September 2026", "nmc", "1 July 2012", "09I1234E", expires_on=day("30 June 2027")
    )  # fmt: skip
    service.checks(nmc, "1 September 2026", REGISTERED, seen="30 June 2027")
    service.decides(
        who,
        "1 September 2026",
        "HCPC practitioner psychologist",
        OverrideKind.WAIVED,
        "31 December 2026",
        "A nurse by profession; acts up for four months.",
    )
    service.decides(
        who,
        "1 September 2026",
        "Experience of giving clinical supervision",
        OverrideKind.EXTENDED,
        "31 December 2026",
        "Gives it under supervision meanwhile.",
    )
    group = [who, "Mair Wyn"]
    together = service.has_group("Ash pair", "Ash", "1 September 2026", group)
    service.meets(together, "8 September 2026", 90, group)
    service.meets(alone, "9 November 2026", 60, [who])


BRONWEN = (
    """
Agreement for clinical supervision | up to date | 1 September 2027
    Agreement for clinical supervision with Rhian Morgan has been in force since 1 September 2026;
    its review is due 1 September 2027.
Appraisal | up to date | 16 March 2027
    Appraisal is next due 16 March 2027, 12 months after the last one; it was last held on 16 March 2026.
Competence in custodial procedures | up to date
    Competence in custodial procedures has been held since 26 February 2024 and does not lapse.
Control and restraint | up to date | 5 May 2027
    Control and restraint was completed 5 May 2026 and is valid until 5 May 2027.
Custodial Care NVQ 3 or the apprenticeship | up to date
    Custodial Care NVQ 3 or the apprenticeship has been held since 9 June 2015 and does not lapse.
POELT | up to date
    POELT has been held since 2 April 2014 and does not lapse.
Probation | up to date
    Probation was passed on 2 September 2024.
Security and identity check | up to date
    Security and identity check was seen on 19 February 2024.
TCAT 1 | up to date
    TCAT 1 was completed 20 May 2024 and does not lapse.
TCAT 2 | up to date
    TCAT 2 was completed 19 August 2024 and does not lapse.
TCAT 3 | up to date
    TCAT 3 was completed 3 February 2025 and does not lapse.
Individual clinical supervision | up to date | 7 December 2026
    Individual clinical supervision stands until 7 December 2026:
    60 of 60 minutes in 28 days; the last that counts was on 9 November 2026.
Group clinical supervision | overdue | 31 October 2026
    Group clinical supervision was missed in October 2026:
    0 of 90 minutes credited; November 2026 has 0 of 90 minutes credited.
    → Plan 90 minutes of group supervision by 30 November 2026.
Professional background | up to date
    Professional background has been held since 15 June 2012 and does not lapse.
Registered with a professional body | up to date | 30 June 2027
    Registered with a professional body is met by NMC 09I1234E, valid until 30 June 2027;
    the live register was last checked on 1 September 2026.
HCPC practitioner psychologist | exempt | 31 December 2026
    HCPC practitioner psychologist is waived for this person from 1 September 2026 until 31 December 2026,
    decided by Rhian Morgan: A nurse by profession; acts up for four months.
Live register checked | up to date | 1 July 2027
    Register check of NMC 09I1234E is next due 1 July 2027, the day after its renewal day;
    it was last checked on 1 September 2026.
Supervision qualification | overdue | 1 September 2026
    Supervision qualification is overdue: it was due 1 September 2026, the day of starting in post.
    → Send in proof of Supervision qualification.
Experience of giving clinical supervision | due soon | 31 December 2026
    Experience of giving clinical supervision is not held yet; it is due 31 December 2026, as extended for this person.
    → Send in proof of Experience of giving clinical supervision.
Psychotherapy training | overdue | 1 September 2026
    Psychotherapy training is overdue: it was due 1 September 2026, the day of starting in post.
    → Send in proof of Psychotherapy training.
Group facilitation | below
    Group facilitation is below the required level "Helps others": "Alone" on 9 June 2026 and "Alone" on 12 May 2026,
    seen by 2 observers.
    → Agree what will help, and plan another observation.
Boundaries and safety | at
    Boundaries and safety is at the required level "Helps others": "Helps others" on 9 June 2026 and "Helps others" on
    12 May 2026, seen by 2 observers.
Recording | at
    Recording is at the required level "Alone": "Alone" on 9 June 2026 and "Helps others" on 12 May 2026,
    seen by 2 observers; the lower decides.
Risk | not yet observed
    Risk has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Feedback to residents | not yet observed
    Feedback to residents has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Using supervision | not yet observed
    Using supervision has not been observed yet; the required level is "Helps others".
    → Plan an observation.
TC values and culture | not yet observed
    TC values and culture has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Integrating creative work | not yet observed
    Integrating creative work has not been observed yet; the required level is "Alone".
    → Plan an observation.
Report writing | not yet observed
    Report writing has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Agreement and limits | not yet observed
    Agreement and limits has not been observed yet; the required level is "Alone".
    → Plan an observation.
Room to think | not yet observed
    Room to think has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Feedback and challenge | not yet observed
    Feedback and challenge has not been observed yet; the required level is "Alone".
    → Plan an observation.
Risk and concerns | not yet observed
    Risk and concerns has not been observed yet; the required level is "Alone".
    → Plan an observation.
Own supervision | not yet observed
    Own supervision has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Observation of practice | up to date | 9 June 2027
    Practice is to be observed by 9 June 2027, 12 months after the last one; it was last seen on 9 June 2026.
"""
    + NO_SENSITIVITY_AMOUNT
    + NO_AMOUNT_FOR_SUPERVISING
    + STAYS_WITH_ADULTS
)

BRONWEN_BEFORE = """
Group facilitation | at
    Group facilitation is at the required level "Alone": "Alone" on 9 June 2026 and "Alone" on 12 May 2026,
    seen by 2 observers.
Boundaries and safety | above
    Boundaries and safety is above the required level "Alone": "Helps others" on 9 June 2026 and "Helps others" on
    12 May 2026, seen by 2 observers.
Group clinical supervision | overdue | 30 April 2024
    Group clinical supervision was missed in July 2026, 28 months in a row: 0 of 90 minutes credited;
    August 2026 has 0 of 90 minutes credited.
    → Plan 90 minutes of group supervision by 31 August 2026.
"""

ASKED_OF_AN_OFFICER = {
    "Agreement for clinical supervision",
    "Appraisal",
    "Boundaries and safety",
    "Competence in custodial procedures",
    "Control and restraint",
    "Custodial Care NVQ 3 or the apprenticeship",
    "Feedback to residents",
    "Group clinical supervision",
    "Group facilitation",
    "Individual clinical supervision",
    "Integrating creative work",
    "Observation of practice",
    "POELT",
    "Probation",
    "Recording",
    "Report writing",
    "Risk",
    "Security and identity check",
    "Sensitivity group",
    "Suitability for work with young people",
    "TC values and culture",
    "TCAT 1",
    "TCAT 2",
    "TCAT 3",
    "Using supervision",
}


def test_acting_up(service: Service) -> None:
    assert told(service, "Bronwen Ellis") == by_hand(BRONWEN)


def test_acting_up_as_at_the_day_before(service: Service) -> None:
    assert told(service, "Bronwen Ellis", "31 August 2026", only=BRONWEN_BEFORE) == by_hand(BRONWEN_BEFORE)


@pytest.mark.parametrize("on", ["31 August 2026", "1 January 2027"])
def test_before_and_after_acting_up_only_an_officers_requirements_bind(service: Service, on: str) -> None:
    assert {row.requirement for row in service.rows("Bronwen Ellis", on)} == ASKED_OF_AN_OFFICER


# ---------------------------------------------------------------------------------------------------------------------
# 3. Long absence


def carwyn(service: Service) -> None:
    """An officer in Ash since February 2024, away from 15 June to 30 October 2026; nobody knew until when."""
    who = "Carwyn Teague"
    service.starts(who, "tc_officer", "5 February 2024", "Ash")
    service.completes(
        who,
        "5 February 2024",
        poelt="3 March 2017",
        custodial_nvq_3="9 May 2018",
        custodial_procedures="1 February 2024",
    )
    service.happened(who, "5 February 2024", security_check_seen="20 January 2024")
    alone = service.agrees(who, "5 February 2024", review_on=day("5 February 2027"))
    service.completes(who, "2 May 2024", tcat_1="2 May 2024")
    service.completes(who, "30 July 2024", tcat_2="30 July 2024")
    service.happened(who, "5 August 2024", probation_passed="5 August 2024")
    service.happened(who, "20 May 2025", appraisal="20 May 2025")
    service.completes(who, "11 August 2025", control_and_restraint="11 August 2025")
    service.observes("Rhian Morgan", who, "12 May 2026", Group_facilitation=2)
    group = [who, "Mair Wyn"]
    together = service.has_group("Ash evening pair", "Ash", "1 June 2026", group)
    service.meets(together, "2 June 2026", 90, group)
    service.meets(alone, "8 June 2026", 60, [who])
    with on_day("15 June 2026") as db:
        away = record_absence(db, by=service.someone(), staff_id=service.people[who], start_on=day("15 June 2026"))
    with on_day("2 November 2026") as db:
        end_absence(db, by=service.someone(), absence_id=away.id or 0, end_on=day("30 October 2026"))
    service.decides(
        who, "2 November 2026", "TCAT 3", OverrideKind.EXTENDED, "31 January 2027", "Away for four and a half months."
    )
    with on_day("9 November 2026") as db:
        book_place(
            db,
            by=service.someone(),
            staff_id=service.people[who],
            course_code="tcat_3",
            runs_on=day("19 January 2027"),
        )


CARWYN = (
    """
Agreement for clinical supervision | up to date | 1 June 2027
    Agreement for clinical supervision with Rhian Morgan has been in force since 1 June 2026;
    its review is due 1 June 2027.
Appraisal | overdue | 20 May 2026
    Appraisal is overdue: it was due 20 May 2026, 12 months after the last one; it was last held on 20 May 2025.
    → Record the day on which it is held.
Competence in custodial procedures | up to date
    Competence in custodial procedures has been held since 1 February 2024 and does not lapse.
Control and restraint | expired | 11 August 2026
    Control and restraint has expired: it was last completed 11 August 2025 and was valid until 11 August 2026.
    → Nominate for a place.
Custodial Care NVQ 3 or the apprenticeship | up to date
    Custodial Care NVQ 3 or the apprenticeship has been held since 9 May 2018 and does not lapse.
POELT | up to date
    POELT has been held since 3 March 2017 and does not lapse.
Probation | up to date
    Probation was passed on 5 August 2024.
Security and identity check | up to date
    Security and identity check was seen on 20 January 2024.
TCAT 1 | up to date
    TCAT 1 was completed 2 May 2024 and does not lapse.
TCAT 2 | up to date
    TCAT 2 was completed 30 July 2024 and does not lapse.
TCAT 3 | booked | 31 January 2027
    TCAT 3 is booked for 19 January 2027; it is due 31 January 2027, as extended for this person;
    TCAT 2 was completed 30 July 2024.
Individual clinical supervision | due soon | 28 November 2026
    Individual clinical supervision is due by 28 November 2026: 0 of 60 minutes in 28 days;
    the last that counts was on 8 June 2026.
    → Plan one by 28 November 2026.
Group clinical supervision | due soon | 30 November 2026
    Group clinical supervision for November 2026 stands at 0 of 90 minutes credited, to be met by 30 November 2026.
    → Plan 90 minutes of group supervision by 30 November 2026.
Group facilitation | not yet observed
    Group facilitation is not judged yet: seen once at "With prompting" on 12 May 2026;
    a second on another date is needed.
    → Plan a second observation, by another observer if there is one.
Observation of practice | up to date | 12 May 2027
    Practice is to be observed by 12 May 2027, 12 months after the last one; it was last seen on 12 May 2026.
"""
    + EIGHT_NOT_OBSERVED
    + NO_SENSITIVITY_AMOUNT
    + STAYS_WITH_ADULTS
)

CARWYN_AWAY = """
Individual clinical supervision | not judged
    Individual clinical supervision is not judged: away since 15 June 2026.
Group clinical supervision | not judged
    Group clinical supervision in August 2026 is not judged: away for 31 days of it.
TCAT 3 | overdue | 4 February 2025
    TCAT 3 is overdue: it was due 4 February 2025, 365 days after starting in post; TCAT 2 was completed 30 July 2024.
    → Nominate for a place.
Control and restraint | due soon | 11 August 2026
    Control and restraint was completed 11 August 2025 and is valid until 11 August 2026.
    → Nominate for a place.
"""

CARWYN_LAST_DAY_AWAY = """
Individual clinical supervision | not judged
    Individual clinical supervision is not judged: away since 15 June 2026.
Group clinical supervision | not judged
    Group clinical supervision in October 2026 is not judged: away for 30 days of it.
"""

CARWYN_AS_KNOWN_ON_1_NOVEMBER = """
TCAT 3 | overdue | 4 February 2025
    TCAT 3 is overdue: it was due 4 February 2025, 365 days after starting in post; TCAT 2 was completed 30 July 2024.
    → Nominate for a place.
"""


def test_long_absence(service: Service) -> None:
    assert told(service, "Carwyn Teague") == by_hand(CARWYN)


def test_long_absence_while_it_lasts(service: Service) -> None:
    assert told(service, "Carwyn Teague", "1 August 2026", only=CARWYN_AWAY) == by_hand(CARWYN_AWAY)


def test_long_absence_on_its_last_day(service: Service) -> None:
    last_day = CARWYN_LAST_DAY_AWAY
    assert told(service, "Carwyn Teague", "30 October 2026", only=last_day) == by_hand(last_day)


def test_long_absence_as_known_before_the_extension(service: Service) -> None:
    known = CARWYN_AS_KNOWN_ON_1_NOVEMBER
    assert told(service, "Carwyn Teague", known_on="1 November 2026", only=known) == by_hand(known)


# ---------------------------------------------------------------------------------------------------------------------
# 4. Mid-month start


def delyth(service: Service) -> None:
    """An officer in Ash since Monday: some proof is missing, some waits, and she has not signed the agreement yet."""
    who = "Delyth Khan"
    service.starts(who, "tc_officer", "16 November 2026", "Ash")
    service.completes(who, "16 November 2026", poelt="30 October 2026", control_and_restraint="5 November 2026")
    with on_day("17 November 2026") as db:
        record_completion(
            db,
            by=service.someone(who),
            staff_id=service.people[who],
            course_code="custodial_procedures",
            completed_on=day("12 November 2026"),
        )
    agreement = service.agrees(who, "18 November 2026")
    with on_day("18 November 2026") as db:
        rhian = service.people["Rhian Morgan"]
        db.add(AgreementSignature(agreement_id=agreement, staff_id=rhian, signed_at=now(), signed_on=today()))


DELYTH = (
    """
Agreement for clinical supervision | overdue | 18 November 2026
    Agreement for clinical supervision with Rhian Morgan from 18 November 2026 is not signed by Delyth Khan;
    it was due 18 November 2026.
    → Have it signed by Delyth Khan.
Appraisal | not started | 16 November 2027
    Appraisal is due 16 November 2027, 12 months after starting in post; it has not been held yet.
Competence in custodial procedures | overdue | 16 November 2026
    Competence in custodial procedures is overdue: it was due 16 November 2026, the day of starting in post;
    a certificate of 12 November 2026 waits to be confirmed.
    → Have the certificate of 12 November 2026 confirmed.
Control and restraint | up to date | 5 November 2027
    Control and restraint was completed 5 November 2026 and is valid until 5 November 2027.
Custodial Care NVQ 3 or the apprenticeship | overdue | 16 November 2026
    Custodial Care NVQ 3 or the apprenticeship is overdue: it was due 16 November 2026, the day of starting in post.
    → Send in proof of Custodial Care NVQ 3 or the apprenticeship.
POELT | up to date
    POELT has been held since 30 October 2026 and does not lapse.
Probation | in progress | 16 May 2027
    Probation runs until 16 May 2027, 6 months after starting in post.
Security and identity check | overdue | 16 November 2026
    Security and identity check is overdue: it was due 16 November 2026, the day of starting in post;
    it has not been seen yet.
    → Record the day on which it is seen.
TCAT 1 | due soon | 14 February 2027
    TCAT 1 is not completed; it is due 14 February 2027, 90 days after starting in post.
    → Nominate for a place.
TCAT 2 | not started | 15 May 2027
    TCAT 2 is not completed; it is due 15 May 2027, 180 days after starting in post; TCAT 1 has to come first.
    → Complete TCAT 1 first.
TCAT 3 | not started | 16 November 2027
    TCAT 3 is not completed; it is due 16 November 2027, 365 days after starting in post; TCAT 2 has to come first.
    → Complete TCAT 2 first.
Individual clinical supervision | up to date | 14 December 2026
    Individual clinical supervision is due by 14 December 2026: 0 of 60 minutes in 28 days; none is recorded yet.
Group clinical supervision | not judged
    Group clinical supervision in November 2026 is not judged: required only from 16 November 2026.
Observation of practice | not yet observed | 16 November 2027
    Practice is to be observed by 16 November 2027, 12 months after starting in post; it has not been seen yet.
"""
    + OFFICER_NOT_OBSERVED
    + NO_SENSITIVITY_AMOUNT
    + STAYS_WITH_ADULTS
)

DELYTH_IN_DECEMBER = """
Group clinical supervision | due soon | 31 December 2026
    Group clinical supervision for December 2026 stands at 0 of 90 minutes credited, to be met by 31 December 2026.
    → Plan 90 minutes of group supervision by 31 December 2026.
Individual clinical supervision | overdue | 14 December 2026
    Individual clinical supervision is overdue: it was due 14 December 2026; 0 of 60 minutes in 28 days;
    none is recorded yet.
    → Plan a session now.
"""

DELYTH_AS_KNOWN_ON_HER_FIRST_DAY = """
Competence in custodial procedures | overdue | 16 November 2026
    Competence in custodial procedures is overdue: it was due 16 November 2026, the day of starting in post.
    → Send in proof of Competence in custodial procedures.
"""


def test_mid_month_start(service: Service) -> None:
    assert told(service, "Delyth Khan") == by_hand(DELYTH)


def test_mid_month_start_forecast_for_the_end_of_december(service: Service) -> None:
    december = DELYTH_IN_DECEMBER
    assert told(service, "Delyth Khan", "31 December 2026", only=december) == by_hand(december)


def test_mid_month_start_as_known_on_the_first_day(service: Service) -> None:
    known = DELYTH_AS_KNOWN_ON_HER_FIRST_DAY
    assert told(service, "Delyth Khan", known_on="16 November 2026", only=known) == by_hand(known)


# ---------------------------------------------------------------------------------------------------------------------
# 5. Registration lapsed and restored


def efa(service: Service) -> None:
    """A psychotherapist of Brook House. Her BACP registration lapsed at the end of August 2026; since 14 October she is
    on the register again. Brook House keeps its observations here from December on."""
    who = "Efa Lindqvist-Rees"
    with on_day("2 January 2024") as db:
        brook, kept_from = service.communities["Brook House"], day("1 December 2026")
        kind = RequirementKind.PRACTICE
        set_records_kept_from(db, by=service.someone(), community_id=brook, kind=kind, from_on=kept_from)
    service.starts(who, "compass_psychotherapist", "3 June 2024", "Brook House")
    service.completes(who, "3 June 2024", degree="1 July 2015", safeguarding="12 January 2024")
    outside = service.agrees(who, "3 June 2024", supervisor="Gwen Ferris", review_on=day("3 June 2027"))
    inside = service.agrees(who, "3 June 2024", purpose="managerial")
    bacp = service.registers(
        who, "3 June 2024", "bacp", "1 September 2021", "00812345", grade="accredited", expires_on=day("31 August 2026")
    )
    service.checks(bacp, "2 June 2026", REGISTERED, seen="31 August 2026")
    service.happened(who, "1 June 2026", appraisal="1 June 2026")
    service.meets(outside, "6 August 2026", 90, [who])
    service.checks(bacp, "1 September 2026", REMOVED)
    with on_day("30 September 2026") as db:
        end_agreement(db, by=service.someone(), agreement_id=inside, end_on=day("30 September 2026"))
    service.meets(outside, "8 October 2026", 60, [who])
    service.checks(bacp, "14 October 2026", REGISTERED, seen="13 October 2027")
    service.meets(outside, "5 November 2026", 60, [who])


EFA = """
Agreement for external clinical supervision | up to date | 3 June 2027
    Agreement for external clinical supervision with Gwen Ferris has been in force since 3 June 2024;
    its review is due 3 June 2027.
Agreement for operational supervision | expired | 30 September 2026
    Agreement for operational supervision with Rhian Morgan ended on 30 September 2026 and no other is in force.
    → Make an agreement and have every party sign it.
Appraisal | up to date | 1 June 2027
    Appraisal is next due 1 June 2027, 12 months after the last one; it was last held on 1 June 2026.
Clinical supervision | up to date | 30 November 2026
    Clinical supervision is met for November 2026: 60 of 60 minutes credited.
Degree or professional qualification | up to date
    Degree or professional qualification has been held since 1 July 2015 and does not lapse.
Live register checked | up to date | 14 October 2027
    Register check of BACP (accredited) 00812345 is next due 14 October 2027, the day after its renewal day;
    it was last checked on 14 October 2026.
Membership of a professional body | up to date | 13 October 2027
    Membership of a professional body is met by BACP (accredited) 00812345, valid until 13 October 2027;
    the live register was last checked on 14 October 2026.
Operational supervision | not required
    Operational supervision: your service has set no amount.
Safeguarding | due soon | 12 January 2027
    Safeguarding was completed 12 January 2024 and is valid until 12 January 2027.
    → Nominate for a place.
Supervision by BACP | due soon | 30 November 2026
    Supervision by BACP for November 2026 stands at 60 of 90 minutes credited, to be met by 30 November 2026.
    → Plan 30 minutes of individual supervision by 30 November 2026.
Boundaries and safety | not judged
    No records kept here: they begin on 1 December 2026.
Recording | not judged
    No records kept here: they begin on 1 December 2026.
Risk | not judged
    No records kept here: they begin on 1 December 2026.
Using supervision | not judged
    No records kept here: they begin on 1 December 2026.
Report writing | not judged
    No records kept here: they begin on 1 December 2026.
Observation of practice | not judged
    No records kept here: they begin on 1 December 2026.
"""

EFA_ON_HER_LAST_DAY = """
Membership of a professional body | due soon | 31 August 2026
    Membership of a professional body is met by BACP (accredited) 00812345, valid until 31 August 2026;
    the live register was last checked on 2 June 2026.
    → Renew with BACP by 31 August 2026.
Live register checked | due soon | 1 September 2026
    Register check of BACP (accredited) 00812345 is next due 1 September 2026, the day after its renewal day;
    it was last checked on 2 June 2026.
    → Open the register of BACP and write down what it shows, on 1 September 2026.
Supervision by BACP | up to date | 31 August 2026
    Supervision by BACP is met for August 2026: 90 of 90 minutes credited.
"""

EFA_LAPSED = """
Membership of a professional body | expired | 31 August 2026
    Membership of a professional body is not in force: the register showed BACP (accredited) 00812345 as removed or
    lapsed on 1 September 2026.
    → Tell the line manager and settle it with BACP, then check the live register.
"""

EFA_RESTORED = """
Supervision by BACP | not judged
    Supervision by BACP in October 2026 is not judged: required only from 14 October 2026.
Clinical supervision | up to date | 31 October 2026
    Clinical supervision is met for October 2026: 60 of 60 minutes credited.
"""


def test_lapsed_and_restored(service: Service) -> None:
    assert told(service, "Efa Lindqvist-Rees") == by_hand(EFA)


def test_on_the_last_day_before_it_lapsed(service: Service) -> None:
    last_day = EFA_ON_HER_LAST_DAY
    assert told(service, "Efa Lindqvist-Rees", "31 August 2026", only=last_day) == by_hand(last_day)


@pytest.mark.parametrize(
    ("on", "known_on"),
    [("10 September 2026", None), ("13 October 2026", None), ("22 November 2026", "13 October 2026")],
    ids=["while it lapsed", "on the last day of it", "today, as known then"],
)
def test_lapsed(service: Service, on: str, known_on: str | None) -> None:
    assert told(service, "Efa Lindqvist-Rees", on, known_on, only=EFA_LAPSED) == by_hand(EFA_LAPSED)
    asked = {row.requirement for row in service.rows("Efa Lindqvist-Rees", on, known_on)}
    assert "Supervision by BACP" not in asked  # a registration that lapsed binds nobody


def test_the_part_month_after_it_was_restored_is_not_judged(service: Service) -> None:
    restored = EFA_RESTORED
    assert told(service, "Efa Lindqvist-Rees", "31 October 2026", only=restored) == by_hand(restored)


# ---------------------------------------------------------------------------------------------------------------------
# 6. Registered with conditions


def ffion(service: Service) -> None:
    """Therapy manager of Birch since April 2025, a psychologist; since October 2026 the HCPC has set her conditions."""
    who = "Ffion Adeyemi"
    service.starts(who, "therapy_manager", "1 April 2025", "Birch")
    service.completes(
        who,
        "1 April 2025",
        background_psychology="1 July 2009",
        supervision_qualification_individual="14 May 2018",
        supervision_experience="1 January 2019",
    )
    service.happened(who, "1 April 2025", security_check_seen="21 March 2025")
    service.agrees(who, "1 April 2025", supervisor="Gwen Ferris")
    service.decides(
        who, "1 April 2025", "Psychotherapy training", OverrideKind.WAIVED, None, "A psychologist by training."
    )
    hcpc = service.registers(who, "1 April 2025", "hcpc_psychologist", "1 June 2015", "PYL031234")
    service.registers(who, "1 April 2025", "bps", "1 January 2016", "M-7788", expires_on=day("31 December 2026"))
    service.checks(hcpc, "2 April 2025", REGISTERED)
    service.checks(hcpc, "3 June 2025", REGISTERED)
    service.happened(who, "30 September 2025", probation_passed="30 September 2025")
    service.happened(who, "12 December 2025", appraisal="12 December 2025")
    service.checks(
        hcpc,
        "5 October 2026",
        CONDITIONS,
        seen="31 May 2027",
        note="Supervised practice, and a monthly report to the HCPC.",
    )


FFION = """
Agreement for clinical supervision | overdue | 1 April 2026
    Agreement for clinical supervision with Gwen Ferris has been in force since 1 April 2025,
    but its review is overdue: it was due 1 April 2026.
    → Review the agreement together, and set the next review day.
Appraisal | due soon | 12 December 2026
    Appraisal is next due 12 December 2026, 12 months after the last one; it was last held on 12 December 2025.
    → Record the day on which it is held.
Experience of giving clinical supervision | up to date
    Experience of giving clinical supervision has been held since 1 January 2019 and does not lapse.
Group clinical supervision | not required
    Group clinical supervision: your service has set no amount.
HCPC practitioner psychologist | conditions | 31 May 2027
    HCPC practitioner psychologist is met with conditions by HCPC (psychologists) PYL031234, valid until 31 May 2027:
    Supervised practice, and a monthly report to the HCPC; the live register was last checked on 5 October 2026.
    → Agree how work is kept within the conditions. Renew with HCPC (psychologists) by 31 May 2027; renewal is open from
    1 March 2027.
Individual clinical supervision | not required
    Individual clinical supervision: your service has set no amount.
Supervision of supervision | not required
    Supervision of supervision: your service has set no amount.
Live register checked | up to date | 1 June 2027
    Register check of HCPC (psychologists) PYL031234 is next due 1 June 2027, the day after its renewal day;
    it was last checked on 5 October 2026.
Probation | up to date
    Probation was passed on 30 September 2025.
Professional background | up to date
    Professional background has been held since 1 July 2009 and does not lapse.
Psychotherapy training | exempt
    Psychotherapy training is waived for this person from 1 April 2025, decided by Rhian Morgan:
    A psychologist by training.
Registered with a professional body | conditions | 31 May 2027
    Registered with a professional body is met with conditions by HCPC (psychologists) PYL031234,
    valid until 31 May 2027: Supervised practice, and a monthly report to the HCPC;
    the live register was last checked on 5 October 2026.
    → Agree how work is kept within the conditions. Renew with HCPC (psychologists) by 31 May 2027; renewal is open from
    1 March 2027.
Security and identity check | up to date
    Security and identity check was seen on 21 March 2025.
Supervision qualification | up to date
    Supervision qualification has been held since 14 May 2018 and does not lapse.
Group facilitation | not yet observed
    Group facilitation has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Boundaries and safety | not yet observed
    Boundaries and safety has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Recording | not yet observed
    Recording has not been observed yet; the required level is "Alone".
    → Plan an observation.
Risk | not yet observed
    Risk has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Feedback to residents | not yet observed
    Feedback to residents has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Using supervision | not yet observed
    Using supervision has not been observed yet; the required level is "Helps others".
    → Plan an observation.
TC values and culture | not yet observed
    TC values and culture has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Integrating creative work | not yet observed
    Integrating creative work has not been observed yet; the required level is "Alone".
    → Plan an observation.
Report writing | not yet observed
    Report writing has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Agreement and limits | not yet observed
    Agreement and limits has not been observed yet; the required level is "Alone".
    → Plan an observation.
Room to think | not yet observed
    Room to think has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Feedback and challenge | not yet observed
    Feedback and challenge has not been observed yet; the required level is "Alone".
    → Plan an observation.
Risk and concerns | not yet observed
    Risk and concerns has not been observed yet; the required level is "Alone".
    → Plan an observation.
Own supervision | not yet observed
    Own supervision has not been observed yet; the required level is "Helps others".
    → Plan an observation.
Observation of practice | overdue | 1 April 2026
    Practice is overdue for observation: it was due 1 April 2026, 12 months after starting in post;
    it has not been seen yet.
    → Plan an observation.
"""

FFION_BEFORE = """
HCPC practitioner psychologist | up to date | 31 May 2027
    HCPC practitioner psychologist is met by HCPC (psychologists) PYL031234, valid until 31 May 2027;
    the live register was last checked on 3 June 2025.
Live register checked | overdue | 3 June 2026
    Register check of HCPC (psychologists) PYL031234 is overdue: it was due 3 June 2026;
    it was last checked on 3 June 2025.
    → Open the register of HCPC (psychologists) and write down what it shows.
"""


def test_conditions(service: Service) -> None:
    assert told(service, "Ffion Adeyemi") == by_hand(FFION)


@pytest.mark.parametrize(
    ("on", "known_on"),
    [("4 October 2026", None), ("22 November 2026", "4 October 2026")],
    ids=["as at the day before", "today, as known the day before"],
)
def test_before_the_conditions_were_seen(service: Service, on: str, known_on: str | None) -> None:
    assert told(service, "Ffion Adeyemi", on, known_on, only=FFION_BEFORE) == by_hand(FFION_BEFORE)


# ---------------------------------------------------------------------------------------------------------------------
# 7. Role left


def gethin(service: Service) -> None:
    """A trainee psychologist in Ash until 18 September 2026; after six weeks elsewhere a facilitator in Birch."""
    who = "Gethin Osei"
    service.starts(who, "trainee_psychologist", "8 January 2024", "Ash")
    agreement = service.agrees(who, "8 January 2024", review_on=day("8 January 2027"))
    service.happened(who, "10 March 2026", appraisal="10 March 2026")
    service.meets(agreement, "10 August 2026", 60, [who])
    service.meets(agreement, "7 September 2026", 60, [who])
    with on_day("18 September 2026") as db:
        end_agreement(db, by=service.someone(), agreement_id=agreement, end_on=day("18 September 2026"))
    service.ends(who, "trainee_psychologist", "18 September 2026")
    service.starts(who, "group_facilitator", "2 November 2026", "Birch")


GETHIN = (
    """
Agreement for clinical supervision | expired | 18 September 2026
    Agreement for clinical supervision with Rhian Morgan ended on 18 September 2026 and no other is in force.
    → Make an agreement and have every party sign it.
Appraisal | up to date | 10 March 2027
    Appraisal is next due 10 March 2027, 12 months after the last one; it was last held on 10 March 2026.
Group clinical supervision | not required
    Group clinical supervision: your service has set no amount.
Individual clinical supervision | up to date | 30 November 2026
    Individual clinical supervision is due by 30 November 2026: 0 of 60 minutes in 28 days;
    the last that counts was on 7 September 2026.
"""
    + NO_SENSITIVITY_AMOUNT
)

GETHIN_ON_HIS_LAST_DAY = (
    """
Agreement for clinical supervision | up to date | 8 January 2027
    Agreement for clinical supervision with Rhian Morgan has been in force since 8 January 2024;
    its review is due 8 January 2027.
Agreement for professional supervision | overdue | 8 January 2024
    Agreement for professional supervision is missing: none is recorded; it was due 8 January 2024,
    the day of starting in post.
    → Make an agreement and have every party sign it.
Appraisal | up to date | 10 March 2027
    Appraisal is next due 10 March 2027, 12 months after the last one; it was last held on 10 March 2026.
Group clinical supervision | not required
    Group clinical supervision: your service has set no amount.
Individual clinical supervision | up to date | 5 October 2026
    Individual clinical supervision stands until 5 October 2026: 60 of 60 minutes in 28 days;
    the last that counts was on 7 September 2026.
"""
    + NO_SENSITIVITY_AMOUNT
    + NO_AMOUNT_IN_ALL
)


def test_role_left_and_another_begun_after_a_gap(service: Service) -> None:
    assert told(service, "Gethin Osei") == by_hand(GETHIN)


def test_role_left_as_at_its_last_day(service: Service) -> None:
    assert told(service, "Gethin Osei", "18 September 2026") == by_hand(GETHIN_ON_HIS_LAST_DAY)


@pytest.mark.parametrize("on", ["7 January 2024", "19 September 2026", "1 November 2026"])
def test_outside_every_post_nothing_is_asked(service: Service, on: str) -> None:
    assert told(service, "Gethin Osei", on) == ""


# ---------------------------------------------------------------------------------------------------------------------
# 8. Future completion


def harri(service: Service) -> None:
    """An officer in Ash since June 2026. An import typed two days too early: TCAT 2 of 24 November, probation passed on
    1 December. Both are stored on 20 November, and count from their own day."""
    who = "Harri Vaughan"
    service.starts(who, "tc_officer", "1 June 2026", "Ash")
    service.completes(
        who,
        "1 June 2026",
        poelt="12 December 2025",
        custody_apprenticeship="20 January 2026",
        custodial_procedures="25 May 2026",
    )
    with on_day("1 June 2026") as db:
        record_completion(
            db,
            by=service.someone(),
            staff_id=service.people[who],
            course_code="control_and_restraint",
            completed_on=day("4 May 2026"),
            printed_expiry_on=day("30 April 2027"),
        )
    service.happened(who, "1 June 2026", security_check_seen="15 May 2026")
    alone = service.agrees(who, "1 June 2026")
    group = [who, "Mair Wyn"]
    together = service.has_group("Ash morning pair", "Ash", "1 June 2026", group)
    service.completes(who, "22 August 2026", tcat_1="20 August 2026")
    with on_day("2 October 2026") as db:
        runs_on = day("24 November 2026")
        book_place(db, by=service.someone(), staff_id=service.people[who], course_code="tcat_2", runs_on=runs_on)
    service.meets(together, "6 October 2026", 90, group)
    service.meets(alone, "2 November 2026", 60, [who])
    service.meets(together, "3 November 2026", 90, group, stayed={who: 60})
    with on_day("20 November 2026") as db:
        plan_session(db, by=service.someone(), agreement_id=alone, held_on=day("30 November 2026"))
        plan_session(db, by=service.someone(), agreement_id=together, held_on=day("25 November 2026"))
        course = db.exec(select(Course).where(Course.code == "tcat_2")).one()
        stored = dict(staff_id=service.people[who], recorded_at=now(), recorded_by_id=service.people["Rhian Morgan"])
        db.add(TrainingRecord(course_id=course.id, completed_on=day("24 November 2026"), **stored))
        db.add(StaffEvent(kind=StaffEventKind.PROBATION_PASSED, held_on=day("1 December 2026"), **stored))


HARRI = (
    """
Agreement for clinical supervision | up to date | 1 June 2027
    Agreement for clinical supervision with Rhian Morgan has been in force since 1 June 2026;
    its review is due 1 June 2027.
Appraisal | not started | 1 June 2027
    Appraisal is due 1 June 2027, 12 months after starting in post; it has not been held yet.
Competence in custodial procedures | up to date
    Competence in custodial procedures has been held since 25 May 2026 and does not lapse.
Control and restraint | up to date | 30 April 2027
    Control and restraint was completed 4 May 2026 and is valid until 30 April 2027,
    the date printed on the certificate.
Custodial Care NVQ 3 or the apprenticeship | up to date
    Custodial Care NVQ 3 or the apprenticeship has been held since 20 January 2026 and does not lapse.
POELT | up to date
    POELT has been held since 12 December 2025 and does not lapse.
Probation | in progress | 1 December 2026
    Probation runs until 1 December 2026, 6 months after starting in post.
Security and identity check | up to date
    Security and identity check was seen on 15 May 2026.
TCAT 1 | up to date
    TCAT 1 was completed 20 August 2026 and does not lapse.
TCAT 2 | booked | 28 November 2026
    TCAT 2 is booked for 24 November 2026; it is due 28 November 2026, 180 days after starting in post;
    TCAT 1 was completed 20 August 2026.
TCAT 3 | not started | 1 June 2027
    TCAT 3 is not completed; it is due 1 June 2027, 365 days after starting in post; TCAT 2 has to come first.
    → Complete TCAT 2 first.
Individual clinical supervision | up to date | 30 November 2026
    Individual clinical supervision stands until 30 November 2026: 60 of 60 minutes in 28 days;
    the last that counts was on 2 November 2026.
Group clinical supervision | due soon | 30 November 2026
    Group clinical supervision for November 2026 stands at 60 of 90 minutes credited, to be met by 30 November 2026.
    → Plan 30 minutes of group supervision by 30 November 2026.
Observation of practice | not yet observed | 1 June 2027
    Practice is to be observed by 1 June 2027, 12 months after starting in post; it has not been seen yet.
"""
    + OFFICER_NOT_OBSERVED
    + NO_SENSITIVITY_AMOUNT
    + STAYS_WITH_ADULTS
)

HARRI_ON_THE_DAY = """
TCAT 2 | up to date
    TCAT 2 was completed 24 November 2026 and does not lapse.
TCAT 3 | not started | 1 June 2027
    TCAT 3 is not completed; it is due 1 June 2027, 365 days after starting in post;
    TCAT 2 was completed 24 November 2026.
    → Nominate for a place.
Probation | in progress | 1 December 2026
    Probation runs until 1 December 2026, 6 months after starting in post.
"""

HARRI_IN_DECEMBER = """
Probation | up to date
    Probation was passed on 1 December 2026.
"""

HARRI_AS_KNOWN_ON_19_NOVEMBER = """
TCAT 2 | booked | 28 November 2026
    TCAT 2 is booked for 24 November 2026; it is due 28 November 2026, 180 days after starting in post;
    TCAT 1 was completed 20 August 2026.
"""

HARRI_AS_KNOWN_IN_SEPTEMBER = """
TCAT 2 | due soon | 28 November 2026
    TCAT 2 is not completed; it is due 28 November 2026, 180 days after starting in post;
    TCAT 1 was completed 20 August 2026.
    → Nominate for a place.
"""


def test_future_completion(service: Service) -> None:
    assert told(service, "Harri Vaughan") == by_hand(HARRI)


@pytest.mark.parametrize(
    ("on", "known_on", "table"),
    [
        ("24 November 2026", None, HARRI_ON_THE_DAY),
        ("1 December 2026", None, HARRI_IN_DECEMBER),
        ("24 November 2026", "19 November 2026", HARRI_AS_KNOWN_ON_19_NOVEMBER),
        ("22 November 2026", "30 September 2026", HARRI_AS_KNOWN_IN_SEPTEMBER),
    ],
    ids=["on its day", "in December", "on its day, as known before the import", "as known before the booking"],
)
def test_future_completion_counts_from_its_own_day(service: Service, on: str, known_on: str | None, table: str) -> None:
    assert told(service, "Harri Vaughan", on, known_on, only=table) == by_hand(table)


# ---------------------------------------------------------------------------------------------------------------------
# 9. 29 February


def ifan(service: Service) -> None:
    """An officer in Ash from 29 February 2024, who does much on the last day of February."""
    who = "Ifan Sayce"
    service.starts(who, "tc_officer", "29 February 2024", "Ash")
    service.completes(
        who,
        "29 February 2024",
        poelt="29 February 2020",
        custodial_nvq_3="1 June 2021",
        custodial_procedures="29 February 2024",
        control_and_restraint="29 February 2024",
    )
    service.happened(who, "29 February 2024", security_check_seen="28 February 2024")
    alone = service.agrees(who, "29 February 2024")
    service.completes(who, "29 May 2024", tcat_1="29 May 2024")
    service.completes(who, "27 August 2024", tcat_2="27 August 2024")
    service.happened(who, "29 August 2024", probation_passed="29 August 2024")
    for year in (2025, 2026, 2027):
        service.completes(who, f"28 February {year}", control_and_restraint=f"28 February {year}")
    service.observes("Rhian Morgan", who, "28 February 2027", Risk=3)
    service.happened(who, "1 March 2027", appraisal="1 March 2027")
    group = [who, "Mair Wyn"]
    together = service.has_group("Ash leap pair", "Ash", "3 January 2028", group)
    service.meets(together, "11 January 2028", 90, group)
    service.meets(alone, "1 February 2028", 60, [who])
    service.meets(together, "8 February 2028", 89, group)


IFAN_2024 = (
    """
Agreement for clinical supervision | up to date | 28 February 2025
    Agreement for clinical supervision with Rhian Morgan has been in force since 29 February 2024;
    its review is due 28 February 2025.
Appraisal | not started | 28 February 2025
    Appraisal is due 28 February 2025, 12 months after starting in post; it has not been held yet.
Competence in custodial procedures | up to date
    Competence in custodial procedures has been held since 29 February 2024 and does not lapse.
Control and restraint | up to date | 28 February 2025
    Control and restraint was completed 29 February 2024 and is valid until 28 February 2025.
Custodial Care NVQ 3 or the apprenticeship | up to date
    Custodial Care NVQ 3 or the apprenticeship has been held since 1 June 2021 and does not lapse.
POELT | up to date
    POELT has been held since 29 February 2020 and does not lapse.
Probation | in progress | 29 August 2024
    Probation runs until 29 August 2024, 6 months after starting in post.
Security and identity check | up to date
    Security and identity check was seen on 28 February 2024.
TCAT 1 | due soon | 29 May 2024
    TCAT 1 is not completed; it is due 29 May 2024, 90 days after starting in post.
    → Nominate for a place.
TCAT 2 | not started | 27 August 2024
    TCAT 2 is not completed; it is due 27 August 2024, 180 days after starting in post; TCAT 1 has to come first.
    → Complete TCAT 1 first.
TCAT 3 | not started | 28 February 2025
    TCAT 3 is not completed; it is due 28 February 2025, 365 days after starting in post; TCAT 2 has to come first.
    → Complete TCAT 2 first.
Individual clinical supervision | up to date | 28 March 2024
    Individual clinical supervision is due by 28 March 2024: 0 of 60 minutes in 28 days; none is recorded yet.
Group clinical supervision | not judged
    Group clinical supervision in February 2024 is not judged: required only from 29 February 2024.
Observation of practice | not yet observed | 28 February 2025
    Practice is to be observed by 28 February 2025, 12 months after starting in post; it has not been seen yet.
"""
    + OFFICER_NOT_OBSERVED
    + NO_SENSITIVITY_AMOUNT
    + STAYS_WITH_ADULTS
)

IFAN_2028 = """
Agreement for clinical supervision | up to date | 3 January 2029
    Agreement for clinical supervision with Rhian Morgan has been in force since 3 January 2028;
    its review is due 3 January 2029.
Appraisal | due soon | 1 March 2028
    Appraisal is next due 1 March 2028, 12 months after the last one; it was last held on 1 March 2027.
    → Record the day on which it is held.
Competence in custodial procedures | up to date
    Competence in custodial procedures has been held since 29 February 2024 and does not lapse.
Control and restraint | expired | 28 February 2028
    Control and restraint has expired: it was last completed 28 February 2027 and was valid until 28 February 2028.
    → Nominate for a place.
Custodial Care NVQ 3 or the apprenticeship | up to date
    Custodial Care NVQ 3 or the apprenticeship has been held since 1 June 2021 and does not lapse.
POELT | up to date
    POELT has been held since 29 February 2020 and does not lapse.
Probation | up to date
    Probation was passed on 29 August 2024.
Security and identity check | up to date
    Security and identity check was seen on 28 February 2024.
TCAT 1 | up to date
    TCAT 1 was completed 29 May 2024 and does not lapse.
TCAT 2 | up to date
    TCAT 2 was completed 27 August 2024 and does not lapse.
TCAT 3 | overdue | 28 February 2025
    TCAT 3 is overdue: it was due 28 February 2025, 365 days after starting in post;
    TCAT 2 was completed 27 August 2024.
    → Nominate for a place.
Individual clinical supervision | due soon | 29 February 2028
    Individual clinical supervision stands until 29 February 2028: 60 of 60 minutes in 28 days;
    the last that counts was on 1 February 2028.
    → Plan one by 29 February 2028.
Group clinical supervision | due soon | 29 February 2028
    Group clinical supervision for February 2028 stands at 89 of 90 minutes credited, to be met by 29 February 2028.
    → Plan 1 minute of group supervision by 29 February 2028.
Group facilitation | not yet observed
    Group facilitation has not been observed yet; the required level is "Alone".
    → Plan an observation.
Boundaries and safety | not yet observed
    Boundaries and safety has not been observed yet; the required level is "Alone".
    → Plan an observation.
Recording | not yet observed
    Recording has not been observed yet; the required level is "Alone".
    → Plan an observation.
Risk | not yet observed
    Risk is not judged yet: seen once at "Alone" on 28 February 2027; a second on another date is needed.
    → Plan a second observation, by another observer if there is one.
Feedback to residents | not yet observed
    Feedback to residents has not been observed yet; the required level is "Alone".
    → Plan an observation.
Using supervision | not yet observed
    Using supervision has not been observed yet; the required level is "Alone".
    → Plan an observation.
TC values and culture | not yet observed
    TC values and culture has not been observed yet; the required level is "Alone".
    → Plan an observation.
Integrating creative work | not yet observed
    Integrating creative work has not been observed yet; the required level is "With prompting".
    → Plan an observation.
Report writing | not yet observed
    Report writing has not been observed yet; the required level is "With prompting".
    → Plan an observation.
Observation of practice | overdue | 28 February 2028
    Practice is overdue for observation: it was due 28 February 2028, 12 months after the last one;
    it was last seen on 28 February 2027.
    → Plan an observation.
Sensitivity group | not required
    Sensitivity group: your service has set no amount.
Suitability for work with young people | not required
    Suitability for work with young people is asked on a move to a service for young people, and none is recorded.
"""

IFAN_28_FEBRUARY_2025 = """
Control and restraint | up to date | 28 February 2026
    Control and restraint was completed 28 February 2025 and is valid until 28 February 2026.
TCAT 3 | due soon | 28 February 2025
    TCAT 3 is not completed; it is due 28 February 2025, 365 days after starting in post;
    TCAT 2 was completed 27 August 2024.
    → Nominate for a place.
Appraisal | due soon | 28 February 2025
    Appraisal is due 28 February 2025, 12 months after starting in post; it has not been held yet.
    → Record the day on which it is held.
"""

IFAN_AS_KNOWN_THE_DAY_BEFORE = """
Control and restraint | due soon | 28 February 2025
    Control and restraint was completed 29 February 2024 and is valid until 28 February 2025.
    → Nominate for a place.
"""


@pytest.mark.parametrize(
    ("on", "table"), [("29 February 2024", IFAN_2024), ("29 February 2028", IFAN_2028)], ids=["2024", "2028"]
)
def test_29_february(service: Service, on: str, table: str) -> None:
    assert told(service, "Ifan Sayce", on) == by_hand(table)


@pytest.mark.parametrize(
    ("known_on", "table"),
    [(None, IFAN_28_FEBRUARY_2025), ("27 February 2025", IFAN_AS_KNOWN_THE_DAY_BEFORE)],
    ids=["as at", "as known the day before"],
)
def test_a_year_after_29_february_is_28_february(service: Service, known_on: str | None, table: str) -> None:
    assert told(service, "Ifan Sayce", "28 February 2025", known_on, only=table) == by_hand(table)


# ---------------------------------------------------------------------------------------------------------------------
# 10. A BACP member and an officer in one group


THE_TWELVE = ["Jac Mensah", "Kezia Bowen", *(f"Officer {letter}" for letter in "ABCDEFGHIJ")]


def jac_and_kezia(service: Service) -> None:
    """Jac, an officer, and Kezia, a group psychotherapist accredited with BACP, both in Ash since January 2025 and both
    in the Wednesday group of twelve. In November Kezia left after an hour; that was corrected on the 16th."""
    jac, kezia = "Jac Mensah", "Kezia Bowen"
    service.starts(jac, "tc_officer", "6 January 2025", "Ash")
    service.starts(kezia, "group_psychotherapist", "6 January 2025", "Ash")
    service.completes(
        jac,
        "6 January 2025",
        poelt="4 October 2021",
        custodial_nvq_3="8 November 2022",
        custodial_procedures="3 January 2025",
    )
    service.happened(jac, "6 January 2025", security_check_seen="12 December 2024")
    service.registers(
        kezia, "6 January 2025", "bacp", "1 February 2019", "00455001", grade="accredited",
        expires_on=day("31 January 2027"),
    )  # fmt: skip
    service.completes(jac, "2 April 2025", tcat_1="2 April 2025")
    service.happened(jac, "7 July 2025", probation_passed="7 July 2025")
    service.completes(jac, "10 July 2025", tcat_2="10 July 2025")
    service.completes(jac, "15 December 2025", tcat_3="15 December 2025")
    service.happened(kezia, "8 January 2026", appraisal="8 January 2026")
    service.happened(jac, "9 January 2026", appraisal="9 January 2026")
    service.completes(jac, "20 April 2026", control_and_restraint="20 April 2026")
    with_jac, with_kezia = service.agrees(jac, "6 May 2026"), service.agrees(kezia, "6 May 2026")
    together = service.has_group("Wednesday group", "Ash", "1 September 2026", THE_TWELVE)
    service.meets(with_kezia, "7 September 2026", 90, [kezia])
    service.meets(together, "9 September 2026", 90, THE_TWELVE)
    service.meets(with_kezia, "5 October 2026", 60, [kezia])
    service.meets(together, "14 October 2026", 90, THE_TWELVE)
    service.meets(with_kezia, "2 November 2026", 60, [kezia])
    service.meets(with_jac, "9 November 2026", 60, [jac])
    november = service.meets(together, "11 November 2026", 90, THE_TWELVE)
    with on_day("16 November 2026") as db:
        correct_session(
            db,
            by=service.someone(),
            session_id=november,
            reason="Kezia was called away after an hour.",
            minutes=90,
            entries=service.register(THE_TWELVE, {kezia: 60}),
        )


KEZIA = (
    """
Agreement for clinical supervision | up to date | 1 September 2027
    Agreement for clinical supervision with Rhian Morgan has been in force since 1 September 2026;
    its review is due 1 September 2027.
Appraisal | up to date | 8 January 2027
    Appraisal is next due 8 January 2027, 12 months after the last one; it was last held on 8 January 2026.
Individual clinical supervision | up to date | 30 November 2026
    Individual clinical supervision stands until 30 November 2026: 60 of 60 minutes in 28 days;
    the last that counts was on 2 November 2026.
Group clinical supervision | up to date | 30 November 2026
    Group clinical supervision is met for November 2026: 60 of 60 minutes credited.
Supervision by BACP | overdue | 31 October 2026
    Supervision by BACP was missed in October 2026: 67.5 of 90 minutes credited, 150 minutes attended;
    November 2026 has 65 of 90 minutes credited, 120 minutes attended.
    → Plan 25 minutes of individual supervision by 30 November 2026.
"""
    + NO_SENSITIVITY_AMOUNT
    + NO_AMOUNT_FOR_SUPERVISING
)

JAC = (
    """
Agreement for clinical supervision | up to date | 1 September 2027
    Agreement for clinical supervision with Rhian Morgan has been in force since 1 September 2026;
    its review is due 1 September 2027.
Appraisal | up to date | 9 January 2027
    Appraisal is next due 9 January 2027, 12 months after the last one; it was last held on 9 January 2026.
Competence in custodial procedures | up to date
    Competence in custodial procedures has been held since 3 January 2025 and does not lapse.
Control and restraint | up to date | 20 April 2027
    Control and restraint was completed 20 April 2026 and is valid until 20 April 2027.
Custodial Care NVQ 3 or the apprenticeship | up to date
    Custodial Care NVQ 3 or the apprenticeship has been held since 8 November 2022 and does not lapse.
POELT | up to date
    POELT has been held since 4 October 2021 and does not lapse.
Probation | up to date
    Probation was passed on 7 July 2025.
Security and identity check | up to date
    Security and identity check was seen on 12 December 2024.
TCAT 1 | up to date
    TCAT 1 was completed 2 April 2025 and does not lapse.
TCAT 2 | up to date
    TCAT 2 was completed 10 July 2025 and does not lapse.
TCAT 3 | up to date
    TCAT 3 was completed 15 December 2025 and does not lapse.
Individual clinical supervision | up to date | 7 December 2026
    Individual clinical supervision stands until 7 December 2026: 60 of 60 minutes in 28 days;
    the last that counts was on 9 November 2026.
Group clinical supervision | up to date | 30 November 2026
    Group clinical supervision is met for November 2026: 90 of 90 minutes credited.
Observation of practice | overdue | 6 January 2026
    Practice is overdue for observation: it was due 6 January 2026, 12 months after starting in post;
    it has not been seen yet.
    → Plan an observation.
"""
    + OFFICER_NOT_OBSERVED
    + NO_SENSITIVITY_AMOUNT
    + STAYS_WITH_ADULTS
)

KEZIA_AS_KNOWN_BEFORE_THE_CORRECTION = """
Group clinical supervision | up to date | 30 November 2026
    Group clinical supervision is met for November 2026: 90 of 60 minutes credited.
Supervision by BACP | overdue | 31 October 2026
    Supervision by BACP was missed in October 2026: 67.5 of 90 minutes credited, 150 minutes attended;
    November 2026 has 67.5 of 90 minutes credited, 150 minutes attended.
    → Plan 23 minutes of individual supervision by 30 November 2026.
"""

KEZIA_IN_SEPTEMBER = """
Group clinical supervision | up to date | 30 September 2026
    Group clinical supervision is met for September 2026: 90 of 60 minutes credited.
Supervision by BACP | up to date | 30 September 2026
    Supervision by BACP is met for September 2026: 97.5 of 90 minutes credited, 180 minutes attended.
"""


@pytest.mark.parametrize(("name", "table"), [("Jac Mensah", JAC), ("Kezia Bowen", KEZIA)])
def test_bacp_member_and_officer_in_one_group(service: Service, name: str, table: str) -> None:
    assert told(service, name) == by_hand(table)


def test_bacp_member_as_at_the_end_of_september(service: Service) -> None:
    september = KEZIA_IN_SEPTEMBER
    assert told(service, "Kezia Bowen", "30 September 2026", only=september) == by_hand(september)


def test_bacp_member_as_known_before_the_correction(service: Service) -> None:
    known = KEZIA_AS_KNOWN_BEFORE_THE_CORRECTION
    assert told(service, "Kezia Bowen", known_on="12 November 2026", only=known) == by_hand(known)


TWELFTH = "You attended 90 minutes: counts in full for your post, 7.5 minutes for BACP (12 contracted)."
COUNTED = {
    "Jac Mensah": {},
    "Kezia Bowen": {
        "7 September 2026": "You attended 90 minutes: counts in full for your post and BACP.",
        "9 September 2026": TWELFTH,
        "5 October 2026": "You attended 60 minutes: counts in full for your post and BACP.",
        "14 October 2026": TWELFTH,
        "2 November 2026": "You attended 60 minutes: counts in full for your post and BACP.",
        "11 November 2026": TWELFTH.replace("90", "60").replace("7.5", "5"),
    },
}


@pytest.mark.parametrize("name", COUNTED)
def test_what_each_session_counts_for_is_said_side_by_side(service: Service, name: str) -> None:
    """An officer with no body has minutes as attended: nothing is said beside them."""
    rows = service.rows(name, "22 November 2026")
    with reading() as db:
        sessions = my_attendance(db, viewer=service.someone(name))
    said = {one.held_on: counted_words(one.sitting, counted_for(rows, one.held_on)) for one in sessions}
    assert sessions
    assert {on: text for on, text in said.items() if text} == {day(on): text for on, text in COUNTED[name].items()}


STORIES = (aled, bronwen, carwyn, delyth, efa, ffion, gethin, harri, ifan, jac_and_kezia)
