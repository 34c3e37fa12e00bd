"""What can go wrong in words. The messages of these are shown to people as they stand (security, section 8)."""

NO_SUCH_RECORD = "There is no such record, or you do not have access to it."
CHANGED = "Somebody else changed this after you opened it. Your text is still here. Compare, then save again."
BUSY = "The record could not be saved just now. Your text is still here. Try again."
SAVING_ELSEWHERE = "It could not be worked out just now, because others are saving. Nothing was changed. Try again."


class Refused(Exception):
    """Anything refused with a sentence that may be shown."""


class NotAllowed(Refused):
    """Not this person, or not now. Without a message: the one sentence that does not tell whether a record exists."""

    def __init__(self, message: str = NO_SUCH_RECORD) -> None:
        super().__init__(message)


class InvalidRecord(Refused):
    """What was typed cannot be stored. `problems` maps a field to its sentence; nothing was saved."""

    def __init__(self, **problems: str) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


class Conflict(Refused):
    """Somebody else changed the record after it was opened."""


class AlreadySaved(Refused):
    """This form was saved before, by an earlier click: nothing more to do."""

    def __init__(self) -> None:
        super().__init__("This was already saved.")


class WrongSetup(Refused):
    """The product cannot start, or a command cannot run, as it is set up: one line that says why and what to do."""
