"""The permission table, proved whole: every service and query × every kind of person × every relationship.

Each public function of services/ and queries/ has an entry in tests/access_cases.py; one without fails the build. Who
may is not written there but reckoned from access.csv a second time (tests/access_oracle.py).
"""

import ast
import csv
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType

import pytest
from sqlmodel import Session

import tcsuper.queries
import tcsuper.services
from tcsuper.access import (
    CHECKED_ELSEWHERE,
    WRITE_AFTER_END,
    Action,
    Actor,
    Object,
    Permission,
    Shape,
    actor_for_staff,
    holds,
    people_within,
    table,
)
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import NO_SUCH_RECORD, InvalidRecord, NotAllowed
from tcsuper.models import AttendanceStatus, SupervisionAgreement
from tcsuper.queries.accounts import people_to_pick
from tcsuper.queries.agreements import groups_seen
from tcsuper.queries.disputes import disputed_sessions
from tcsuper.queries.due import lost_sessions
from tcsuper.queries.home import my_team
from tcsuper.queries.standing import standings_seen
from tcsuper.queries.supervision import attendance_at, session_log, sessions_to_record
from tcsuper.queries.team import kinds_by_community
from tcsuper.services.keeping_sessions import Entry
from tcsuper.services.supervision import record_session
from tcsuper.settings import ROOT
from tests.access_case import SEEN, Case
from tests.access_cases import BELOW, BY_RELATIONSHIP, CASES, CHECKS_NOTHING
from tests.access_oracle import ACCESS_CSV, PEOPLE, TRIED, expected, may_enter
from tests.access_stage import Stage, make_stage, rolled_back
from tests.databases import copy_of, in_use
from tests.people import actor

Actors = dict[str, Actor]


ON_BOTH = ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.proof])]


@pytest.fixture(scope="module", params=ON_BOTH)
def cast(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """One database for the whole file: whatever is tried in it is rolled back."""
    with copy_of("migrated", request.getfixturevalue(request.param)) as url, in_use(url):
        with writing() as db:
            stage = make_stage(db)
        yield stage


@pytest.fixture(scope="module")
def actors(cast: Stage) -> Actors:
    return {name: actor(cast, name) for name in PEOPLE}


# ---------------------------------------------------------------------------------------------------------------------
# The entries


def _public_functions(package: ModuleType) -> dict[str, inspect.Signature]:
    found = {}
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                found[f"{module.__name__.removeprefix('tcsuper.')}.{name}"] = inspect.signature(function)
    return found


FUNCTIONS = _public_functions(tcsuper.services) | _public_functions(tcsuper.queries)


def test_every_service_and_query_has_its_entry() -> None:
    tried = {name.partition("/")[0] for name in CASES}
    entered = tried | set(BY_RELATIONSHIP) | set(CHECKS_NOTHING)
    assert not set(FUNCTIONS) - entered, "these have no entry in tests/access_cases.py"
    assert not entered - set(FUNCTIONS), "these entries name functions that are gone"
    assert not tried & set(CHECKS_NOTHING), "these are tried, and said to check nothing"


def test_whatever_is_told_who_acts_is_tried_or_proved() -> None:
    told = {name for name, signature in FUNCTIONS.items() if {"by", "viewer"} & set(signature.parameters)}
    assert not told & set(CHECKS_NOTHING) - HANDED_AN_ACTOR


HANDED_AN_ACTOR = {
    "services.imports.storing.store_all",
    "services.exports.for_whom",
    "services.evidence.changed_meanwhile",
    "services.evidence.check_current",
    "services.evidence.next_version",
    "services.evidence.version_after",
    "services.sign_in.complete",
    "services.agreements.plan_anew",
    "services.leavers.end_with_all",
    "services.agreements.take_off_planned",
    "services.keeping_sessions.new_session",
    "services.supervision.hold_as_stated",
    "services.catalogue.begin_instead",
    "services.freed_places.next_state",
    "services.freed_places.offer_free_places",
    "services.freed_places.record_place",
    "services.places.close_place",
    "services.places.withdraw_all",
    "services.keeping_observations.found_observation",
    "services.keeping_observations.own_draft",
    "services.keeping_observations.store",
    "services.keeping_observations.tell",
    "services.several_observers.check_can_rate",
    "services.several_observers.check_can_share",
    "services.several_observers.write_planned",
    "services.keeping_reviews.check_seen",
    "services.keeping_reviews.tell",
    "services.keeping_reviews.to_write_in",
    *(name for name in BELOW if name.startswith("queries.tasks.")),
}
"""They write down who acts, for callers that have checked; or ask, as the viewer, queries that are tried."""


@pytest.mark.parametrize("function", sorted(BY_RELATIONSHIP))
def test_the_named_proof_is_there(function: str) -> None:
    proofs = re.findall(r"(tests/[\w/]+\.py)::(test_\w+)", BY_RELATIONSHIP[function])
    assert proofs, f"{function}: {BY_RELATIONSHIP[function]} names no test"
    for file, test in proofs:
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} has no {test}"


def test_no_page_calls_what_checks_nothing() -> None:
    wrong = []
    for file in sorted((ROOT / "pages").glob("*.py")) + sorted((ROOT / "tcsuper" / "ui").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}".removeprefix("tcsuper.") for alias in node.names]
                wrong += [f"{file.name} imports {name}" for name in names if name in BELOW or name.count(".") == 1]
    wrong = [one for one in wrong if " imports services." in one or " imports queries." in one]
    assert not wrong


def test_every_condition_of_the_table_is_tried_or_has_no_function_yet() -> None:
    """A condition narrows a line: somebody tries it both ways. See tests/access_cases.py for each."""
    with ACCESS_CSV.open(encoding="utf-8", newline="") as file:
        conditions = {row["condition"] for row in csv.DictReader(file)} - {""}
    assert conditions == set(CONDITIONS), "say in CONDITIONS where this one is proved"
    named = {case for cases in CONDITIONS.values() for case in cases}
    proofs = {name for name in named if "::" in name}
    assert not named - proofs - set(CASES)
    for file, _, test in (name.partition("::") for name in proofs):
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} has no {test}"


def test_what_the_table_allows_and_nothing_does_yet_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines of the contract's table whose function comes later: nobody can use them, and nobody forgets them."""
    done = {case.what for case in CASES.values()} | BY_OTHER_PROOF
    none_yet = {what for what in Object if what not in done}
    assert none_yet == set(NO_FUNCTION_YET)
    with capsys.disabled():
        print(f"\nNo function yet: {', '.join(sorted(what.value for what in none_yet))}")


BY_OTHER_PROOF = {Object.TEAM_CHART}
"""Proved by place and by size, in the tests below."""
NO_FUNCTION_YET = (Object.BACKUP,)


CONDITIONS: dict[str, tuple[str, ...]] = {
    "as_third_person": ("services.disputes.settle_dispute", "queries.disputes.disputes_to_settle"),
    "as_coordinating": (
        "services.traineeships.plan_step",
        "services.traineeships.plan_step/of a coordinating supervisor",
    ),
    "as_present": ("services.shared_records.open_shared_record", "services.shared_records.open_shared_record/a draft"),
    "author_only": ("services.private_notes.open_private_note", "services.private_notes.change_private_note"),
    "not_oneself": (
        "services.training.confirm_completion",
        "services.training.correct_completion",
        "services.registration.record_register_check",
        "services.observations.sign_observation",
        "services.accounts.grant_role",
        "services.accounts.end_account",
        "services.staff.record_absence",
        "services.plan_actions.close_plan_action",
    ),
    "to_confirm": ("services.training.record_completion/to confirm",),
    "once_shared": (
        "queries.observations.observations_seen/a draft",
        "services.observations.comment_on_observation/before it is shared",
        "services.activities.open_activity",
        "services.activities.open_activity/before it is shared",
    ),
    "as_observer": ("queries.observations.observations_seen", "services.observations.change_observation"),
    "not_draft_of_others": ("queries.observations.observation_detail/a draft",),
    "if_shared": (
        "queries.practice.practice_trend/own view shared",
        "queries.practice.practice_trend/own view not shared",
    ),
    "as_supervisor": (
        "services.agreements.make_agreement/for another supervisor",
        "services.agreements.end_agreement/of another supervisor",
    ),
    "inside_agreement": (
        "services.supervision.record_session/of another supervisor",
        "services.supervision.correct_session",
    ),
    "own_planned": ("services.supervision.record_lost_session/planned for me",),
    "on_behalf": ("services.supervision.record_session/of another supervisor",),
    "five_or_more": ("queries.due.lost_sessions",),
    "technical_only": ("services.settings.set_service_number", "services.settings.set_service_number/technical"),
    "own_sign_ins": ("queries.accounts.grants_of", "queries.accounts.sign_ins_of"),
    "unless_withheld": ("services.concerns.read_concern", "services.concerns.read_concern/withheld"),
    "raised": ("services.concerns.read_concern/withheld",),
    "if_routed": ("services.concerns.read_concern", "services.concerns.record_outcome"),
    "asked": ("services.emergency_access.read_opened_text",),
    "once_told": ("queries.emergency_access.told_of",),
    "emergency": ("services.emergency_access.ask_for_text",),
    "emergency_two_people": ("services.emergency_access.approve_emergency_access",),
    "by_import": ("services.training.record_completion", "services.imports.take_in.take_in"),
    "contact_only": ("tests/services/test_staff.py::test_everybody_changes_their_own_address_and_nobody_elses",),
    "as_stand_in": (
        "tests/services/test_stand_ins.py::test_stand_in_writes_the_sessions_of_their_days_only",
        "tests/services/test_stand_ins.py::test_stand_in_reads_what_they_held_and_nothing_from_before",
    ),
    "security_events": ("queries.history.security_events", "queries.history.history_about"),
    "sample": (),
    "figures_only": ("queries.activities.logged_by_person", "queries.activities.logged_by_month"),
    "if_assessor": (
        "services.sign_offs.sign_off_competency",
        "services.sign_offs.sign_off_competency/as an assessor",
    ),
    "if_shareable": ("services.actions.open_shared_actions", "queries.actions.actions_shared"),
    "session_log_only": (),
}
"""By condition: the cases that try it, or the test that proves it. Empty: no service or query does this yet."""


# ---------------------------------------------------------------------------------------------------------------------
# The table


def test_the_cast_is_what_the_oracle_believes(actors: Actors) -> None:
    """A wrong list there would make every other case agree by accident."""
    for name, who in PEOPLE.items():
        assert {role.value for role in actors[name].roles} == set(who.roles), name


@pytest.mark.parametrize("what", list(Object))
def test_the_table_gives_the_people_it_says(cast: Stage, actors: Actors, what: Object) -> None:
    """Every line's object and action × shapes × person × person: the product's SELECT against the oracle."""
    wrong = []
    for action in sorted({rule.action for rule in table() if rule.object is what}):
        for shapes in ((Shape.FULL,), SEEN, (Shape.CODE,), (Shape.COUNTS,)):
            with reading() as db:
                for name in PEOPLE:
                    seen = set(db.scalars(people_within(actors[name], what, action, shapes)))
                    for subject in PEOPLE:
                        TRIED["people in the table"] += 1
                        should = expected(
                            name, subject, what.value, action.value, [s.value for s in shapes], CHECKED_ELSEWHERE
                        )
                        if (cast.id(subject) in seen) is not should:
                            wrong.append(f"{name} {action} {what} of {subject} as {shapes}: should be {should}")
    assert not wrong, wrong[:20]


@pytest.mark.parametrize("function", sorted(CASES))
def test_function_obeys_the_table(cast: Stage, actors: Actors, function: str) -> None:
    """R8. Each attempt is made on its own and rolled back. Seen to fail without `check_about` in `add_registration`:
    everybody was let in whom the table keeps out."""
    case = CASES[function]
    wrong = []
    for subject in case.subjects:
        for name in PEOPLE:
            TRIED["services and queries"] += 1
            should = _should(case, name, subject)
            with rolled_back() as db:
                try:
                    may = case.attempt(db, actors[name], cast, subject) is not False
                except InvalidRecord:
                    if not case.complains:
                        raise
                    may = True
                except NotAllowed as refused:
                    may = False
                    if str(refused) != NO_SUCH_RECORD and name != subject:  # one's own one knows to be there
                        wrong.append(f"{name} about {subject}: refused in other words: {refused}")
            if may is not should:
                wrong.append(f"{name} about {subject}: {'allowed' if may else 'refused'}, should be {should}")
    assert not wrong, wrong


def _should(case: Case, name: str, subject: str) -> bool:
    shapes = [shape.value for shape in case.shapes]
    actions = [action for action in (case.action, case.or_as) if action is not None]
    lets = any(
        expected(name, subject, case.what.value, action.value, shapes, case.leave_out, case.party) for action in actions
    )
    return lets and (case.only is None or case.only(name, subject))


EVERYBODYS = (Action.READ, Action.CREATE, Action.UPDATE)
"""What is done to nobody else: reading the catalogue, entering and changing one's own."""


def test_every_case_lets_somebody_and_refuses_somebody() -> None:
    """An attempt that always fails, or never, proves nothing; but for what is everybody's, or nobody's."""
    nobodys = {
        "services.responsibilities.hold_responsibility/elsewhere",
        "services.observations.comment_on_observation/before it is shared",
    }
    for function, case in CASES.items():
        answers = {_should(case, name, subject) for subject in case.subjects for name in PEOPLE}
        everybodys = case.subjects == ("",) and case.action in EVERYBODYS and answers == {True}
        assert answers == {True, False} or everybodys or function in nobodys, function


@pytest.mark.parametrize("permission", list(Permission))
def test_a_page_is_entered_by_those_the_table_names(actors: Actors, permission: Permission) -> None:
    what, action, of_others = permission.value
    for name in PEOPLE:
        TRIED["permissions of pages"] += 1
        assert holds(actors[name], permission) is may_enter(name, what.value, action.value, of_others), name


# ---------------------------------------------------------------------------------------------------------------------
# What the table cannot say


def test_a_group_is_seen_by_its_manager_and_its_members(actors: Actors) -> None:
    with reading() as db:
        for name in PEOPLE:
            seen = set(groups_seen(db, viewer=actors[name], on=today())["name"])
            assert seen == ({"Monday group"} if name in ("Asha", "Ben", "Bela") else set()), name


def test_only_a_manager_has_a_team(actors: Actors) -> None:
    with reading() as db:
        for name in PEOPLE:
            assert (my_team(db, viewer=actors[name]) is not None) is (name in ("Asha", "Carol", "Farah")), name


def test_who_has_only_themselves_sees_only_themselves(actors: Actors) -> None:
    with reading() as db:
        for name in ("Ben", "Bela", "Cai", "Eve", "Kit", "Jo"):
            people = {row.person for row in standings_seen(db, viewer=actors[name], on=today())}
            assert people <= {name}, name


def _session_of_kit(db: Session, cast: Stage, ended_days_ago: int) -> int:
    """Kit's last session with Ben, on the last day of their agreement; recorded in time."""
    agreement = db.get_one(SupervisionAgreement, cast.ended_agreement)
    agreement.end_on = today()
    db.flush()
    kit = actor_for_staff(db, cast.id("Kit"))
    entries = [Entry(cast.id("Ben"), AttendanceStatus.ATTENDED)]
    session = record_session(
        db, by=kit, agreement_id=cast.ended_agreement, held_on=today(), minutes=60, entries=entries
    )
    agreement.end_on = session.held_on = today() - timedelta(days=ended_days_ago)
    db.flush()
    return session.id or 0


@pytest.mark.parametrize(("ended_days_ago", "reads"), [(WRITE_AFTER_END.days, True), (WRITE_AFTER_END.days + 1, False)])
def test_a_former_supervisor_reads_for_28_days(cast: Stage, actors: Actors, ended_days_ago: int, reads: bool) -> None:
    with rolled_back() as db:
        session = _session_of_kit(db, cast, ended_days_ago)
        since = today() - timedelta(days=100)
        assert session in set(session_log(db, viewer=actors["Asha"], since=since, until=today())["session_id"])
        seen = session_log(db, viewer=actors["Kit"], since=since, until=today())
        assert (session in set(seen["session_id"])) is reads
        assert bool(len(attendance_at(db, viewer=actors["Kit"], session_id=session))) is reads
        assert sessions_to_record(db, viewer=actors["Kit"]) == disputed_sessions(db, viewer=actors["Kit"]) == []


def test_a_small_community_is_not_shown_to_the_director(actors: Actors) -> None:
    """Ashdown C has four people: their supervision figure could single them out."""
    with reading() as db:
        frame = kinds_by_community(db, viewer=actors["Dev"], on=today())
        assert lost_sessions(db, viewer=actors["Dev"], on=today()) is None
    labels = {(row.community, row.kind): row.label for row in frame.itertuples()}
    assert labels["Ashdown C", "Supervision"] == "under 5"
    assert labels["Ashdown B", "Supervision"] == "0 of 12"


def test_the_front_door_names_nobody_outside_the_demonstration(cast: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with reading() as db:
        assert people_to_pick(db) == []
        monkeypatch.setenv("TCSUPER_MODE", "demo")
        assert len(people_to_pick(db)) >= len(PEOPLE)
