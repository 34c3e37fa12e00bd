"""How supervision serves me: the yearly questions, and what they came to in each community."""

from typing import TYPE_CHECKING

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor, Permission, holds
from tcsuper.charts import serves_me_chart
from tcsuper.database import reading
from tcsuper.queries.serves_me import how_supervision_serves, still_to_answer
from tcsuper.rules.serves_me import ANSWERS, HIGHEST, LOWEST, QUESTIONS
from tcsuper.services.serves_me import answer_serves_me
from tcsuper.settings import service_number
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_form, saving

if TYPE_CHECKING:
    import pandas as pd

WHO_READS = (
    "Once a year. Your answers are kept without your name and without a time, only with your community and the year. "
    "Your therapy manager and the director see how the answers of a community spread, once the year is over and if "
    "five people or more answered. That you have answered is on record; what, nobody can tell, so it cannot be changed."
)


def serves_me_part(me: Actor) -> None:
    """The five questions, until they are answered for this year; unfolded for whoever comes for them."""
    with reading() as db:
        waits = still_to_answer(db, viewer=me)
    if not waits:
        return
    asked = st.query_params.get("show") == "serves_me"
    st.subheader("How supervision serves me", anchor=False)
    title = f"The five questions of {me.on.year}"
    with st.expander(title, expanded=asked), record_form("serves_me", submit="Send my answers") as form:
        st.markdown(WHO_READS)
        answers = [
            st.radio(
                f"{number}. {question.asked}",
                list(ANSWERS),
                index=None,
                format_func=ANSWERS.__getitem__,
                horizontal=True,
                key=form.widget_key(f"question-{number}"),
            )
            for number, question in enumerate(QUESTIONS, 1)
        ]
        form.slot("answers")
    if form.submitted:
        given = [answer or 0 for answer in answers]
        with saving(form, done="Thank you. Your answers are kept, without your name.") as db:
            answer_serves_me(db, by=me, submission=form.key, answers=given)


def how_supervision_serves_part(me: Actor) -> None:
    """What it came to, by community and year; the year before beside it where that has enough answers too."""
    if not holds(me, Permission.SEE_SURVEY):
        return
    with reading() as db:
        found = how_supervision_serves(db, viewer=me)
        smallest = service_number(db, "smallest_group")
    st.subheader("How supervision serves people", anchor=False)
    if found.empty:
        st.info(
            f"No year is over in which {smallest} people or more of a community answered. Everyone with an agreement "
            "is asked once a year, on their home page."
        )
        return
    left, right, _ = st.columns([1.4, 1, 1.6])
    community = left.selectbox("Community", list(dict.fromkeys(found["community"])), key="serves-community")
    here = found[found["community"] == community]
    year = right.selectbox("Year", list(dict.fromkeys(here["year"])), key=f"serves-year-{community}")
    shown = here[here["year"].isin([year, year - 1])]
    st.altair_chart(serves_me_chart(shown), alt="Answers to each question, by year: as in the table below.")
    counts = shown.groupby("year", sort=False)["people"].first()
    st.caption(
        " ".join(f"{number}: {words.count(people, 'person', 'people')} answered." for number, people in counts.items())
        + f" {plain(QUESTIONS_IN_WORDS)}"
    )
    with st.expander("As a table"):
        _table(shown)


QUESTIONS_IN_WORDS = f"From {ANSWERS[LOWEST]} to {ANSWERS[HIGHEST]}."


def _table(shown: "pd.DataFrame") -> None:
    asked = {question.short: question.asked for question in QUESTIONS}
    st.table(
        [
            {"Question": plain(asked[question]), "Year": str(year)}
            | {row.answer: str(row.count) for row in rows.itertuples(index=False)}
            for (question, year), rows in shown.groupby(["question", "year"], sort=False)
        ],
        hide_index=True,
    )
