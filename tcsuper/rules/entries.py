"""What cannot be of one entry, looked at by itself: dates, lengths and numbers of a person, a post, a completion, a
registration or a session, field by field. The services that take a single entry ask this, and so does an import."""

from datetime import date, timedelta

from tcsuper import words

EARLIEST = date(1950, 1, 1)
FURTHEST, FURTHEST_REGISTERED = timedelta(days=5 * 366), timedelta(days=10 * 366)
MOST_HOURS = 60.0
LONGEST_CERTIFICATE, LONGEST_OF_REGISTRATION = 120, 60
LONGEST_SESSION, MOST_GUESTS = 480, 99


def person_problems(full_name: str, staff_number: str | None, email: str) -> dict[str, str]:
    problems = {}
    if not 2 <= len(full_name) <= 200:
        problems["full_name"] = "Give the full name, in 2 to 200 characters."
    if staff_number and len(staff_number) > 40:
        problems["staff_number"] = "A staff number has at most 40 characters."
    if email and ("@" not in email[1:-1] or len(email) > 254):
        problems["email"] = "An e-mail address has an @ in it, and at most 254 characters."
    return problems


def post_problems(start_on: date, hours_a_week: float, today: date) -> dict[str, str]:
    problems = {}
    if not EARLIEST <= start_on <= today + FURTHEST:
        problems["start_on"] = f"The first day is between {words.day(EARLIEST)} and five years from now."
    if not 0.5 <= hours_a_week <= MOST_HOURS:
        problems["hours_a_week"] = f"Hours a week are between half an hour and {words.number(MOST_HOURS)}."
    return problems


def last_day_problems(start_on: date, end_on: date, today: date) -> dict[str, str]:
    """Of a post."""
    if end_on < start_on:
        return {"end_on": f"The post began on {words.day(start_on)}, after that day."}
    return {"end_on": "The last day is within five years from now."} if end_on > today + FURTHEST else {}


def completion_problems(
    completed_on: date, printed_expiry_on: date | None, certificate: str, today: date
) -> dict[str, str]:
    problems = {}
    if completed_on > today:
        problems["completed_on"] = f"{words.day(completed_on)} is still to come. Book a place instead."
    elif completed_on < EARLIEST:
        problems["completed_on"] = f"Choose a day from {words.day(EARLIEST)}."
    if printed_expiry_on is not None and printed_expiry_on <= completed_on:
        problems["printed_expiry_on"] = (
            f"The certificate would expire on {words.day(printed_expiry_on)}, not after its completion."
        )
    if len(certificate.strip()) > LONGEST_CERTIFICATE:
        problems["certificate"] = f"At most {LONGEST_CERTIFICATE} characters."
    return problems


def registration_problems(
    grade: str,
    number: str,
    membership_number: str,
    registered_on: date,
    expires_on: date | None,
    ended_on: date | None,
    today: date,
) -> dict[str, str]:
    typed = {"grade": grade, "number": number, "membership_number": membership_number}
    longest = LONGEST_OF_REGISTRATION
    problems = {field: f"At most {longest} characters." for field, text in typed.items() if len(text.strip()) > longest}
    if not EARLIEST <= registered_on <= today:
        problems["registered_on"] = f"Choose a day from {words.day(EARLIEST)} to today."
    furthest = today + FURTHEST_REGISTERED
    if expires_on is not None and not registered_on <= expires_on <= furthest:
        problems["expires_on"] = (
            f"The expiry is between {words.day(registered_on)}, when it began, and {words.day(furthest)}."
        )
    if ended_on is not None and ended_on < registered_on:
        problems["ended_on"] = f"It would end before it began, on {words.day(registered_on)}."
    return problems


def session_problems(
    held_on: date, starts_at: str, minutes: int, today: date, is_planned: bool = False, guests: int = 0
) -> dict[str, str]:
    """One that is planned may be to come."""
    problems = {}
    if not 0 <= guests <= MOST_GUESTS:
        problems["guests"] = f"Guests are counted from 0 to {MOST_GUESTS}."
    if held_on > today and not is_planned:
        problems["held_on"] = f"{words.day(held_on)} is still to come. Plan it instead, or choose an earlier day."
    if not 1 <= minutes <= LONGEST_SESSION:
        problems["minutes"] = f"A session lasts between 1 minute and {words.length(LONGEST_SESSION)}."
    if starts_at and not is_clock_time(starts_at):
        problems["starts_at"] = f"“{starts_at}” is not a time of day. Use 14:00."
    return problems


def is_clock_time(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    return colon == ":" and hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60
