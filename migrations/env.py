"""How Alembic runs here: on the one connection that `tcsuper.database.migrate()` hands over."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from tcsuper.models import Base


def render_item(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """Plain SQLAlchemy types in migration files, so that they still run when the models have moved on."""
    if kind != "type":
        return False
    if isinstance(item, AutoString):
        return f"sa.String(length={item.impl.length})" if item.impl.length else "sa.String()"  # type: ignore[attr-defined]
    return "sa.DateTime(timezone=True)" if isinstance(item, UTCDateTime) else False


connection: sa.Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
