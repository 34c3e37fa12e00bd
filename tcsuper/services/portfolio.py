"""A person takes their own portfolio away: what they chose of their own record, with the words that they chose."""

import secrets
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session, col, select

from tcsuper.access import Action, Actor, Object, acting, check_about
from tcsuper.clock import now
from tcsuper.confidential import opened
from tcsuper.errors import InvalidRecord, NotAllowed
from tcsuper.models import Activity
from tcsuper.queries.evidence import current
from tcsuper.queries.portfolio import PortfolioAsked, PortfolioPart, portfolio, portfolio_offered
from tcsuper.reports.pack import Pack
from tcsuper.reports.portfolio import portfolio_pack, rows_of
from tcsuper.rules.standing import add_months
from tcsuper.services.exports import Entry, enter_export

LONGEST_MONTHS = 60
"""A body's cycle is three to five years."""
NOT_MADE = "No file was made."


def make_portfolio(db: Session, *, by: Actor, asked: PortfolioAsked, file_name: str = "") -> Pack:
    """The pack to print; it is in the register of exports when this returns. What is the person's own, and shared with
    them, is all there is to choose from: anything else named is refused as if it did not exist."""
    by = acting(db, by)
    check_about(db, by, Object.OWN_DATA_PACK, Action.EXPORT, by.staff_id)
    if problems := _problems(by, asked):
        raise InvalidRecord(**problems)
    offered = portfolio_offered(db, viewer=by, since=asked.since, until=asked.until)
    if not set(asked.reflections) <= {one.record_id for one in offered.activities}:
        raise NotAllowed
    if not set(asked.feedback) <= {one.record_id for one in offered.observations}:
        raise NotAllowed
    if asked.body and asked.body not in offered.bodies:
        raise InvalidRecord(body=f"You are not registered with {asked.body} on that day. {NOT_MADE}")
    found = portfolio(db, viewer=by, asked=asked)
    if PortfolioPart.ACTIVITIES in asked.parts:
        found = replace(found, reflections=_words(db, by, asked.reflections))
    made_at = now()
    pack = portfolio_pack(found, secrets.token_hex(8).upper(), made_at)
    enter_export(
        db,
        by=by,
        action="export_portfolio",
        entry=Entry(
            "Portfolio",
            pack.number,
            rows=rows_of(pack),
            made_for="Themselves",
            as_at=pack.as_at,
            known_at=made_at,
            since=asked.since,
            until=asked.until,
            form=pack.form,
            marking=pack.marking,
            file_name=file_name,
            digest=pack.digest,
        ),
        made_at=made_at,
        about={by.staff_id},
        since=asked.since.isoformat(),
        until=asked.until.isoformat(),
        reflections=len(asked.reflections),
        feedback=len(asked.feedback),
    )
    return pack


def _problems(by: Actor, asked: PortfolioAsked) -> dict[str, str]:
    problems = {}
    if asked.since > asked.until:
        problems["since"] = f"The period ends before it begins. {NOT_MADE}"
    elif add_months(asked.since, LONGEST_MONTHS) <= asked.until:
        problems["since"] = f"A portfolio is about at most five years. {NOT_MADE}"
    if asked.until > by.on:
        problems["until"] = f"The period ends in the future. Choose today or a day before. {NOT_MADE}"
    if not asked.parts:
        problems["parts"] = f"Choose at least one part. {NOT_MADE}"
    return problems


def _words(db: Session, by: Actor, chosen: tuple[UUID, ...]) -> dict[UUID, str]:
    """Of their own log alone."""
    rows = db.exec(
        select(Activity).where(Activity.staff_id == by.staff_id, col(Activity.record_id).in_(chosen), current(Activity))
    )
    return {one.record_id: opened(one, "sealed_words") for one in rows}
