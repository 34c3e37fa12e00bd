"""Every setting, its default and where it comes from.

Two families: the *environment* (where the database is, which mode this is: read at start), and the *service's own
numbers* that the field does not fix (kept in the database, shown with a "set by your service" badge).
"""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlmodel import Session

from tcsuper.errors import WrongSetup
from tcsuper.models import Setting

ROOT = Path(__file__).resolve().parents[1]


class Mode(StrEnum):
    LIVE = "live"
    DEMO = "demo"
    TEST = "test"


def mode() -> Mode:
    """From TCSUPER_MODE; live unless told otherwise."""
    return Mode(os.environ.get("TCSUPER_MODE", Mode.LIVE))


def database_url() -> str:
    """From TCSUPER_DATABASE_URL; SQLite in `var/` unless told otherwise."""
    url = os.environ.get("TCSUPER_DATABASE_URL") or f"sqlite:///{ROOT / 'var' / 'tcsuper.db'}"
    return "postgresql+psycopg://" + url.split("://", 1)[1] if url.startswith("postgres") else url


def key_file() -> Path:
    """From TCSUPER_KEY_FILE; in `var/` unless told otherwise. It is never in the database nor in its backups."""
    return Path(os.environ.get("TCSUPER_KEY_FILE") or ROOT / "var" / f"{mode().value}.keys")


@dataclass(frozen=True)
class SingleSignOn:
    """The organisation's own sign-in (OpenID Connect), as a second door. Who somebody is there is entered for each
    account by an administrator; nobody is let in by a name or an e-mail address that happens to be alike."""

    issuer: str
    """Its address, to the letter as it signs its answers."""
    client_id: str
    client_secret: str
    our_address: str
    """The service's own, as browsers know it: `https://supervision.example.org`."""
    strong_acr: frozenset[str]
    """Which of its `acr` values say that two factors were asked for. An `amr` of "mfa" always says so."""


def single_sign_on() -> SingleSignOn | None:
    """From TCSUPER_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET and _OUR_ADDRESS, and _STRONG_ACR (separated by spaces)
    where the organisation has such names; None without them, and in the demonstration. Raises WrongSetup when one is
    missing or an address is not https (this computer's may be http)."""
    values = {name: os.environ.get(f"TCSUPER_OIDC_{name}", "") for name in OIDC_NEEDS}
    if mode() is Mode.DEMO or not any(values.values()):
        return None
    missing = [f"TCSUPER_OIDC_{name}" for name, value in values.items() if not value]
    if missing:
        raise WrongSetup(f"Single sign-on also needs {' and '.join(missing)}.")
    for name in ("ISSUER", "OUR_ADDRESS"):
        if not values[name].startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
            raise WrongSetup(f"TCSUPER_OIDC_{name} must begin with https://")
    return SingleSignOn(
        values["ISSUER"],
        values["CLIENT_ID"],
        values["CLIENT_SECRET"],
        values["OUR_ADDRESS"].rstrip("/"),
        frozenset(os.environ.get("TCSUPER_OIDC_STRONG_ACR", "").split()),
    )


@dataclass(frozen=True)
class MailServer:
    """Where reminders are handed over. `security`: starttls, tls, or none (for a server on the same computer)."""

    host: str
    port: int
    sender: str
    security: str
    user: str
    password: str


MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def mail_server() -> MailServer:
    """From TCSUPER_SMTP_HOST and _FROM, and where need be _SECURITY, _PORT, _USER and _PASSWORD. Raises WrongSetup when
    one is missing, or when a password would travel unprotected to another computer."""
    given = {name: os.environ.get(f"TCSUPER_SMTP_{name}", "") for name in MAIL_SETTINGS}
    missing = [f"TCSUPER_SMTP_{name}" for name in ("HOST", "FROM") if not given[name]]
    if missing:
        raise WrongSetup(f"To send e-mail, set {' and '.join(missing)}.")
    security = given["SECURITY"] or "starttls"
    if security not in MAIL_PORTS:
        raise WrongSetup(f"TCSUPER_SMTP_SECURITY is one of {', '.join(MAIL_PORTS)}.")
    if security == "none" and given["HOST"] not in ("localhost", "127.0.0.1", "::1"):
        raise WrongSetup("TCSUPER_SMTP_SECURITY can be none only for a mail server on this computer.")
    if given["PORT"] and not given["PORT"].isdigit():
        raise WrongSetup("TCSUPER_SMTP_PORT is a number.")
    port = int(given["PORT"] or MAIL_PORTS[security])
    return MailServer(given["HOST"], port, given["FROM"], security, given["USER"], given["PASSWORD"])


MAIL_SETTINGS = ("HOST", "PORT", "FROM", "SECURITY", "USER", "PASSWORD")
OIDC_NEEDS = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "OUR_ADDRESS")


@dataclass(frozen=True)
class ServiceNumber:
    """A number set by the service: `meaning` is shown beside it, `mark` says how sure the field is of the default.
    Technical ones are the administrator's, the others a therapy manager's."""

    key: str
    default: Any
    meaning: str
    lowest: int = 0
    highest: int = 3650
    is_technical: bool = False
    mark: str = "product default"


SERVICE_NUMBERS = {
    number.key: number
    for number in (
        ServiceNumber(
            "idle_minutes", 30, "Minutes without a click before you are signed out", 5, 30, is_technical=True
        ),
        ServiceNumber(
            "idle_minutes_privileged",
            15,
            "The same for managers, directors, administrators and auditors",
            5,
            15,
            is_technical=True,
        ),
        ServiceNumber("sign_in_hours", 12, "Hours after which everyone signs in again", 1, 12, is_technical=True),
        ServiceNumber("sign_ins_at_once", 3, "Browsers one person may be signed in on", 1, 3, is_technical=True),
        ServiceNumber("first_password_days", 1, "Days a single-use password lives", 1, 7, is_technical=True),
        ServiceNumber("smallest_group", 5, "Ratings and similar figures are shown from this many people up", 5, 50),
        ServiceNumber(
            "long_absence_days", 28, "An absence of this many days in a month leaves the month unjudged", 1, 31
        ),
        ServiceNumber(
            "supervision_warning_days", 14, "Days before the month ends at which a shortfall is shown", 0, 31
        ),
        ServiceNumber(
            "remind_first_days",
            90,
            "Days before a date at which its first reminder goes out, once it is due soon",
            1,
            366,
        ),
        ServiceNumber("remind_second_days", 30, "The same for the second reminder", 1, 366),
        ServiceNumber("remind_last_days", 7, "The same for the last reminder", 1, 366),
        ServiceNumber("due_soon_days", 90, "Days before a date at which something is due soon", 0, 366),
        ServiceNumber("action_warning_days", 7, "Days before its date at which an agreed action is due soon", 0, 366),
        ServiceNumber(
            "plan_action_warning_days",
            30,
            "Days before its date at which an action of a review, or a date of a review itself, is due soon",
            0,
            366,
        ),
        ServiceNumber("points_met", 2, "Points of a standard that a review found met", 0, 100, mark="unsure"),
        ServiceNumber("points_partly_met", 1, "Points of one that it found partly met", 0, 100, mark="unsure"),
        ServiceNumber("points_not_met", 0, "Points of one that it found not met", 0, 100, mark="unsure"),
        ServiceNumber(
            "misses_in_a_row", 2, "Meetings missed one after another from which cover is to be arranged", 1, 12
        ),
        ServiceNumber("dispute_days", 7, "Days a disputed attendance may wait before a third person is named", 0, 90),
        ServiceNumber(
            "serves_me_from_month",
            10,
            "Month of each year from which everyone is asked how supervision serves them, up to its end",
            1,
            12,
        ),
        ServiceNumber("compliance_target", 85, "Target line for the share of people who met their minimum (%)", 0, 100),
        ServiceNumber("observations_needed", 2, "Observations on different dates before a standard is judged", 1, 12),
        ServiceNumber(
            "agreement_words",
            1,
            "Words for how far observers agree (kappa): 1 those of Landis and Koch, 2 of Altman, 3 of McHugh, 0 none",
            0,
            3,
        ),
        ServiceNumber(
            "prefer_two_observers",
            1,
            "Where one person alone observed them, the latest one by somebody else takes the place of one of these: 1 "
            "for yes, 0 for no",
            0,
            1,
        ),
        ServiceNumber("written_work_counts", 0, "Written work counts as practice observed: 1 for yes, 0 for no", 0, 1),
        ServiceNumber(
            "sign_off_months", 24, "Months after which a competency is to be signed off again; 0: never", 0, 120
        ),
        ServiceNumber("observe_every_months", 12, "Months within which practice is to be observed again", 1, 60),
        ServiceNumber(
            "unusual_reading_from",
            3,
            "In one month, a reader of the confidential texts of this many people outside their own supervisees is "
            "listed for the director",
            1,
            100,
        ),
        ServiceNumber("review_every_months", 12, "Months after which a supervision agreement is reviewed", 1, 36),
        ServiceNumber(
            "agreements_signed_here",
            0,
            "Supervision agreements are signed here: 1 for yes, 0 for no. With 1, one that nobody has signed 28 days "
            "after its start is unsigned; with 0, signatures are asked for once somebody has signed",
            0,
            1,
        ),
        ServiceNumber(
            "most_supervisees", 0, "People one supervisor supervises at most, in groups too; 0 sets no limit", 0, 200
        ),
        ServiceNumber(
            "most_led",
            5,
            "With more led responsibilities than this, leads and deputies are listed as over-loaded",
            1,
            50,
        ),
        ServiceNumber("trainee_review_months", 3, "Months after which a trainee's plan is reviewed again", 1, 24),
        ServiceNumber("rebook_within_days", 14, "Days within which a session that did not happen is rebooked", 1, 92),
        ServiceNumber("check_every_months", 12, "Months after which a live register is checked again", 1, 36),
        ServiceNumber(
            "proctor_tags",
            0,
            "Shared records may be tagged with the functions of supervision (normative, formative, restorative): 1 for "
            "yes, 0 for no",
            0,
            1,
        ),
        ServiceNumber(
            "seven_eyed_tags", 0, "Shared records may be tagged with the seven eyes: 1 for yes, 0 for no", 0, 1
        ),
        ServiceNumber(
            "private_notes",
            0,
            "Supervisors may keep private notes: 1 for yes, 0 for no. Their author reads them; besides, only emergency "
            "access that the director has approved, and the law",
            0,
            1,
        ),
    )
}


@dataclass(frozen=True)
class ServiceList:
    """A list of words set by the service, in its order."""

    key: str
    default: tuple[str, ...]
    meaning: str
    mark: str


SERVICE_LISTS = {
    one.key: one
    for one in (
        ServiceList(
            "trainee_core_roles",
            (
                "Applications and interventions",
                "Research",
                "Communicating and advising",
                "Training others",
            ),
            "Core roles of a forensic trainee's work",
            "sure",  # of those enrolled before 2021; the later version has its own structure
        ),
    )
}


def service_list(db: Session, key: str) -> list[str]:
    """The service's own list, else the default. Raises KeyError on a name that is no such setting."""
    listed, stored = SERVICE_LISTS[key], db.get(Setting, key)
    return list(listed.default if stored is None else stored.value)


def service_number(db: Session, key: str) -> Any:
    """The service's own value, else the default. Raises KeyError on a name that is no setting."""
    number = SERVICE_NUMBERS[key]
    stored = db.get(Setting, key)
    return number.default if stored is None else stored.value
