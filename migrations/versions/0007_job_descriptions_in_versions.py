"""job descriptions in versions

What was stored is each role's first version, and stands for the role as before. A responsibility can be held by post,
and what it calls for has dates and can be a level of a standard.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "responsibility_continuation",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("former_id", sa.Integer(), nullable=True),
        sa.Column("new_id", sa.Integer(), nullable=True),
        sa.Column("became", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "former_id IS NOT NULL OR new_id IS NOT NULL", name=op.f("ck_responsibility_continuation_one_side")
        ),
        sa.ForeignKeyConstraint(
            ["former_id"], ["responsibility.id"], name=op.f("fk_responsibility_continuation_former_id")
        ),
        sa.ForeignKeyConstraint(["new_id"], ["responsibility.id"], name=op.f("fk_responsibility_continuation_new_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility_continuation")),
        sa.UniqueConstraint("former_id", "new_id", name=op.f("uq_responsibility_continuation_former_id_new_id")),
    )
    with op.batch_alter_table("responsibility_continuation") as table:
        table.create_index(table.f("ix_responsibility_continuation_former_id"), ["former_id"])
        table.create_index(table.f("ix_responsibility_continuation_new_id"), ["new_id"])

    with op.batch_alter_table("job_description") as table:
        table.add_column(sa.Column("version_of_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("in_force_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("lists", sa.JSON(), nullable=False, server_default="{}"))
        table.create_index(table.f("ix_job_description_version_of_id"), ["version_of_id"])
        table.create_foreign_key(
            table.f("fk_job_description_version_of_id"), "job_description", ["version_of_id"], ["id"]
        )
        table.create_check_constraint(
            table.f("ck_job_description_later_version_has_a_day"),
            "version_of_id IS NULL OR in_force_from IS NOT NULL",
        )

    with op.batch_alter_table("responsibility") as table:
        table.add_column(sa.Column("section", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("condition", sa.String(length=500), nullable=False, server_default=""))

    with op.batch_alter_table("responsibility_holding") as table:
        table.add_column(sa.Column("job_description_id", sa.Integer(), nullable=True))
        table.alter_column("staff_id", existing_type=sa.INTEGER(), nullable=True)
        table.create_foreign_key(
            table.f("fk_responsibility_holding_job_description_id"), "job_description", ["job_description_id"], ["id"]
        )
        table.create_check_constraint(
            table.f("ck_responsibility_holding_one_holder"), "(staff_id IS NULL) <> (job_description_id IS NULL)"
        )

    with op.batch_alter_table("responsibility_requirement") as table:
        table.add_column(sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("standard_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("level", sa.Integer(), nullable=True))
        table.add_column(sa.Column("start_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("end_on", sa.Date(), nullable=True))
        table.alter_column("requirement_id", existing_type=sa.INTEGER(), nullable=True)
        table.drop_constraint(table.f("uq_responsibility_requirement_responsibility_id_requirement_id"), type_="unique")
        table.create_foreign_key(
            table.f("fk_responsibility_requirement_standard_id"), "standard", ["standard_id"], ["id"]
        )
        table.create_check_constraint(
            table.f("ck_responsibility_requirement_one_thing"), "(requirement_id IS NULL) <> (standard_id IS NULL)"
        )
        table.create_check_constraint(
            table.f("ck_responsibility_requirement_level_of_a_standard"), "(standard_id IS NULL) = (level IS NULL)"
        )

    for name, columns in {"job_description": ["lists"], "responsibility": ["section", "condition"],
                          "responsibility_requirement": ["row_version"]}.items():  # fmt: skip
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.alter_column(column, server_default=None)


def downgrade() -> None:
    """What the former tables have no place for goes: who holds by post, levels of standards, and when something was
    called for. Later versions stay, as documents of their own."""
    op.execute("DELETE FROM responsibility_holding WHERE staff_id IS NULL")
    op.execute("DELETE FROM responsibility_requirement WHERE requirement_id IS NULL")
    op.execute(
        "DELETE FROM responsibility_requirement WHERE id NOT IN "
        "(SELECT min(id) FROM responsibility_requirement GROUP BY responsibility_id, requirement_id)"
    )
    with op.batch_alter_table("responsibility_requirement") as table:
        table.drop_constraint(table.f("ck_responsibility_requirement_level_of_a_standard"), type_="check")
        table.drop_constraint(table.f("ck_responsibility_requirement_one_thing"), type_="check")
        table.drop_constraint(table.f("fk_responsibility_requirement_standard_id"), type_="foreignkey")
        table.alter_column("requirement_id", existing_type=sa.INTEGER(), nullable=False)
        for column in ("end_on", "start_on", "level", "standard_id", "row_version"):
            table.drop_column(column)
        table.create_unique_constraint(
            table.f("uq_responsibility_requirement_responsibility_id_requirement_id"),
            ["responsibility_id", "requirement_id"],
        )

    with op.batch_alter_table("responsibility_holding") as table:
        table.drop_constraint(table.f("ck_responsibility_holding_one_holder"), type_="check")
        table.drop_constraint(table.f("fk_responsibility_holding_job_description_id"), type_="foreignkey")
        table.alter_column("staff_id", existing_type=sa.INTEGER(), nullable=False)
        table.drop_column("job_description_id")

    with op.batch_alter_table("responsibility") as table:
        table.drop_column("condition")
        table.drop_column("section")

    with op.batch_alter_table("job_description") as table:
        table.drop_constraint(table.f("ck_job_description_later_version_has_a_day"), type_="check")
        table.drop_constraint(table.f("fk_job_description_version_of_id"), type_="foreignkey")
        table.drop_index(table.f("ix_job_description_version_of_id"))
        for column in ("lists", "in_force_from", "version_of_id"):
            table.drop_column(column)

    op.drop_table("responsibility_continuation")
