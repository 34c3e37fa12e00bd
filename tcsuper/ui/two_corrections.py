"""Two people who correct one session: whoever saves second is told, sees both versions, and loses nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from tcsuper import words
from tcsuper.models import IN_PART
from tcsuper.queries.supervision import Contracted
from tcsuper.services.keeping_sessions import Entry
from tcsuper.ui.memory import memory
from tcsuper.ui.plain import plain
from tcsuper.ui.register import STATUS_WORDS
from tcsuper.ui.saving import RecordForm
from tcsuper.ui.two_drafts import TWO_VERSIONS

NO_FIELDS = ("submit", "form")


@dataclass(frozen=True)
class Register:
    """What a version of a held session says."""

    people: Sequence[Contracted]
    entries: Mapping[int, Entry]
    minutes: int
    guests: int


class Correction:
    """The version that a correction began with. Made before its form, which shows what that version said until it is
    saved; while nothing is changed in it, it follows what stands now."""

    def __init__(self, name: str, version: int, now: Register) -> None:
        self._now, self._now_version = now, version
        kept = memory().get("corrections", {}).get(name)
        if kept is None or _is_over(name, kept) or (kept["version"] != version and _is_untouched(kept)):
            memory().setdefault("forms", {}).pop(name, None)
            kept = {"version": version, "said": now, "seen": {}, "touched": False, "told": False}
        memory()["corrections"] = {name: kept}
        self._kept: dict[str, Any] = kept

    @property
    def version(self) -> int:
        return int(self._kept["version"])

    @property
    def said(self) -> Register:
        """What the form starts from."""
        said: Register = self._kept["said"]
        return said

    def drawn(self, form: RecordForm, place: DeltaGenerator, mine: Register, reason: str) -> None:
        """Its fields are on screen: remembers whether anything is changed in them."""
        prefix = form.widget_key("")
        self._kept["seen"] = {
            key: value
            for key, value in st.session_state.items()
            if str(key).startswith(prefix) and str(key).removeprefix(prefix) not in NO_FIELDS
        }
        self._kept["drawn"] = prefix
        self._kept["touched"] = bool(reason.strip()) or _differs(mine, self.said)
        if self._kept["told"]:
            self._compare(place, mine)

    def tell(self, place: DeltaGenerator, mine: Register) -> None:
        """Somebody was first: from now on it builds on what stands, which is shown beside it."""
        self._kept |= {"version": self._now_version, "told": True}
        self._compare(place, mine)

    def _compare(self, place: DeltaGenerator, mine: Register) -> None:
        with place.container(border=True):
            st.markdown(TWO_VERSIONS)
            st.table([_line(*one) for one in _lines(self._now, mine)], border="horizontal")


def _is_over(name: str, kept: dict[str, Any]) -> bool:
    """Saved, or the page was left since."""
    drawn = memory().get("forms", {}).get(name, {}).get("drawn")
    return kept.get("drawn") != f"{name}-{drawn}-" or any(key not in st.session_state for key in kept["seen"])


def _is_untouched(kept: dict[str, Any]) -> bool:
    """Neither before, nor by what led to this run."""
    same = all(st.session_state.get(key) == value for key, value in kept["seen"].items())
    return same and not kept["touched"] and not kept["told"]


def _differs(mine: Register, said: Register) -> bool:
    return _plainly(mine) != _plainly(said)


def _plainly(one: Register) -> tuple[object, ...]:
    """Minutes of those who stayed the whole time are the session's, so they are none of their own."""
    lines = [
        (entry.staff_id, entry.status, entry.minutes if entry.status in IN_PART else None, entry.presented_own_work)
        for entry in one.entries.values()
    ]
    return sorted(lines), one.minutes, one.guests


def _lines(now: Register, mine: Register) -> list[tuple[str, str, str]]:
    people = {one.staff_id: one.full_name for one in [*now.people, *mine.people]}
    lines = [("Length", words.length(now.minutes), words.length(mine.minutes))]
    if now.guests or mine.guests:
        lines.append(("Guests", str(now.guests), str(mine.guests)))
    return lines + [
        (name, _said(now.entries.get(staff_id)), _said(mine.entries.get(staff_id))) for staff_id, name in people.items()
    ]


def _said(entry: Entry | None) -> str:
    if entry is None:
        return "–"
    minutes = f", {words.length(entry.minutes)}" if entry.status in IN_PART and entry.minutes else ""
    own_work = ", own work" if entry.presented_own_work else ""
    return f"{STATUS_WORDS[entry.status]}{minutes}{own_work}"


def _line(what: str, now: str, mine: str) -> dict[str, str]:
    return {"": plain(what), "As it stands now": now, "Yours, not saved": f"**{mine}**" if mine != now else mine}
