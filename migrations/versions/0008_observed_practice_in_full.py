"""observed practice in full

Sets that were stored are in force from before any observation. Plans, blind ratings, moderation, sign-offs, and what
carries over from one version of a set to the next.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "planned_observation",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("observed_id", sa.Integer(), nullable=False),
        sa.Column("standard_set_id", sa.Integer(), nullable=False),
        sa.Column("week_of", sa.Date(), nullable=False),
        sa.Column("group_type", sa.String(length=80), nullable=False),
        sa.Column("group_name", sa.String(length=80), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_because = '')",
            name=op.f("ck_planned_observation_cancelled_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(["observed_id"], ["staff.id"], name=op.f("fk_planned_observation_observed_id")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["staff.id"], name=op.f("fk_planned_observation_planned_by_id")),
        sa.ForeignKeyConstraint(
            ["standard_set_id"], ["standard_set.id"], name=op.f("fk_planned_observation_standard_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_observation")),
    )
    with op.batch_alter_table("planned_observation") as table:
        table.create_index(table.f("ix_planned_observation_observed_id"), ["observed_id"], unique=False)
        table.create_index(table.f("ix_planned_observation_week_of"), ["week_of"], unique=False)

    op.create_table(
        "competency_assessor",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "end_on IS NULL OR end_on >= start_on", name=op.f("ck_competency_assessor_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_competency_assessor_community_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_competency_assessor_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency_assessor")),
    )
    with op.batch_alter_table("competency_assessor") as table:
        table.create_index(table.f("ix_competency_assessor_community_id"), ["community_id"], unique=False)
        table.create_index(table.f("ix_competency_assessor_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "moderation",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("planned_id", sa.Integer(), nullable=False),
        sa.Column("moderated_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["planned_id"], ["planned_observation.id"], name=op.f("fk_moderation_planned_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_moderation_recorded_by_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["moderation.id"], name=op.f("fk_moderation_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_moderation_supersedes_id")),
    )
    with op.batch_alter_table("moderation") as table:
        table.create_index(table.f("ix_moderation_planned_id"), ["planned_id"], unique=False)
        table.create_index(table.f("ix_moderation_record_id"), ["record_id"], unique=False)

    op.create_table(
        "planned_observer",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("planned_id", sa.Integer(), nullable=False),
        sa.Column("observer_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stood_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "signed_at IS NULL OR stood_back_at IS NULL", name=op.f("ck_planned_observer_signed_or_stood_back")
        ),
        sa.ForeignKeyConstraint(["observer_id"], ["staff.id"], name=op.f("fk_planned_observer_observer_id")),
        sa.ForeignKeyConstraint(
            ["planned_id"], ["planned_observation.id"], name=op.f("fk_planned_observer_planned_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_observer")),
        sa.UniqueConstraint("planned_id", "observer_id", name=op.f("uq_planned_observer_planned_id_observer_id")),
    )
    with op.batch_alter_table("planned_observer") as table:
        table.create_index(table.f("ix_planned_observer_observer_id"), ["observer_id"], unique=False)
        table.create_index(table.f("ix_planned_observer_planned_id"), ["planned_id"], unique=False)

    op.create_table(
        "sign_off",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.CheckConstraint(
            "recorded_by_id IS NULL OR staff_id <> recorded_by_id", name=op.f("ck_sign_off_not_oneself")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_sign_off_recorded_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_off_staff_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_sign_off_standard_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["sign_off.id"], name=op.f("fk_sign_off_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_sign_off_supersedes_id")),
    )
    with op.batch_alter_table("sign_off") as table:
        table.create_index(table.f("ix_sign_off_record_id"), ["record_id"], unique=False)
        table.create_index(table.f("ix_sign_off_staff_id"), ["staff_id"], unique=False)
        table.create_index(table.f("ix_sign_off_standard_id"), ["standard_id"], unique=False)

    op.create_table(
        "standard_carried_over",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("former_id", sa.Integer(), nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.CheckConstraint("former_id <> new_id", name=op.f("ck_standard_carried_over_two_standards")),
        sa.ForeignKeyConstraint(["former_id"], ["standard.id"], name=op.f("fk_standard_carried_over_former_id")),
        sa.ForeignKeyConstraint(["new_id"], ["standard.id"], name=op.f("fk_standard_carried_over_new_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_standard_carried_over_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["standard_carried_over.id"], name=op.f("fk_standard_carried_over_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_carried_over")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_standard_carried_over_supersedes_id")),
    )
    with op.batch_alter_table("standard_carried_over") as table:
        table.create_index(table.f("ix_standard_carried_over_former_id"), ["former_id"], unique=False)
        table.create_index(table.f("ix_standard_carried_over_new_id"), ["new_id"], unique=False)
        table.create_index(table.f("ix_standard_carried_over_record_id"), ["record_id"], unique=False)

    op.create_table(
        "moderated_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moderation_id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["moderation_id"], ["moderation.id"], name=op.f("fk_moderated_level_moderation_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_moderated_level_standard_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderated_level")),
        sa.UniqueConstraint("moderation_id", "standard_id", name=op.f("uq_moderated_level_moderation_id_standard_id")),
    )
    with op.batch_alter_table("moderated_level") as table:
        table.create_index(table.f("ix_moderated_level_moderation_id"), ["moderation_id"], unique=False)
        table.create_index(table.f("ix_moderated_level_standard_id"), ["standard_id"], unique=False)

    with op.batch_alter_table("observation") as table:
        table.add_column(sa.Column("planned_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("group_name", sa.String(length=80), nullable=False, server_default=""))
        table.add_column(sa.Column("feedback_on", sa.Date(), nullable=True))
        table.create_index(table.f("ix_observation_planned_id"), ["planned_id"], unique=False)
        table.create_foreign_key(table.f("fk_observation_planned_id"), "planned_observation", ["planned_id"], ["id"])

    with op.batch_alter_table("standard") as table:
        table.add_column(sa.Column("section", sa.String(length=120), nullable=False, server_default=""))
        table.add_column(sa.Column("floor", sa.Integer(), nullable=True))

    with op.batch_alter_table("standard_set") as table:
        table.add_column(sa.Column("set_of", sa.String(length=32), nullable=False, server_default="staff"))
        table.create_check_constraint(
            table.f("ck_standard_set_set_of"), "set_of IN ('staff', 'supervisors', 'community')"
        )
        table.add_column(sa.Column("in_force_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        table.create_index(table.f("ix_standard_set_follows_id"), ["follows_id"], unique=False)
        table.create_foreign_key(table.f("fk_standard_set_follows_id"), "standard_set", ["follows_id"], ["id"])

    op.execute("UPDATE standard_set SET in_force_from = '2000-01-01'")
    op.execute("UPDATE standard_set SET set_of = 'supervisors' WHERE code = 'supervisors'")


def downgrade() -> None:
    with op.batch_alter_table("standard_set") as table:
        table.drop_constraint(table.f("fk_standard_set_follows_id"), type_="foreignkey")
        table.drop_index(table.f("ix_standard_set_follows_id"))
        table.drop_column("follows_id")
        table.drop_column("in_force_from")
        table.drop_constraint(table.f("ck_standard_set_set_of"), type_="check")
        table.drop_column("set_of")

    with op.batch_alter_table("standard") as table:
        table.drop_column("floor")
        table.drop_column("section")

    with op.batch_alter_table("observation") as table:
        table.drop_constraint(table.f("fk_observation_planned_id"), type_="foreignkey")
        table.drop_index(table.f("ix_observation_planned_id"))
        table.drop_column("feedback_on")
        table.drop_column("group_name")
        table.drop_column("planned_id")

    with op.batch_alter_table("moderated_level") as table:
        table.drop_index(table.f("ix_moderated_level_standard_id"))
        table.drop_index(table.f("ix_moderated_level_moderation_id"))

    op.drop_table("moderated_level")
    with op.batch_alter_table("standard_carried_over") as table:
        table.drop_index(table.f("ix_standard_carried_over_record_id"))
        table.drop_index(table.f("ix_standard_carried_over_new_id"))
        table.drop_index(table.f("ix_standard_carried_over_former_id"))

    op.drop_table("standard_carried_over")
    with op.batch_alter_table("sign_off") as table:
        table.drop_index(table.f("ix_sign_off_standard_id"))
        table.drop_index(table.f("ix_sign_off_staff_id"))
        table.drop_index(table.f("ix_sign_off_record_id"))

    op.drop_table("sign_off")
    with op.batch_alter_table("planned_observer") as table:
        table.drop_index(table.f("ix_planned_observer_planned_id"))
        table.drop_index(table.f("ix_planned_observer_observer_id"))

    op.drop_table("planned_observer")
    with op.batch_alter_table("moderation") as table:
        table.drop_index(table.f("ix_moderation_record_id"))
        table.drop_index(table.f("ix_moderation_planned_id"))

    op.drop_table("moderation")
    with op.batch_alter_table("competency_assessor") as table:
        table.drop_index(table.f("ix_competency_assessor_staff_id"))
        table.drop_index(table.f("ix_competency_assessor_community_id"))

    op.drop_table("competency_assessor")
    with op.batch_alter_table("planned_observation") as table:
        table.drop_index(table.f("ix_planned_observation_week_of"))
        table.drop_index(table.f("ix_planned_observation_observed_id"))

    op.drop_table("planned_observation")
