"""The permission table, proved whole: every service and query × every kind of person × every relationship.

Each public function of services/ and queries/ has an entry in tests/access_cases.py; one without fails the build. Who
may is not written there but reckoned from access.csv a second time (tests/access_oracle.py).
"""

import importlib
import inspect
import pkgutil
from datetime import date
from types import ModuleType

import pytest
from sqlmodel import Session

import tcsuper.queries
import tcsuper.services
from tcsuper.access import Permission, Shape, holds, people_within, table
from tcsuper.clock import today
from tcsuper.database import engine, reading
from tcsuper.errors import NO_SUCH_RECORD, NotAllowed
from tcsuper.queries.agreements import groups_seen
from tcsuper.queries.home import my_team
from tcsuper.queries.people import communities_to_choose
from tcsuper.queries.standing import standings_seen
from tcsuper.queries.supervision import disputed_sessions, my_attendance, sessions_to_record
from tcsuper.queries.team import kinds_by_community, supervision_rate_by_month
from tcsuper.services.supervision import change_members, make_group
from tests.access_cases import BY_RELATIONSHIP, CASES, CHECKS_NOTHING
from tests.access_oracle import PEOPLE, SUBJECTS, expected, may_enter
from tests.people import Cast, actor
from tests.services.test_supervision import record_group

COUNTED = {"cases": 0}


def _public_functions(package: ModuleType) -> set[str]:
    found = set()
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                found.add(f"{package.__name__.removeprefix('tcsuper.')}.{info.name}.{name}")
    return found


def test_every_service_and_query_has_its_entry() -> None:
    functions = _public_functions(tcsuper.services) | _public_functions(tcsuper.queries)
    entered = set(CASES) | set(BY_RELATIONSHIP) | set(CHECKS_NOTHING)
    assert not functions - entered, "these have no entry in tests/access_cases.py"
    assert not entered - functions, "these entries name functions that are gone"


def test_the_cast_is_what_the_oracle_believes(cast: Cast) -> None:
    """A wrong list here would make every other case agree by accident."""
    for name, who in PEOPLE.items():
        assert {role.value for role in actor(cast, name).roles} == set(who.roles), name


def test_the_table_gives_the_people_it_says(cast: Cast) -> None:
    """Every line's object and action × shapes × person × person: the product's SELECT against the oracle."""
    wrong = []
    everyone = {name: actor(cast, name) for name in PEOPLE}
    for what, action in sorted({(rule.object, rule.action) for rule in table()}):
        for shapes in ((Shape.FULL,), (Shape.FULL, Shape.STATUS), (Shape.CODE,), (Shape.COUNTS,)):
            with reading() as db:
                for name in PEOPLE:
                    seen = set(db.scalars(people_within(everyone[name], what, action, shapes)))
                    for subject in PEOPLE:
                        COUNTED["cases"] += 1
                        should = expected(name, subject, what.value, action.value, [s.value for s in shapes])
                        if (cast.id(subject) in seen) is not should:
                            wrong.append(f"{name} {action} {what} of {subject} as {shapes}: should be {should}")
    assert not wrong, wrong[:20]


@pytest.mark.parametrize("function", sorted(CASES))
def test_function_obeys_the_table(cast: Cast, function: str) -> None:
    """Each attempt is made on its own and rolled back."""
    case = CASES[function]
    wrong = []
    for name in PEOPLE:
        for subject in SUBJECTS:
            COUNTED["cases"] += 1
            shapes = [shape.value for shape in case.shapes]
            should = expected(name, subject, case.what.value, case.action.value, shapes, case.leave_out)
            if case.only_own:
                should = should and name == subject
            by = actor(cast, name)
            with Session(engine().execution_options(write=True), expire_on_commit=False) as db:
                try:
                    may = case.attempt(db, by, cast, subject) is not False
                except NotAllowed as refused:
                    may = False
                    if (
                        str(refused) != NO_SUCH_RECORD and name != subject
                    ):  # of one's own the person knows that it exists
                        wrong.append(f"{name} about {subject}: refused in other words: {refused}")
                db.rollback()
            if may is not should:
                wrong.append(f"{name} about {subject}: {'allowed' if may else 'refused'}, should be {should}")
    assert not wrong, wrong


@pytest.mark.parametrize("permission", list(Permission))
def test_a_page_is_entered_by_those_the_table_names(cast: Cast, permission: Permission) -> None:
    what, action, of_others = permission.value
    for name in PEOPLE:
        COUNTED["cases"] += 1
        assert holds(actor(cast, name), permission) is may_enter(name, what.value, action.value, of_others), name


def test_nobody_sees_anothers_own_list(cast: Cast) -> None:
    """The hidden records exist: Ben has an attendance."""
    record_group(cast)
    with reading() as db:
        for name in PEOPLE:
            viewer = actor(cast, name)
            assert bool(my_attendance(db, viewer=viewer)) is (name in ("Ben", "Bela")), name
            assert sessions_to_record(db, viewer=viewer) == [] and disputed_sessions(db, viewer=viewer) == []


def test_groups_and_communities(cast: Cast) -> None:
    for name in PEOPLE:
        with Session(engine().execution_options(write=True), expire_on_commit=False) as db:
            viewer = actor(cast, name)
            seen = set(groups_seen(db, viewer=viewer, on=today())["name"])
            assert seen == ({"Monday group"} if name in ("Asha", "Ben", "Bela") else set()), name
            for attempt in (
                lambda db=db, viewer=viewer: make_group(
                    db,
                    by=viewer,
                    community_id=cast.community_b,
                    name="Tuesday group",
                    purpose="clinical",
                    start_on=today(),
                    member_ids=[cast.id("Ben"), cast.id("Bela")],
                ),
                lambda db=db, viewer=viewer: change_members(
                    db, by=viewer, group_id=cast.group, on=date(2026, 1, 1), leaving=[cast.id("Ben")]
                ),
            ):
                if name == "Asha":
                    attempt()
                else:
                    with pytest.raises(NotAllowed, match=NO_SUCH_RECORD):
                        attempt()
            db.rollback()


def test_whole_communities_are_for_their_grants(cast: Cast) -> None:
    should = {"Asha": {"Ashdown B"}, "Carol": {"Ashdown C"}, "Dev": {"Ashdown B", "Ashdown C"}, "Ivor": {"Ashdown B"}}
    with reading() as db:
        for name in PEOPLE:
            viewer = actor(cast, name)
            seen = should.get(name, set())
            assert set(communities_to_choose(db, viewer=viewer).values()) == seen, name
            assert set(kinds_by_community(db, viewer=viewer, on=today())["community"]) <= seen, name
            assert set(supervision_rate_by_month(db, viewer=viewer, on=today())["community"]) <= seen, name
            assert (my_team(db, viewer=viewer) is not None) is (name in ("Asha", "Carol")), name
            if name not in ("Asha", "Carol", "Dev", "Farah", "Gwen", "Ivor"):
                people = {row.person for row in standings_seen(db, viewer=viewer, on=today())}
                assert people <= {name}, name


def test_a_small_community_is_not_shown_to_the_director(cast: Cast) -> None:
    """Ashdown C has two people, and only one with a minimum: their supervision figure would single them out."""
    with reading() as db:
        frame = kinds_by_community(db, viewer=actor(cast, "Dev"), on=today())
    by_community = dict(zip(frame["community"], frame["label"], strict=True))
    assert by_community["Ashdown C"] == "under 5"
    assert by_community["Ashdown B"] == "0 of 11"


def test_how_many_cases_were_run(record_property) -> None:  # type: ignore[no-untyped-def]
    """Last in the file: the number that security.md asks for."""
    record_property("access_cases", COUNTED["cases"])
    print(f"access cases so far in this process: {COUNTED['cases']}")
