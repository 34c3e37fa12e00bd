"""What a task is."""

from dataclasses import dataclass, field

from tcsuper.rules.standing import Tone


@dataclass(frozen=True)
class Task:
    """One thing that waits. `page` and `query` lead to the form that settles it, already filled in."""

    word: str
    tone: Tone
    title: str
    reason: str
    next_step: str = ""
    button: str = ""
    page: str = ""
    query: dict[str, str] = field(default_factory=dict)
    confirm_record: str = ""
    """The session to confirm with one click, for a task that is just that."""
    grant_to_approve: int = 0
    """The role to approve or refuse with one click."""
    agreement_to_sign: int = 0
    """The agreement to sign with one click; `page` and `query` lead to its terms."""
