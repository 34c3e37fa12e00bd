"""Two people, or two windows, on one text: whoever saves second is told, sees both versions, and loses nothing.

A form remembers the version it began with until it is saved. While nothing is typed over it, it follows what stands
now; once something is, its save is refused when that version is no longer the last (`check_current`), both versions
stand side by side, and the next save builds on the one that was shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

import streamlit as st
from sqlmodel import Session
from streamlit.delta_generator import DeltaGenerator

from tcsuper import words
from tcsuper.clock import today
from tcsuper.errors import Conflict
from tcsuper.rules.themes import Tags
from tcsuper.ui.memory import memory
from tcsuper.ui.opened_texts import open_it, typed_words
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, saving


@dataclass(frozen=True)
class Content:
    """What a version of a text says."""

    words: str = ""
    tags: Tags = Tags()

    def fields(self) -> dict[str, Any]:
        """By widget: what stands in it."""
        chosen = {"themes": [one.code for one in self.tags.themes]}
        chosen |= {"functions": list(self.tags.functions), "modes": list(self.tags.modes)}
        return {"words": self.words, **chosen}


NOTHING = Content()
TWO_VERSIONS = "**Two versions.** Yours is not saved yet. Compare, change yours if need be, then save again."


class Draft:
    """The version a form began with. Made before its fields are drawn."""

    def __init__(self, form: RecordForm, version: int | None, content: Content = NOTHING) -> None:
        self._form, prefix = form, form.widget_key("")
        drafts: dict[str, dict[str, Any]] = memory().setdefault("drafts", {})
        if drafts.get(form.name, {}).get("prefix") != prefix:
            drafts[form.name] = {"prefix": prefix, "base": version, "start": content, "told": False}
        self._kept = drafts[form.name]
        if not self.is_told and not _is_typed_over(self._kept):
            self._follow(version, content)

    def _follow(self, version: int | None, content: Content) -> None:
        if self._kept["start"] != content:
            for field, value in content.fields().items():
                if self._form.widget_key(field) in st.session_state:
                    st.session_state[self._form.widget_key(field)] = value
        self._kept |= {"base": version, "start": content}

    @property
    def base(self) -> int | None:
        base: int | None = self._kept["base"]
        return base

    @property
    def is_told(self) -> bool:
        """Its second writer was told already, and is comparing."""
        return bool(self._kept["told"])

    def tell(self, version: int) -> None:
        """From now on it builds on this version, which is shown beside it."""
        self._kept |= {"base": version, "told": True}


class Version(Protocol):
    @property
    def version_id(self) -> int: ...


Opened = TypeVar("Opened", bound=Version)


def save_draft(
    form: RecordForm,
    draft: Draft,
    *,
    done: str,
    store: Callable[[Session], object],
    open_newest: Callable[[], Opened | None],
    compare: Callable[[Opened], None],
) -> None:
    """`store` it. Where somebody saved another version first, theirs is opened and shown beside it, and the next save
    builds on that one."""
    somebody_was_first = False
    with saving(form, done=done) as db:
        try:
            store(db)
        except Conflict:
            somebody_was_first = True
            raise
    newest = open_newest() if somebody_was_first else None
    if newest is not None:
        draft.tell(newest.version_id)
        open_it(form.name)
        compare(newest)


def is_typed_over(what: str) -> bool:
    """Whether the form of this text holds something that is not saved."""
    drawn = memory().get("forms", {}).get(what, {}).get("drawn")
    kept = memory().get("drafts", {}).get(what, {})
    return kept.get("prefix") == f"{what}-{drawn}-" and _is_typed_over(kept)


def _is_typed_over(kept: dict[str, Any]) -> bool:
    for field, was in kept["start"].fields().items():
        now = st.session_state.get(f"{kept['prefix']}{field}", was)
        if field == "words" and not now.strip():
            continue
        if now != was if field == "words" else set(now) != set(was):
            return True
    return False


def side_by_side(
    place: DeltaGenerator, form: RecordForm, who: str, at: datetime | None, theirs: Content, mine: Content
) -> None:
    """Both versions, and a button that adds the other's to one's own; `place` shows the last ones drawn."""
    with place.container(border=True):
        st.markdown(TWO_VERSIONS)
        left, right = st.columns(2)
        with left:
            _version(f"{who}, saved {_when(at)}", theirs)
        with right:
            _version("Yours, not saved yet", mine)
        label = "Add the other version to mine"
        st.button(label, key=form.widget_key("take"), on_click=_take, args=(form.widget_key(""), theirs))


def _when(at: datetime | None) -> str:
    if at is None:
        return ""
    return f"at {words.time_of_day(at)}" if today(at) == today() else f"on {words.moment(at)}"


def _version(title: str, content: Content) -> None:
    st.markdown(f":small[{plain(title)}]")
    said_tags(content.tags)
    if content.words.strip():
        typed_words(content.words)


def said_tags(tags: Tags) -> None:
    if not tags.is_empty:
        st.markdown("  \n".join(plain(sentence) for sentence in tags.in_sentences()))


def _take(prefix: str, theirs: Content) -> None:
    """Into the fields alone, under what stands there: nothing is saved by it."""
    for field, value in theirs.fields().items():
        if f"{prefix}{field}" in st.session_state:
            mine = st.session_state[f"{prefix}{field}"]
            both = _joined(mine, value) if field == "words" else list(dict.fromkeys([*mine, *value]))
            st.session_state[f"{prefix}{field}"] = both


def _joined(mine: str, theirs: str) -> str:
    if theirs.strip() in mine:
        return mine
    return f"{mine}\n\n{theirs}" if mine.strip() else theirs
