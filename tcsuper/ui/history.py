"""Who did what, as tables."""

from collections.abc import Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Object
from tcsuper.database import reading
from tcsuper.queries.history import MOST, Event, history_about, my_history, security_events
from tcsuper.queries.people import people_to_choose
from tcsuper.ui.pickers import pick_staff

SECURITY, PEOPLE = "The service", "A person"


def events_table(events: Sequence[Event], nothing: str) -> None:
    if not events:
        st.info(nothing)
        return
    tells_about = any(event.about for event in events)
    st.dataframe(
        [
            {
                "When": words.moment(event.at),
                "Who": "You" if event.is_own else event.who,
                "Did what": event.what[:1].upper() + event.what[1:],
            }
            | ({"About": event.about} if tells_about else {})
            for event in events
        ],
        hide_index=True,
        width="stretch",
    )
    if len(events) == MOST:
        st.caption(f"The latest {MOST}.")


def my_history_part(me: Actor) -> None:
    """On my record: who read or changed what is held about me."""
    folded = st.expander(
        "Who has read or changed my records", icon=":material/history:", key="my-history", on_change="rerun"
    )
    if not folded.open:
        return
    with folded:
        own = st.checkbox("With what I did myself", key="my-history-own")
        with reading() as db:
            events = my_history(db, viewer=me)
        shown = [event for event in events if own or not event.is_own]
        events_table(shown, "Nobody else has read or changed a record of yours.")


def history_part(me: Actor) -> None:
    """Security events for administrators; the history of their people for managers and directors."""
    with reading() as db:
        security = security_events(db, viewer=me)
        people = people_to_choose(db, viewer=me, what=Object.HISTORY)
    people = [person for person in people if person.staff_id != me.staff_id]
    shows = [part for part, there in ((SECURITY, security is not None), (PEOPLE, bool(people))) if there]
    shown = st.segmented_control("Show", shows, default=shows[0], key="history-show") if len(shows) > 1 else shows[0]
    if shown == SECURITY:
        st.caption("Sign-ins, accounts, roles, settings and exports. Nothing of what is in anybody's record.")
        events_table(security or [], "Nothing has happened yet.")
        return
    chosen = pick_staff("Person", people, "history-of")
    if chosen is None:
        st.caption("Choose a person to see who has read or changed their records. They see the same under My record.")
        return
    with reading() as db:
        events = history_about(db, viewer=me, staff_id=chosen.staff_id)
    events_table(events, "Nobody has read or changed a record of theirs.")
