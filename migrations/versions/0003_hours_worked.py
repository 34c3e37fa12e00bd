"""hours worked in a month"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "activity_figure",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("client_hours", sa.Float(), nullable=True),
        sa.Column("supervising_hours", sa.Float(), nullable=True),
        sa.CheckConstraint("client_hours BETWEEN 0 AND 744", name=op.f("ck_activity_figure_client_hours_in_a_month")),
        sa.CheckConstraint(
            "supervising_hours BETWEEN 0 AND 744", name=op.f("ck_activity_figure_supervising_hours_in_a_month")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_activity_figure_recorded_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_activity_figure_staff_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["activity_figure.id"], name=op.f("fk_activity_figure_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_figure")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_activity_figure_supersedes_id")),
    )
    with op.batch_alter_table("activity_figure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_figure_record_id"), ["record_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_figure_staff_id"), ["staff_id"], unique=False)
        batch_op.create_index(
            "ix_activity_figure_first_of_a_month",
            ["staff_id", "month"],
            unique=True,
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("activity_figure")
