"""A pack as a document to print: PDF/UA-1, A4, with contents, numbered pages and its marking on each.

Drawing charts and setting pages takes seconds and a whole processor, so it happens in a process of its own: nobody
else waits for it, nothing it does can end the server, and it can be stopped at any moment.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tcsuper.clock import now, today
from tcsuper.errors import Refused
from tcsuper.reports.chart_pictures import described
from tcsuper.reports.document_layout import laid_out
from tcsuper.reports.pack import Pack

PDF = "application/pdf"
SECONDS = 180
"""On the clock, of which a demonstration's pack takes a few."""
NOT_MADE = "The document could not be made. Nothing else was changed. Try again, or choose less of it."
MARKING = "OFFICIAL"
LOOKED_AT = 0.1
"""Seconds between looks at how far it is."""
_ROOT = Path(__file__).resolve().parents[2]
Progress = Callable[[str], None]
"""Is told what is being done, several times a second. What it raises ends the work."""


def pack_pdf(pack: Pack, progress: Progress | None = None) -> bytes:
    """The same pack gives the same bytes. Raises Refused where it could not be made."""
    charts = [table.chart for part in pack.parts for table in part.tables if table.chart is not None]
    job = {"pages": laid_out(pack), "charts": [described(chart) for chart in charts]}
    with tempfile.TemporaryDirectory() as folder:
        asked, made, doing = (Path(folder) / name for name in ("job.json", "made.pdf", "doing"))
        asked.write_text(json.dumps(job, default=str), encoding="utf-8")
        with asked.open("rb") as job_file, made.open("wb") as pdf, doing.open("wb") as log:
            code = _run(job_file, pdf, log, lambda: _told(progress, doing))
        if code != 0 or not made.stat().st_size:
            raise Refused(NOT_MADE)
        return made.read_bytes()


def refused_pdf(sentence: str) -> bytes:
    """One page with no more than why there is no document: for a download, which cannot say it on the screen."""
    at = now()
    return pack_pdf(Pack("Not made", sentence, MARKING, "", today(at), at, "", ()))


def _run(job: Any, pdf: Any, log: Any, look: Callable[[], None]) -> int:
    """What the process answered; it is ended if it takes too long, or if `look` raises."""
    command = [sys.executable, "-m", "tcsuper.reports.document_printing"]
    surroundings = {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PATH": os.defpath, "PYTHONHASHSEED": "0"}
    surroundings |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMPDIR") if name in os.environ}
    process = subprocess.Popen(command, stdin=job, stdout=pdf, stderr=log, env=surroundings, cwd=_ROOT)
    ends = time.monotonic() + SECONDS
    try:
        while True:
            look()
            try:
                return process.wait(LOOKED_AT)
            except subprocess.TimeoutExpired:
                if time.monotonic() > ends:
                    return -1
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _told(progress: Progress | None, doing: Path) -> None:
    if progress is not None:
        lines = doing.read_text(errors="replace").splitlines()
        progress(lines[-1] if lines else "Setting out the document")
