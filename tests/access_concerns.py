"""The entries of concerns and emergency access: see tests/access_cases.py."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object, Shape, actor_for_staff
from tcsuper.audit import record_event
from tcsuper.clock import today
from tcsuper.models import Account, Concern, ConcernCategory, EmergencyAccess, SupervisionAgreement
from tcsuper.queries import concerns, emergency_access, readers
from tcsuper.services import concerns as raising
from tcsuper.services import emergency_access as emergency
from tcsuper.services.second_factor import Proof
from tests.access_case import ANYBODY, PLACES, Case, own
from tests.access_oracle import expected
from tests.access_stage import Stage, stored
from tests.emergencies import PRIVATE, SHARED, WHY, Texts, asked, write_texts
from tests.people import LONG_AGO

MANAGER = {"Ben": "Asha", "Cai": "Carol"}
RAISER = {"Ben": "Bela", "Cai": "Lena", "Asha": "Ben"}
ROUTED_TO = {"Ben": "Asha", "Cai": "Carol", "Asha": "Dev"}
"""By subject: to whom a concern about them goes when this colleague raises it."""
AND_THE_MANAGER = ("Ben", "Cai", "Asha")

# ---------------------------------------------------------------------------------------------------------------------
# Concerns


def _raise(db: Session, by: Actor, cast: Stage, subject: str, category: ConcernCategory) -> Concern:
    return raising.raise_concern(db, by=by, about_id=cast.id(subject), category=category, text="What happened")


def _raised(db: Session, cast: Stage, subject: str, is_withheld: bool = False) -> Concern:
    kinds = {True: ConcernCategory.CONDUCT_OF_SUPERVISION, False: ConcernCategory.UNSAFE_PRACTICE}
    return _raise(db, actor_for_staff(db, cast.id(RAISER[subject])), cast, subject, kinds[is_withheld])


def _is_known(actor: str, subject: str) -> bool:
    """By name: none of these subjects supervises any of the actors."""
    return expected(actor, subject, "person", "read")


def _is_party(actor: str, subject: str) -> bool:
    return actor in (subject, RAISER[subject], ROUTED_TO[subject])


def _knows(actor: str, subject: str) -> bool:
    return actor in (RAISER[subject], ROUTED_TO[subject])


def _settles(actor: str, subject: str) -> bool:
    return actor == ROUTED_TO[subject]


def _create(attempt: Callable[[Session, Actor, Stage, str], Any]) -> Case:
    return Case(Object.CONCERN, Action.CREATE, attempt, only=_is_known)


def _read(attempt: Callable[[Session, Actor, Stage, Concern], Any], is_withheld: bool = False) -> Case:
    return Case(
        Object.CONCERN,
        Action.READ,
        lambda db, by, cast, subject: attempt(db, by, cast, _raised(db, cast, subject, is_withheld)),
        leave_out=("unless_withheld",) if is_withheld else (),
        only=_knows if is_withheld else _is_party,
        subjects=AND_THE_MANAGER,
    )


def _settle(attempt: Callable[[Session, Actor, Stage, int], Any]) -> Case:
    return Case(
        Object.CONCERN,
        Action.UPDATE,
        lambda db, by, cast, subject: attempt(db, by, cast, _raised(db, cast, subject).id or 0),
        only=_settles,
        subjects=AND_THE_MANAGER,
    )


def _is_in_list(db: Session, by: Actor, cast: Stage, concern: Concern) -> bool:
    return concern.record_id in {line.record_id for line in concerns.concerns_seen(db, viewer=by)}


def _is_found(db: Session, by: Actor, cast: Stage, concern: Concern) -> bool:
    return concerns.concern_named(db, viewer=by, record_id=concern.record_id) is not None


def _is_read_by(db: Session, by: Actor, cast: Stage, concern: Concern) -> bool:
    """Whoever may ask who can read it is among them."""
    return by.staff_id in {
        one.staff_id for one in readers.readers_of_concern(db, viewer=by, record_id=concern.record_id)
    }


def _open(db: Session, by: Actor, cast: Stage, concern: Concern) -> Any:
    return raising.read_concern(db, by=by, record_id=concern.record_id)


CONCERNS = {
    "services.concerns.raise_concern": _create(
        lambda db, by, cast, subject: _raise(db, by, cast, subject, ConcernCategory.STAFF_WELLBEING)
    ),
    "queries.concerns.people_to_raise_about": _create(
        lambda db, by, cast, subject: (
            cast.id(subject) in {person.staff_id for person in concerns.people_to_raise_about(db, viewer=by)}
        )
    ),
    "queries.concerns.where_it_goes": _create(
        lambda db, by, cast, subject: concerns.where_it_goes(db, viewer=by, about_id=cast.id(subject))
    ),
    "queries.concerns.may_choose": Case(
        Object.PERSON, Action.READ, lambda db, by, cast, subject: concerns.may_choose(db, by, cast.id(subject))
    ),
    "services.concerns.read_concern": _read(_open),
    "services.concerns.read_concern/withheld": _read(_open, is_withheld=True),
    "queries.readers.readers_of_concern": _read(_is_read_by),
    "queries.readers.readers_of_concern/withheld": _read(_is_read_by, is_withheld=True),
    "queries.concerns.concerns_seen": _read(_is_in_list),
    "queries.concerns.concerns_seen/withheld": _read(_is_in_list, is_withheld=True),
    "queries.concerns.concern_named": _read(_is_found),
    "queries.concerns.concern_named/withheld": _read(_is_found, is_withheld=True),
    "services.concerns.record_outcome": _settle(
        lambda db, by, cast, concern: raising.record_outcome(
            db, by=by, concern_id=concern, outcome="Spoken to", is_closed=True
        )
    ),
    "services.concerns.route_on": _settle(
        lambda db, by, cast, concern: raising.route_on(db, by=by, concern_id=concern, to_id=None)
    ),
    "queries.concerns.people_to_route_to": Case(
        Object.CONCERN,
        Action.UPDATE,
        lambda db, by, cast, subject: bool(
            concerns.people_to_route_to(db, viewer=by, concern_id=_raised(db, cast, subject).id or 0)
        ),
        only=_settles,
    ),
    "services.concerns.set_outside_person": Case(
        Object.CATALOGUE,
        Action.UPDATE,
        lambda db, by, cast, _: raising.set_outside_person(db, by=by, name="Somebody outside"),
        leave_out=("technical_only",),
        subjects=ANYBODY,
    ),
    "queries.concerns.concern_counts": Case(
        Object.CONCERN,
        Action.READ,
        lambda db, by, cast, place: place in {one.community for one in concerns.concern_counts(db, viewer=by)},
        shapes=(Shape.COUNTS,),
        subjects=PLACES,
    ),
}

# ---------------------------------------------------------------------------------------------------------------------
# Emergency access


def _texts(db: Session, cast: Stage, subject: str) -> Texts:
    """Of a supervisor outside the community: Lena and Ben, Gwen and Cai."""
    supervisor, agreement = {"Ben": ("Lena", cast.lena_agreement), "Cai": ("Gwen", cast.gwen_agreement)}[subject]
    return write_texts(db, cast, supervisor, agreement, (subject,))


def _asked(db: Session, cast: Stage, subject: str, kind: Any = SHARED, **more: Any) -> EmergencyAccess:
    return asked(db, actor_for_staff(db, cast.id(MANAGER[subject])), _texts(db, cast, subject), kind, **more)


def _is_asker(actor: str, subject: str) -> bool:
    return actor == MANAGER[subject]


def _follows(actor: str, subject: str) -> bool:
    return actor in (MANAGER[subject], "Dev")


def _proof(db: Session, by: Actor) -> Proof:
    """That whoever tries gave their password: what that takes is tried elsewhere."""
    return Proof(by.account_id or 0, db.get_one(Account, by.account_id).password_hash)


def _ask(attempt: Callable[[Session, Actor, Stage, str], Any]) -> Case:
    return Case(Object.EMERGENCY_ACCESS, Action.CREATE, attempt)


def _direct(action: Action, service: Callable[..., Any], kind: Any, **facts: Any) -> Case:
    def attempt(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
        access = _asked(db, cast, subject, kind)
        return service(db, by=by, access_id=access.id, **facts)

    return Case(Object.EMERGENCY_ACCESS, action, attempt)


def _asker(service: Callable[..., Any], open_at_once: bool = True, **facts: Any) -> Case:
    def attempt(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
        access = _asked(db, cast, subject, open_at_once=open_at_once)
        return service(db, by=by, access_id=access.id, **facts)

    return Case(Object.EMERGENCY_ACCESS, Action.READ, attempt, only=_is_asker)


def _has_a_text(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    texts = _texts(db, cast, subject)
    offered = emergency_access.texts_to_ask_for(db, viewer=by, staff_id=cast.id(subject))
    return {texts.shared, texts.private} == {line.record_id for line in offered}


def _may_ask(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    text = emergency_access.text_named(db, SHARED, _texts(db, cast, subject).shared)
    assert text is not None
    return emergency_access.community_to_ask_in(db, by, text) is not None


def _is_followed(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    access = _asked(db, cast, subject)
    return access.id in {line.access_id for line in emergency_access.accesses_seen(db, viewer=by)}


def _opened(db: Session, cast: Stage, subject: str) -> EmergencyAccess:
    """With a supervisor who is none of those who try: they are told as well."""
    agreement = SupervisionAgreement(
        supervisor_id=cast.id("Officer D"), supervisee_id=cast.id(subject), purpose="clinical", start_on=LONG_AGO
    )
    texts = write_texts(db, cast, "Officer D", stored(db, agreement), (subject,))
    return asked(db, actor_for_staff(db, cast.id(MANAGER[subject])), texts)


def _is_told(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    access = _opened(db, cast, subject)
    return access.id in {one.access_id for one in emergency_access.told_of(db, viewer=by)}


def _acknowledge(db: Session, by: Actor, cast: Stage, subject: str) -> Any:
    return emergency.acknowledge_telling(db, by=by, access_id=_opened(db, cast, subject).id)


def _reader_seen(db: Session, by: Actor, cast: Stage, subject: str) -> bool:
    """The subject has read about three people who are nobody to them."""
    reader = actor_for_staff(db, cast.id(subject))
    for name in ("Jo", "Kit", "Ivor"):
        facts = dict(object_kind="shared_record", object_key=uuid4(), about=[cast.id(name)])
        record_event(db, by=reader, action="read_shared_record", **facts)  # type: ignore[arg-type]
    return subject in {one.reader for one in emergency_access.unusual_reading(db, viewer=by, month=today())}


EMERGENCY = {
    "services.emergency_access.ask_for_text": _ask(
        lambda db, by, cast, subject: asked(db, by, _texts(db, cast, subject), proof=_proof(db, by))
    ),
    "services.emergency_access.ask_for_text/private note": _ask(
        lambda db, by, cast, subject: asked(db, by, _texts(db, cast, subject), PRIVATE, proof=_proof(db, by))
    ),
    "services.emergency_access.approve_emergency_access": _direct(
        Action.APPROVE, emergency.approve_emergency_access, PRIVATE
    ),
    "services.emergency_access.turn_down_emergency_access": _direct(
        Action.APPROVE, emergency.turn_down_emergency_access, PRIVATE
    ),
    "services.emergency_access.put_off_telling": _direct(
        Action.APPROVE, emergency.put_off_telling, PRIVATE, days=3, words=WHY
    ),
    "services.emergency_access.review_emergency_access": _direct(
        Action.REVIEW, emergency.review_emergency_access, SHARED, was_justified=True, words=WHY
    ),
    "services.emergency_access.open_text": _asker(
        lambda db, by, access_id: emergency.open_text(db, by=by, access_id=access_id, proof=_proof(db, by)),
        open_at_once=False,
    ),
    "services.emergency_access.read_opened_text": _asker(emergency.read_opened_text),
    "services.emergency_access.end_reading": _asker(emergency.end_reading),
    "services.emergency_access.acknowledge_telling": Case(Object.EMERGENCY_ACCESS, Action.READ, _acknowledge, only=own),
    "queries.emergency_access.people_with_texts": _ask(
        lambda db, by, cast, subject: (
            subject in {person.full_name for person in emergency_access.people_with_texts(db, viewer=by)}
        )
    ),
    "queries.emergency_access.texts_to_ask_for": _ask(_has_a_text),
    "queries.emergency_access.community_to_ask_in": _ask(_may_ask),
    "queries.emergency_access.accesses_seen": Case(
        Object.EMERGENCY_ACCESS, Action.READ, _is_followed, leave_out=("once_told",), only=_follows
    ),
    "queries.emergency_access.told_of": Case(Object.EMERGENCY_ACCESS, Action.READ, _is_told, only=own),
    "queries.emergency_access.unusual_reading": Case(Object.EMERGENCY_ACCESS, Action.REVIEW, _reader_seen),
}

CASES = CONCERNS | EMERGENCY
BY_RELATIONSHIP = {
    "queries.concerns.sessions_to_name": "one's own sessions: "
    "tests/services/test_concerns.py::test_a_concern_outlives_the_session_it_came_from",
    "services.emergency_access.prove_for_emergency": "one's own password: "
    "tests/services/test_emergency_access.py::test_a_wrong_password_is_refused_and_stays_on_record",
}
FOR_EVERYBODY = {
    "queries.concerns.outside_person": "a setting that everybody may know",
    "queries.emergency_access.months_of_reading": "about the day it is given",
}
BELOW = {
    "queries.concerns.route_of": "called by where_it_goes and raise_concern, which have checked",
    "queries.concerns.session_in_words": "called by read_concern, which has checked",
    "queries.emergency_access.text_named": "called by services and queries that check the text it gives",
    "queries.emergency_access.text_row": "the same",
    "queries.emergency_access.text_line": "the same",
    "queries.emergency_access.steps_of": "about the row it is given",
}
