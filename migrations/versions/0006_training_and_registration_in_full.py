"""training and registration in full

A booking becomes a row for each of its states, on a run that people share. What was known of the former ones (the last
state, and when it was set) is kept; a person's several bookings of one run become versions of one.
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

FORMER_STATES = ("nominated", "confirmed", "withdrawn", "attended")
STATES = ("nominated", "offered", "confirmed", "attended", "did_not_attend", "withdrawn", "cancelled")


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "cpd",
                "taught",
                "consulted",
                "peer_reviewed",
                "research",
                "policy",
                name="activity_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.CheckConstraint("hours > 0 AND hours <= 200", name=op.f("ck_activity_some_hours")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_activity_recorded_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_activity_staff_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["activity.id"], name=op.f("fk_activity_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_activity_supersedes_id")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_record_id"), ["record_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "course_run",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("runs_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=120), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 1", name=op.f("ck_course_run_a_place_at_least")),
        sa.CheckConstraint("last_on IS NULL OR last_on >= runs_on", name=op.f("ck_course_run_ends_after_start")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_run_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_run")),
        sa.UniqueConstraint("course_id", "runs_on", "place", name=op.f("uq_course_run_course_id_runs_on_place")),
    )
    with op.batch_alter_table("course_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_run_course_id"), ["course_id"], unique=False)

    op.create_table(
        "course_trainer",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("trainer", "assessor", name="trainer_role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(staff_id IS NULL) = (name <> '')", name=op.f("ck_course_trainer_staff_or_name")),
        sa.CheckConstraint("end_on IS NULL OR end_on >= start_on", name=op.f("ck_course_trainer_ends_after_start")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_trainer_course_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_course_trainer_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_trainer")),
    )
    with op.batch_alter_table("course_trainer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_trainer_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_trainer_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "evidence_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("training_record_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf", "png", "jpg", "docx", name="file_kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size BETWEEN 1 AND 10485760", name=op.f("ck_evidence_file_ten_megabytes")),
        sa.ForeignKeyConstraint(["added_by_id"], ["staff.id"], name=op.f("fk_evidence_file_added_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_evidence_file_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
    )
    with op.batch_alter_table("evidence_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_file_staff_id"), ["staff_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_file_training_record_id"), ["training_record_id"], unique=False)

    former = _taken_away(_former_booking())
    _create_booking()
    _as_versions(former)
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("version_from", sa.Date(), nullable=True))
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("renews_record_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("renewed_on", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_registration_renews_record_id"), ["renews_record_id"], unique=False)
    with op.batch_alter_table("training_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("course_version", sa.Integer(), nullable=False, server_default="1"))
    for table, column in (("course", "version"), ("training_record", "course_version")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)


def _former_booking() -> sa.Table:
    return sa.Table(
        "booking",
        sa.MetaData(),
        sa.Column("id", sa.Integer()),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("course_id", sa.Integer()),
        sa.Column("runs_on", sa.Date()),
        sa.Column("state", sa.String()),
        sa.Column("booked_at", sa.DateTime(timezone=True)),
    )


def _booking() -> sa.Table:
    return sa.Table(
        "booking",
        sa.MetaData(),
        sa.Column("record_id", sa.Uuid()),
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("correction_reason", sa.String()),
        sa.Column("is_void", sa.Boolean()),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("supersedes_id", sa.Integer()),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("run_id", sa.Integer()),
        sa.Column("state", sa.String()),
        sa.Column("reason", sa.String()),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
    )


def _course_run() -> sa.Table:
    return sa.Table(
        "course_run",
        sa.MetaData(),
        sa.Column("row_version", sa.Integer()),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("course_id", sa.Integer()),
        sa.Column("runs_on", sa.Date()),
        sa.Column("place", sa.String()),
        sa.Column("provider", sa.String()),
        sa.Column("cancel_reason", sa.String()),
    )


def _taken_away(table: sa.Table) -> list[sa.RowMapping]:
    """The rows of a table that is then dropped, in the order of their keys."""
    rows = op.get_bind().execute(sa.select(table).order_by(table.c.id)).mappings().all()
    op.drop_table(table.name)
    return list(rows)


def _as_versions(former: list[sa.RowMapping]) -> None:
    connection, runs, last = op.get_bind(), _course_run(), {}
    run_ids = {}
    for row in former:
        course_and_day = row["course_id"], row["runs_on"]
        if course_and_day not in run_ids:
            run = {"row_version": 1, "course_id": row["course_id"], "runs_on": row["runs_on"]}
            run |= {"place": "", "provider": "", "cancel_reason": ""}
            run_ids[course_and_day] = connection.execute(runs.insert().values(run)).inserted_primary_key[0]
        run_id = run_ids[course_and_day]
        before = last.get((row["staff_id"], run_id))
        version = {
            "record_id": before["record_id"] if before else uuid.uuid4(),
            "supersedes_id": before["id"] if before else None,
            "recorded_at": row["booked_at"],
            "correction_reason": "",
            "is_void": False,
            "staff_id": row["staff_id"],
            "run_id": run_id,
            "state": row["state"],
            "reason": "",
            "asked_at": row["booked_at"],
        }
        key = connection.execute(_booking().insert().values(version)).inserted_primary_key[0]
        last[row["staff_id"], run_id] = version | {"id": key}


def _create_booking() -> None:
    op.create_table(
        "booking",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=2000), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("state", _state(*STATES), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_booking_recorded_by_id")),
        sa.ForeignKeyConstraint(["run_id"], ["course_run.id"], name=op.f("fk_booking_run_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_booking_staff_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["booking.id"], name=op.f("fk_booking_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_booking_supersedes_id")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index(
            "ix_booking_first_of_a_run",
            ["staff_id", "run_id"],
            unique=True,
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_booking_record_id"), ["record_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_staff_id"), ["staff_id"], unique=False)


def _state(*states: str) -> sa.Enum:
    return sa.Enum(*states, name="booking_state", native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    with op.batch_alter_table("training_record", schema=None) as batch_op:
        batch_op.drop_column("course_version")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_renews_record_id"))
        batch_op.drop_column("renewed_on")
        batch_op.drop_column("renews_record_id")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_column("version_from")
        batch_op.drop_column("version")
    runs = _course_run()
    of_run = {row["id"]: row for row in op.get_bind().execute(sa.select(runs)).mappings()}
    versions = _taken_away(_booking())
    op.create_table(
        "booking",
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("runs_on", sa.Date(), nullable=False),
        sa.Column("state", _state(*FORMER_STATES), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_booking_course_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_booking_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_staff_id"), ["staff_id"], unique=False)
    _as_one_row(versions, of_run)
    for table in ("evidence_file", "course_trainer", "course_run", "activity"):
        op.drop_table(table)


def _as_one_row(versions: list[sa.RowMapping], of_run: dict[int, sa.RowMapping]) -> None:
    """The last version of each, in the nearest of the states that there were."""
    superseded = {row["supersedes_id"] for row in versions}
    nearest = {"offered": "nominated", "did_not_attend": "withdrawn", "cancelled": "withdrawn"}
    former = _former_booking()
    former.append_column(sa.Column("row_version", sa.Integer()))
    for row in versions:
        if row["id"] not in superseded:
            run = of_run[row["run_id"]]
            op.get_bind().execute(
                former.insert().values(
                    id=row["id"],
                    row_version=1,
                    staff_id=row["staff_id"],
                    course_id=run["course_id"],
                    runs_on=run["runs_on"],
                    state=nearest.get(row["state"], row["state"]),
                    booked_at=row["recorded_at"],
                )
            )
