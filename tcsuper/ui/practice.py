"""Observed practice of one person: against the required level, over time, beside their own view."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.charts import OBSERVER_LOOKS, all_ratings_chart, by_observer_chart, dumbbell_chart, latest_chart
from tcsuper.charts.practice import MOST_NAMED_LEVELS
from tcsuper.database import reading
from tcsuper.queries.observations import observations_seen
from tcsuper.queries.people import Person
from tcsuper.queries.practice import (
    OBSERVED,
    PRACTICE,
    FormerStandard,
    former_standards,
    observed_against_required,
    practice_trend,
)
from tcsuper.queries.standing import Row, standings_seen
from tcsuper.rules.own_view import beside_observed, own_views_beside
from tcsuper.rules.standing import MET, TONES, Status, status_word
from tcsuper.ui.links import link_button
from tcsuper.ui.plain import plain
from tcsuper.ui.practice_closely import closely, observations_part
from tcsuper.ui.rate_yourself import rate_yourself
from tcsuper.ui.sign_offs import sign_offs_part
from tcsuper.ui.status import SHAPES, card, row_list
from tcsuper.ui.tables import Line, show_table, table_twin

if TYPE_CHECKING:
    import pandas as pd

UPRIGHT = "Upright mark: the level required."
MOST_BELOW = 10
AS_JUDGED, LATEST, ALL, BY_OBSERVER = "As judged", "Latest", "All observations", "By observer"


def show_practice(me: Actor, person: Person, on: date) -> None:
    with reading() as db:
        against = observed_against_required(db, viewer=me, staff_id=person.staff_id, on=on)
        trend = practice_trend(db, viewer=me, staff_id=person.staff_id, on=on)
        observations = observations_seen(db, viewer=me, on=on, about=person.staff_id)
        former = former_standards(db, viewer=me, staff_id=person.staff_id, on=on)
    if against.empty:
        st.info(f"No level is required by a post held on {words.day(on)}. The levels of a role are in the catalogue.")
    else:
        _against_required(against, trend[trend["series"] == OBSERVED], person.staff_id == me.staff_id)
        _former_versions(former)
        closely(me, person, on, against, trend, observations)
    if against.empty:
        observations_part(me, person, observations)
    sign_offs_part(me, person, on)
    if person.staff_id == me.staff_id and len(against):
        rate_yourself(me, against)


def practice_card(me: Actor, on: date) -> None:
    """My observed practice on one card, for my record; nothing when no level is required of me."""
    with reading() as db:
        against = observed_against_required(db, viewer=me, staff_id=me.staff_id, on=on)
    if against.empty:
        return
    with card("practice", "Observed practice against the standard"):
        for set_id, of_set in against.groupby("set_id", sort=False):
            if against["set_id"].nunique() > 1:
                st.markdown(f"**{plain(set_label(of_set))}**")
            show_dumbbell(of_set)
            table_twin([_line(row, is_short=True) for row in of_set.itertuples()], f"practice-card-{set_id}")
        link_button("Open observed practice", "practice", "practice-card")


def set_label(of_set: "pd.DataFrame") -> str:
    first = of_set.iloc[0]
    return f"{first['set_name']}, version {first['set_version']}" if first["set_version"] else str(first["set_name"])


# ---------------------------------------------------------------------------------------------------------------------
# Against the required level


def _against_required(against: "pd.DataFrame", seen: "pd.DataFrame", is_own: bool) -> None:
    """`seen`: what was observed, oldest first."""
    has_verdict = bool(against["status"].notna().any())
    offered = [*([AS_JUDGED] if has_verdict else []), LATEST, ALL, BY_OBSERVER]
    counts = st.segmented_control(
        "What counts", offered, default=offered[0], key=f"practice-counts-{has_verdict}", required=True
    )
    for set_id, of_set in against.groupby("set_id", sort=False):
        st.subheader(plain(set_label(of_set)), anchor=False)
        of_these = seen[seen["standard_id"].isin(of_set["standard_id"])]
        if counts == LATEST:
            _latest(of_set, of_these, set_id)
        elif counts == ALL:
            _all_ratings(of_set, of_these, set_id)
        elif counts == BY_OBSERVER:
            _by_observer(of_set, of_these, set_id)
        else:
            show_dumbbell(of_set)
            table_twin(
                [_line(row) for row in of_set.itertuples()], f"against-{set_id}", title="As a table, with the reasons"
            )
        views = [(row.standard, row.self_level, row.observed) for row in of_set.itertuples()]
        if beside := own_views_beside(views, "You see yourself" if is_own else "They see themselves"):
            st.caption(plain(f"{beside} An own view counts for no status."))


def show_dumbbell(of_set: "pd.DataFrame") -> None:
    if of_set["observed"].isna().all() and of_set["self_level"].isna().all():
        st.caption(f"None of its {words.count(len(of_set), 'standard')} has been observed yet.")
        return
    st.altair_chart(
        dumbbell_chart(of_set, _levels(of_set)),
        alt="Level observed beside the level required, for each standard: the same as in the table.",
    )
    st.caption(plain(f"{message(of_set)} {UPRIGHT} {level_names(_levels(of_set))}"))


def _levels(of_set: "pd.DataFrame") -> dict[int, str]:
    levels: dict[int, str] = of_set.iloc[0]["levels"]
    return levels


def level_names(levels: dict[int, str]) -> str:
    """Where there are too many for the axis: 0 incompetent, 1 novice, …"""
    if len(levels) <= MOST_NAMED_LEVELS:
        return ""
    return f"Levels: {', '.join(f'{level} {name}' for level, name in levels.items())}."


def message(of_set: "pd.DataFrame") -> str:
    """What the picture says: how many are met, which are below, how many are not judged yet."""
    if of_set["status"].isna().all():
        seen = int(of_set["observed"].notna().sum())
        return (
            f"You saw {seen} of {words.count(len(of_set), 'standard')}. A verdict is for the person and their manager."
        )
    met = int(of_set["status"].isin(MET).sum())
    parts = [f"{met} of {words.count(len(of_set), 'standard')} at the required level or above"]
    below = [f"“{title}”" for title in of_set[of_set["status"] == Status.BELOW]["standard"]]
    if below:
        parts.append(f"below on {words.listed(below)}")
    unjudged = int((of_set["status"] == Status.NOT_YET_OBSERVED).sum())
    if unjudged:
        parts.append(f"{unjudged} not observed often enough to say")
    return "; ".join(parts) + "."


def _line(row: Any, is_short: bool = False) -> Line:
    status = {} if row.status is None else {"Status": f"{SHAPES[TONES[row.status]]} {status_word(row.status)}"}
    line = {
        "Standard": row.standard,
        "Required": level_word(row, row.required),
        "Observed": level_word(row, row.observed),
        **status,
    }
    if is_short:
        return line
    own = {"Own view": level_word(row, row.self_level), "Beside it": beside_observed(row.self_level, row.observed)}
    why = {"Why": f"{row.because} {row.next_step}".strip()} if row.because else {}
    return line | own | {"Ratings": row.n} | why


def level_word(row: Any, level: int | None) -> str:
    return "–" if level is None else f"{level} {row.levels.get(level, '')}".strip()


def _latest(of_set: "pd.DataFrame", seen: "pd.DataFrame", set_id: object) -> None:
    last = {one.standard_id: one for one in seen.itertuples()}
    if seen.empty:
        st.caption(f"None of its {words.count(len(of_set), 'standard')} has been observed yet.")
    else:
        st.altair_chart(
            latest_chart(of_set, seen, _levels(of_set)), alt="The latest level observed: the same as in the table."
        )
        st.caption(
            plain(f"The latest level that any observer gave; no verdict. {UPRIGHT} {level_names(_levels(of_set))}")
        )
    table_twin([_rated(row, [last[row.standard_id]] if row.standard_id in last else []) for row in of_set.itertuples()],
               f"latest-{set_id}")  # fmt: skip


def _all_ratings(of_set: "pd.DataFrame", seen: "pd.DataFrame", set_id: object) -> None:
    if seen.empty:
        st.caption(f"None of its {words.count(len(of_set), 'standard')} has been observed yet.")
    else:
        st.altair_chart(
            all_ratings_chart(of_set, seen, _levels(of_set)),
            alt="How often each level was observed, for each standard: the same as in the table.",
        )
        said = "The number in a circle: how often this level was seen."
        st.caption(plain(f"{said} {UPRIGHT} {level_names(_levels(of_set))}"))
    given = {standard_id: list(of_it.itertuples()) for standard_id, of_it in seen.groupby("standard_id")}
    table_twin([_rated(row, given.get(row.standard_id, [])) for row in of_set.itertuples()], f"all-{set_id}")


def _rated(row: Any, given: Sequence[Any]) -> Line:
    """`given`: oldest first; the latest is said first."""
    said = [f"{level_word(row, one.level)}, {words.day(one.on)}, {one.who}{_version(one)}" for one in reversed(given)]
    return {"Standard": row.standard, "Required": level_word(row, row.required), "Observed": "; ".join(said) or "–"}


def _version(one: Any) -> str:
    return f" (version {one.version})" if one.version else ""


def _by_observer(of_set: "pd.DataFrame", seen: "pd.DataFrame", set_id: object) -> None:
    """Whoever observed last has the first mark; those beyond the last mark are in the table."""
    latest_first = seen.sort_values("on", ascending=False, kind="stable")
    named = _told_apart({one.who_id: one.who for one in latest_first.itertuples()})
    shown = dict(list(named.items())[: len(OBSERVER_LOOKS)])
    if seen.empty:
        st.caption(f"None of its {words.count(len(of_set), 'standard')} has been observed yet.")
    else:
        st.altair_chart(
            by_observer_chart(of_set, seen, _levels(of_set), shown),
            alt="The latest level that each observer gave, for each standard: the same as in the table.",
        )
        others = len(named) - len(shown)
        left = f" {words.count(others, 'more observer')} in the table." if others else ""
        said = f"The latest level that each observer gave.{left}"
        st.caption(plain(f"{said} {UPRIGHT} {level_names(_levels(of_set))}"))
    last = {(one.standard_id, one.who_id): one for one in seen.itertuples()}
    lines = []
    for row in of_set.itertuples():
        of_row = {
            name: f"{level_word(row, one.level)}, {words.day(one.on)}{_version(one)}"
            if (one := last.get((row.standard_id, who_id)))
            else "–"
            for who_id, name in named.items()
        }
        lines.append({"Standard": row.standard, "Required": level_word(row, row.required)} | of_row)
    table_twin(lines, f"observers-{set_id}")


def _told_apart(names: dict[int, str]) -> dict[int, str]:
    """Namesakes by their number."""
    alike = list(names.values())
    return {who: name if alike.count(name) == 1 else f"{name} ({who})" for who, name in names.items()}


def _former_versions(former: Sequence[FormerStandard]) -> None:
    """What was carried over from the versions before, and what was not."""
    if not former:
        return
    counted, ratings = sum(one.counted for one in former), sum(one.ratings for one in former)
    versions = words.listed(sorted({f"{one.set_name} version {one.version}" for one in former}))
    with st.expander(f"From {plain(versions)}: {counted} of {words.count(ratings, 'rating')} count on", key="former"):
        st.caption(
            "A next version changes no rating. Those on a former one count where somebody confirmed that the standard "
            "and the level are carried over; the others stay with their version, and open below."
        )
        show_table([_former(one) for one in former])


def _former(one: FormerStandard) -> Line:
    left = f"Level {words.listed(list(one.left))} is not carried over." if one.becomes and one.left else ""
    return {
        "Standard": f"{one.title} (version {one.version})",
        "Counts on": words.listed([f"{title} (version {one.now})" for title in one.becomes])
        or "nothing: not carried over",
        "Ratings that count": f"{one.counted} of {one.ratings}",
        "What stays behind": left or ("All of its ratings." if not one.becomes else ""),
    }


# ---------------------------------------------------------------------------------------------------------------------
# Who is below


def who_is_below(me: Actor, on: date) -> None:
    """For somebody who may look at others: whose practice is below a required level."""
    with reading() as db:
        rows = standings_seen(db, viewer=me, on=on, kinds=PRACTICE)
    others = [row for row in rows if row.staff_id != me.staff_id]
    below = [row for row in others if row.standing.status is Status.BELOW]
    if not others:
        st.caption("Choose a person to read what was seen. Whether it is enough is for them and their manager.")
        return
    if not below:
        st.caption("Choose a person. Nobody whose levels you may see is below a required level.")
        return
    st.subheader("Below the required level", anchor=False)
    by_person: dict[int, list[Row]] = {}
    for row in below:
        by_person.setdefault(row.staff_id, []).append(row)
    with row_list("below") as listed:
        for staff_id, theirs in sorted(by_person.items(), key=lambda found: -len(found[1]))[:MOST_BELOW]:
            first = theirs[0].standing
            titles = words.listed([row.requirement for row in theirs])
            why = first.because if len(theirs) == 1 else f"Below on {titles}."
            title = f"{theirs[0].person} · {words.count(len(theirs), 'standard')}"
            with listed.row(status_word(first.status), TONES[first.status], title, why, first.next_step):
                link_button("Open", "practice", f"below-{staff_id}", {"person": str(staff_id)})
    if len(by_person) > MOST_BELOW:
        st.caption(f"And {len(by_person) - MOST_BELOW} more people. Choose one to see theirs.")
