"""The command line: `python -m tcsuper init`, and so on. Answers on stdout, messages on stderr.

A command is a function: its name is the subcommand, its docstring the help, and COMMANDS lists it with its flags. It
ends with 0 when done, 1 when refused (with the reason) and 2 when it was called wrongly.
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TextIO

from tcsuper.audit_pack_command import ARGUMENTS as OF_AUDIT_PACK
from tcsuper.audit_pack_command import audit_pack
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import InvalidRecord, Refused
from tcsuper.import_command import ARGUMENTS as OF_IMPORT
from tcsuper.import_command import import_
from tcsuper.mail import NoSuchAddress, posting
from tcsuper.models import RequirementKind
from tcsuper.queries.people import people_named
from tcsuper.queries.reminders import digests_waiting
from tcsuper.queries.session_file import SESSION_COLUMNS, account_called, session_lines
from tcsuper.queries.standing import STANDING_COLUMNS, standing_line, standings
from tcsuper.readers.job_description import as_json, as_text
from tcsuper.readers.limits import read_job_description
from tcsuper.readers.ratings_file import MOST_BYTES as MOST_BYTES_OF_RATINGS
from tcsuper.readers.ratings_file import read_ratings
from tcsuper.readers.text_of import MOST_BYTES
from tcsuper.records_command import ARGUMENTS as OF_EXPORT
from tcsuper.records_command import export
from tcsuper.reports.safe import formula_safe
from tcsuper.rules.agreement.bands import ICC_BANDS, KAPPA_BANDS
from tcsuper.rules.agreement.summary import how_far_they_agree
from tcsuper.services.accounts import approve_waiting_director, start_service
from tcsuper.services.exports import Entry, enter_export
from tcsuper.services.keys import change_key
from tcsuper.services.reminders import digest_text, send_digest
from tcsuper.services.session_file import add_sessions
from tcsuper.settings import mail_server
from tcsuper.start_up import findings, prepare
from tcsuper.words import count, day

Command = Callable[[argparse.Namespace], None]
MOST_CHARACTERS = 2_000_000


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date. Use 2026-05-02.") from None


def init(asked: argparse.Namespace) -> None:
    """Make the database, its first establishment and its first administrator."""
    prepare()
    establishment = asked.establishment or _ask("Establishment (prison or children's service)")
    communities = asked.community or _ask_several("Community or home")
    name = asked.name or _ask("Your full name, as first administrator")
    username = asked.username or _ask("Username to sign in with")
    with writing() as db:
        password = start_service(
            db, establishment_name=establishment, community_names=communities, admin_name=name, username=username
        )
    _say(f"{establishment} is set up. Sign in as {username.strip().lower()} with this single-use password.")
    _say("It is shown this once, and asks for a password of your own at the first sign-in:")
    print(password)


def migrate(_: argparse.Namespace) -> None:
    """Bring the database to this program's schema. Starting the product does the same."""
    prepare()
    _say("The database has this program's schema.")


def new_key(_: argparse.Namespace) -> None:
    """Make a new key for the confidential texts and seal all of them anew. Former keys stay, for older backups."""
    prepare()
    with writing() as db:
        changed = change_key(db)
    _say(f"{count(changed, 'text')} sealed with the new key. Copy the key file to its safe place now.")


def approve_director(asked: argparse.Namespace) -> None:
    """Approve a director's role that an administrator entered, when no director is left who could."""
    prepare()
    with writing() as db:
        approve_waiting_director(db, name=asked.name or _ask("Full name of the new director"))
    _say("Approved. The role holds from now on; the history says that it was approved from the server.")


def doctor(_: argparse.Namespace) -> None:
    """Check what must hold before the product starts, and say how it is set up."""
    prepare()
    for finding in findings():
        print(finding)


def standing(asked: argparse.Namespace) -> None:
    """How people stand on what is required of them, on a date: one row per person and requirement."""
    on = asked.on or today()
    with writing() as db:
        people = people_named(db, person=asked.person, community=asked.community)
        rows = standings(db, people, on, asked.known_on, asked.kind)
        enter_export(
            db,
            by=None,
            action="export_standing",
            entry=Entry("Standings", rows=len(rows), as_at=on),
            object_kind="standing",
            on=on.isoformat(),
            known_on=asked.known_on.isoformat() if asked.known_on else "",
            rows=len(rows),
        )
    lines = [standing_line(row) for row in rows]
    _print_lines(lines, STANDING_COLUMNS, asked.json)
    _say(f"{count(len(lines), 'row')} as at {day(on)}.")


def sessions(asked: argparse.Namespace) -> None:
    """Print the session log that an account may see, or add sessions to it.

    `sessions add` adds those that come as JSON on standard input, all of them or none. docs/json.md says how they look.
    """
    if asked.what == "add":
        _add_sessions(asked)
        return
    since, until = asked.since or today() - timedelta(days=28), asked.until or today()
    with writing() as db:
        viewer = account_called(db, username=asked.by)
        lines = session_lines(db, viewer=viewer, since=since, until=until, community=asked.community)
        enter_export(
            db,
            by=viewer,
            action="export_sessions",
            entry=Entry("Session log", rows=len(lines), since=since, until=until),
            object_kind="supervision_session",
            since=since.isoformat(),
            until=until.isoformat(),
            rows=len(lines),
        )
    _print_lines(lines, SESSION_COLUMNS, asked.json)
    _say(f"{count(len(lines), 'session')} from {day(since)} to {day(until)}.")


def _add_sessions(asked: argparse.Namespace) -> None:
    if asked.since or asked.until or asked.community:
        _say("“sessions add” takes --by and --json; which sessions, the file says.")
        sys.exit(2)
    rows = _json_from(sys.stdin)
    with writing() as db:
        added = add_sessions(db, by=account_called(db, username=asked.by), rows=rows)
    if asked.json:
        columns = ("record_id", "agreement", "held_on", "state")
        found = [(str(one.record_id), one.agreement_id, one.held_on.isoformat(), one.state.value) for one in added]
        _print_lines([dict(zip(columns, values, strict=True)) for values in found], columns, as_json=True)
    _say(f"{count(len(added), 'session')} added.")


def _json_from(stream: TextIO) -> object:
    """Raises Refused in words for what is no JSON, or too much of it."""
    try:
        text = stream.read(MOST_CHARACTERS + 1)
        if len(text) > MOST_CHARACTERS:
            raise Refused(f"The file is too big: at most {MOST_CHARACTERS:,} characters. Nothing was saved.")
        return json.loads(text, object_pairs_hook=_each_once)
    except json.JSONDecodeError as wrong:
        raise Refused(f"This is no JSON: line {wrong.lineno}, column {wrong.colno}. Nothing was saved.") from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise Refused("This is no JSON that can be read. Nothing was saved.") from None


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A field that stands there twice could mean either."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(f"“{twice[:40]}” stands twice in one session. Nothing was saved.")
    return found


def _print_lines(lines: Sequence[dict[str, Any]], columns: Sequence[str], as_json: bool) -> None:
    if as_json:
        json.dump(lines, sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        table = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        table.writeheader()
        table.writerows({key: formula_safe(value) for key, value in line.items()} for line in lines)


def remind(asked: argparse.Namespace) -> None:
    """Send everybody one e-mail with their dates that are near or over, each line once; for a daily timer."""
    with reading() as db:
        digests = digests_waiting(db, on=today())
    if asked.dry_run:
        for digest in digests:
            print(f"To: {digest.email}\n\n{digest_text(digest)}")
        _say(f"{count(len(digests), 'e-mail')} would be sent. Nothing was.")
        return
    server, sent, unknown = mail_server(), 0, 0
    try:
        with posting(server) as post:
            for digest in digests:
                try:
                    with writing() as db:
                        send_digest(db, digest=digest, sender=server.sender, post=post)
                    sent += 1
                except (NoSuchAddress, ValueError):
                    unknown += 1
                    _say(f"{digest.name}: there is no such e-mail address. Change it on the Staff page.")
    except OSError as failed:
        wait = count(len(digests) - sent - unknown, "other waits", "others wait")
        why = f"The mail server did not take it ({type(failed).__name__})."
        raise Refused(f"{why} {count(sent, 'e-mail')} went out; {wait} for the next time.") from failed
    _say(f"{count(sent, 'e-mail')} sent.")


def jd(asked: argparse.Namespace) -> None:
    """Read a job description (docx, pdf or text) and print what it says; nothing is saved.

    JSON holds reference, document_type, version, title, band, organisation_level, issue_date (ISO), status,
    classification, produced_by, authorised_by (each a text, empty where the document prints none), responsibilities
    (number, text, section), and lists of texts: cross_references (duties of other job descriptions), behaviours,
    essential_experience, technical_requirements, minimum_eligibility, person_specification, unplaced_lines, warnings
    (beginning with the field they are about). Where it came from: conditions (one for each of the cross-references),
    printed (the lines of each particular), headings, page_marks.
    """
    try:
        if not asked.file.is_file() and asked.file.exists():
            raise Refused(f"“{asked.file}” is no file. Nothing was read. Choose a docx, a pdf or a text file.")
        with asked.file.open("rb") as file:
            found = read_job_description(file.read(MOST_BYTES + 1))
    except OSError as failed:
        raise Refused(f"“{asked.file}” cannot be opened: {failed.strerror}. Nothing was read.") from None
    except ValueError:
        raise Refused("This is no name of a file. Nothing was read.") from None
    is_limited = "utf" not in (sys.stdout.encoding or "").lower()
    _print_words(
        json.dumps(as_json(found), ensure_ascii=is_limited, indent=1) if asked.json else "\n".join(as_text(found))
    )
    _say(f"{count(len(found.responsibilities), 'responsibility', 'responsibilities')} read. Nothing was saved.")


def agreement(asked: argparse.Namespace) -> None:
    """How far observers agree, from a csv file with a row per rating: item, observer, level; nothing is saved.

    A row per rating; columns item, observer (or rater) and level (or rating) in any order; a level left empty is “not
    seen”. JSON holds n_items, n_compared (items rated twice or more), n_observers, n_ratings, n_missing, n_pairs (pairs
    of ratings of one item), levels (those in use), raw_agreement, cohen_kappa (unweighted, linear, quadratic),
    pairs_of_observers (of more than two, each with its kappas), pooled_kappa (of all pairs together, by weights),
    fleiss_kappa, krippendorff_alpha (nominal, ordinal, interval), icc (by its form, ICC(1,1) to ICC(3,k)), bands (the
    sets of words asked for, with their sources) and notes. Each figure holds name, form, value, low and high (the ends
    of its interval, at 0.95), words, note, sentence, n_items, n_observers and n_pairs; where it is not defined, or
    fewer than 10 pairs are too few to say, value is null and note says why.
    """
    try:
        with asked.file.open("rb") as file:
            data = file.read(MOST_BYTES_OF_RATINGS + 1)
    except OSError as failed:
        raise Refused(f"“{asked.file}” cannot be opened: {failed.strerror}. Nothing was worked out.") from None
    except ValueError:
        raise Refused("This is no name of a file. Nothing was worked out.") from None
    bands, icc_bands = KAPPA_BANDS.get(asked.bands), ICC_BANDS.get(asked.icc_bands)
    found = how_far_they_agree(read_ratings(data, asked.levels), scale=asked.levels, bands=bands, icc_bands=icc_bands)
    is_limited = "utf" not in (sys.stdout.encoding or "").lower()
    _print_words(
        json.dumps(found.as_data(), ensure_ascii=is_limited, indent=1) if asked.json else "\n".join(found.as_text())
    )
    compared = f"{count(found.n_pairs, 'pair')} of ratings, {count(found.n_items, 'item')}"
    _say(f"{compared}, {count(found.n_observers, 'observer')}. Nothing was saved.")


def _scale(text: str) -> tuple[int, int]:
    low, dash, high = text.replace("–", "-").partition("-")
    if not (low.isdecimal() and high.isdecimal() and int(low) < int(high) <= 1000):
        raise argparse.ArgumentTypeError(f"“{text}” is no scale. Use its lowest and highest level: 1-4 or 0-6.")
    return int(low), int(high)


def _print_words(words: str) -> None:
    """Letters that the other end does not know, and an end that has heard enough (“| head”), are no failure."""
    letters = sys.stdout.encoding or "utf-8"
    try:
        print(words.encode(letters, "backslashreplace").decode(letters), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


COMMANDS: dict[Command, dict[str, dict[str, Any]]] = {
    init: {
        "--establishment": {"help": "name of the prison or children's service"},
        "--community": {"help": "name of a community or home; may be given several times", "action": "append"},
        "--name": {"help": "full name of the first administrator"},
        "--username": {"help": "what they sign in with"},
    },
    migrate: {},
    new_key: {},
    approve_director: {"--name": {"help": "full name of whoever becomes director"}},
    doctor: {},
    standing: {
        "--on": {"help": "as at this date, 2026-11-22; today when left out", "type": _date},
        "--known-on": {"help": "as known at the end of this date; now when left out", "type": _date},
        "--person": {"help": "one person only: full name, or code when several have that name"},
        "--community": {"help": "the people of one community only, by its name"},
        "--kind": {"help": "one kind only; may be given several times", "action": "append", "type": RequirementKind,
                   "choices": list(RequirementKind), "metavar": "KIND"},
        "--json": {"help": "machine-readable", "action": "store_true"},
        "--csv": {"help": "a table with a header (the default)", "action": "store_true"},
    },
    remind: {"--dry-run": {"help": "print what would be sent, and send nothing", "action": "store_true"}},
    sessions: {
        "what": {"nargs": "?", "choices": ["add"], "help": "add sessions from a file; left out: print the log"},
        "--by": {"help": "username of the account whose rights hold", "metavar": "USERNAME", "required": True},
        "--since": {"help": "from this date; four weeks ago when left out", "type": _date},
        "--until": {"help": "up to this date; today when left out", "type": _date},
        "--community": {"help": "the sessions of one community only, by its name"},
        "--json": {"help": "machine-readable", "action": "store_true"},
    },
    audit_pack: OF_AUDIT_PACK,
    export: OF_EXPORT,
    import_: OF_IMPORT,
    jd: {
        "what": {"choices": ["read"], "help": "read: say what a file holds"},
        "file": {"type": Path, "help": "a job description as docx, pdf or text"},
        "--json": {"help": "machine-readable", "action": "store_true"},
    },
    agreement: {
        "file": {"type": Path, "help": "csv with the columns item, observer and level"},
        "--levels": {"help": "lowest and highest level of the scale, 1-4 or 0-6; those in use when left out",
                     "type": _scale, "metavar": "LOW-HIGH"},
        "--bands": {"help": "whose words for a kappa; none when left out", "choices": list(KAPPA_BANDS)},
        "--icc-bands": {"help": "whose words for an ICC; none when left out", "choices": list(ICC_BANDS)},
        "--json": {"help": "machine-readable", "action": "store_true"},
    },
}  # fmt: skip


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tcsuper", description="Clinical supervision and competence.")
    known = parser.add_subparsers(required=True, metavar="COMMAND")
    for command, flags in COMMANDS.items():
        help_text = (command.__doc__ or "").strip()
        called = command.__name__.rstrip("_")
        also = called.replace("_", "-")
        added = known.add_parser(
            called, aliases=[also] if also != called else [], help=help_text.partition("\n")[0], description=help_text
        )
        added.set_defaults(command=command)
        for flag, options in flags.items():
            added.add_argument(flag, **options)
    asked = parser.parse_args(words)
    try:
        asked.command(asked)
    except InvalidRecord as refused:
        for problem in refused.problems.values():
            _say(problem)
        _say("Nothing was saved.")
        return 1
    except Refused as refused:
        _say(str(refused))
        return 1
    except (KeyboardInterrupt, EOFError):
        _say("Stopped. Nothing was saved.")
        return 1
    return 0


def _ask(question: str) -> str:
    _say(f"{question}: ", end="")
    return input().strip()


def _ask_several(question: str) -> list[str]:
    """Until an empty answer."""
    answers = [_ask(question)]
    while answers[-1]:
        answers.append(_ask(f"Another {question[0].lower()}{question[1:]} (empty: no more)"))
    return answers[:-1]


def _say(message: str, end: str = "\n") -> None:
    print(message, end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
