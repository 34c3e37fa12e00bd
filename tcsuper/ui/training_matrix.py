"""Pieces of the training page: people and courses, what is behind a status, and what is waiting."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Object
from tcsuper.charts import status_heatmap, status_label
from tcsuper.database import reading
from tcsuper.models import TrainingResult
from tcsuper.queries.evidence_files import FileLine
from tcsuper.queries.readers import readers_about
from tcsuper.queries.standing import Row
from tcsuper.queries.training import ToConfirm, Training, completions_seen, matrix_frame, may_do, sent_in
from tcsuper.rules.standing import TONES, LeftOut, Tone, severity, status_word
from tcsuper.services.table_exports import export_completions
from tcsuper.services.training import confirm_completion, correct_completion, void_completion
from tcsuper.ui.course_versions import pick_version, versions_of_courses
from tcsuper.ui.evidence_files import files_by_record, files_in_words, files_part, open_buttons
from tcsuper.ui.exports import opened_export, training_export
from tcsuper.ui.pickers import CHOOSE_DAY, pick_day_if_any, pick_page
from tcsuper.ui.plain import plain
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.saving import record_button, record_form, saving
from tcsuper.ui.status import row_list, said, status_chip
from tcsuper.ui.stepper import tcat_stepper
from tcsuper.ui.tables import Export, Line, export_button, show_table, table_twin
from tcsuper.ui.training_filters import SHOWN

if TYPE_CHECKING:
    import pandas as pd

RESULT_WORDS = {
    TrainingResult.PASSED: "Passed",
    TrainingResult.ATTENDED: "Attended",
    TrainingResult.ASKED_TO_REPEAT: "Asked to repeat",
}
MOST_ROWS = 8
PEOPLE_ON_A_PAGE = 60
"""In one picture: of more, the names of the courses are far above those at its end."""
Cell = tuple[int, str]
"""A person and a requirement's title."""


# ---------------------------------------------------------------------------------------------------------------------
# People and courses


def matrix(me: Actor, on: date, seen: Training, rows: Sequence[Row]) -> Cell | None:
    """The heatmap and its table, as at a day; gives the cell that was clicked."""
    in_order = sorted(rows, key=lambda row: (row.person, row.staff_id, seen.titles.index(row.requirement)))
    frame = matrix_frame(seen, in_order)
    frame["due"] = [words.day(due_on) if due_on else "" for due_on in frame["due_on"]]  # the chart's own words
    titles = [title for title in seen.titles if title in set(frame["requirement"])]
    people = list(dict.fromkeys(zip(frame["staff_id"], frame["person"], strict=True)))
    there = pick_page(people, PEOPLE_ON_A_PAGE, "training-page")
    with st.container(key="wide-training"):
        chosen = st.altair_chart(
            status_heatmap(frame[frame["staff_id"].isin(there)], titles),
            width="content",
            key="training-cells",
            on_select="rerun",
            alt="The status of each person on each course: the same as in the table below.",
        )
    st.caption("Click a cell for the reason and the record, or choose person and course below.")
    table_twin(_lines(frame), "training", training_export(me, on, rows, lambda now: _lines(matrix_frame(seen, now))))
    return _clicked(seen, chosen)


def _lines(frame: "pd.DataFrame") -> list[Line]:
    return [_line(row) for row in frame.itertuples()]


def _line(row: Any) -> Line:
    return {
        "Person": row.person,
        "Community": row.community,
        "Course": row.requirement,
        "Status": status_label(row.status),
        "Date": row.due_on,
        "Why": row.because,
        "Next step": row.next_step,
    }


def _clicked(seen: Training, chosen: Any) -> Cell | None:
    cells = chosen.get("selection", {}).get("cell", []) if isinstance(chosen, dict) else chosen.selection.get("cell")
    ids = {row.person: row.staff_id for row in seen.rows}
    found = [(ids.get(cell.get("person")), cell.get("requirement")) for cell in cells or []]
    return next(((staff_id, title) for staff_id, title in found if staff_id is not None), None)


def asked_cell(rows: Sequence[Row]) -> Cell | None:
    """Whom, and on which course, the address asks for: `?person=<staff id>&what=<title>`. Nobody who is not here."""
    wished, title = st.query_params.get("person", ""), st.query_params.get("what", "")
    theirs = [row for row in rows if str(row.staff_id) == wished]
    row = next((row for row in theirs if row.requirement == title), theirs[0] if theirs else None)
    return None if row is None else (row.staff_id, row.requirement)


def worst_first(rows: Sequence[Row]) -> None:
    """What is to be put right, as sentences: the start of the page where a picture would be too small."""
    late = sorted((row for row in rows if row.standing.status in SHOWN["To put right"]), key=_by_severity)
    if not late:
        st.success("Nothing is overdue or expired here.", icon=":material/check_circle:")
        return
    _late_rows(late[:MOST_ROWS], "training-late")
    if late[MOST_ROWS:]:
        with st.expander(f"{len(late) - MOST_ROWS} more"):
            _late_rows(late[MOST_ROWS:], "training-late-more")


def _late_rows(rows: Sequence[Row], key: str) -> None:
    with row_list(key) as listed:
        for row in rows:
            listed.standing(f"{row.person} · {row.requirement}", row.standing)


def _by_severity(row: Row) -> tuple[Any, ...]:
    return *severity(row.standing), row.person, row.requirement


# ---------------------------------------------------------------------------------------------------------------------
# One person and one course


def open_cell(me: Actor, seen: Training, rows: Sequence[Row], clicked: Cell | None) -> None:
    """The sentence, the history and the records of a person on a course, and what may be done about them."""
    cell = _choose_cell(seen, rows, clicked)
    row = next((row for row in seen.rows if (row.staff_id, row.requirement) == cell), None)
    if row is None:
        return
    tcat_stepper([one for one in seen.rows if one.staff_id == row.staff_id])
    with st.container(border=True, key="training-open"):
        status_chip(row.standing.status)
        said(f"{row.person} · {row.requirement}", row.standing.because, row.standing.next_step)
        if row.bound.asked_alone and not isinstance(row.standing, LeftOut):
            st.caption(plain(row.bound.asked_alone))
        with reading() as db:
            records = completions_seen(db, viewer=me, about=row.staff_id, courses=row.bound.terms["any_of"])
            may = may_do(db, viewer=me, about=row.staff_id)
        if records.empty:
            st.caption("No record that you may read.")
            return
        history_table(records)
        export_button(_history_export(me, row), f"history-{row.staff_id}-{row.requirement}")
        about = row.staff_id
        files_part(me, records, about)
        who_can_see(
            f"training-{about}",
            lambda db: readers_about(db, viewer=me, what=Object.TRAINING_RECORD, staff_id=about),
        )
        if may.correct or may.void:
            _mend(me, records, row.person)


def _choose_cell(seen: Training, rows: Sequence[Row], clicked: Cell | None) -> Cell | None:
    names = {row.staff_id: row.person for row in rows}
    people = sorted(names, key=names.__getitem__)
    left, right = st.columns(2)
    with left:
        person = st.selectbox(
            "Person",
            people,
            index=people.index(clicked[0]) if clicked and clicked[0] in people else None,
            format_func=names.__getitem__,
            placeholder="Choose a person",
            key=f"cell-person-{clicked}",
        )
    asked = [row.requirement for row in rows if row.staff_id == person]
    titles = [title for title in seen.titles if title in asked]
    with right:
        title = st.selectbox(
            "Course",
            titles,
            index=titles.index(clicked[1]) if clicked and clicked[1] in titles else 0 if titles else None,
            placeholder="Choose a person first",
            key=f"cell-course-{clicked}-{person}",
        )
    return (person, title) if person is not None and title is not None else None


def history_table(records: "pd.DataFrame") -> None:
    """Every version, the superseded and void ones too: nothing is lost."""
    show_table([_version(row) for row in records.itertuples()])


def _version(row: Any) -> Line:
    return {
        "Completed": row.completed_on,
        "Course": f"{row.course}, version {row.course_version}" if row.versions > 1 else row.course,
        "Result": RESULT_WORDS[row.result],
        "Expiry printed": row.printed_expiry_on,
        "Certificate": row.certificate or None,
        "Record": _state(row),
        "Entered": f"{words.moment(row.recorded_at)}{f' by {row.recorded_by}' * bool(row.recorded_by)}",
    }


def _history_export(me: Actor, row: Row) -> Export | None:
    about, courses = row.staff_id, row.bound.terms["any_of"]
    return opened_export(
        me,
        Object.TRAINING_RECORD,
        [about],
        f"training-records-{me.on}",
        f"Training records of one person: {row.requirement}",
        lambda db: export_completions(db, by=me, about=about, courses=courses),
        _version,
    )


def _state(row: Any) -> str:
    if row.is_void:
        return f"Void: {row.reason}"
    if not row.is_current:
        return "Replaced by a later version"
    counts = "Counts" if row.result is not TrainingResult.ASKED_TO_REPEAT else "Does not count"
    state = counts if row.is_confirmed else "Waits to be confirmed"
    return f"{state}. Corrected: {row.reason}" if row.reason else state


def _mend(me: Actor, records: "pd.DataFrame", person: str) -> None:
    """Correct or void one of the versions that count."""
    current = {row.training_record_id: row for row in records[records["is_current"].astype(bool)].itertuples()}
    if not current:
        return
    with st.expander("Correct or void a record"):
        chosen = st.selectbox(
            "Record",
            list(current),
            format_func=lambda one: f"{current[one].course}, {words.day(current[one].completed_on)}",
            key=f"mend-{'-'.join(map(str, current))}",
        )
        row: Any = current[chosen]
        with record_form(f"correct-{chosen}", submit="Save the correction") as form:
            left, middle, right = st.columns(3)
            with left:
                completed_on = pick_day_if_any("Completed on", row.completed_on, form.widget_key("on"))
                form.slot("completed_on")
            with middle:
                printed = pick_day_if_any("Expiry printed on it", row.printed_expiry_on, form.widget_key("printed"))
                form.slot("printed_expiry_on")
            with right:
                result = pick_result(form.widget_key("result"), row.result)
            certificate = st.text_input("Certificate", row.certificate, key=form.widget_key("certificate"))
            form.slot("certificate")
            version = pick_version(form, versions_of_courses(), row.course_code, row.completed_on, row.course_version)
            reason = st.text_input("Why it is corrected", key=form.widget_key("reason"))
            form.slot("reason")
        if form.submitted and completed_on is None:
            form.point_out({"completed_on": CHOOSE_DAY})
        elif form.submitted and completed_on is not None:
            with saving(form, done=f"The record of {person} is corrected. The former version stays.") as db:
                correct_completion(
                    db,
                    by=me,
                    submission=form.key,
                    training_record_id=chosen,
                    reason=reason,
                    completed_on=completed_on,
                    result=result,
                    printed_expiry_on=printed,
                    certificate=certificate,
                    course_version=version if version != row.course_version else None,
                )
        done = "The record is void. It stays, with the reason."
        _void_form(me, "void", chosen, "Void the record: it never counted", done)


def _void_form(me: Actor, name: str, training_record_id: int, label: str, done: str) -> None:
    """What waits stands on the page twice, when its cell is open too: `name` tells the two forms apart."""
    with record_form(f"{name}-{training_record_id}", submit=label) as form:
        reason = st.text_input("Why", key=form.widget_key("reason"))
        form.slot("reason")
    if form.submitted:
        with saving(form, done=done) as db:
            void_completion(db, by=me, submission=form.key, training_record_id=training_record_id, reason=reason)


def pick_result(key: str, was: TrainingResult = TrainingResult.PASSED) -> TrainingResult:
    results = list(RESULT_WORDS)
    return st.selectbox("Result", results, index=results.index(was), format_func=RESULT_WORDS.__getitem__, key=key)


# ---------------------------------------------------------------------------------------------------------------------
# To confirm


def confirm_list(me: Actor, waiting: Sequence[ToConfirm]) -> None:
    """What people sent in: one click confirms, or it goes back with a reason."""
    if not waiting:
        st.success("Nothing waits to be confirmed.", icon=":material/check_circle:")
        return
    st.caption("Open the certificate first. Once confirmed, it counts.")
    files = files_by_record(me, [one.record_id for one in waiting])
    with row_list("to-confirm") as listed:
        for one in waiting:
            its_files = files.get(one.record_id, [])
            with listed.row("To confirm", Tone.AMBER, f"{one.person} · {one.course}", *_sent(one, its_files)):
                open_buttons(me, its_files, "confirm")
                form = record_button(f"confirm-{one.training_record_id}", "Confirm")
                if form.submitted:
                    with saving(form, done=f"{one.course} of {one.person} is confirmed.") as db:
                        confirm_completion(db, by=me, submission=form.key, training_record_id=one.training_record_id)
    with st.expander("Send one back"):
        by_id = {one.training_record_id: one for one in waiting}
        chosen = st.selectbox(
            "Which",
            list(by_id),
            format_func=lambda one: f"{by_id[one].person}, {by_id[one].course}, {words.day(by_id[one].completed_on)}",
            key="send-back",
        )
        done = "It was sent back. The record stays, void, with the reason."
        _void_form(me, "send-back", chosen, "Send it back", done)


def _sent(one: ToConfirm, files: Sequence[FileLine]) -> tuple[str, ...]:
    result = RESULT_WORDS[one.result]
    printed = f", expiry printed {words.day(one.printed_expiry_on)}" if one.printed_expiry_on else ""
    certificate = f"On the certificate: {one.certificate}" if one.certificate else "No certificate number given."
    proof = f"Sent in with it: {files_in_words(files)}." if files else "No file was sent in with it."
    when = f"{result} {words.day(one.completed_on)}{printed}. Sent in {words.moment(one.sent_at)}."
    return when, certificate, proof


def what_i_sent_in(me: Actor) -> None:
    """My own that waits for a manager; nothing when there is none."""
    with reading() as db:
        mine = sent_in(db, viewer=me)
    if mine:
        files = files_by_record(me, [one.record_id for one in mine])
        with row_list("sent-in") as listed:
            for one in mine:
                its_files = files.get(one.record_id, [])
                sentences = (*_sent(one, its_files), "Your manager confirms it.")
                with listed.row("Waits", Tone.NEUTRAL, one.course, *sentences, wide=not its_files):
                    open_buttons(me, its_files, "sent-in")


def mine_only(rows: Sequence[Row]) -> None:
    """Somebody who sees their own training alone: no picture, every sentence."""
    with row_list("my-training") as listed:
        for row in sorted(rows, key=_by_severity):
            listed.row(
                status_word(row.standing.status),
                TONES[row.standing.status],
                row.requirement,
                row.standing.because,
                row.standing.next_step,
                wide=True,
            )
