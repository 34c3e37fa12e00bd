"""`python -m tcsuper audit-pack`: the pack of a day as a workbook or a document, with an account's rights."""

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tcsuper import words
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import Refused
from tcsuper.models import Account
from tcsuper.queries.audit_pack import Form, Found, PackAsked, communities_offered, forms_offered
from tcsuper.queries.session_file import account_called
from tcsuper.reports.pack import Pack
from tcsuper.rules.standing import add_months
from tcsuper.services.audit_pack import export_audit_pack, hand_out, read_in_steps
from tcsuper.services.second_factor import Proof

ENDINGS = (".xlsx", ".pdf")


def audit_pack(asked: argparse.Namespace) -> None:
    """Make an audit pack as OUT.xlsx or OUT.pdf, with the rights of an account.

    It is entered in the register of exports. A file that is there already is never written over."""
    where: Path = asked.file
    if where.exists():
        raise Refused(f"“{where}” is there already. Nothing was written. Choose another name.")
    with reading() as db:
        by = account_called(db, username=asked.by)
        forms = forms_offered(by)
        form = asked.form or (Form.CODED if Form.CODED in forms else Form.COUNTS)
        offered = communities_offered(db, viewer=by, form=form)
        account = db.get_one(Account, by.account_id)
    communities = _called(offered, asked.community or [])
    until, on = asked.until or asked.on or today(), asked.on or today()
    since = asked.since or add_months(until, -12) + timedelta(days=1)
    question = PackAsked(communities, since, until, on, form, asked.known_on, None, asked.to)
    read = read_in_steps(by=by, asked=question, progress=lambda _, said: _say(f"{said}…"))
    pack, content = _made(read.found, where.suffix.lower())
    # Whoever runs commands on the server has the database itself: their word stands for the password.
    proof = Proof(account.id or 0, account.password_hash)
    with writing() as db:
        export_audit_pack(db, by=by, proof=proof, read=read)
    with reading() as db:
        _write(where, hand_out(db, by=by, pack=pack, made=lambda _: content))
    _say(f"{pack.about}, as at {words.day(pack.as_at)}, {pack.form}. Number {pack.number}, SHA-256 {pack.digest}.")


def _made(found: Found, ending: str) -> tuple[Pack, bytes]:
    """What draws is loaded for this alone: every other command starts without it, a second sooner."""
    from tcsuper.reports.audit_pack_charts import with_charts
    from tcsuper.reports.audit_pack_workbook import pack_workbook
    from tcsuper.reports.document import pack_pdf

    pack = with_charts(found)
    return pack, pack_workbook(pack) if ending == ".xlsx" else pack_pdf(pack)


def output(text: str) -> Path:
    if Path(text).suffix.lower() not in ENDINGS:
        raise argparse.ArgumentTypeError(f"“{text}” ends in neither .xlsx nor .pdf.")
    return Path(text)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date. Use 2026-05-02.") from None


def _called(offered: dict[int, str], names: list[str]) -> tuple[int, ...]:
    """By their names; all of them when none is named."""
    by_name = {name.casefold(): key for key, name in offered.items()}
    unknown = [name for name in names if name.casefold() not in by_name]
    if unknown or not offered:
        said = words.listed([f"“{name}”" for name in unknown]) or "any community"
        raise Refused(f"This account may take away no such pack of {said}. Nothing was written.")
    return tuple(by_name[name.casefold()] for name in names) or tuple(offered)


def _write(where: Path, content: bytes) -> None:
    try:
        with where.open("xb") as file:
            where.chmod(0o600)
            file.write(content)
    except OSError as failed:
        raise Refused(
            f"“{where}” cannot be written: {failed.strerror}. The register of exports has the pack; no file was made."
        ) from None


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


ARGUMENTS: dict[str, dict[str, Any]] = {
    "file": {"type": output, "help": "ends in .xlsx or .pdf", "metavar": "OUT"},
    "--by": {"help": "username of the account whose rights hold", "metavar": "USERNAME", "required": True},
    "--to": {"help": "to whom it is handed, and what for", "metavar": "NAME", "required": True},
    "--community": {"help": "one by its name, may be given several times; all it may take away when left out",
                    "action": "append"},
    "--since": {"help": "from this date; twelve months before the end when left out", "type": day},
    "--until": {"help": "up to this date; the day of --on when left out", "type": day},
    "--on": {"help": "as at this date, 2026-11-22; today when left out", "type": day},
    "--known-on": {"help": "as known at the end of this date; now when left out", "type": day},
    "--form": {"help": "named, coded or counts; coded where the account may, when left out", "type": Form,
               "choices": list(Form), "metavar": "FORM"},
}  # fmt: skip
