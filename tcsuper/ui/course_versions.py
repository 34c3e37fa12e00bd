"""Versions of a course: which one somebody was trained on, and a new one from a day on."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.queries.completions import CourseVersion, course_versions
from tcsuper.services.course_versions import set_course_version
from tcsuper.ui.pickers import pick_day
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form, saving


def versions_of_courses() -> Mapping[str, CourseVersion]:
    """Of the courses that have more than one."""
    with reading() as db:
        return course_versions(db)


def pick_version(
    form: RecordForm, versions: Mapping[str, CourseVersion], course: str | None, on: date, was: int | None = None
) -> int | None:
    """On which version it was, `was` or the one that was taught that day to begin with. Asked only of a course that has
    several; else None."""
    known = versions.get(course or "")
    if known is None:
        return None
    options = list(range(1, known.version + 1))
    chosen = st.segmented_control(
        "Version of the course",
        options,
        default=was or known.taught_on(on),
        required=True,
        format_func=lambda one: f"Version {one}",
        key=form.widget_key(f"version-{course}-{on}"),
    )
    form.slot("course_version")
    return chosen


def version_in_words(known: CourseVersion | None) -> str:
    """What a catalogue says of it: nothing where there is one version alone."""
    if known is None:
        return ""
    begins = f" since {words.day(known.version_from)}" if known.version_from else ""
    if known.version_from is not None and known.version_from > today():
        return f"Version {known.version} from {words.day(known.version_from)}; version {known.version - 1} until then."
    return f"Version {known.version}{begins}."


def new_version_form(me: Actor, course: str, title: str) -> None:
    """For whoever may set rules."""
    known = versions_of_courses().get(course)
    following = known.version + 1 if known else 2
    if known:
        st.caption(plain(version_in_words(known)))
    with (
        st.expander("A new version of the course"),
        record_form(f"course_version-{course}", submit="Set the version") as form,
    ):
        start_on = pick_day("Taught from", today(), form.widget_key("start_on"))
        form.slot("start_on")
        older = st.radio(
            "Training on an older version",
            [True, False],
            format_func={True: "Still counts", False: f"Counts no more: version {following} is asked for"}.__getitem__,
            captions=[
                "Nothing changes for anybody.",
                "From that day whoever has an older one has as long as the course's target gives a starter.",
            ],
            key=form.widget_key("older_counts"),
        )
    if form.submitted:
        with saving(form, done=f"{title}: version {following} from {words.day(start_on)}.") as db:
            set_course_version(
                db, by=me, submission=form.key, course_code=course, start_on=start_on, older_counts=bool(older)
            )
