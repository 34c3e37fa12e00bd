"""What somebody does next about their own standing. The step of a standing speaks to whoever keeps it up; of your own
that is mostly somebody else, for nobody records or confirms about themselves: then it says whom to ask."""

from collections.abc import Iterable
from fractions import Fraction

from tcsuper import words
from tcsuper.models import RequirementKind
from tcsuper.queries.standing import Row, SupervisionMonths
from tcsuper.rules.minimum import Measure
from tcsuper.rules.standing import Status
from tcsuper.rules.supervision import Verdict
from tcsuper.rules.training import CourseStanding

ASK = {
    RequirementKind.AGREEMENT: "Ask your supervisor, or your therapy manager: they keep the agreement.",
    RequirementKind.CHECK: "Your manager looks it up in the live register.",
    RequirementKind.PERIOD: "Your manager decides it, and records the day.",
    RequirementKind.EVENT: "Arrange it with your manager, who records the day.",
}


def own_step(row: Row, months: Iterable[SupervisionMonths] = ()) -> str:
    """`months`: one's own by each supervision minimum, for what is planned."""
    step = row.standing.next_step
    if row.kind is RequirementKind.SUPERVISION:
        return _of_supervision(step, next((one for one in months if one.bound.title == row.requirement), None))
    if not step:
        return ""
    if row.kind is RequirementKind.PRACTICE:
        return _of_practice(row, step)
    if isinstance(row.standing, CourseStanding):
        return _of_a_course(row.standing, step)
    return ASK.get(row.kind, step)


def _of_supervision(step: str, month: SupervisionMonths | None) -> str:
    planned = planned_words(month)
    if planned and not is_planned(month):
        return f"{planned} Ask your supervisor for a session."
    return planned or (step and "Ask your supervisor for a session.")


def _of_practice(row: Row, step: str) -> str:
    if row.bound.is_observation:
        return "Ask somebody who observes to arrange it with you."
    below = row.standing.status is Status.BELOW
    return "Agree with your supervisor what will help, and ask to be observed again." if below else step


def _of_a_course(standing: CourseStanding, step: str) -> str:
    if standing.to_confirm_on:
        return "Your manager confirms the certificate."
    if standing.lacks_printed:
        return "Your manager enters the date printed on the certificate."
    to_nominate = not standing.terms.is_qualification and not standing.booked_on
    lacks_none_before = all(done_on for _, done_on in standing.before)
    return "Ask your manager for a place, or send in the certificate." if to_nominate and lacks_none_before else step


# ---------------------------------------------------------------------------------------------------------------------
# What is planned


def is_planned(month: SupervisionMonths | None) -> bool:
    """Whether what is planned meets it."""
    return month is not None and month.forecast.saved_by is not None


def planned_words(month: SupervisionMonths | None) -> str:
    """ "What is planned adds 60 minutes; 30 minutes are missing." Empty unless something is missing."""
    if month is None or month.forecast.month.verdict is not Verdict.SHORT_SO_FAR:
        return ""
    coming = month.forecast
    if coming.saved_by is not None:
        return f"The session planned for {words.weekday(coming.saved_by)} will meet it."
    if not coming.planned_days:
        return "Nothing that counts is planned for the rest of the month."
    match month.minimum.measure:
        case Measure.MINUTES:
            adds, missing = words.minutes(coming.planned), words.minutes(coming.still_short)
        case Measure.MEETINGS:
            adds, missing = _meetings(coming.planned), _meetings(coming.still_short)
        case Measure.SHARE:
            return "What is planned is not enough."
    return f"What is planned adds {adds}; {missing} {'is' if coming.still_short == 1 else 'are'} missing."


def _meetings(number: Fraction) -> str:
    return "1 meeting" if number == 1 else f"{words.number(number)} meetings"
