"""Team competency and the monthly return: how the access test tries each function."""

from collections.abc import Callable

from sqlmodel import Session

from tcsuper.access import Action, Actor, Object
from tcsuper.clock import today
from tcsuper.models import RequirementKind
from tcsuper.queries import team_counts, team_overview, team_trend
from tcsuper.queries.over_time import OBSERVED
from tcsuper.queries.standing import STATUS_OBJECTS
from tests.access_case import ANYBODY, COUNTED, PLACES, SEEN, Case, place_id
from tests.people import Cast


def _communities(read: Callable[[Session, Actor], team_counts.Places]) -> Case:
    """The communities that are counted are those of the line."""

    def attempt(db: Session, by: Actor, cast: Cast, place: str) -> bool:
        return place_id(cast, place) in read(db, by).communities

    return Case(Object.TEAM_CHART, Action.READ, attempt, COUNTED, subjects=PLACES)


def _behind(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    shown = team_overview.overview(db, viewer=by, on=today())
    return any(
        row.person == subject
        for group in team_overview.rows_of(shown)
        for row in team_overview.rows_behind(db, viewer=by, shown=shown, group=group, kind="Supervision")
    )


def _followed(db: Session, by: Actor, cast: Cast, place: str) -> bool:
    return place in set(team_trend.trend_of(db, viewer=by, on=today(), line=OBSERVED)["community"])


def _lines(db: Session, by: Actor, cast: Cast, subject: str) -> bool:
    return bool(team_trend.lines_to_follow(db, viewer=by, on=today()))


CASES: dict[str, Case] = {
    "queries.team_counts.places_on": _communities(lambda db, by: team_counts.places_on(db, viewer=by, on=today())),
    "queries.team_counts.team_on": _communities(
        lambda db, by: team_counts.team_on(db, viewer=by, on=today(), lines=[]).places
    ),
    "queries.team_counts.team_by_name": _communities(
        lambda db, by: team_counts.team_by_name(db, viewer=by, on=today()).places
    ),
    "queries.team_overview.overview": _communities(
        lambda db, by: team_overview.overview(db, viewer=by, on=today()).team.places
    ),
    "queries.team_trend.trend_of": Case(Object.TEAM_CHART, Action.READ, _followed, COUNTED, subjects=PLACES),
    "queries.team_trend.columns_on": _communities(
        lambda db, by: team_trend.columns_on(db, viewer=by, days=[today()], line=OBSERVED)[0].places
    ),
    "queries.team_trend.lines_to_follow": Case(Object.TEAM_CHART, Action.READ, _lines, COUNTED, subjects=ANYBODY),
    "queries.team_overview.rows_behind": Case(
        STATUS_OBJECTS[RequirementKind.SUPERVISION],
        Action.READ,
        _behind,
        SEEN,
        only=lambda actor, subject: (
            (actor, subject) in {("Asha", "Ben"), ("Carol", "Cai")}
        ),  # whose communities they see
    ),
}
_TREND = "tests/queries/test_team_trend.py"
_RETURN = "tests/services/test_monthly_return.py"
BY_RELATIONSHIP: dict[str, str] = {
    "queries.team_counts.sight_on": "whose status one sees by name: tests/queries/test_team_differences.py::"
    "test_the_manager_of_four_sees_their_figures_for_she_sees_them_by_name",
    "queries.team_variances.team_variances": "what it is given, an overview that was read for this viewer: "
    f"{_TREND}::test_standards_are_counted_from_five_judged_up_and_never_from_fewer",
    "queries.monthly_return.monthly_return": "the communities one answers for: "
    f"{_RETURN}::test_it_is_about_the_communities_one_answers_for",
    "services.monthly_return.may_make_monthly_return": "a director, or a therapy manager: "
    f"{_RETURN}::test_it_is_about_the_communities_one_answers_for",
    "services.monthly_return.monthly_return_for": "a director, or a therapy manager about their communities: "
    f"{_RETURN}::test_nobody_else_makes_it_not_even_who_audits_them",
    "services.monthly_return.make_monthly_return": "the same, while they see no less than when it was read: "
    f"{_RETURN}::test_it_is_not_taken_by_somebody_who_may_see_less_by_then",
    "queries.standards_below.standards_below": "the communities one sees as a whole, from five judged up: "
    f"{_TREND}::test_standards_are_counted_from_five_judged_up_and_never_from_fewer",
}
FOR_EVERYBODY: dict[str, str] = {
    "queries.team_kinds.today_or_end_of_month": "about the day it is given",
    "queries.team_counts.in_order": "the kinds there are",
    "queries.team_counts.line_of": "about the row it is given",
    "queries.team_counts.stands": "reshapes what was read",
    "queries.team_counts.safe_groups": "takes away from what was read",
    "queries.team_counts.of_large": "takes away from what was read",
    "queries.team_counts.of_large_groups": "takes away from what was read",
    "queries.team_counts.safe_groups_then": "takes away from what was read",
    "queries.team_counts.safe_in_month": "takes away from what was read",
    "queries.team_counts.safe_beside": "takes away from what was read",
    "queries.team_trend.trend_days": "about the day it is given",
    "queries.team_trend.is_by_month": "about the kind it is given",
    "queries.standards_below.below_frame": "reshapes what was read",
    "queries.monthly_return.months_to_return": "the months there are",
    "queries.team_overview.rows_of": "reshapes what was read",
    "queries.team_overview.overview_frame": "reshapes what was read",
    "queries.team_overview.changes_frame": "reshapes what was read",
    "queries.team_overview.covers_behind": "reshapes what was read",
}
BELOW: dict[str, str] = {}
