"""Twenty situations and more, each read back against a line written by hand: status, whole sentence and next step.

They happen to officers and others of tests/stories.py, through the services, and are read on 22 November 2026. Most
lines were not written blind: what the product said was read with a calendar and the service's settings at hand, and
taken over where it was right. So they hold what was found right, and are no second reckoning of it; that is
tests/rules/test_training_reckoning.py.
"""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from tcsuper.database import reading
from tcsuper.models import CheckResult, JobDescription, OverrideKind, Requirement, RequirementKind, TrainingResult
from tcsuper.queries.standing import standings
from tcsuper.services.course_versions import set_course_version
from tcsuper.services.overrides import ask_of_person
from tcsuper.services.training import record_completion
from tests.databases import copy_of, in_use
from tests.rules.days import day
from tests.stories import Service, make_service, on_day

ON = "22 November 2026"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """One database of each kind in which all of it happened: nothing below changes it."""
    with copy_of("migrated", request.getfixturevalue(request.param)) as url, in_use(url):
        service = make_service()
        trained(service)
        registered(service)
        supervised(service)
        asked_anew(service)
        yield service


def trained(service: Service) -> None:
    service.starts("Ann Abel", "tc_officer", "1 September 2026", "Ash")
    service.starts("Bob Baker", "tc_officer", "2 February 2026", "Ash")
    service.completes("Bob Baker", "10 April 2026", tcat_1="8 April 2026", control_and_restraint="9 January 2026")
    service.starts("Cat Cole", "tc_officer", "6 January 2025", "Ash")
    service.completes("Cat Cole", "7 January 2025", control_and_restraint="20 November 2024", tcat_1="7 January 2025")
    service.completes("Cat Cole", "9 April 2025", tcat_2="8 April 2025")
    service.repeats("Cat Cole", "1 December 2025", "tcat_3")
    service.decides(
        "Cat Cole", "2 December 2025", "TCAT 3", OverrideKind.EXTENDED, "31 March 2027", "The run was full."
    )
    service.decides("Cat Cole", "2 December 2025", "POELT", OverrideKind.WAIVED, None, "Came from another service.")
    with on_day("3 November 2026") as db:
        record_completion(
            db,
            by=service.someone("Ann Abel"),
            staff_id=service.people["Ann Abel"],
            course_code="tcat_1",
            completed_on=day("2 November 2026"),
        )
    with on_day("10 April 2026") as db:
        record_completion(
            db,
            by=service.someone(),
            staff_id=service.people["Bob Baker"],
            course_code="spear",
            completed_on=day("10 April 2026"),
            printed_expiry_on=day("1 December 2026"),
            result=TrainingResult.PASSED,
        )


def registered(service: Service) -> None:
    service.starts("Dai Dee", "therapy_manager", "6 January 2025", "Birch")
    known = service.registers("Dai Dee", "6 January 2025", "ukcp", "1 May 2020", "2011161515")
    service.checks(known, "2 October 2026", CheckResult.CONDITIONS, "30 September 2027", "No new clients.")


def supervised(service: Service) -> None:
    service.agrees("Bob Baker", "16 February 2026", review_on=day("16 August 2026"))
    service.happened("Cat Cole", "10 July 2025", probation_passed="4 July 2025")
    service.happened("Cat Cole", "7 January 2025", appraisal="1 December 2024")
    service.observes("Rhian Morgan", "Bob Baker", "1 June 2026", Group_facilitation=2)
    service.observes("Carys Hughes", "Bob Baker", "1 July 2026", Group_facilitation=2)


def asked_anew(service: Service) -> None:
    """What began to be asked when people were in post already."""
    with on_day("1 September 2026") as db:
        set_course_version(
            db, by=service.someone(), course_code="tcat_1", start_on=day("1 September 2026"), older_counts=False
        )
        ask_of_person(
            db,
            by=service.someone(),
            staff_id=service.people["Bob Baker"],
            course_code="safeguarding",
            reason="Moves to the young people's wing next year.",
            start_on=day("1 September 2026"),
            target_days=60,
        )
        officer = db.exec(select(JobDescription).where(JobDescription.code == "tc_officer")).one()
        for title, terms in (
            ("Personal safety", {"any_of": ["spear"], "target_days": 90}),
            (
                "Ready to lead a group",
                {
                    "any_of": ["tcat_3", "supervisor_training", "psychotherapy_training"],
                    "group": {"any_of": ["tcat_3", {"all_of": ["supervisor_training", "psychotherapy_training"]}]},
                    "target_days": 30,
                },
            ),
        ):
            db.add(
                Requirement(
                    kind=RequirementKind.COURSE,
                    job_description_id=officer.id,
                    title=title,
                    terms=terms,
                    start_on=day("1 September 2026"),
                )
            )
    service.completes("Cat Cole", "6 September 2026", supervisor_training="5 September 2026")
    service.completes("Bob Baker", "6 September 2026", supervisor_training="5 September 2026")
    service.completes("Bob Baker", "6 September 2026", psychotherapy_training="4 March 2020")


SITUATIONS = [
    # Training
    (
        "Ann Abel", "TCAT 1", "due_soon",
        "TCAT 1 is not completed; it is due 30 November 2026, 90 days after starting in post; "
        "a certificate of 2 November 2026 waits to be confirmed.",
        "Have the certificate of 2 November 2026 confirmed.",
        "sent in and not confirmed",
    ),
    (
        "Ann Abel", "TCAT 2", "not_started",
        "TCAT 2 is not completed; it is due 28 February 2027, 180 days after starting in post; "
        "TCAT 1 has to come first.",
        "Complete TCAT 1 first.",
        "what comes first is not done",
    ),
    (
        "Ann Abel", "Control and restraint", "overdue",
        "Control and restraint is overdue: it was due 1 September 2026, the day of starting in post.",
        "Nominate for a place.",
        "due on the first day",
    ),
    (
        "Ann Abel", "Personal safety", "due_soon",
        "Personal safety is not completed; it is due 30 November 2026, 90 days after starting in post.",
        "Nominate for a place.",
        "asked since the very day of starting: like any starter",
    ),
    (
        "Cat Cole", "Personal safety", "due_soon",
        "Personal safety is not completed; it is due 30 November 2026, 90 days after 1 September 2026, "
        "when it began to be asked.",
        "Nominate for a place.",
        "in post when it began to be asked",
    ),
    (
        "Bob Baker", "Personal safety", "due_soon",
        "Personal safety was completed 10 April 2026 and is valid until 1 December 2026, "
        "the date printed on the certificate.",
        "Nominate for a place.",
        "a printed date, soon over",
    ),
    (
        "Bob Baker", "TCAT 1", "due_soon",
        "TCAT 1 is not completed; it is due 30 November 2026, 90 days after 1 September 2026, when it began to be "
        "asked; it was completed on version 1 of the course, and version 2 or later is asked for.",
        "Nominate for a place.",
        "trained on a version that no longer counts",
    ),
    (
        "Bob Baker", "TCAT 2", "overdue",
        "TCAT 2 is overdue: it was due 1 August 2026, 180 days after starting in post; "
        "TCAT 1 was completed 8 April 2026.",
        "Nominate for a place.",
        "past its target, with what comes first done",
    ),
    (
        "Bob Baker", "Safeguarding", "overdue",
        "Safeguarding is overdue: it was due 31 October 2026, 60 days after 1 September 2026, "
        "when it began to be asked.",
        "Nominate for a place.",
        "asked of this person alone",
    ),
    (
        "Cat Cole", "Control and restraint", "expired",
        "Control and restraint has expired: it was last completed 20 November 2024 and was valid until "
        "20 November 2025.",
        "Nominate for a place.",
        "had, and lapsed",
    ),
    (
        "Cat Cole", "TCAT 2", "up_to_date",
        "TCAT 2 was completed 8 April 2025 and does not lapse.",
        "",
        "done for good",
    ),
    (
        "Cat Cole", "TCAT 3", "in_progress",
        "TCAT 3 is not completed; it is due 31 March 2027, as extended for this person; "
        "TCAT 2 was completed 8 April 2025; asked to repeat it on 1 December 2025.",
        "Nominate for a place.",
        "asked to repeat it, with more time",
    ),
    (
        "Bob Baker", "Ready to lead a group", "up_to_date",
        "Ready to lead a group is met by Supervisor training and Psychotherapy training, one of 2 ways. "
        "Supervisor training was completed 5 September 2026 and is valid until 5 September 2029. "
        "Psychotherapy training has been held since 4 March 2020 and does not lapse.",
        "",
        "any one of several ways, one of them two things together",
    ),
    (
        "Ann Abel", "Ready to lead a group", "overdue",
        "Ready to lead a group is not met: it asks for TCAT 3 or (Supervisor training and Psychotherapy training). "
        "Nearest is TCAT 3: TCAT 3 is overdue: it was due 1 October 2026, 30 days after starting in post.",
        "Nominate for a place.",
        "no way of several is met",
    ),
    (
        "Cat Cole", "POELT", "exempt",
        "POELT is waived for this person from 2 December 2025, decided by Rhian Morgan: Came from another service.",
        "",
        "waived, with reason and author",
    ),
    (
        "Bob Baker", "POELT", "overdue",
        "POELT is overdue: it was due 2 February 2026, the day of starting in post.",
        "Send in proof of POELT.",
        "a qualification that was never shown",
    ),
    # Registration
    (
        "Dai Dee", "Registered with a professional body", "conditions",
        "Registered with a professional body is met with conditions by UKCP 2011161515, valid until "
        "30 September 2027: No new clients; the live register was last checked on 2 October 2026.",
        "Agree how work is kept within the conditions. Renew with UKCP by 30 September 2027.",
        "registered with conditions",
    ),
    (
        "Dai Dee", "HCPC practitioner psychologist", "overdue",
        "HCPC practitioner psychologist is overdue: no registration with HCPC (psychologists) is recorded; it was due "
        "6 January 2025, the day of starting in post; UKCP 2011161515 is another registration.",
        "Enter the registration with HCPC (psychologists), and check the live register.",
        "another body's registration does not answer it",
    ),
    # Supervision and agreement
    (
        "Ann Abel", "Individual clinical supervision", "overdue",
        "Individual clinical supervision is overdue: it was due 29 September 2026; 0 of 60 minutes in 28 days; "
        "none is recorded yet.",
        "Plan a session now.",
        "never supervised",
    ),
    (
        "Bob Baker", "Group clinical supervision", "overdue",
        "Group clinical supervision was missed in October 2026, 8 months in a row: 0 of 90 minutes credited; "
        "November 2026 has 0 of 90 minutes credited.",
        "Plan 90 minutes of group supervision by 30 November 2026.",
        "missed month after month",
    ),
    (
        "Bob Baker", "Agreement for clinical supervision", "overdue",
        "Agreement for clinical supervision with Rhian Morgan has been in force since 16 February 2026, "
        "but its review is overdue: it was due 16 August 2026.",
        "Review the agreement together, and set the next review day.",
        "an agreement that was not reviewed",
    ),
    # Practice
    (
        "Bob Baker", "Group facilitation", "below",
        'Group facilitation is below the required level "Alone": "With prompting" on 1 July 2026 and "With prompting" '
        "on 1 June 2026, seen by 2 observers.",
        "Agree what will help, and plan another observation.",
        "seen twice below",
    ),
    # Periods and events
    (
        "Bob Baker", "Probation", "overdue",
        "Probation is overdue: it ended 2 August 2026, 6 months after starting in post; it is not recorded as passed.",
        "Decide, and record the day on which it is passed, or extend it.",
        "a probation that nobody ended",
    ),
    ("Cat Cole", "Probation", "up_to_date", "Probation was passed on 4 July 2025.", "", "passed"),
    (
        "Cat Cole", "Appraisal", "overdue",
        "Appraisal is overdue: it was due 1 December 2025, 12 months after the last one; "
        "it was last held on 1 December 2024.",
        "Record the day on which it is held.",
        "a year and more after the last",
    ),
    (
        "Ann Abel", "Suitability for work with young people", "not_required",
        "Suitability for work with young people is asked on a move to a service for young people, "
        "and none is recorded.",
        "",
        "not asked of somebody who stays",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("who", "title", "status", "because", "next_step", "story"), SITUATIONS)
def test_it_reads_as_written_by_hand(
    service: Service, who: str, title: str, status: str, because: str, next_step: str, story: str
) -> None:
    [row] = [one for one in service.rows(who, ON) if one.requirement == title]
    assert (row.standing.status.value, row.standing.because, row.standing.next_step) == (status, because, next_step), (
        story
    )


def test_there_are_twenty_of_them_over_every_kind(service: Service) -> None:
    assert len(SITUATIONS) >= 20
    told = {(who, title) for who, title, *_ in SITUATIONS}
    with reading() as db:
        rows = standings(db, list(service.people.values()), day(ON))
    kinds = {row.kind.value for row in rows if (row.person, row.requirement) in told}
    asked = {"course", "qualification", "registration", "supervision", "practice", "agreement", "period", "event"}
    assert kinds == asked
