"""supervision in full"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "theme",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_theme")),
    )
    op.create_table(
        "attendance_dispute",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_record_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("third_person_id", sa.Integer(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("stands", "changed", name="dispute_outcome", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["named_by_id"], ["staff.id"], name=op.f("fk_attendance_dispute_named_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_attendance_dispute_staff_id")),
        sa.ForeignKeyConstraint(["third_person_id"], ["staff.id"], name=op.f("fk_attendance_dispute_third_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_dispute")),
    )
    with op.batch_alter_table("attendance_dispute", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attendance_dispute_session_record_id"), ["session_record_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_attendance_dispute_staff_id"), ["staff_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_dispute_third_person_id"), ["third_person_id"], unique=False)

    op.create_table(
        "serves_me_given",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_serves_me_given_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "year", name=op.f("pk_serves_me_given")),
    )
    op.create_table(
        "traineeship",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("qualification", sa.String(length=200), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name=op.f("ck_traineeship_ends_after_start")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_traineeship_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traineeship")),
    )
    with op.batch_alter_table("traineeship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_traineeship_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "agreed_action",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("session_record_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("standard_id", sa.Integer(), nullable=True),
        sa.Column("is_shareable", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "done", "dropped", name="action_state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("observation_id", sa.Uuid(), nullable=True),
        sa.Column("evidence_on", sa.Date(), nullable=True),
        sa.Column("sealed_evidence", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (closed_on IS NULL)", name=op.f("ck_agreed_action_closed_on_a_day")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_agreed_action_owner_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_agreed_action_recorded_by_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_agreed_action_standard_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["agreed_action.id"], name=op.f("fk_agreed_action_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_action")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_agreed_action_supersedes_id")),
    )
    with op.batch_alter_table("agreed_action", schema=None) as batch_op:
        batch_op.create_index("ix_agreed_action_due", ["state", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreed_action_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreed_action_record_id"), ["record_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreed_action_session_record_id"), ["session_record_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreed_action_standard_id"), ["standard_id"], unique=False)

    op.create_table(
        "serves_me_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_serves_me_answer_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serves_me_answer")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("serves_me_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_serves_me_answer_community_id"), ["community_id"], unique=False)

    op.create_table(
        "trainee_step",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("traineeship_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "plan",
                "submission",
                "review",
                "sign_off",
                name="trainee_step_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("core_role", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_trainee_step_recorded_by_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["trainee_step.id"], name=op.f("fk_trainee_step_supersedes_id")),
        sa.ForeignKeyConstraint(["traineeship_id"], ["traineeship.id"], name=op.f("fk_trainee_step_traineeship_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainee_step")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_trainee_step_supersedes_id")),
    )
    with op.batch_alter_table("trainee_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trainee_step_record_id"), ["record_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trainee_step_traineeship_id"), ["traineeship_id"], unique=False)

    op.create_table(
        "agreement_review",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("next_review_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["supervision_agreement.id"], name=op.f("fk_agreement_review_agreement_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_agreement_review_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["agreement_review.id"], name=op.f("fk_agreement_review_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_review")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_agreement_review_supersedes_id")),
    )
    with op.batch_alter_table("agreement_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_review_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_review_record_id"), ["record_id"], unique=False)

    op.create_table(
        "former_records_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["supervision_agreement.id"], name=op.f("fk_former_records_consent_agreement_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_former_records_consent_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_records_consent")),
        sa.UniqueConstraint("agreement_id", "staff_id", name=op.f("uq_former_records_consent_agreement_id_staff_id")),
    )
    with op.batch_alter_table("former_records_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_records_consent_agreement_id"), ["agreement_id"], unique=False)

    op.create_table(
        "supervision_statement",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sent_in",
                "checked",
                "returned",
                name="statement_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("registration_number", sa.String(length=60), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["supervision_agreement.id"], name=op.f("fk_supervision_statement_agreement_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_supervision_statement_recorded_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_supervision_statement_staff_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["supervision_statement.id"], name=op.f("fk_supervision_statement_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_statement")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_supervision_statement_supersedes_id")),
    )
    with op.batch_alter_table("supervision_statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supervision_statement_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supervision_statement_record_id"), ["record_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supervision_statement_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "statement_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name=op.f("ck_statement_line_minutes_in_a_day")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["supervision_statement.id"], name=op.f("fk_statement_line_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_line")),
        sa.UniqueConstraint("statement_id", "held_on", name=op.f("uq_statement_line_statement_id_held_on")),
    )
    with op.batch_alter_table("statement_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_line_statement_id"), ["statement_id"], unique=False)

    with op.batch_alter_table("agreement_signature", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("recorded_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_agreement_signature_recorded_by_id"), "staff", ["recorded_by_id"], ["id"]
        )
    op.execute(
        "UPDATE agreement_signature SET signed_on = CAST(signed_at AS DATE)"
        if op.get_bind().dialect.name == "postgresql"
        else "UPDATE agreement_signature SET signed_on = date(signed_at)"
    )
    with op.batch_alter_table("agreement_signature", schema=None) as batch_op:
        batch_op.alter_column("signed_on", existing_type=sa.Date(), nullable=False)

    with op.batch_alter_table("shared_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_tags", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("supervision_agreement", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "trainee_role",
                sa.Enum(
                    "coordinating",
                    "designated",
                    name="trainee_supervisor",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("piece_of_work", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("rule_sets", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("confidentiality", sa.String(length=4000), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_supervision_agreement_follows_id"), ["follows_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_supervision_agreement_follows_id"), "supervision_agreement", ["follows_id"], ["id"]
        )
    with op.batch_alter_table("supervision_agreement", schema=None) as batch_op:
        for column in ("piece_of_work", "rule_sets", "confidentiality"):
            batch_op.alter_column(column, server_default=None)

    with op.batch_alter_table("supervision_purpose", schema=None) as batch_op:
        batch_op.add_column(sa.Column("credited_by", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column(
                "entered_by",
                sa.Enum(
                    "leader",
                    "manager",
                    "either",
                    name="who_enters",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=False,
                server_default="either",
            )
        )
    purpose = sa.table(
        "supervision_purpose", sa.column("credited_by", sa.JSON()), sa.column("counts_for_bodies", sa.Boolean())
    )
    op.execute(
        purpose.update()
        .where(purpose.c.counts_for_bodies.is_(True))
        .values(credited_by=["babcp", "babcp_training", "bacp"])
    )
    with op.batch_alter_table("supervision_purpose", schema=None) as batch_op:
        batch_op.drop_column("counts_for_bodies")
        batch_op.alter_column("credited_by", server_default=None)
        batch_op.alter_column("entered_by", server_default=None)

    with op.batch_alter_table("supervision_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guests", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_check_constraint("guests_in_a_room", "guests BETWEEN 0 AND 99")
        batch_op.add_column(sa.Column("series_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("rebooks_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("statement_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_supervision_session_rebooks_id"), ["rebooks_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supervision_session_series_id"), ["series_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supervision_session_statement_id"), ["statement_id"], unique=False)
    with op.batch_alter_table("supervision_session", schema=None) as batch_op:
        batch_op.alter_column("guests", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("supervision_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supervision_session_statement_id"))
        batch_op.drop_index(batch_op.f("ix_supervision_session_series_id"))
        batch_op.drop_index(batch_op.f("ix_supervision_session_rebooks_id"))
        batch_op.drop_column("statement_id")
        batch_op.drop_column("rebooks_id")
        batch_op.drop_column("series_id")
        batch_op.drop_constraint("guests_in_a_room", type_="check")
        batch_op.drop_column("guests")

    with op.batch_alter_table("supervision_purpose", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counts_for_bodies", sa.Boolean(), nullable=False, server_default=sa.false()))
    purpose = sa.table(
        "supervision_purpose", sa.column("credited_by", sa.JSON()), sa.column("counts_for_bodies", sa.Boolean())
    )
    op.execute(purpose.update().where(sa.cast(purpose.c.credited_by, sa.String) != "[]").values(counts_for_bodies=True))
    with op.batch_alter_table("supervision_purpose", schema=None) as batch_op:
        batch_op.alter_column("counts_for_bodies", server_default=None)
        batch_op.drop_constraint("who_enters", type_="check")
        batch_op.drop_column("entered_by")
        batch_op.drop_column("credited_by")

    with op.batch_alter_table("supervision_agreement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_supervision_agreement_follows_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_supervision_agreement_follows_id"))
        batch_op.drop_column("follows_id")
        batch_op.drop_column("confidentiality")
        batch_op.drop_column("rule_sets")
        batch_op.drop_column("piece_of_work")
        batch_op.drop_constraint("trainee_supervisor", type_="check")
        batch_op.drop_column("trainee_role")

    with op.batch_alter_table("shared_record", schema=None) as batch_op:
        batch_op.drop_column("sealed_tags")

    with op.batch_alter_table("agreement_signature", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_agreement_signature_recorded_by_id"), type_="foreignkey")
        batch_op.drop_column("recorded_by_id")
        batch_op.drop_column("signed_on")

    op.drop_table("statement_line")
    op.drop_table("supervision_statement")
    op.drop_table("former_records_consent")
    op.drop_table("agreement_review")
    op.drop_table("trainee_step")
    op.drop_table("serves_me_answer")
    op.drop_table("agreed_action")
    op.drop_table("traineeship")
    op.drop_table("serves_me_given")
    op.drop_table("attendance_dispute")
    op.drop_table("theme")
