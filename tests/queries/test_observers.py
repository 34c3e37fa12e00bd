"""How observers differ: whose double-rated sessions are counted for whom, and what is taken away of them."""

import json
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, select

from tcsuper.clock import now, today
from tcsuper.errors import NotAllowed
from tcsuper.models import (
    AuditEvent,
    HowObserved,
    Observation,
    ObservationState,
    PlannedObservation,
    Rating,
    Standard,
)
from tcsuper.queries.observers import observers_differ, sees_how_observers_differ
from tcsuper.reports.observers import observers_json, observers_workbook
from tcsuper.services.observers import export_how_observers_differ
from tests.observing import STANDARDS, Observing, observing


@dataclass
class Blind(Observing):
    def rated_by_two(
        self,
        observed: str,
        levels: list[tuple[int, int]],
        together: bool = False,
        states: tuple[ObservationState, ...] = (ObservationState.SHARED, ObservationState.SIGNED),
        observers: tuple[str, ...] = ("Bela", "Farah"),
    ) -> None:
        """`levels`: by standard, of each observer. Rows, as signing blind leaves them."""
        plan = PlannedObservation(
            observed_id=self.id(observed), standard_set_id=self.set_id, week_of=today(), together=together,
            planned_by_id=self.id("Asha"), planned_at=now(),
        )  # fmt: skip
        self.db.add(plan)
        self.db.flush()
        for place, (observer, state) in enumerate(zip(observers, states, strict=True)):
            seen = Observation(
                recorded_at=now(), recorded_by_id=self.id(observer), observed_id=self.id(observed),
                observer_id=self.id(observer), standard_set_id=self.set_id, state=state, planned_id=plan.id,
                observed_on=today() - timedelta(days=3), how=HowObserved.LIVE,
            )  # fmt: skip
            self.db.add(seen)
            self.db.flush()
            for standard, given in zip(self.standards, levels, strict=False):
                self.db.add(Rating(observation_id=seen.id or 0, standard_id=standard, level=given[place]))
        self.db.flush()


@pytest.fixture
def stage(db: Session) -> Blind:
    return Blind(**vars(observing(db)))


LEVELS = [(3, 3), (3, 2), (4, 1)]


def pairs(stage: Blind, viewer: str) -> int:
    return sum(one.whole.raw.n_pairs for one in observers_differ(stage.db, viewer=stage.actor(viewer), on=today()))


def of_five(stage: Blind, how_many: int = 5) -> None:
    """People of Beech alone, each seen by others than themselves."""
    people = [name for name in stage.cast.staff if name.startswith("Officer")][: how_many - 1]
    for name in ["Ben", *people]:
        stage.rated_by_two(name, LEVELS, observers=("Bela", "Asha"))


def test_a_manager_has_the_pairs_of_their_communities_and_nobody_else_has(stage: Blind) -> None:
    stage.rated_by_two("Ben", LEVELS)
    stage.rated_by_two("Cai", LEVELS[:1])
    assert {name: pairs(stage, name) for name in ("Asha", "Carol", "Ben", "Bela", "Eve", "Ivor")} == {
        "Asha": 3, "Carol": 1, "Ben": 0, "Bela": 0, "Eve": 0, "Ivor": 0,
    }  # fmt: skip
    assert [name for name in ("Asha", "Dev", "Ben", "Bela", "Eve") if sees_how_observers_differ(stage.actor(name))] == [
        "Asha",
        "Dev",
    ]


def test_what_was_written_together_is_a_draft_or_about_the_viewer_is_not_counted(stage: Blind) -> None:
    stage.rated_by_two("Ben", LEVELS, together=True)
    stage.rated_by_two("Ben", LEVELS, states=(ObservationState.SHARED, ObservationState.DRAFT))
    stage.rated_by_two("Asha", LEVELS)
    assert len(stage.db.exec(select(PlannedObservation)).all()) == 3 and pairs(stage, "Asha") == 0
    stage.rated_by_two("Ben", LEVELS)
    assert pairs(stage, "Asha") == 3


def test_figures_stand_by_standard_and_few_pairs_say_so(stage: Blind) -> None:
    stage.rated_by_two("Ben", LEVELS)
    (of_set,) = observers_differ(stage.db, viewer=stage.actor("Asha"), on=today())
    assert [one.title for one in of_set.standards] == list(STANDARDS)
    assert [one.differing.raw.value for one in of_set.standards if one.differing] == [1, 0, 0]
    assert "too few to say" in of_set.whole.kappa.note and of_set.whole.kappa.value is None
    assert (of_set.whole.raw.n_observers, of_set.whole.raw.n_items, of_set.whole.sessions) == (2, 3, 1)
    assert observers_differ(stage.db, viewer=stage.actor("Asha"), on=today() - timedelta(days=5)) == []


@pytest.mark.parametrize(("how_many", "counted"), [(4, 0), (5, 15)])
def test_a_director_has_them_from_five_observed_people_up(stage: Blind, how_many: int, counted: int) -> None:
    of_five(stage, how_many)
    assert len({one.observed_id for one in stage.db.exec(select(Observation))}) == how_many
    assert pairs(stage, "Dev") == counted


def test_the_file_has_figures_and_no_name_and_leaves_one_event(stage: Blind) -> None:
    of_five(stage)
    taken = export_how_observers_differ(stage.db, by=stage.actor("Dev"), set_id=stage.set_id, on=today())
    told = observers_json(taken.of_set, taken.number, taken.made_at)
    book = load_workbook(BytesIO(observers_workbook(taken.of_set, taken.number, taken.made_at)))
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None]
    for name in stage.cast.staff:
        assert f'"{name}"' not in told and name not in cells
    found = json.loads(told)
    assert found["all_standards"]["pooled_kappa"]["quadratic"]["n_pairs"] == 15 and len(found["standards"]) == 3
    assert found["standard_set"]["version"] == "1" and "pairs_of_observers" not in told
    assert "Landis JR, Koch GG" in found["about"]["Words"] and any("quadratic weights" in one for one in cells)
    events = [one for one in stage.db.exec(select(AuditEvent)) if one.action == "export_how_observers_differ"]
    assert [(one.object_key, one.detail["pairs"], one.detail["standard_set"]) for one in events] == [
        (taken.number, 15, stage.set_id)
    ]


@pytest.mark.parametrize("name", ["Ben", "Bela", "Eve", "Carol", "Dev"])
def test_whoever_is_shown_no_figure_takes_none_away(stage: Blind, name: str) -> None:
    of_five(stage, 4)
    export_how_observers_differ(stage.db, by=stage.actor("Asha"), set_id=stage.set_id, on=today())
    with pytest.raises(NotAllowed):
        export_how_observers_differ(stage.db, by=stage.actor(name), set_id=stage.set_id, on=today())


def test_a_title_that_a_spreadsheet_would_run_is_text(stage: Blind) -> None:
    stage.db.get_one(Standard, stage.standards[0]).short_title = '=HYPERLINK("https://nowhere.example")'
    stage.rated_by_two("Ben", LEVELS)
    taken = export_how_observers_differ(stage.db, by=stage.actor("Asha"), set_id=stage.set_id, on=today())
    book = load_workbook(BytesIO(observers_workbook(taken.of_set, taken.number, taken.made_at)))
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
