"""The entries of accounts, staff, the catalogue, settings and signing in: see tests/access_cases.py."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import now, today
from tcsuper.models import Absence, CourseRule, RequirementKind, Role, RoleGrant, SignIn
from tcsuper.queries import accounts, catalogue, course_rules, practice, staff
from tcsuper.rules.minimum import Minimum
from tcsuper.rules.training import CourseRuleTerms, Life, RuleFrom
from tcsuper.services import accounts as accounting
from tcsuper.services import catalogue as setting
from tcsuper.services import course_rules as lasting
from tcsuper.services import responsibilities as holding
from tcsuper.services import second_factor, settings
from tcsuper.services import staff as staffing
from tcsuper.services.course_versions import set_course_version
from tests.access_case import ANYBODY, PLACES, YESTERDAY, Case, place_id
from tests.access_oracle import PEOPLE, B, C
from tests.access_stage import Stage, stored
from tests.people import Cast

AND_THE_ADMINISTRATOR = ("Ben", "Cai", "Eve")
AND_THE_MANAGER = ("Ben", "Cai", "Asha")
NOT_TECHNICAL = ("technical_only",)

# ---------------------------------------------------------------------------------------------------------------------
# Accounts


def _account(action: Action, do: Callable[[Session, Actor, int], Any], **other: Any) -> Case:
    def attempt(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
        return do(db, by, cast.accounts[subject])

    return Case(Object.ACCOUNT, action, attempt, subjects=AND_THE_ADMINISTRATOR, **other)


def _grant(cast: Cast, subject: str) -> dict[str, Any]:
    return dict(staff_id=cast.id(subject), role=Role.THERAPY_MANAGER, community_id=cast.community_c, start_on=YESTERDAY)


def _end_grant(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    grant = stored(db, RoleGrant(**_grant(cast, subject)))
    return accounting.end_grant(db, by=by, grant_id=grant)


def _signed_in(db: Session, account_id: int) -> SignIn:
    sign_in = SignIn(account_id=account_id, started_at=now(), seen_at=now(), ticket_hash="a hash")
    db.add(sign_in)
    db.flush()
    return sign_in


def _with_single_sign_on(do: Callable[[], None]) -> None:
    """As on a server that has it: there is nothing to link elsewhere."""
    needed = {"ISSUER": "https://id.test", "CLIENT_ID": "x", "CLIENT_SECRET": "x", "OUR_ADDRESS": "https://tc.test"}
    with patch.dict(os.environ, {f"TCSUPER_OIDC_{name}": value for name, value in needed.items()}):
        do()


def _sign_in_seen(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    _signed_in(db, cast.accounts[subject])
    return bool(accounts.sign_ins_of(db, viewer=by, staff_id=cast.id(subject)))


ACCOUNTS = {
    "services.accounts.make_account": Case(
        Object.ACCOUNT,
        Action.CREATE,
        lambda db, by, cast, subject: accounting.make_account(db, by=by, staff_id=cast.id(subject), username="another"),
        subjects=AND_THE_ADMINISTRATOR,
        complains=True,  # everybody has one
    ),
    "services.accounts.reset_password": _account(
        Action.UPDATE, lambda db, by, account: accounting.reset_password(db, by=by, account_id=account)
    ),
    "services.accounts.unlock": _account(
        Action.UPDATE, lambda db, by, account: accounting.unlock(db, by=by, account_id=account)
    ),
    "services.accounts.link_single_sign_on": _account(
        Action.UPDATE,
        lambda db, by, account: _with_single_sign_on(
            lambda: accounting.link_single_sign_on(db, by=by, account_id=account, subject="s-1")
        ),
    ),
    "services.second_factor.reset_second_factor": _account(
        Action.UPDATE, lambda db, by, account: second_factor.reset_second_factor(db, by=by, account_id=account)
    ),
    "services.accounts.end_account": _account(
        Action.UPDATE, lambda db, by, account: accounting.end_account(db, by=by, account_id=account)
    ),
    "services.accounts.reopen_account": _account(
        Action.UPDATE, lambda db, by, account: accounting.reopen_account(db, by=by, account_id=account)
    ),
    "services.accounts.end_sign_in": _account(
        Action.END,
        lambda db, by, account: accounting.end_sign_in(db, by=by, sign_in_id=_signed_in(db, account).id),
        or_as=Action.UPDATE,
    ),
    "services.accounts.end_sign_ins": _account(
        Action.END,
        lambda db, by, account: accounting.end_sign_ins(db, by=by, account_id=account),
        or_as=Action.UPDATE,
    ),
    "services.accounts.grant_role": Case(
        Object.GRANT,
        Action.CREATE,
        lambda db, by, cast, subject: accounting.grant_role(db, by=by, **_grant(cast, subject)),
        subjects=AND_THE_ADMINISTRATOR,
    ),
    "services.accounts.end_grant": Case(Object.GRANT, Action.END, _end_grant, subjects=AND_THE_ADMINISTRATOR),
    "queries.accounts.accounts_to_keep": Case(
        Object.ACCOUNT,
        Action.READ,
        lambda db, by, cast, subject: subject in {line.full_name for line in accounts.accounts_to_keep(db, viewer=by)},
        leave_out=("own_sign_ins",),
        subjects=AND_THE_ADMINISTRATOR,
    ),
    "queries.accounts.grants_of": Case(
        Object.ACCOUNT,
        Action.READ,
        lambda db, by, cast, subject: accounts.grants_of(db, viewer=by, staff_id=cast.id(subject)),
        leave_out=("own_sign_ins",),
        subjects=AND_THE_ADMINISTRATOR,
    ),
    "queries.accounts.sign_ins_of": Case(Object.ACCOUNT, Action.READ, _sign_in_seen, subjects=AND_THE_ADMINISTRATOR),
    "queries.accounts.places_to_grant": Case(
        Object.GRANT,
        Action.CREATE,
        lambda db, by, cast, _: accounts.places_to_grant(db, viewer=by),
        subjects=ANYBODY,
    ),
}

# ---------------------------------------------------------------------------------------------------------------------
# Staff


def _start_post(db: Session, by: Actor, cast: Stage, subject: str, place: str) -> Any:
    """A second post: everybody who works here is an officer or, Asha, a manager."""
    job = cast.officer if subject == "Asha" else cast.manager_job
    return staffing.start_post(
        db,
        by=by,
        staff_id=cast.id(subject),
        job_description_id=job,
        community_id=place_id(cast, place),
        start_on=YESTERDAY,
    )


def _elsewhere(subject: str) -> str:
    return C if PEOPLE[subject].works_in == B else B


def _end_absence(db: Session, by: Actor, cast: Cast, subject: str) -> Any:
    absence = stored(db, Absence(staff_id=cast.id(subject), start_on=YESTERDAY))
    return staffing.end_absence(db, by=by, absence_id=absence, end_on=today())


def _kept_from(db: Session, by: Actor, cast: Cast, place: str) -> Any:
    return staffing.set_records_kept_from(
        db, by=by, community_id=place_id(cast, place), kind=RequirementKind.COURSE, from_on=YESTERDAY
    )


def _dates_in_list(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    listed = staff.staff_list(db, viewer=by, on=today())
    return bool(listed.loc[listed["name"] == subject, "start_on"].notna().any())


STAFF = {
    "queries.staff.line_posts": Case(
        Object.PERSON,
        Action.UPDATE,
        lambda db, by, cast, subject: bool(staff.line_posts(db, viewer=by, staff_id=cast.id(subject)).own),
        subjects=AND_THE_MANAGER,
    ),
    "services.staff.add_staff": Case(
        Object.PERSON,
        Action.CREATE,
        lambda db, by, cast, _: staffing.add_staff(db, by=by, full_name="Somebody New"),
        subjects=ANYBODY,
    ),
    "services.staff.add_staff/with contact details": Case(
        Object.EMPLOYMENT,
        Action.CREATE,
        lambda db, by, cast, _: staffing.add_staff(db, by=by, full_name="Somebody New", email="new@example.invalid"),
        subjects=ANYBODY,
    ),
    "services.staff.start_post": Case(
        Object.PERSON,
        Action.UPDATE,
        lambda db, by, cast, subject: _start_post(db, by, cast, subject, PEOPLE[subject].works_in),
        subjects=AND_THE_MANAGER,
    ),
    "services.staff.start_post/elsewhere": Case(
        Object.PERSON,
        Action.UPDATE,
        lambda db, by, cast, subject: _start_post(db, by, cast, subject, _elsewhere(subject)),
        subjects=AND_THE_MANAGER,
        only=lambda actor, _: actor == "Eve",
    ),
    "services.staff.change_line_manager": Case(
        Object.PERSON,
        Action.UPDATE,
        lambda db, by, cast, subject: staffing.change_line_manager(
            db, by=by, post_ids=[cast.posts[subject]], line_manager_id=None
        ),
        subjects=AND_THE_MANAGER,
    ),
    "services.staff.record_absence": Case(
        Object.PERSON,
        Action.UPDATE,
        lambda db, by, cast, subject: staffing.record_absence(db, by=by, staff_id=cast.id(subject), start_on=YESTERDAY),
        subjects=AND_THE_MANAGER,
    ),
    "services.staff.end_absence": Case(Object.PERSON, Action.UPDATE, _end_absence, subjects=AND_THE_MANAGER),
    "services.staff.add_establishment": Case(
        Object.EMPLOYMENT,
        Action.CREATE,
        lambda db, by, cast, _: staffing.add_establishment(db, by=by, name="Elsewhere"),
        subjects=ANYBODY,
    ),
    "services.staff.add_community": Case(
        Object.EMPLOYMENT,
        Action.CREATE,
        lambda db, by, cast, _: staffing.add_community(
            db, by=by, establishment_id=cast.establishment, name="Ashdown D"
        ),
        subjects=ANYBODY,
    ),
    "services.staff.set_records_kept_from": Case(
        Object.CATALOGUE, Action.UPDATE, _kept_from, leave_out=NOT_TECHNICAL, subjects=PLACES
    ),
    "queries.staff.staff_list": Case(
        Object.PERSON,
        Action.READ,
        lambda db, by, cast, subject: subject in set(staff.staff_list(db, viewer=by, on=today())["name"]),
        subjects=AND_THE_MANAGER,
    ),
    "queries.staff.staff_list/dates": Case(Object.EMPLOYMENT, Action.READ, _dates_in_list, subjects=AND_THE_MANAGER),
    "queries.staff.one_person": Case(
        Object.PERSON,
        Action.READ,
        lambda db, by, cast, subject: staff.one_person(db, viewer=by, staff_id=cast.id(subject), on=today()),
        subjects=AND_THE_MANAGER,
    ),
    "queries.staff.one_person/absences": Case(
        Object.EMPLOYMENT,
        Action.READ,
        lambda db, by, cast, subject: (
            staff.one_person(db, viewer=by, staff_id=cast.id(subject), on=today()).absences is not None
        ),
        subjects=AND_THE_MANAGER,
    ),
    "queries.staff.communities_kept": Case(
        Object.PERSON,
        Action.UPDATE,
        lambda db, by, cast, place: place in staff.communities_kept(db, viewer=by).values(),
        subjects=PLACES,
    ),
}

# ---------------------------------------------------------------------------------------------------------------------
# The catalogue: read by everybody, set by managers


def _read(ask: Callable[[Session, Actor, Stage], Any]) -> Case:
    return Case(Object.CATALOGUE, Action.READ, lambda db, by, cast, _: (ask(db, by, cast), True)[1], subjects=ANYBODY)


def _set(do: Callable[[Session, Actor, Stage], Any]) -> Case:
    return Case(
        Object.CATALOGUE,
        Action.UPDATE,
        lambda db, by, cast, _: do(db, by, cast),
        leave_out=NOT_TECHNICAL,
        subjects=ANYBODY,
    )


NEXT_YEAR = today() + timedelta(days=366)
TWO_YEARS = RuleFrom(NEXT_YEAR, CourseRuleTerms(Life.ROLLING, 24))


def _set_minimum(db: Session, by: Actor, cast: Stage) -> Any:
    return setting.set_supervision_minimum(
        db, by=by, job_description_id=cast.officer, minimum=Minimum("Clinical supervision", 90), start_on=today()
    )


def _set_target(db: Session, by: Actor, cast: Stage) -> Any:
    return setting.set_course_target(
        db, by=by, job_description_id=cast.officer, course="first_aid", target_days=60, start_on=today()
    )


CATALOGUE = {
    "services.catalogue.load_catalogue": Case(
        Object.CATALOGUE,
        Action.UPDATE,
        lambda db, by, cast, _: setting.load_catalogue(db, by=by),
        subjects=ANYBODY,
    ),
    "services.catalogue.set_supervision_minimum": _set(_set_minimum),
    "services.catalogue.set_course_target": _set(_set_target),
    "services.course_rules.set_course_rule": _set(
        lambda db, by, cast: lasting.set_course_rule(db, by=by, course_code="first_aid", rule=TWO_YEARS)
    ),
    "services.course_rules.take_back_course_rule": _set(
        lambda db, by, cast: lasting.take_back_course_rule(
            db, by=by, rule_id=stored(db, CourseRule(course_id=cast.courses["first_aid"], start_on=NEXT_YEAR))
        )
    ),
    "services.course_versions.set_course_version": _set(
        lambda db, by, cast: set_course_version(db, by=by, course_code="first_aid", start_on=today())
    ),
    "queries.course_rules.effects_of_rule": _set(
        lambda db, by, cast: course_rules.effects_of_rule(db, viewer=by, course_code="first_aid", rule=TWO_YEARS)
    ),
    "queries.course_rules.course_rules_seen": _read(lambda db, by, _: course_rules.course_rules_seen(db, viewer=by)),
    "queries.course_rules.course_names": _read(lambda db, by, _: course_rules.course_names(db, viewer=by)),
    "services.responsibilities.set_led": _set(
        lambda db, by, cast: holding.set_led(
            db, by=by, responsibility_id=cast.held[RequirementKind.COURSE], is_led=False
        )
    ),
    "services.settings.set_service_number": _set(
        lambda db, by, cast: settings.set_service_number(db, by=by, key="compliance_target", value=80)
    ),
    "services.settings.set_service_number/technical": Case(
        Object.CATALOGUE,
        Action.UPDATE,
        lambda db, by, cast, _: settings.set_service_number(db, by=by, key="idle_minutes", value=20),
        subjects=ANYBODY,
        only=lambda actor, _: actor == "Eve",
    ),
    "queries.catalogue.may_set_rules": _set(lambda db, by, cast: catalogue.may_set_rules(by)),
    "queries.catalogue.establishments_kept": Case(
        Object.EMPLOYMENT,
        Action.CREATE,
        lambda db, by, cast, _: bool(catalogue.establishments_kept(db, viewer=by)),
        subjects=ANYBODY,
    ),
    "queries.catalogue.communities": _read(lambda db, by, cast: catalogue.communities(db, viewer=by)),
    "queries.catalogue.communities/to set": Case(
        Object.CATALOGUE,
        Action.UPDATE,
        lambda db, by, cast, place: {one.name: one.may_set for one in catalogue.communities(db, viewer=by)}[place],
        leave_out=NOT_TECHNICAL,
        subjects=PLACES,
    ),
    "queries.catalogue.job_descriptions": _read(lambda db, by, cast: catalogue.job_descriptions(db, viewer=by)),
    "queries.catalogue.responsibilities_of": _read(
        lambda db, by, cast: catalogue.responsibilities_of(db, viewer=by, job_description_id=cast.officer, on=today())
    ),
    "queries.catalogue.areas": _read(lambda db, by, cast: catalogue.areas(db, viewer=by)),
    "queries.catalogue.requirements_of": _read(
        lambda db, by, cast: catalogue.requirements_of(db, viewer=by, job_description_id=cast.officer, on=today())
    ),
    "queries.catalogue.course_list": _read(lambda db, by, cast: catalogue.course_list(db, viewer=by, on=today())),
    "queries.catalogue.body_rules": _read(lambda db, by, cast: catalogue.body_rules(db, viewer=by, on=today())),
    "queries.catalogue.purposes_and_rule_sets": _read(
        lambda db, by, cast: catalogue.purposes_and_rule_sets(db, viewer=by)
    ),
    "queries.catalogue.service_numbers": _read(lambda db, by, cast: catalogue.service_numbers(db, viewer=by)),
    "queries.practice.standards_to_rate": _read(
        lambda db, by, cast: practice.standards_to_rate(db, viewer=by, set_id=cast.standard_set)
    ),
    "queries.practice.standard_sets": _read(lambda db, by, cast: practice.standard_sets(db, viewer=by)),
    "queries.staff.roles_to_choose": _read(lambda db, by, cast: staff.roles_to_choose(db, viewer=by)),
}

CASES = ACCOUNTS | STAFF | CATALOGUE

SIGN_IN, CODES = "tests/services/test_sign_in.py", "tests/services/test_second_factor.py"
SSO, OWN_SIGN_INS = "tests/services/test_single_sign_on.py", "tests/queries/test_my_sign_ins.py"
BY_RELATIONSHIP = {
    "services.sign_in.who_is_at_the_door": f"whoever holds a ticket whose code is missing: "
    f"{CODES}::test_actor_is_never_had_before_the_code",
    "services.sign_in.turn_back": f"one's own place at the door: {CODES}::test_code_counts_only_at_a_door_that_is_open",
    "services.single_sign_on.attempt_with_answer": f"whom the provider knows and an account names: "
    f"{SSO}::test_every_other_answer_is_refused_with_the_one_sentence",
    "services.second_factor.give_code": f"whoever has the code: {CODES}::test_code_counts_only_at_a_door_that_is_open",
    "services.second_factor.key_at_the_door": f"one's own, until it is confirmed: {CODES}::test_set_up_at_the_door",
    "services.second_factor.confirm_at_the_door": f"one's own, with its code: {CODES}::test_set_up_at_the_door",
    "services.second_factor.prove_again": f"one's own: {CODES}::test_password_is_asked_again_and_a_code_too",
    "services.second_factor.start_second_factor": "one's own, with a proof: "
    f"{CODES}::test_proof_is_ones_own_and_lasts_as_long_as_the_password",
    "services.second_factor.key_to_type": "one's own, until it is confirmed: "
    f"{CODES}::test_new_key_ends_the_former_and_every_other_browser",
    "services.second_factor.confirm_second_factor": "one's own, with its code: "
    f"{CODES}::test_another_persons_sign_in_is_not_waved_through",
    "services.second_factor.end_second_factor": "one's own, with a proof, where no role requires it: "
    f"{CODES}::test_second_factor_can_be_given_up_where_no_role_requires_it",
    "services.second_factor.new_recovery_codes": f"one's own, with a proof: "
    f"{CODES}::test_recovery_codes_are_nobody_elses",
    "queries.my_sign_ins.own_second_factor": f"one's own: {OWN_SIGN_INS}::test_second_factor_is_ones_own",
    "queries.my_sign_ins.has_password": f"one's own: {OWN_SIGN_INS}::test_password_is_there_once_it_was_chosen",
    "queries.my_sign_ins.last_time": f"one's own: {OWN_SIGN_INS}::test_last_time_and_failures_are_ones_own",
    "services.accounts.approve_waiting_director": "the command line, when no director is left: "
    "tests/test_command_line.py::test_the_next_director_is_approved_from_the_server_only_when_none_is_left",
    "services.accounts.start_service": "an empty database, once: "
    "tests/services/test_accounts.py::test_database_with_people_is_not_started_again",
    "services.sign_in.attempt": f"whoever has the password: {SIGN_IN}::test_every_refusal_says_the_same",
    "services.sign_in.pick": "nobody, outside the demonstration's own database: "
    f"{SIGN_IN}::test_demonstration_picks_only_on_its_own_database",
    "services.sign_in.spend_handover": f"whoever proved it just now, once: "
    f"{SIGN_IN}::test_handover_is_spent_once_and_soon",
    "services.sign_in.who_holds": f"whoever holds a ticket that is still good: "
    f"{SIGN_IN}::test_odd_tickets_are_signed_out",
    "services.sign_in.sign_out": f"one's own browser: {SIGN_IN}::test_signing_out_ends_this_browser_only",
    "services.sign_in.check_own_password": "one's own: "
    f"{SIGN_IN}::test_wrong_present_password_changes_nothing_and_counts",
    "services.sign_in.change_password": "one's own, and only with the present one: "
    f"{SIGN_IN}::test_wrong_present_password_changes_nothing_and_counts",
    "queries.accounts.people_to_pick": "nobody, outside the demonstration: "
    "tests/test_access.py::test_the_front_door_names_nobody_outside_the_demonstration",
}

FOR_EVERYBODY = {
    "queries.accounts.has_accounts": "whether the database is still empty: what the front door says",
    "services.sign_in.cookie_name": "a constant",
    "services.passwords.problem_with": "about the text it is given",
    "services.single_sign_on.is_answer_fresh": "about the answer it is given",
    "services.single_sign_on.name_at": "about the words it is given",
}

BELOW = {
    "services.catalogue.begin_instead": "called by services that have checked",
    "services.reminders.digest_text": "about the digest it is given",
    "services.reminders.send_digest": "the command line, for a timer of the server",
    "queries.reminders.digests_waiting": "the same",
    "services.passwords.hash_password": "about the text it is given",
    "services.passwords.password_matches": "about the texts it is given",
    "services.passwords.single_use_password": "drawn by lot",
    "services.sign_in.open_sign_in": "called by the door once somebody proved who they are",
    "services.sign_in.close_sign_ins": "called by services that have checked",
    "services.sign_in.reset_failures": "called by services that have checked",
    "services.sign_in.hand_over": "called by the doors once somebody proved who they are",
    "services.sign_in.complete": "the same",
    "services.sign_in.counted": "the same",
    "services.sign_in.record_failure": "the same",
    "services.sign_in.is_code_asked": "the same",
    "services.sign_in.has_second_factor": "the same",
    "services.second_factor.codes_left": "the same",
    "services.keys.prepare_keys": "called at the start of the product, before anybody is in",
    "services.keys.is_anything_sealed": "the same",
    "services.keys.change_key": "the command line: whoever runs it has the key file itself",
    "queries.people.people_named": "the command line: whoever runs it on the server has the database itself",
}
