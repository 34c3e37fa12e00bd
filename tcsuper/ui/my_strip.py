"""How I stand: supervision bars and their months, then every other requirement with its sentence."""

import streamlit as st

from tcsuper import words
from tcsuper.charts import VERDICT_WORDS, month_heatmap
from tcsuper.clock import today
from tcsuper.models import RequirementKind
from tcsuper.queries.own_steps import own_step
from tcsuper.queries.standing import Row, SupervisionMonths, is_to_come, months_frame
from tcsuper.rules.standing import LEFT_OUT, TONES, Tone, severity, status_word
from tcsuper.ui.links import link_button
from tcsuper.ui.minima import minimum_bar
from tcsuper.ui.status import row_list
from tcsuper.ui.tables import table_twin


def my_strip(rows: list[Row], months: list[SupervisionMonths]) -> None:
    if not rows:
        st.info("Nothing is required of you by a post yet. Your manager enters your post on the Staff page.")
        return
    _bars(rows, months)
    with row_list("mine-kinds") as listed:
        for kind, title in KIND_TITLES.items():
            of_kind = [row for row in rows if row.kind is kind and row.standing.status not in LEFT_OUT]
            if of_kind:
                first = min(of_kind, key=lambda row: severity(row.standing))
                met = sum(row.standing.is_met for row in of_kind)
                said = "" if TONES[first.standing.status] is Tone.GOOD else first.standing.because
                listed.row(
                    status_word(first.standing.status),
                    TONES[first.standing.status],
                    f"{title}: {met} of {len(of_kind)}",
                    said,
                    wide=True,
                )
    link_button("Open my record", "my_record", "strip")


def _bars(rows: list[Row], months: list[SupervisionMonths]) -> None:
    by_title = {month.bound.title: month for month in months}
    supervision = [row for row in rows if row.kind is RequirementKind.SUPERVISION]
    shown = [row for row in supervision if row.standing.status not in LEFT_OUT] or supervision
    for start in range(0, len(shown), 2):
        pair = shown[start : start + 2]
        for place, row in zip(st.columns(len(pair)), pair, strict=True):
            with place, st.container(border=True, height="stretch"):
                minimum_bar(row, by_title.get(row.requirement))


def my_supervision(rows: list[Row], months: list[SupervisionMonths]) -> None:
    if not any(row.kind is RequirementKind.SUPERVISION for row in rows):
        return
    st.subheader("Supervision", anchor=False)
    _bars(rows, months)
    frame = months_frame(months, today())
    if len(frame):
        st.altair_chart(month_heatmap(frame), alt="My credited minutes by month, as in the table below.")
        met = sum(month.verdict == "met" for row in months for month in row.months)
        judged = sum(
            month.verdict in ("met", "short") and not is_to_come(month, today())
            for row in months
            for month in row.months
        )
        each = "Credited in each month" + (f", {len(months)} minima" if len(months) > 1 else "")
        st.caption(f"{each}. Met {met} of {words.count(max(met, judged), 'time')} so far.")
        table_twin(months_table(months), "my-months")


def months_table(months: list[SupervisionMonths], with_person: bool = False) -> list[dict[str, str]]:
    return [
        ({"Person": row.person} if with_person else {})
        | {
            "Month": words.month(month.first),
            "Minimum": row.minimum.title,
            "Attended": words.minutes(month.attended),
            "Credited": words.number(month.credited),
            "Wanted": words.number(month.wanted),
            "Status": month.why or VERDICT_WORDS["forecast" if is_to_come(month, today()) else month.verdict],
        }
        for row in months
        for month in reversed(row.months)
    ]


def requirements_by_kind(rows: list[Row]) -> None:
    """Everything else that is required of me, by kind; the levels of observed practice have their own card."""
    for kind, title in KIND_TITLES.items():
        of_kind = [row for row in rows if row.kind is kind]
        if kind is RequirementKind.PRACTICE:
            of_kind = [row for row in of_kind if row.bound.is_observation]
        if of_kind:
            st.subheader(title, anchor=False)
            with row_list(f"mine-{kind.value}") as listed:
                for row in of_kind:
                    standing = row.standing
                    word, tone = status_word(standing.status), TONES[standing.status]
                    listed.row(
                        word, tone, row.requirement, standing.because, row.bound.asked_alone, own_step(row), wide=True
                    )


KIND_TITLES = {
    RequirementKind.COURSE: "Training",
    RequirementKind.QUALIFICATION: "Qualifications",
    RequirementKind.REGISTRATION: "Registration",
    RequirementKind.CHECK: "Checks of the register",
    RequirementKind.AGREEMENT: "Supervision agreements",
    RequirementKind.PRACTICE: "Observed practice",
    RequirementKind.PERIOD: "Probation",
    RequirementKind.EVENT: "Appraisal and checks",
}
