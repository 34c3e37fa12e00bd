"""Ten invented people in awkward situations: every sentence beside one written by hand.

The tables were worked out from design.md (section 2) and domain.md with a calendar, not copied from what the product
said. A line with bars is the requirement, its status and its date; then what is read aloud; an arrow is the next step.
What binds them, and the service's own numbers, are told in tests/stories.py.
"""

from collections.abc import Iterator

import pytest

from tcsuper.clock import now
from tcsuper.database import reading
from tcsuper.models import (
    AgreementSignature,
    CheckResult,
    Course,
    OverrideKind,
    RecordsKeptFrom,
    RequirementKind,
    StaffEvent,
    StaffEventKind,
    TrainingRecord,
)
from tcsuper.queries.standing import counted_for
from tcsuper.queries.supervision import my_attendance
from tcsuper.rules.supervision import counted_words
from tcsuper.services.staff import end_absence, record_absence
from tcsuper.services.supervision import correct_session, end_agreement, plan_session
from tcsuper.services.training import book_place, record_completion
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


OFFICER_NOT_OBSERVED = """
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

NO_SENSITIVITY_AMOUNT = """
Sensitivity group | not required
    Sensitivity group: your service has set no amount.
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
Group clinical supervision | up to date | 30 November 2026
    Group clinical supervision is met for November 2026: 90 of 90 minutes credited.
Supervision by BABCP | up to date | 30 November 2026
    Supervision by BABCP is met for November 2026: 100 of 90 minutes credited a month, averaged over 3 months.
Observation of practice | overdue | 1 March 2026
    Practice is overdue for observation: it was due 1 March 2026, 12 months after starting in post;
    it has not been seen yet.
    → Plan an observation.
"""
    + OFFICER_NOT_OBSERVED
    + NO_SENSITIVITY_AMOUNT
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
Individual clinical supervision (Prison Officer Specialist, TC Programmes) | up to date | 7 December 2026
    Individual clinical supervision (Prison Officer Specialist, TC Programmes) stands until 7 December 2026:
    60 of 60 minutes in 28 days; the last that counts was on 9 November 2026.
Individual clinical supervision (DTC Therapy Manager) | not required
    Individual clinical supervision (DTC Therapy Manager): your service has set no amount.
Group clinical supervision (Prison Officer Specialist, TC Programmes) | overdue | 31 October 2026
    Group clinical supervision (Prison Officer Specialist, TC Programmes) was missed in October 2026:
    0 of 90 minutes credited; November 2026 has 0 of 90 minutes credited.
    → Plan 90 minutes of supervision by 30 November 2026.
Group clinical supervision (DTC Therapy Manager) | not required
    Group clinical supervision (DTC Therapy Manager): your service has set no amount.
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
    → Plan 90 minutes of supervision by 31 August 2026.
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


CARWYN = """
Agreement for clinical supervision | up to date | 5 February 2027
    Agreement for clinical supervision with Rhian Morgan has been in force since 5 February 2024;
    its review is due 5 February 2027.
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
    → Plan 90 minutes of supervision by 30 November 2026.
Group facilitation | not yet observed
    Group facilitation is not judged yet: seen once at "With prompting" on 12 May 2026;
    a second on another date is needed.
    → Plan a second observation, by another observer if there is one.
Observation of practice | up to date | 12 May 2027
    Practice is to be observed by 12 May 2027, 12 months after the last one; it was last seen on 12 May 2026.
"""

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
    not_observed = OFFICER_NOT_OBSERVED.split("Boundaries and safety | ", 1)[1]
    expected = (
        CARWYN + "Boundaries and safety | " + not_observed.rstrip("\n") + NO_SENSITIVITY_AMOUNT + STAYS_WITH_ADULTS
    )
    assert told(service, "Carwyn Teague") == by_hand(expected)


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
        db.add(AgreementSignature(agreement_id=agreement, staff_id=rhian, signed_at=now()))


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
    → Confirm the certificate of 12 November 2026.
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
    → Plan 90 minutes of supervision by 31 December 2026.
Individual clinical supervision | overdue | 14 December 2026
    Individual clinical supervision is overdue: it was due 14 December 2026; 0 of 60 minutes in 28 days;
    none is recorded yet.
    → Plan a session now.
"""

DELYTH_AS_KNOWN_ON_HER_FIRST_DAY = """
Competence in custodial procedures | overdue | 16 November 2026
    Competence in custodial procedures is overdue: it was due 16 November 2026, the day of starting in post.
    → Send in proof of Competence in custodial procedures.
Agreement for clinical supervision | up to date | 18 November 2027
    Agreement for clinical supervision with Rhian Morgan has been in force since 18 November 2026;
    its review is due 18 November 2027.
"""


def test_mid_month_start(service: Service) -> None:
    assert told(service, "Delyth Khan") == by_hand(DELYTH)


def test_mid_month_start_forecast_for_the_end_of_december(service: Service) -> None:
    december = DELYTH_IN_DECEMBER
    assert told(service, "Delyth Khan", "31 December 2026", only=december) == by_hand(december)


def test_mid_month_start_as_known_on_the_first_day(service: Service) -> None:
    known = DELYTH_AS_KNOWN_ON_HER_FIRST_DAY
    assert told(service, "Delyth Khan", known_on="16 November 2026", only=known) == by_hand(known)
