"""Reminders by e-mail: written without a name or a word that is not the reader's own, and never sent twice."""

from collections.abc import Callable
from email.message import EmailMessage

from sqlmodel import Session

from tcsuper import words
from tcsuper.audit import record_event
from tcsuper.clock import now
from tcsuper.models import ReminderSent
from tcsuper.queries.reminders import Digest

Post = Callable[[EmailMessage], object]


def digest_text(digest: Digest) -> str:
    """The words of one digest, for the mail and for the screen of whoever only looks."""
    parts = [f"Good day {digest.name},"]
    if digest.own:
        parts.append("\n".join(["Of yours:", *(f"- {one.said}" for one in digest.own)]))
    if digest.team:
        parts.append("\n".join(["Of the people you manage:", *(f"- {one.said}" for one in digest.team)]))
    parts.append("Your home page says what comes next. Each of these lines is sent once.")
    return "\n\n".join(parts) + "\n"


def send_digest(db: Session, *, digest: Digest, sender: str, post: Post) -> None:
    """Note each line as sent, then hand the mail over; if it is not taken, nothing is noted. Called by the command
    line, in one transaction for each digest. Whatever `post` raises goes on."""
    message = EmailMessage()
    message["From"], message["To"] = sender, digest.email
    message["Subject"] = f"{words.count(len(digest.reminders), 'date')} to see to"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(digest_text(digest))
    db.add_all(ReminderSent(staff_id=digest.staff_id, line=one.key, sent_at=now()) for one in digest.reminders)
    db.flush()
    record_event(
        db,
        by=None,
        action="send_reminder",
        object_kind="staff",
        object_key=digest.staff_id,
        about=[digest.staff_id],
        lines=len(digest.reminders),
    )
    post(message)
