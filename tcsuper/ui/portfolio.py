"""My record: my portfolio as a document, for an appraisal or for a body that asks."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import streamlit as st

from tcsuper import words
from tcsuper.access import Action, Actor, Object, may_about
from tcsuper.clock import today
from tcsuper.database import reading, writing
from tcsuper.errors import Conflict, Refused
from tcsuper.queries.portfolio import PortfolioAsked, PortfolioOffered, PortfolioPart, portfolio_offered
from tcsuper.reports.document import PDF, pack_pdf, refused_pdf
from tcsuper.reports.portfolio import PART_WORDS
from tcsuper.rules.activity import KINDS, hours_in_words
from tcsuper.rules.standing import add_months
from tcsuper.services.portfolio import make_portfolio
from tcsuper.ui.pickers import pick_day
from tcsuper.ui.tables import BUSY

APPRAISAL = "An appraisal"
ONE_DAY = timedelta(days=1)
YOURS = (
    "A document of your own record, for an appraisal or for a body that asks how you keep up. You choose what goes in. "
    "Of others it holds the names of those who supervised, observed or signed off, and what an observer wrote to you "
    "only where you choose it."
)


def portfolio_part(me: Actor) -> None:
    """On one's own record. The file is made at the click and not kept; that it was taken is in the register of
    exports."""
    with reading() as db:
        may = may_about(db, me, Object.OWN_DATA_PACK, Action.EXPORT, me.staff_id)
    if not may:
        return
    st.subheader("Your portfolio", anchor=False)
    st.caption(YOURS)
    folded = st.expander("Choose what goes in and download it", key="portfolio", on_change="rerun")
    if not folded.open:
        return
    with folded:
        since, until = _period()
        if since > until:
            st.info("The period ends before it begins. Choose a later last day, or an earlier first one.")
            return
        with reading() as db:
            offered = portfolio_offered(db, viewer=me, since=since, until=until)
        asked = _choose(offered, since, until)
        if not asked.parts:
            st.info("Choose at least one part.")
            return
        _download(me, asked)


def _period() -> tuple[date, date]:
    left, right = st.columns(2)
    with left:
        since = pick_day("From", add_months(today(), -12) + ONE_DAY, "portfolio-since")
    with right:
        until = pick_day("To", today(), "portfolio-until")
    return since, min(until, today())


def _choose(offered: PortfolioOffered, since: date, until: date) -> PortfolioAsked:
    """Nothing that somebody wrote goes in unless it is chosen here, one by one."""
    chosen_for = st.selectbox(
        "What for", [APPRAISAL, *(f"An audit by {one}" for one in offered.bodies)], key="folio-for"
    )
    bodies = {f"An audit by {one}": one for one in offered.bodies}
    parts = st.multiselect(
        "Parts", list(PortfolioPart), default=list(PortfolioPart), format_func=PART_WORDS.__getitem__, key="folio-parts"
    )
    reflections: Sequence[UUID] = ()
    feedback: Sequence[UUID] = ()
    if PortfolioPart.ACTIVITIES in parts:
        reflections = _pick(
            "Entries of your activity log whose words go in",
            {
                one.record_id: f"{KINDS[one.kind]}, {words.day(one.held_on)}, {hours_in_words(one.hours)}"
                for one in offered.activities
            },
            "None: your log then shows days, kinds and hours, and none of your words.",
        )
    if PortfolioPart.PRACTICE in parts:
        feedback = _pick(
            "Observations whose strengths and next step go in",
            {one.record_id: f"{words.day(one.observed_on)}, by {one.observer}" for one in offered.observations},
            "None: levels and dates then go in, and none of the observers’ words.",
        )
    return PortfolioAsked(
        since, until, bodies.get(str(chosen_for), ""), frozenset(parts), tuple(reflections), tuple(feedback)
    )


def _pick(label: str, offered: dict[UUID, str], none: str) -> Sequence[UUID]:
    """Labels are numbered where two are alike: a choice is told apart by its label alone."""
    if not offered:
        return ()
    labels: dict[str, UUID] = {}
    for key, said in offered.items():
        alike = sum(one == said or one.startswith(f"{said} (") for one in labels)
        labels[f"{said} ({alike + 1})" if alike else said] = key
    chosen = st.multiselect(label, list(labels), placeholder="Choose one by one", help=none, key=f"folio-{label[:8]}")
    return [labels[one] for one in chosen]


def _download(me: Actor, asked: PortfolioAsked) -> None:
    name = f"portfolio-{asked.since.isoformat()}-to-{asked.until.isoformat()}.pdf"
    st.download_button(
        "Download your portfolio",
        made_by(me, asked, name),
        name,
        PDF,
        key="portfolio-file",
        on_click="ignore",
        icon=":material/download:",
    )
    st.caption("A PDF to print or to send on. It is made when you click, which takes some seconds.")


def made_by(me: Actor, asked: PortfolioAsked, name: str) -> Callable[[], bytes]:
    """Read and entered in a transaction of its own, after the service has looked up anew who clicks; then set without
    holding anybody up. It runs outside the page: a refusal is the document's only sentence."""
    return partial(_made, me, asked, name)


def _made(me: Actor, asked: PortfolioAsked, name: str) -> bytes:
    try:
        with writing() as db:
            pack = make_portfolio(db, by=me, asked=asked, file_name=name)
        return pack_pdf(pack)
    except Conflict:
        return refused_pdf(BUSY)
    except Refused as refused:
        return refused_pdf(str(refused))
