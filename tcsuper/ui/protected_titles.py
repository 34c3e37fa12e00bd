"""The mark beside a name: which protected title somebody may not use, since a statutory registration lapsed."""

from collections.abc import Iterable
from datetime import date

import streamlit as st

from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.queries.renewals import titles_not_to_use
from tcsuper.ui.plain import plain


def title_mark(sentences: Iterable[str]) -> None:
    """Nothing where there is nothing to mark."""
    said = " ".join(sentences)
    if said:
        st.error(plain(said), icon=":material/gpp_bad:")


def my_title_mark(me: Actor, on: date) -> None:
    with reading() as db:
        marks = titles_not_to_use(db, viewer=me, on=on, about=me.staff_id)
    title_mark(marks.get(me.staff_id, ()))
