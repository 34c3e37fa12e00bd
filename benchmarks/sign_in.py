"""How long a refused sign-in takes, by whose name was typed: security, R10.

    .venv/bin/python -m benchmarks.sign_in        200 attempts of each kind, on a new SQLite database

Nobody may learn from the time whether a name is somebody's: the medians must be less than 10 ms apart. The kinds take
turns, so that whatever else the computer does meanwhile slows all of them alike. Exit 1 when the promise is not kept.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

KINDS = ("known", "unknown", "disabled", "locked", "over its last day", "without a password")
ATTEMPTS, PROMISED_MS = 200, 10.0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TCSUPER_MODE"] = "test"
        os.environ["TCSUPER_DATABASE_URL"] = f"sqlite:///{Path(folder) / 'benchmark.db'}"
        _make_accounts()
        medians = {kind: median(times) for kind, times in _measured().items()}
    for kind, milliseconds in medians.items():
        print(f"{kind:20}{milliseconds:8.1f} ms")
    apart = max(medians.values()) - min(medians.values())
    print(f"{'apart':20}{apart:8.1f} ms; promised: less than {PROMISED_MS:.0f}")
    return int(apart >= PROMISED_MS)


def _make_accounts() -> None:
    from datetime import timedelta

    from tcsuper.clock import now, today
    from tcsuper.database import migrate, writing
    from tcsuper.models import Account, SignInFailures, Staff
    from tcsuper.rules.sign_in import LOCKED_FROM, name_key
    from tcsuper.services.passwords import hash_password

    migrate()
    facts = {
        "disabled": {"disabled_at": now()},
        "over its last day": {"ends_on": today() - timedelta(days=1)},
        "without a password": {"password_hash": ""},
    }
    hashed = hash_password("violet otter 7 lamps")
    with writing() as db:
        for kind in KINDS:
            if kind != "unknown":
                staff = Staff(full_name=kind, code=kind)
                db.add(staff)
                db.flush()
                db.add(
                    Account(**{"staff_id": staff.id, "username": kind, "password_hash": hashed} | facts.get(kind, {}))
                )
        db.add(SignInFailures(name_hash=name_key("locked"), failures=LOCKED_FROM, last_failed_at=now()))


def _measured() -> dict[str, list[float]]:
    from contextlib import suppress

    from tcsuper.database import writing
    from tcsuper.errors import NotAllowed
    from tcsuper.services.sign_in import attempt, reset_failures

    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(ATTEMPTS):
        for kind in KINDS:
            if kind != "locked":
                with writing() as db:  # or all of them would be locked after ten
                    reset_failures(db, kind)
            began = time.perf_counter()
            with suppress(NotAllowed):
                attempt(kind, "a wrong guess")
            times[kind].append((time.perf_counter() - began) * 1000)
    return times


if __name__ == "__main__":
    sys.exit(main())
