"""`python -m tcsuper import FILE`: a sheet that somebody kept, taken in with an account's rights, or taken back."""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import Refused
from tcsuper.queries.import_answers import answered, people_as_data
from tcsuper.queries.imports import ImportPlan, known_names, match_people, plan_import
from tcsuper.queries.session_file import account_called
from tcsuper.readers.sheets import tables_of, understand_all
from tcsuper.rules.import_plan import Change, as_json, told_from
from tcsuper.rules.importing import MOST_NAMED, Told, Understood
from tcsuper.services.imports.take_in import take_in
from tcsuper.services.imports.undo import undo_import

MOST_BYTES = 32 * 1024 * 1024
"""Read of a file at all; the reader says what is too big for a sheet."""
NOTHING = "Nothing was taken in."


def import_(asked: argparse.Namespace) -> None:
    """Take in a csv, xlsx or JSON file of staff, training, registrations or supervision, all of it or nothing.

    Prints what was understood, what is open or wrong (at most 50, then how many more), and what would change; then
    takes it in, unless --dry-run is given. --told: JSON, by the title of the sheet, what was said about it (kind,
    header_row, columns, date_order, words, cells). --people: JSON, by the name as it is written (with its staff number
    behind it in brackets, where it has one: "Ben Ellis [004711]"), the person's code or full name here, "new" or
    "left_out"; whoever is known without a doubt need not stand there. docs/json.md describes JSON files of records.
    Undo: `import --undo NUMBER --by USERNAME --because WORDS`.
    """
    if asked.undo is not None:
        _undo(asked)
        return
    if asked.file is None or asked.because:
        _say("Give the file to take in; or --undo with the number of an import, and --because.")
        sys.exit(2)
    content, told = _content(asked.file), _told(asked.told)
    with reading() as db:
        by = account_called(db, username=asked.by)
        understood = _understood(db, by, content, asked, told)
        people, said = _people(db, by, understood, asked)
        plan = plan_import(
            db,
            viewer=by,
            understood=understood,
            people=people,
            kept_from=asked.kept_from,
            file_digest=_digest(content),
            file_name=asked.file.name,
        )
    is_open = bool(plan.refused or any(one.questions or one.problems for one in understood) or not plan.rows)
    is_done = not plan.counts[Change.NEW] + plan.counts[Change.CHANGED]
    number = None if asked.dry_run or is_open or is_done else _take_in(by, asked, content, understood, people, plan)
    _print(asked.json, understood, plan, said, number)
    if is_open:
        raise Refused(f"{NOTHING} Mend what is listed, say it with --told or --people, or leave those rows out.")
    why = "All of it is recorded already, or left out." if is_done else "This was a trial."
    _say(f"Taken in as import {number}." if number else f"{NOTHING} {why}")


def _take_in(
    by: Actor,
    asked: argparse.Namespace,
    content: bytes,
    understood: Sequence[Understood],
    people: Mapping[str, int | None],
    plan: ImportPlan,
) -> int | None:
    with writing() as db:
        batch = take_in(
            db,
            by=by,
            file_name=asked.file.name,
            file_digest=_digest(content),
            understood=understood,
            people=people,
            kept_from=asked.kept_from,
            plan_digest=plan.digest,
        )
        return batch.id


def _undo(asked: argparse.Namespace) -> None:
    if asked.file is not None or not asked.because:
        _say("“import --undo NUMBER” takes --by and --because, and no file.")
        sys.exit(2)
    with writing() as db:
        by = account_called(db, username=asked.by)
        undone = undo_import(db, by=by, batch_id=asked.undo, because=asked.because)
    if asked.json:
        _dump({"undone": asked.undo, "rows": undone.rows, "people_left": list(undone.people_left)})
    _say(f"Import {asked.undo} was undone. {undone.words}")


# ---------------------------------------------------------------------------------------------------------------------
# What is given


def _content(path: Path) -> bytes:
    try:
        if not path.is_file() and path.exists():
            raise Refused(f"“{path}” is no file. {NOTHING}")
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as failed:
        raise Refused(f"“{path}” cannot be opened: {failed.strerror}. {NOTHING}") from None
    except ValueError:
        raise Refused(f"This is no name of a file. {NOTHING}") from None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        data = json.loads(_content(path).decode("utf-8-sig"))
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise Refused(f"“{path}” is no JSON that can be read. {NOTHING}") from None
    if not isinstance(data, dict):
        raise Refused(f"“{path}” must be an object, in curly brackets. {NOTHING}")
    return data


def _told(path: Path | None) -> dict[str, Told]:
    try:
        return {sheet: told_from(data) for sheet, data in _json(path).items()}
    except ValueError as wrong:
        raise Refused(f"{path}: {wrong} {NOTHING}") from None


def _understood(
    db: Session, by: Actor, content: bytes, asked: argparse.Namespace, told: Mapping[str, Told]
) -> tuple[Understood, ...]:
    tables = tables_of(content, asked.file.name)
    titles = [table.title for table in tables]
    wanted = {*([asked.sheet] if asked.sheet else []), *told}
    if missing := sorted(wanted - set(titles)):
        raise Refused(f"There is no sheet “{missing[0]}” in the file. It has {words.listed(titles)}. {NOTHING}")
    chosen = [table for table in tables if asked.sheet in (None, table.title)]
    return understand_all(chosen, known_names(db, viewer=by), told, today=today())


def _people(
    db: Session, by: Actor, understood: Sequence[Understood], asked: argparse.Namespace
) -> tuple[dict[str, int | None], list[dict[str, Any]]]:
    matches = match_people(db, viewer=by, understood=understood)
    people = answered(db, viewer=by, matches=matches, said=_json(asked.people), are_new=asked.new)
    open_ones = [match for match in matches if match.key not in people]
    return people, people_as_data(db, viewer=by, matches=open_ones)


# ---------------------------------------------------------------------------------------------------------------------
# What is printed


def _print(
    as_data: bool, understood: Sequence[Understood], plan: ImportPlan, people: list[dict[str, Any]], number: int | None
) -> None:
    if as_data:
        sheets = [_sheet_as_data(one) for one in understood]
        _dump({"import": number, "sheets": sheets, "people": people, "plan": as_json(plan)})
        return
    for one in understood:
        kind = one.kind.value.replace("_", " ") if one.kind else "not understood"
        print(f"{one.sheet}: {kind}, {words.count(len(one.lines), 'line')}. {one.order_because}".rstrip())
        _print_some([question.sentence for question in one.questions], "question")
        _print_some([problem.sentence for problem in one.problems], "problem", one.more_problems)
        _print_some(list(one.warnings), "warning")
    for person in people:
        likely = words.listed([f"{other['name']} ({other['code']})" for other in person["likely"]], "or")
        print(f"  Who is “{person['written']}”? {f'Perhaps {likely}.' if likely else 'Nobody here is called that.'}")
    _print_some([row.named for row in plan.refused], "refused row")
    changed = [row.named for row in plan.rows if row.change is Change.CHANGED]
    _print_some(changed, "changed row")
    print(", ".join(f"{name.replace('_', ' ')} {how_many}" for name, how_many in plan.counts.items()))
    for sentence in plan.means:
        print(sentence)


def _print_some(sentences: Sequence[str], word: str, more: int = 0) -> None:
    for sentence in sentences[:MOST_NAMED]:
        print(f"  {sentence}")
    if (left := len(sentences[MOST_NAMED:]) + more) > 0:
        print(f"  And {words.count(left, f'more {word}')}.")


def _sheet_as_data(one: Understood) -> dict[str, Any]:
    return {
        "sheet": one.sheet,
        "kind": one.kind.value if one.kind else None,
        "header_row": one.header_row,
        "columns": {str(position): column for position, column in one.columns.items()},
        "lines": len(one.lines),
        "questions": [
            {
                "about": question.about,
                "sentence": question.sentence,
                "choices": [list(pair) for pair in question.choices],
            }
            for question in one.questions[:MOST_NAMED]
        ],
        "problems": [problem.sentence for problem in one.problems[:MOST_NAMED]],
        "problems_not_named": max(0, len(one.problems) - MOST_NAMED) + one.more_problems,
        "left_aside": len(one.left_aside),
        "warnings": list(one.warnings[:MOST_NAMED]),
    }


def _dump(data: object) -> None:
    is_limited = "utf" not in (sys.stdout.encoding or "").lower()
    json.dump(data, sys.stdout, ensure_ascii=is_limited, indent=1)
    print()


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date. Use 2026-05-02.") from None


ARGUMENTS: dict[str, dict[str, Any]] = {
    "file": {"nargs": "?", "type": Path, "help": "csv, xlsx or JSON"},
    "--by": {"help": "username of the account whose rights hold", "metavar": "USERNAME", "required": True},
    "--sheet": {"help": "one sheet of the file only, by its title"},
    "--told": {"help": "JSON: what was said about each sheet", "type": Path},
    "--people": {"help": "JSON: who is meant by each name that leaves a doubt", "type": Path},
    "--new": {"help": "whom a staff list names and nobody here is like is entered as new", "action": "store_true"},
    "--kept-from": {"help": "since when records of this kind are kept here, 2026-04-01", "type": _date},
    "--dry-run": {"help": "say what would change, and take nothing in", "action": "store_true"},
    "--undo": {"help": "take back the import of this number", "type": int, "metavar": "NUMBER"},
    "--because": {"help": "why it is undone", "default": ""},
    "--json": {"help": "machine-readable", "action": "store_true"},
}
