"""The audit pack, taken away: proved to be the person, read without holding anybody up, entered in the register, and
only then handed out.

The order is the promise: `read_audit_pack` reads and stores nothing; `export_audit_pack` enters it in the register of
exports with the digest of what it says; `hand_out` gives the file to whoever that entry names, and to nobody without
one.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel import Session, select

from tcsuper.access import Actor, acting
from tcsuper.audit import record_event
from tcsuper.database import reading, writing
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Account, DatabaseMark, ExportEntry
from tcsuper.queries.audit_pack import Found, PackAsked, Progress, audit_pack, digest_of
from tcsuper.queries.audit_pack.asked import Form, asked_for, communities_offered
from tcsuper.reports.pack import Pack
from tcsuper.services.exports import Entry, enter_export
from tcsuper.services.second_factor import NOT_PROVED, Proof, prove_again
from tcsuper.services.sign_in import SignedIn
from tcsuper.settings import Mode, mode

LONGEST_HANDED_TO = 200
SAY_TO_WHOM = "Say to whom it is handed, and what for."
CHANGED_MEANWHILE = "What you may take away changed meanwhile. Open the page again, then make the pack."

# ---------------------------------------------------------------------------------------------------------------------
# That it is you


def prove_for_pack(me: SignedIn, password: str, code: str = "") -> Proof:
    """The password again, and the code of those who have one; a wrong one is an event. In the demonstration nobody has
    a password: whoever was picked is believed."""
    with reading() as db:
        account, mark = db.get_one(Account, me.actor.account_id), db.get(DatabaseMark, 1)
    if mode() is Mode.DEMO and mark is not None and mark.kind == Mode.DEMO:
        return Proof(account.id or 0, account.password_hash)
    try:
        return prove_again(me, password, code)
    except NotAllowed:
        with writing() as db:
            record_event(db, by=me.actor, action="refused_audit_pack", object_kind="export", step="proof")
        raise


def _check_proved(db: Session, by: Actor, proof: Proof | None) -> None:
    """Somebody without an account (the command line on the server) has no password to give."""
    if by.account_id is None:
        return
    account = db.get_one(Account, by.account_id)
    if proof is None or proof.account_id != account.id or proof.password_hash != account.password_hash:
        raise NotAllowed(NOT_PROVED)


# ---------------------------------------------------------------------------------------------------------------------
# Read, entered, handed out


@dataclass(frozen=True)
class PackRead:
    """What was read for somebody, not yet theirs to take."""

    by: Actor
    asked: PackAsked
    found: Found


def read_audit_pack(db: Session, *, by: Actor, asked: PackAsked, progress: Progress | None = None) -> PackRead:
    """Only reads: with many people it takes some seconds, in which nobody who saves is held up."""
    by = acting(db, by)
    handed_to = " ".join(asked.handed_to.split())
    if problem := _problem_of(handed_to):
        raise InvalidRecord(handed_to=problem)
    asked = replace(asked, handed_to=handed_to)
    number = secrets.token_hex(8).upper()
    return PackRead(by, asked, audit_pack(db, viewer=by, asked=asked, number=number, progress=progress))


def read_in_steps(*, by: Actor, asked: PackAsked, progress: Progress) -> PackRead:
    """The same, letting go of the database between one area and the next: on SQLite a reader who goes on and on would
    hold up everybody who saves. What is saved meanwhile may be in a later area and not in an earlier one."""
    with reading() as db:

        def step(share: float, said: str) -> None:
            db.rollback()
            progress(share, said)

        return read_audit_pack(db, by=by, asked=asked, progress=step)


def _problem_of(handed_to: str) -> str:
    if not handed_to:
        return SAY_TO_WHOM
    too_long = f"This is longer than {LONGEST_HANDED_TO} characters. Shorten it."
    return too_long if len(handed_to) > LONGEST_HANDED_TO else ""


def export_audit_pack(
    db: Session, *, by: Actor, submission: UUID | None = None, proof: Proof | None, read: PackRead
) -> ExportEntry:
    """Somebody takes what was just read for them: the entry in the register, and its event. Refused without the proof
    that it is them, and where they may take away less, or otherwise, than when it was read."""
    by = acting(db, by, submission)
    _check_proved(db, by, proof)
    asked, pack = read.asked, read.found.pack
    asked_for(
        db,
        by,
        asked.community_ids,
        asked.since,
        asked.until,
        asked.on,
        asked.known_on,
        asked.form,
        asked.review_id,
    )
    if by != read.by:
        raise NotAllowed(CHANGED_MEANWHILE)
    if digest_of(pack) != pack.digest:
        raise NotAllowed
    entry = Entry(
        title="Audit pack",
        number=pack.number,
        rows=_rows(pack),
        made_for=dict(pack.provenance)["Made by"].removeprefix(by.name).strip(" ()"),
        as_at=pack.as_at,
        known_at=pack.known_at,
        since=asked.since,
        until=asked.until,
        community_ids=asked.community_ids,
        form=pack.form,
        marking=pack.marking,
        handed_to=asked.handed_to,
        file_name=file_name(pack),
        digest=pack.digest,
    )
    return enter_export(
        db,
        by=by,
        action="export_audit_pack",
        entry=entry,
        about=_about(db, by, asked),
        form=pack.form,
        on=pack.as_at.isoformat(),
        since=asked.since.isoformat(),
        until=asked.until.isoformat(),
        communities=sorted(asked.community_ids),
        rows=entry.rows,
        digest=pack.digest,
    )


def _about(db: Session, by: Actor, asked: PackAsked) -> frozenset[int]:
    """Whom it tells of person by person, so that each can see that their record was taken away; in counts nobody."""
    if asked.form is Form.COUNTS:
        return frozenset()
    question = asked_for(
        db, by, asked.community_ids, asked.since, asked.until, asked.on, asked.known_on, asked.form, None
    )
    return question.people | frozenset(staff for staff, *_ in question.posts)


def _rows(pack: Pack) -> int:
    return sum(len(table.rows) for part in pack.parts for table in part.tables)


def file_name(pack: Pack) -> str:
    """Without an ending. No personal data in it: what it is, as at which day, and its number."""
    return f"audit-pack-{pack.as_at.isoformat()}-{pack.form}-{pack.number}"


def hand_out(db: Session, *, by: Actor, pack: Pack, made: Callable[[Pack], bytes]) -> bytes:
    """The file, for whoever entered this very pack in the register and may still take such a one away. Nothing is
    handed out that the register does not hold: the same number, the same digest, by the same person."""
    by = acting(db, by)
    entry = db.exec(select(ExportEntry).where(ExportEntry.number == pack.number)).first()
    if entry is None or entry.made_by_id != by.staff_id or entry.digest != digest_of(pack):
        raise NotAllowed
    if not set(entry.community_ids) <= set(communities_offered(db, viewer=by, form=Form(entry.form))):
        raise NotAllowed  # a role may have ended since
    return made(pack)
