"""What a session is called, the same on every page: its group's name, or what it was for."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from tcsuper.models import SupervisionGroup, SupervisionPurpose, SupervisionSession

TITLE = sa.func.coalesce(SupervisionGroup.name, SupervisionPurpose.name)
"""For the columns of a query that went through `titled`."""


def titled(query: sa.Select[*tuple[Any, ...]], of: Any = SupervisionSession) -> sa.Select[*tuple[Any, ...]]:
    """The query with the tables that TITLE needs. `of`: the sessions, or the agreements, that it asks about."""
    return query.join(SupervisionPurpose, col(SupervisionPurpose.code) == col(of.purpose)).outerjoin(
        SupervisionGroup, col(SupervisionGroup.id) == col(of.group_id)
    )
