"""How long the audit pack of a whole service takes: reading it, its workbook, its document to print.

    TCSUPER_MODE=demo TCSUPER_DATABASE_URL=sqlite:///var/demo.db python -m benchmarks.audit_pack

It takes a database as it is, the demonstration's say, and stores nothing in it: each form by the account that may take
it of the most communities. Promised: all three together in under a minute.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

from tcsuper.access import Actor, actor_for_account
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import Account
from tcsuper.queries.audit_pack import Form, PackAsked, audit_pack, communities_offered, forms_offered
from tcsuper.reports.audit_pack_charts import with_charts
from tcsuper.reports.audit_pack_workbook import pack_workbook
from tcsuper.reports.document import pack_pdf
from tcsuper.rules.standing import add_months

MOST_SECONDS = 60


def timed(what: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    return what(), time.perf_counter() - began


def who_takes_most(db: Session, form: Form) -> tuple[Actor, list[int]] | None:
    found = []
    for account_id in db.exec(select(Account.id)):
        actor = actor_for_account(db, account_id or 0)
        if actor is not None and form in forms_offered(actor):
            found.append((actor, list(communities_offered(db, viewer=actor, form=form))))
    return max(found, key=lambda one: len(one[1]), default=None)


def main() -> int:
    on = today()
    slowest = 0.0
    for form in Form:
        with reading() as db:
            most = who_takes_most(db, form)
            if most is None:
                print(f"{form}: nobody may take it")
                continue
            actor, places = most
            asked = PackAsked(tuple(places), add_months(on, -12) + timedelta(1), on, on, form, handed_to="A benchmark")
            found, reads = timed(lambda: audit_pack(db, viewer=actor, asked=asked))  # noqa: B023 (called at once)
        pack, draws = timed(lambda: with_charts(found))  # noqa: B023
        book, writes = timed(lambda: pack_workbook(pack))  # noqa: B023
        document, prints = timed(lambda: pack_pdf(pack))  # noqa: B023
        whole = reads + draws + writes + prints
        slowest = max(slowest, whole)
        rows = sum(len(table.rows) for part in pack.parts for table in part.tables)
        print(
            f"{form.value:7} {len(places)} communities, {rows} rows: reading {reads:.1f} s, charts {draws:.1f} s, "
            f"workbook {writes:.1f} s ({len(book) // 1024} kB), document {prints:.1f} s ({len(document) // 1024} kB): "
            f"{whole:.1f} s"
        )
    return 0 if slowest < MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
