"""The entries of training, registration, events and overrides: see tests/access_cases.py."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now, today
from tcsuper.models import (
    CheckResult,
    Course,
    CourseKind,
    OverrideKind,
    RegisterCheck,
    Registration,
    Requirement,
    RequirementKind,
    RequirementOverride,
    StaffEventKind,
    TrainingRecord,
    TrainingResult,
)
from tcsuper.queries import lapses, registration, renewals, training
from tcsuper.queries import overrides as decisions
from tcsuper.queries.standing import STATUS_OBJECTS
from tcsuper.services import events, overrides
from tcsuper.services import registration as registering
from tcsuper.services import training as learning
from tests.access_case import SEEN, YESTERDAY, Case, own
from tests.access_stage import Stage, stored
from tests.people import Cast

SUBJECTS = ("Ben", "Cai", "Asha")
IN_A_YEAR = today() + timedelta(days=365)
COURSE, BODY = "first_aid", "register"


# ---------------------------------------------------------------------------------------------------------------------
# Training


def _complete(db: Session, by: Actor, cast: Cast, subject: str) -> TrainingRecord:
    return learning.record_completion(db, by=by, staff_id=cast.id(subject), course_code=COURSE, completed_on=YESTERDAY)


def _completed(db: Session, cast: Stage, subject: str, is_confirmed: bool) -> int:
    return stored(
        db,
        TrainingRecord(
            staff_id=cast.id(subject),
            course_id=cast.courses[COURSE],
            completed_on=YESTERDAY,
            is_confirmed=is_confirmed,
            recorded_at=now(),
        ),
    )


def _waits_after(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    return not _complete(db, by, cast, subject).is_confirmed


def _run(db: Session, by: Actor, cast: Cast, *subjects: str) -> Any:
    results = {cast.id(subject): TrainingResult.PASSED for subject in subjects}
    return learning.record_course_run(db, by=by, course_code=COURSE, completed_on=YESTERDAY, results=results)


def _confirm(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    sent_in = _completed(db, cast, subject, is_confirmed=False)
    return learning.confirm_completion(db, by=by, training_record_id=sent_in)


def _correct(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return learning.correct_completion(
        db,
        by=by,
        training_record_id=_completed(db, cast, subject, is_confirmed=True),
        reason="Wrong day",
        completed_on=YESTERDAY - timedelta(days=1),
        result=TrainingResult.PASSED,
    )


def _void(db: Session, by: Actor, cast: Stage, subject: str, is_confirmed: bool) -> Any:
    record = _completed(db, cast, subject, is_confirmed)
    return learning.void_completion(db, by=by, training_record_id=record, reason="Another person's")


def _lapses(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    ahead = lapses.lapses_ahead(db, viewer=by, on=today())
    return subject in {line.lapse.person for line in ahead}


def _in_matrix(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    return subject in set(training.training_matrix(db, viewer=by, on=today())["person"])


def _in_training(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    return any(row.person == subject for row in training.training_seen(db, viewer=by, on=today()).rows)


def _completion_seen(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _completed(db, cast, subject, is_confirmed=True)
    return len(training.completions_seen(db, viewer=by, about=cast.id(subject))) > 0


def _asks_to_confirm(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _completed(db, cast, subject, is_confirmed=False)
    return any(one.person == subject for one in training.to_confirm(db, viewer=by))


def _sent_in(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _completed(db, cast, subject, is_confirmed=False)
    return any(one.person == subject for one in training.sent_in(db, viewer=by))


def _training(action: Action, attempt: Any, **other: Any) -> Case:
    return Case(Object.TRAINING_RECORD, action, attempt, subjects=SUBJECTS, **other)


TRAINING = {
    "services.training.record_completion": _training(Action.CREATE, _complete),
    "services.training.record_completion/to confirm": _training(Action.CREATE, _waits_after, only=own),
    "services.training.record_course_run": _training(Action.CREATE, _run),
    "services.training.record_course_run/with a colleague": _training(
        Action.CREATE,
        lambda db, by, cast, subject: _run(db, by, cast, subject, "Bela" if subject == "Ben" else "Ben"),
        only=lambda actor, subject: actor == "Asha" and subject != "Cai",
    ),
    "services.training.confirm_completion": _training(Action.CONFIRM, _confirm),
    "services.training.correct_completion": _training(Action.UPDATE, _correct),
    "services.training.void_completion": _training(
        Action.VOID, lambda db, by, cast, subject: _void(db, by, cast, subject, is_confirmed=True)
    ),
    "services.training.void_completion/sent back": _training(
        Action.CONFIRM, lambda db, by, cast, subject: _void(db, by, cast, subject, is_confirmed=False)
    ),
    "queries.training.training_matrix": Case(Object.TRAINING_STATUS, Action.READ, _in_matrix, SEEN, subjects=SUBJECTS),
    "queries.training.training_seen": Case(Object.TRAINING_STATUS, Action.READ, _in_training, SEEN, subjects=SUBJECTS),
    "queries.lapses.lapses_ahead": Case(Object.TRAINING_STATUS, Action.READ, _lapses, SEEN, subjects=SUBJECTS),
    "queries.training.completions_seen": _training(Action.READ, _completion_seen),
    "queries.training.to_confirm": _training(Action.CONFIRM, _asks_to_confirm),
    "queries.training.sent_in": _training(Action.READ, _sent_in, only=own),
    "queries.training.may_do": _training(
        Action.CREATE,
        lambda db, by, cast, subject: training.may_do(db, viewer=by, about=cast.id(subject)).record,
    ),
    "queries.training.may_do/correct": _training(
        Action.UPDATE,
        lambda db, by, cast, subject: training.may_do(db, viewer=by, about=cast.id(subject)).correct,
    ),
    "queries.training.may_do/void": _training(
        Action.VOID,
        lambda db, by, cast, subject: training.may_do(db, viewer=by, about=cast.id(subject)).void,
    ),
}

# ---------------------------------------------------------------------------------------------------------------------
# Registration


def _held(db: Session, cast: Stage, subject: str) -> Registration:
    held = Registration(
        staff_id=cast.id(subject), body_id=cast.body, number="12345", registered_on=YESTERDAY, recorded_at=now()
    )
    stored(db, held)
    return held


def _add(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    return registering.add_registration(
        db, by=by, staff_id=cast.id(subject), body_code=BODY, registered_on=YESTERDAY, number="12345"
    )


def _renew(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    held = _held(db, cast, subject).id or 0
    return registering.renew_registration(db, by=by, registration_id=held, expires_on=IN_A_YEAR)


def _correct_registration(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    held = _held(db, cast, subject).id or 0
    return registering.correct_registration(
        db, by=by, registration_id=held, reason="Wrong number", registered_on=YESTERDAY, number="54321"
    )


def _void_renewal(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    former = _held(db, cast, subject)
    facts = former.model_dump(exclude={"id", "record_id", "renews_record_id", "renewed_on"})
    renewal = stored(db, Registration(**facts, renews_record_id=former.record_id, renewed_on=YESTERDAY))
    return registering.void_renewal(db, by=by, registration_id=renewal, reason="Entered by mistake")


def _check(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    record = _held(db, cast, subject).record_id
    return registering.record_register_check(
        db, by=by, registration_record_id=record, checked_on=YESTERDAY, result=CheckResult.REGISTERED
    )


def _registrations_ahead(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _held(db, cast, subject).expires_on = today()
    db.flush()
    return subject in {line.lapse.person for line in lapses.registrations_ahead(db, viewer=by, on=today())}


def _registration_seen(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _held(db, cast, subject)
    return any(one.person == subject for one in registration.registrations_seen(db, viewer=by, on=today()))


def _number_seen(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _held(db, cast, subject)
    seen = registration.registrations_seen(db, viewer=by, on=today())
    return any(one.person == subject and one.number for one in seen)


def _is_wanted(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    return any(row.person == subject for row in registration.registration_wanted(db, viewer=by, on=today()))


def _check_due(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _held(db, cast, subject)
    return any(one.person == subject for one in registration.checks_due(db, viewer=by, on=today(), until=IN_A_YEAR))


def _checks_seen(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    record = _held(db, cast, subject).record_id
    check = RegisterCheck(
        registration_record_id=record,
        staff_id=cast.id(subject),
        checked_on=YESTERDAY,
        result=CheckResult.REGISTERED,
        recorded_at=now(),
    )
    stored(db, check)
    return len(registration.register_checks_seen(db, viewer=by, record_id=record)) > 0


def _versions_seen(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    record = _held(db, cast, subject).record_id
    return bool(registration.registration_history(db, viewer=by, record_id=record))


def _lapsed(db: Session, cast: Stage, subject: str) -> None:
    stored(
        db,
        Registration(
            staff_id=cast.id(subject),
            body_id=cast.body,
            number="12345",
            registered_on=YESTERDAY,
            expires_on=YESTERDAY,
            recorded_at=now(),
        ),
    )


def _ending_seen(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _lapsed(db, cast, subject)
    return any(one.person == subject for one in renewals.endings_seen(db, viewer=by, on=today()))


def _title_marked(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    _lapsed(db, cast, subject)
    return cast.id(subject) in renewals.titles_not_to_use(db, viewer=by, on=today())


def _registration(what: Object, action: Action, attempt: Any, **other: Any) -> Case:
    return Case(what, action, attempt, subjects=SUBJECTS, **other)


STATUS = STATUS_OBJECTS[RequirementKind.REGISTRATION]
REGISTRATION = {
    "services.registration.add_registration": _registration(Object.REGISTRATION, Action.CREATE, _add),
    "services.registration.renew_registration": _registration(Object.REGISTRATION, Action.CREATE, _renew),
    "services.registration.correct_registration": _registration(
        Object.REGISTRATION, Action.UPDATE, _correct_registration
    ),
    "services.registration.void_renewal": _registration(Object.REGISTRATION, Action.UPDATE, _void_renewal),
    "services.registration.record_register_check": _registration(Object.REGISTER_CHECK, Action.CREATE, _check),
    "queries.lapses.registrations_ahead": Case(
        Object.REGISTRATION_STATUS, Action.READ, _registrations_ahead, SEEN, subjects=SUBJECTS
    ),
    "queries.registration.registrations_seen": _registration(STATUS, Action.READ, _registration_seen, shapes=SEEN),
    "queries.registration.registrations_seen/number": _registration(Object.REGISTRATION, Action.READ, _number_seen),
    "queries.renewals.endings_seen": _registration(STATUS, Action.READ, _ending_seen, shapes=SEEN),
    "queries.renewals.titles_not_to_use": _registration(STATUS, Action.READ, _title_marked, shapes=SEEN),
    "queries.registration.registration_wanted": _registration(STATUS, Action.READ, _is_wanted, shapes=SEEN),
    "queries.registration.checks_due": _registration(Object.REGISTER_CHECK, Action.CREATE, _check_due),
    "queries.registration.register_checks_seen": _registration(Object.REGISTER_CHECK, Action.READ, _checks_seen),
    "queries.registration.registration_history": _registration(Object.REGISTRATION, Action.READ, _versions_seen),
}

# ---------------------------------------------------------------------------------------------------------------------
# Events and overrides


def _waived(cast: Stage, subject: str) -> dict[str, Any]:
    return dict(
        staff_id=cast.id(subject),
        requirement_id=cast.asked[RequirementKind.COURSE],
        kind=OverrideKind.WAIVED,
        reason="Trained in another service",
        start_on=YESTERDAY,
    )


def _override(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return overrides.override_requirement(db, by=by, **_waived(cast, subject))


def _end_override(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    waived = stored(db, RequirementOverride(recorded_at=now(), **_waived(cast, subject)))
    return overrides.end_override(db, by=by, override_id=waived, end_on=today(), reason="No longer so at all")


def _decided(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    stored(db, RequirementOverride(recorded_at=now(), **_waived(cast, subject)))
    return bool(decisions.decisions_to_end(db, viewer=by, about=cast.id(subject)))


def _ask(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    stored(db, Course(code="extra", title="Extra", kind=CourseKind.COURSE))
    facts: dict = dict(staff_id=cast.id(subject), course_code="extra", reason="Asked after an incident")
    return overrides.ask_of_person(db, by=by, start_on=today(), **facts)


def _end_asking(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    asked = stored(
        db,
        Requirement(
            kind=RequirementKind.COURSE,
            staff_id=cast.id(subject),
            title="Asked of one",
            terms={"any_of": [COURSE]},
            start_on=YESTERDAY,
        ),
    )
    return overrides.end_asking(db, by=by, requirement_id=asked, end_on=today())


CASES = {
    **TRAINING,
    **REGISTRATION,
    "services.events.record_staff_event": Case(
        Object.STAFF_EVENT,
        Action.CREATE,
        lambda db, by, cast, subject: events.record_staff_event(
            db, by=by, staff_id=cast.id(subject), kind=StaffEventKind.APPRAISAL, held_on=YESTERDAY
        ),
        subjects=SUBJECTS,
    ),
    "services.overrides.override_requirement": Case(Object.OVERRIDE, Action.CREATE, _override, subjects=SUBJECTS),
    "services.overrides.end_override": Case(Object.OVERRIDE, Action.CREATE, _end_override, subjects=SUBJECTS),
    "queries.overrides.decisions_to_end": Case(Object.OVERRIDE, Action.CREATE, _decided, subjects=SUBJECTS),
    "services.overrides.ask_of_person": Case(Object.OVERRIDE, Action.CREATE, _ask, subjects=SUBJECTS),
    "services.overrides.end_asking": Case(Object.OVERRIDE, Action.CREATE, _end_asking, subjects=SUBJECTS),
}

BY_RELATIONSHIP: dict[str, str] = {}

FOR_EVERYBODY = {
    "queries.training.courses_to_choose": "catalogue",
    "queries.completions.course_versions": "catalogue",
    "queries.lapses.lapses_by_month": "reshapes what was read",
    "queries.registration.bodies_to_choose": "catalogue",
    "queries.registration.grades_to_choose": "catalogue",
    "queries.training.matrix_frame": "reshapes what was read",
    "queries.training.steps": "reshapes what was read",
    "queries.registration.registration_frame": "reshapes what was read",
    "queries.renewals.endings_among": "reshapes what was read",
    "queries.renewals.is_lapse": "reshapes what was read",
    "queries.renewals.asked_for": "reshapes what was read",
    "queries.registration.communities_of_registered": "names the communities of what was read",
    "services.registration.number_warning": "about the text it is given",
}

BELOW = {
    "services.evidence.next_version": "called by services that have checked",
    "services.evidence.check_current": "the same",
    "services.evidence.version_after": "the same",
    "queries.completions.completions_of": "bulk evidence: the caller chooses the people by the table",
    "queries.completions.bookings_of": "bulk evidence",
    "queries.completions.course_rules": "catalogue, for code that judges",
    "queries.completions.course_titles": "catalogue, for code that judges",
    "queries.registers.registrations_of": "bulk evidence",
    "queries.registers.registration_chains": "bulk evidence",
    "queries.registers.records_of": "called by services that have checked",
    "queries.registers.registered_on": "reshapes what was read",
    "queries.registers.renewal_terms": "reshapes what was read",
    "queries.renewals.endings_of": "of all people, for the command line",
    "queries.renewals.in_post_among": "takes away from the people it is given",
    "queries.registers.register_checks_of": "bulk evidence",
    "queries.registers.renewal_rules": "catalogue, for code that judges",
    "queries.events.events_of": "bulk evidence",
}
