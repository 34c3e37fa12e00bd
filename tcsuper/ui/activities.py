"""The activity log on screen: one's own on My record, and what others are shown of it on the registration page."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Object, sees_counts_alone
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import ActivityKind
from tcsuper.queries.activities import (
    ActivitySeen,
    counts_by_body,
    logged_by_community,
    logged_by_month,
    logged_by_person,
    my_activities,
    sees_activity_of_others,
    shared_activities,
    twelve_months,
)
from tcsuper.queries.people import people_to_choose
from tcsuper.queries.readers import readers_about
from tcsuper.rules.activity import KINDS, BodyCount, hours_in_words
from tcsuper.rules.standing import Tone
from tcsuper.services.activities import (
    LONGEST_WORDS,
    OpenedActivity,
    VoidReason,
    add_activity,
    change_activity,
    open_activity,
    share_activity,
    stop_sharing_activity,
    void_activity,
)
from tcsuper.ui.opened_texts import (
    NO_RESIDENT,
    and_warn,
    close_button,
    is_open,
    open_button,
    opened_by,
    typed_words,
)
from tcsuper.ui.pickers import pick_day_if_any, pick_staff
from tcsuper.ui.readers import who_can_see
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import row_list

if TYPE_CHECKING:
    import pandas as pd

WHO_READS = (
    "Your supervisors and your therapy manager see how many activities and hours you logged, of which kind. Your words "
    "are yours alone until you share an entry; then they can read it too, and you see under “Who has read or changed "
    "my records” when they did."
)
SHARE = "Share the words with my supervisors and therapy manager"
VOID_WORDS = {
    VoidReason.ENTERED_TWICE: "It was entered twice",
    VoidReason.NOT_HELD: "It did not take place",
    VoidReason.WRONG_ENTRY: "It was entered by mistake",
    VoidReason.IDENTIFIES_SOMEBODY: "It identifies somebody it should not",
}
MOST_SHARED = 20
TOO_FEW = "too few to be shown"


# ---------------------------------------------------------------------------------------------------------------------
# My record


def activity_log_part(me: Actor, on: date) -> None:
    """My own log: what the bodies I am registered with ask for, a form, every entry."""
    with reading() as db:
        log = my_activities(db, viewer=me)
        counts = counts_by_body(db, viewer=me, staff_id=me.staff_id, on=on)
    st.subheader("Activity log", anchor=False)
    st.caption(WHO_READS)
    _counts(counts, "my-activity-counts")
    with st.expander("Add an activity", icon=":material/add:", expanded=not log):
        _add(me)
    if not log:
        st.info("Nothing is in your log yet. Add what you learned, taught or did for others, one day at a time.")
        return
    chosen = _log(log)
    if chosen is not None:
        _own_entry(me, chosen)
    with st.expander("By month and kind"):
        _by_month(me, me.staff_id, on)
    readers = "Who reads an entry once I share it?"
    who_can_see(
        "activity-words",
        lambda db: readers_about(db, viewer=me, what=Object.ACTIVITY_WORDS, staff_id=me.staff_id),
        readers,
    )


def _counts(counts: Sequence[BodyCount], key: str) -> None:
    """What each body asks for beside what was logged: sentences, and no status."""
    if not counts:
        return
    with row_list(key) as listed:
        for count in counts:
            logged = words.count(len(count.entries), "activity", "activities")
            listed.row(logged, Tone.NEUTRAL, count.title, *count.sentences, wide=True)


def _add(me: Actor) -> None:
    with record_form("add-activity", submit="Add to my log") as form:
        kind, held_on, hours, typed, share = _fields(form)
    if form.submitted:
        with saving(form, done=and_warn("It is in your log.", typed)) as db:
            add_activity(
                db, by=me, submission=form.key, kind=kind, held_on=held_on, hours=hours, words=typed, share=share
            )


def _fields(
    form: RecordForm, before: OpenedActivity | None = None
) -> tuple[ActivityKind | None, date | None, float | None, str, bool]:
    kinds = list(ActivityKind)
    what, day, length = st.columns([2, 1.2, 1])
    with what:
        kind = st.selectbox(
            "What was it?",
            kinds,
            index=kinds.index(before.kind) if before else None,
            format_func=KINDS.__getitem__,
            placeholder="Choose",
            key=form.widget_key("kind"),
        )
        form.slot("kind")
    with day:
        held_on = pick_day_if_any("On which day", before.held_on if before else today(), form.widget_key("held_on"))
        form.slot("held_on")
    with length:
        hours = st.number_input(
            "Hours", 0.0, 24.0, before.hours if before else None, step=0.25, format="%.2f", key=form.widget_key("hours")
        )
        form.slot("hours")
    typed = st.text_area(
        "In your own words",
        before.words if before else "",
        max_chars=LONGEST_WORDS,
        height=100,
        placeholder="What it was, and what you take from it",
        key=form.widget_key("words"),
    )
    form.slot("words")
    st.caption(NO_RESIDENT)
    share = st.checkbox(SHARE, before.is_shared if before else False, key=form.widget_key("share"))
    return kind, held_on, hours, typed, share


def _log(log: Sequence[ActivitySeen]) -> ActivitySeen | None:
    """Every entry in a table, and the one to open: opening it is noted in one's history."""
    st.dataframe(
        [
            {
                "Day": words.day(one.held_on),
                "What": KINDS[one.kind],
                "How long": hours_in_words(one.hours),
                "Words": "shared" if one.is_shared else "yours alone",
            }
            for one in log
        ],
        hide_index=True,
        width="stretch",
    )
    named = _labels(log)
    chosen = st.selectbox(
        "Open an entry", list(named), index=None, placeholder="Choose a day to read, change or share it", key="my-entry"
    )
    return named.get(chosen) if chosen else None


def _labels(log: Sequence[ActivitySeen]) -> dict[str, ActivitySeen]:
    """Told apart by label alone, so that each is unique: two of one kind on one day are numbered."""
    labels = [f"{words.day(one.held_on)} · {KINDS[one.kind]} · {hours_in_words(one.hours)}" for one in log]
    alike, nth, found = Counter(labels), Counter[str](), {}
    for label, one in zip(labels, log, strict=True):
        nth[label] += 1
        found[f"{label} · no. {nth[label]}" if alike[label] > 1 else label] = one
    return found


def _own_entry(me: Actor, one: ActivitySeen) -> None:
    entry = opened_by(lambda db: open_activity(db, by=me, record_id=one.record_id))
    if entry is None:
        return
    typed_words(entry.words)
    _sharing(me, entry)
    with st.expander("Change it"), record_form(f"change-activity-{entry.version_id}", submit="Save the change") as form:
        kind, held_on, hours, typed, share = _fields(form, entry)
    if form.submitted:
        with saving(form, done=and_warn("The entry is changed.", typed)) as db:
            change_activity(
                db,
                by=me,
                submission=form.key,
                activity_id=entry.version_id,
                kind=kind,
                held_on=held_on,
                hours=hours,
                words=typed,
                share=share,
            )
    _void(me, entry)


def _sharing(me: Actor, entry: OpenedActivity) -> None:
    if entry.is_shared:
        form = record_button(f"unshare-activity-{entry.version_id}", "Stop sharing it")
        if form.submitted:
            with saving(form, done="The words are yours alone again.") as db:
                stop_sharing_activity(db, by=me, submission=form.key, activity_id=entry.version_id)
        return
    form = record_button(f"share-activity-{entry.version_id}", SHARE)
    if form.submitted:
        with saving(form, done="Your supervisors and your therapy manager can read this entry now.") as db:
            share_activity(db, by=me, submission=form.key, activity_id=entry.version_id)


def _void(me: Actor, entry: OpenedActivity) -> None:
    with st.expander("Void it"), record_form(f"void-activity-{entry.version_id}", submit="Void the entry") as form:
        st.caption("It counts no more and nobody opens it any more. That it was there stays in your history.")
        reason = st.radio(
            "Why?", list(VOID_WORDS), index=None, format_func=VOID_WORDS.__getitem__, key=form.widget_key("reason")
        )
        form.slot("reason")
    if form.submitted:
        with saving(form, done="The entry is voided.") as db:
            void_activity(db, by=me, submission=form.key, activity_id=entry.version_id, reason=reason)


def _by_month(me: Actor, staff_id: int, on: date) -> None:
    with reading() as db:
        found = logged_by_month(db, viewer=me, staff_id=staff_id, on=on)
    if found.empty:
        st.caption(f"Nothing is logged since {words.day(twelve_months(on))}.")
        return
    st.dataframe(
        [
            {
                "Month": words.month(row.month),
                "What": KINDS[row.kind],
                "Activities": row.entries,
                "How long": hours_in_words(row.hours),
            }
            for row in found.itertuples()
        ],
        hide_index=True,
        width="stretch",
    )


# ---------------------------------------------------------------------------------------------------------------------
# Registration: what others are shown


def has_activity_tab(me: Actor) -> bool:
    return sees_activity_of_others(me)


def activity_of_others_part(me: Actor, on: date) -> None:
    """Figures of the people I supervise or manage and what they shared; for a director, whole communities."""
    if sees_counts_alone(me):
        _communities(me)
        return
    with reading() as db:
        figures = logged_by_person(db, viewer=me, on=on)
        shared = shared_activities(db, viewer=me, since=twelve_months(on))
    if figures.empty and not shared:
        st.info(
            f"Nobody you supervise or manage has logged an activity since {words.day(twelve_months(on))}. People keep "
            "their log on My record."
        )
        return
    st.caption(
        f"Since {words.day(twelve_months(on))}. Figures alone: the words are each person’s own until they share them."
    )
    if not figures.empty:
        _figures(figures)
        _one_person(me, figures, on)
    _shared(me, shared)


def _communities(me: Actor) -> None:
    with reading() as db:
        found = logged_by_community(db, viewer=me)
    st.caption(
        f"Since {words.day(twelve_months(me.on))}. Where only a few people logged something, no figures are shown."
    )
    st.dataframe(
        [
            {
                "Community": row.community,
                "People who logged something": TOO_FEW if row.people is None else str(row.people),
                "Activities": "" if row.people is None else str(row.entries),
                "How long": "" if row.people is None else hours_in_words(row.hours),
            }
            for row in found.itertuples()
        ],
        hide_index=True,
        width="stretch",
    )


def _figures(figures: "pd.DataFrame") -> None:
    """One line a person, one column for each kind that somebody logged."""
    kinds = [kind for kind in ActivityKind if kind in set(figures["kind"])]
    lines = []
    for _, of_one in figures.groupby("staff_id", sort=False):
        hours = dict(zip(of_one["kind"], of_one["hours"], strict=True))
        lines.append(
            {"Person": of_one["person"].iloc[0], "Activities": int(of_one["entries"].sum())}
            | {"In all": hours_in_words(sum(hours.values()))}
            | {KINDS[kind]: hours_in_words(hours[kind]) if kind in hours else "" for kind in kinds}
        )
    st.dataframe(lines, hide_index=True, width="stretch")


def _one_person(me: Actor, figures: "pd.DataFrame", on: date) -> None:
    """Somebody's figures beside what their bodies ask for, and by month."""
    with reading() as db:
        people = people_to_choose(db, viewer=me, what=Object.PERSON)
    logged = set(figures["staff_id"])
    chosen = pick_staff("Look closer", [one for one in people if one.staff_id in logged], "activity-person")
    if chosen is None:
        return
    with reading() as db:
        counts = counts_by_body(db, viewer=me, staff_id=chosen.staff_id, on=on)
    if not counts:
        st.caption("They are registered with no body, as far as you see.")
    _counts(counts, "activity-counts")
    _by_month(me, chosen.staff_id, on)


def _shared(me: Actor, shared: Sequence[ActivitySeen]) -> None:
    """What others let me read, each entry opened by itself: its owner sees that I did."""
    st.subheader("Shared with you", anchor=False)
    if not shared:
        st.caption("Nothing. An entry is here once its owner shares it.")
        return
    with row_list("activities-shared") as listed:
        for one in shared[:MOST_SHARED]:
            what = f"activity-{one.record_id}"
            title = f"{one.person} · {KINDS[one.kind]}"
            with listed.row("Shared", Tone.NEUTRAL, title, f"{words.day(one.held_on)}, {hours_in_words(one.hours)}"):
                close_button(what) if is_open(what) else open_button(what, "Read")
            if is_open(what):
                entry = opened_by(lambda db, one=one: open_activity(db, by=me, record_id=one.record_id))  # type: ignore[misc]
                if entry is not None:
                    typed_words(entry.words)
    if shared[MOST_SHARED:]:
        st.caption(f"And {len(shared) - MOST_SHARED} earlier ones.")
