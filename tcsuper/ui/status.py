"""A status on screen: a word, a shape and a colour, never a colour alone. Fixed words only go into a chip."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from tcsuper.charts import SHAPES
from tcsuper.rules.standing import TONES, Standing, Status, Tone, status_word
from tcsuper.ui.plain import plain

COLOURS = {Tone.BAD: "red", Tone.AMBER: "orange", Tone.GOOD: "green", Tone.NEUTRAL: "gray", Tone.GREY: "gray"}


def chip(word: str, tone: Tone) -> None:
    st.markdown(f":{COLOURS[tone]}-badge[{SHAPES[tone]} {word}]", width="content")


def status_chip(status: Status) -> None:
    chip(status_word(status), TONES[status])


class RowList:
    """A bordered list: each row has a chip, words, and room for a button. Rows stack on a narrow screen."""

    def __init__(self) -> None:
        self._is_first = True

    def row(self, word: str, tone: Tone, title: str, *sentences: str, wide: bool = False) -> DeltaGenerator:
        """Draw a row; gives the place for its button. `wide`: no button, so the words take its room."""
        if not self._is_first:
            st.divider()
        self._is_first = False
        left, middle, right = st.columns([1.3, 5.7, 0.01] if wide else [1.3, 4.2, 1.5], vertical_alignment="center")
        with left:
            chip(word, tone)
        with middle:
            said(title, *sentences)
        return right

    def standing(self, title: str, standing: Standing, wide: bool = True) -> DeltaGenerator:
        return self.row(
            status_word(standing.status),
            TONES[standing.status],
            title,
            standing.because,
            standing.next_step,
            wide=wide,
        )


@contextmanager
def row_list(key: str) -> Iterator[RowList]:
    with st.container(border=True, gap="small", key=f"rows-{key}"):
        yield RowList()


def said(title: str, *sentences: str) -> None:
    """A line in bold and sentences under it, as text."""
    quiet = "  \n".join(plain(sentence) for sentence in sentences if sentence)
    st.markdown(f"**{plain(title)}**" + (f"  \n:small[{quiet}]" if quiet else ""))


@contextmanager
def card(key: str, title: str) -> Iterator[None]:
    with st.container(border=True, height="stretch", key=f"card-{key}"):
        st.subheader(plain(title), anchor=False)
        yield


def figure(label: str, value: str, behind: str) -> None:
    """One of the numbers at the top: "31 of 36" with what is behind it."""
    with st.container(border=True, height="stretch", gap=None, key=f"figure-{label}"):
        st.markdown(f":small[{plain(label)}]")
        st.markdown(f"### {plain(value)}")
        st.markdown(f":small[{plain(behind)}]")
