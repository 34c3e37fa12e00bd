"""reviews, imports and the register of exports

What is counted towards a standard of a community begins empty: the catalogue says it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "export_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("made_for", sa.String(length=300), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=True),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("community_ids", sa.JSON(), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("marking", sa.String(length=40), nullable=False),
        sa.Column("handed_to", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(length=160), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_export_entry_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_entry")),
        sa.UniqueConstraint("number", name=op.f("uq_export_entry_number")),
    )
    with op.batch_alter_table("export_entry") as table:
        table.create_index(table.f("ix_export_entry_kind"), ["kind"], unique=False)
        table.create_index(table.f("ix_export_entry_made_at"), ["made_at"], unique=False)
        table.create_index(table.f("ix_export_entry_made_by_id"), ["made_by_id"], unique=False)

    op.create_table(
        "import_batch",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("kept_from", sa.Date(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_because", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_because = '')", name=op.f("ck_import_batch_undone_for_a_reason")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_import_batch_made_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["staff.id"], name=op.f("fk_import_batch_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch") as table:
        table.create_index(table.f("ix_import_batch_made_by_id"), ["made_by_id"], unique=False)

    op.create_table(
        "review",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "self_review",
                "peer_review",
                "accreditation",
                "inspection",
                "standards_audit",
                "local_audit",
                name="review_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("edition", sa.String(length=60), nullable=False),
        sa.Column("standard_set_id", sa.Integer(), nullable=True),
        sa.Column("reviewers", sa.String(length=400), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("self_review_on", sa.Date(), nullable=True),
        sa.Column("visit_on", sa.Date(), nullable=True),
        sa.Column("report_on", sa.Date(), nullable=True),
        sa.Column("reply_on", sa.Date(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_because = '')", name=op.f("ck_review_withdrawn_for_a_reason")
        ),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_review_ends_after_start")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["staff.id"], name=op.f("fk_review_entered_by_id")),
        sa.ForeignKeyConstraint(["standard_set_id"], ["standard_set.id"], name=op.f("fk_review_standard_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_table(
        "finding",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "achievement",
                "action_point",
                "recommendation",
                name="finding_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=5000), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("repeats_record_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_finding_community_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_finding_recorded_by_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_finding_review_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_finding_standard_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["finding.id"], name=op.f("fk_finding_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_finding_supersedes_id")),
    )
    with op.batch_alter_table("finding") as table:
        table.create_index(table.f("ix_finding_community_id"), ["community_id"], unique=False)
        table.create_index(table.f("ix_finding_record_id"), ["record_id"], unique=False)
        table.create_index(table.f("ix_finding_repeats_record_id"), ["repeats_record_id"], unique=False)
        table.create_index(table.f("ix_finding_review_id"), ["review_id"], unique=False)
        table.create_index(table.f("ix_finding_standard_id"), ["standard_id"], unique=False)

    op.create_table(
        "import_mapping",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_import_mapping_community_id")),
        sa.ForeignKeyConstraint(["kept_by_id"], ["staff.id"], name=op.f("fk_import_mapping_kept_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
    )
    with op.batch_alter_table("import_mapping") as table:
        table.create_index(table.f("ix_import_mapping_community_id"), ["community_id"], unique=False)

    op.create_table(
        "imported_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("was_new", sa.Boolean(), nullable=False),
        sa.Column("former", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_imported_row_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_row")),
    )
    with op.batch_alter_table("imported_row") as table:
        table.create_index(table.f("ix_imported_row_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "plan_action",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("finding_record_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "closed",
                "withdrawn",
                name="plan_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=2000), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closing_words", sa.String(length=2000), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_plan_action_closed_on_a_day")),
        sa.CheckConstraint(
            "state <> 'closed' OR recorded_by_id IS NULL OR recorded_by_id <> owner_id",
            name=op.f("ck_plan_action_closed_by_another"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('done', 'closed') OR done_on IS NOT NULL", name=op.f("ck_plan_action_done_on_a_day")
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_plan_action_community_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_plan_action_owner_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_plan_action_recorded_by_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["plan_action.id"], name=op.f("fk_plan_action_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_action")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_plan_action_supersedes_id")),
    )
    with op.batch_alter_table("plan_action") as table:
        table.create_index(table.f("ix_plan_action_community_id"), ["community_id"], unique=False)
        table.create_index(table.f("ix_plan_action_finding_record_id"), ["finding_record_id"], unique=False)
        table.create_index(table.f("ix_plan_action_owner_id"), ["owner_id"], unique=False)
        table.create_index(table.f("ix_plan_action_record_id"), ["record_id"], unique=False)

    op.create_table(
        "review_rating",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column(
            "rated_by",
            sa.Enum("community", "reviewers", name="rated_by", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "result",
            sa.Enum(
                "met",
                "partly_met",
                "not_met",
                "not_applicable",
                "do_not_know",
                name="how_met",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_review_rating_community_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_review_rating_recorded_by_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_rating_review_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_review_rating_standard_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["review_rating.id"], name=op.f("fk_review_rating_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_rating")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_review_rating_supersedes_id")),
    )
    with op.batch_alter_table("review_rating") as table:
        table.create_index(table.f("ix_review_rating_community_id"), ["community_id"], unique=False)
        table.create_index(
            "ix_review_rating_first",
            ["review_id", "community_id", "standard_id", "rated_by"],
            unique=True,
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        )
        table.create_index(table.f("ix_review_rating_record_id"), ["record_id"], unique=False)
        table.create_index(table.f("ix_review_rating_review_id"), ["review_id"], unique=False)
        table.create_index(table.f("ix_review_rating_standard_id"), ["standard_id"], unique=False)

    op.create_table(
        "review_statement",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=5000), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_review_statement_community_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_review_statement_recorded_by_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_statement_review_id")),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name=op.f("fk_review_statement_standard_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["review_statement.id"], name=op.f("fk_review_statement_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_statement")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_review_statement_supersedes_id")),
    )
    with op.batch_alter_table("review_statement") as table:
        table.create_index(table.f("ix_review_statement_community_id"), ["community_id"], unique=False)
        table.create_index(
            "ix_review_statement_first",
            ["review_id", "community_id", "standard_id"],
            unique=True,
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        )
        table.create_index(table.f("ix_review_statement_record_id"), ["record_id"], unique=False)
        table.create_index(table.f("ix_review_statement_review_id"), ["review_id"], unique=False)
        table.create_index(table.f("ix_review_statement_standard_id"), ["standard_id"], unique=False)

    op.create_table(
        "reviewed_community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_reviewed_community_community_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_reviewed_community_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewed_community")),
        sa.UniqueConstraint("review_id", "community_id", name=op.f("uq_reviewed_community_review_id_community_id")),
    )
    with op.batch_alter_table("reviewed_community") as table:
        table.create_index(table.f("ix_reviewed_community_community_id"), ["community_id"], unique=False)
        table.create_index(table.f("ix_reviewed_community_review_id"), ["review_id"], unique=False)

    with op.batch_alter_table("standard") as table:
        table.add_column(sa.Column("evidence", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("standard") as table:
        table.drop_column("evidence")

    with op.batch_alter_table("reviewed_community") as table:
        table.drop_index(table.f("ix_reviewed_community_review_id"))
        table.drop_index(table.f("ix_reviewed_community_community_id"))

    op.drop_table("reviewed_community")
    with op.batch_alter_table("review_statement") as table:
        table.drop_index(table.f("ix_review_statement_standard_id"))
        table.drop_index(table.f("ix_review_statement_review_id"))
        table.drop_index(table.f("ix_review_statement_record_id"))
        table.drop_index(
            "ix_review_statement_first",
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        )
        table.drop_index(table.f("ix_review_statement_community_id"))

    op.drop_table("review_statement")
    with op.batch_alter_table("review_rating") as table:
        table.drop_index(table.f("ix_review_rating_standard_id"))
        table.drop_index(table.f("ix_review_rating_review_id"))
        table.drop_index(table.f("ix_review_rating_record_id"))
        table.drop_index(
            "ix_review_rating_first",
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        )
        table.drop_index(table.f("ix_review_rating_community_id"))

    op.drop_table("review_rating")
    with op.batch_alter_table("plan_action") as table:
        table.drop_index(table.f("ix_plan_action_record_id"))
        table.drop_index(table.f("ix_plan_action_owner_id"))
        table.drop_index(table.f("ix_plan_action_finding_record_id"))
        table.drop_index(table.f("ix_plan_action_community_id"))

    op.drop_table("plan_action")
    with op.batch_alter_table("imported_row") as table:
        table.drop_index(table.f("ix_imported_row_batch_id"))

    op.drop_table("imported_row")
    with op.batch_alter_table("import_mapping") as table:
        table.drop_index(table.f("ix_import_mapping_community_id"))

    op.drop_table("import_mapping")
    with op.batch_alter_table("finding") as table:
        table.drop_index(table.f("ix_finding_standard_id"))
        table.drop_index(table.f("ix_finding_review_id"))
        table.drop_index(table.f("ix_finding_repeats_record_id"))
        table.drop_index(table.f("ix_finding_record_id"))
        table.drop_index(table.f("ix_finding_community_id"))

    op.drop_table("finding")
    op.drop_table("review")
    with op.batch_alter_table("import_batch") as table:
        table.drop_index(table.f("ix_import_batch_made_by_id"))

    op.drop_table("import_batch")
    with op.batch_alter_table("export_entry") as table:
        table.drop_index(table.f("ix_export_entry_made_by_id"))
        table.drop_index(table.f("ix_export_entry_made_at"))
        table.drop_index(table.f("ix_export_entry_kind"))

    op.drop_table("export_entry")
