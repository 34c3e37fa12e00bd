"""`python -m tcsuper export`: records in the import's own format, as JSON or as a workbook."""

import argparse
import sys
from pathlib import Path
from typing import Any

from tcsuper import words
from tcsuper.database import writing
from tcsuper.errors import Refused
from tcsuper.queries.session_file import account_called
from tcsuper.reports.records_workbook import name, records_json, records_workbook
from tcsuper.rules.importing import TEMPLATES, SheetKind
from tcsuper.services.records_out import RecordsOut, take_records

STANDARD_OUTPUT = "-"
ENDINGS = (".json", ".xlsx")
BY_SHEET = {sheet.casefold(): kind for kind, (sheet, _) in TEMPLATES.items()}


def export(asked: argparse.Namespace) -> None:
    """Write posts, training, registrations and held sessions in the format that `import` reads: as JSON or xlsx.

    With --by, what that account may take away: a therapy manager the training and supervision of their communities.
    Without it the command acts for the owner of the server and writes everything, and the history says so. docs/json.md
    describes the fields. A file that is there already is never written over.
    """
    where = asked.file
    if where.exists() and str(where) != STANDARD_OUTPUT:
        raise Refused(f"“{where}” is there already. Nothing was written. Choose another name.")
    with writing() as db:
        by = account_called(db, username=asked.by) if asked.by else None
        taken = take_records(db, by=by, kinds=asked.sheet or (), community=asked.community or "")
    if str(where) == STANDARD_OUTPUT:
        print(records_json(taken.records))
    else:
        _write(where, taken)
    _say(taken)


def output(text: str) -> Path:
    """For the argument: a file by its ending, or standard output."""
    if text != STANDARD_OUTPUT and Path(text).suffix.lower() not in ENDINGS:
        raise argparse.ArgumentTypeError(f"“{text}” ends in neither .json nor .xlsx; “-” writes JSON on stdout.")
    return Path(text)


def sheet(text: str) -> SheetKind:
    if text.casefold() not in BY_SHEET:
        named = words.listed([one for one, _ in TEMPLATES.values()], "or")
        raise argparse.ArgumentTypeError(f"“{text}” is no sheet. Use {named}.")
    return BY_SHEET[text.casefold()]


def _write(where: Path, taken: RecordsOut) -> None:
    if where.suffix.lower() == ".json":
        content = f"{records_json(taken.records)}\n".encode()
    else:
        content = records_workbook(taken.records, _about(taken))
    try:
        with where.open("xb") as file:
            where.chmod(0o600)
            file.write(content)
    except OSError as failed:
        raise Refused(f"“{where}” cannot be written: {failed.strerror}.") from None


def _about(taken: RecordsOut) -> list[tuple[str, str]]:
    return [
        ("What it is", "Records in the format of the import"),
        ("Made", f"{words.moment(taken.made_at)}, London time"),
        ("File number", taken.number),
    ]


def _say(taken: RecordsOut) -> None:
    counted = [f"{name(kind)} {len(lines)}" for kind, lines in taken.records.items()]
    print(f"{words.count(taken.rows, 'row')}: {', '.join(counted)}.", file=sys.stderr)
    if taken.left_out:
        left_out = words.listed([name(one) for one in taken.left_out])
        print(f"Not among them, as this account may not take them away: {left_out}.", file=sys.stderr)


ARGUMENTS: dict[str, dict[str, Any]] = {
    "file": {"type": output, "help": "ends in .json or .xlsx; “-”: JSON on stdout", "metavar": "OUT"},
    "--by": {"help": "username of the account whose rights hold; left out: the server's owner", "metavar": "USERNAME"},
    "--community": {"help": "of the people of one community only, by its name"},
    "--sheet": {"help": "one sheet only: Staff, Training, Registrations or Supervision; may be given several times",
                "action": "append", "type": sheet},
}  # fmt: skip
