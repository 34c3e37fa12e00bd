"""What was decided for one person about what is asked of them, to be looked at and ended."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tcsuper import words
from tcsuper.access import Action, Actor, Object, people_within
from tcsuper.models import OverrideKind, Requirement, RequirementOverride, Staff
from tcsuper.queries.evidence import current

KIND_WORDS = {OverrideKind.WAIVED: "Waived", OverrideKind.EXEMPT: "Exempt", OverrideKind.EXTENDED: "Extended"}


@dataclass(frozen=True)
class Decided:
    """A waiver, exemption or extension that is not over. `end_on`: of an extension the new date."""

    override_id: int
    requirement: str
    kind: OverrideKind
    start_on: date
    end_on: date | None
    reason: str
    author: str

    @property
    def sentence(self) -> str:
        """Waived from 1 May 2026, decided by Rhian Morgan: trained elsewhere."""
        to = "to" if self.kind is OverrideKind.EXTENDED else "until"
        until = f" {to} {words.day(self.end_on)}" if self.end_on else ""
        kind = KIND_WORDS[self.kind]
        return f"{kind} from {words.day(self.start_on)}{until}, decided by {self.author}: {self.reason.rstrip('.')}."


def decisions_to_end(db: Session, *, viewer: Actor, about: int) -> list[Decided]:
    """Of one person, what still holds and the viewer may end; the last first."""
    override = RequirementOverride
    rows = db.execute(
        sa.select(
            col(override.id),
            col(Requirement.title),
            col(override.kind),
            col(override.start_on),
            col(override.end_on),
            col(override.reason),
            sa.func.coalesce(Staff.full_name, "the service"),
        )
        .join(Requirement, col(Requirement.id) == col(override.requirement_id))
        .outerjoin(Staff, col(Staff.id) == col(override.recorded_by_id))
        .where(
            col(override.staff_id) == about,
            col(override.staff_id).in_(people_within(viewer, Object.OVERRIDE, Action.CREATE)),
            col(override.staff_id) != viewer.staff_id,
            sa.or_(col(override.end_on).is_(None), col(override.end_on) >= viewer.on),
            current(override),
        )
        .order_by(col(override.id).desc())
    )
    return [Decided(*row) for row in rows]
