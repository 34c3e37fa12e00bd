"""A file from anywhere is read in a process of its own, with limits on memory, time and what it may write.

A bomb in the file, an endless pdf or a fault in a reading library ends that process and nothing else. It is handed the
bytes and nothing else, no address of the database and no key in its surroundings; it answers with JSON, in which no
code can hide. `python -m tcsuper.readers.limits` is that process.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tcsuper.errors import Refused
from tcsuper.readers.job_description import JobDescription, from_data, parse
from tcsuper.readers.text_of import MOST_BYTES, Unreadable, text_of

MOST_MEMORY = 300 * 1024 * 1024
MOST_ANSWER = 20 * 1024 * 1024
CPU_SECONDS = 10
SECONDS = 30
"""On the clock: more than of computing, so that a busy machine refuses no good file."""
TABLES = "tables"
TOO_MUCH_ASKED = 3
TIMES_FOR_TABLES = 4
"""The memory, the time and the answer: a hundred thousand rows are a sheet that somebody keeps."""
_ROOT = Path(__file__).resolve().parents[2]
_SEARCHED = str(_ROOT)
_REFUSED = 1
_TOO_MUCH = "The file asks for more time or memory than a job description needs."
_FAILED = "The file is damaged, or of a kind that cannot be read."
_ANOTHER = "Ask for another copy, or copy its words into a text file."


def read_job_description(data: bytes) -> JobDescription:
    """Raises Refused, with one sentence why and one what would help. Nothing is kept of the file."""
    if len(data) > MOST_BYTES:
        text_of(data)
    try:
        return _answered(*read_apart(data))
    except TimeoutError:
        raise Unreadable(_TOO_MUCH, _ANOTHER) from None


def read_apart(data: bytes, *told: str) -> tuple[int, bytes]:
    """What the process answered, and its code: 0 read, 1 refused, `TOO_MUCH_ASKED`, below 0 ended by its limits.
    `told`: `TABLES` and the name of the file; nothing: a job description. Raises TimeoutError."""
    times = TIMES_FOR_TABLES if told else 1
    with tempfile.TemporaryFile() as answer:
        command = [sys.executable, "-m", "tcsuper.readers.limits", *told]
        surroundings = {"PYTHONPATH": _SEARCHED, "PYTHONUTF8": "1", "PATH": os.defpath}
        surroundings |= {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
        try:
            done = subprocess.run(
                command,
                input=data,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env=surroundings,
                cwd=_ROOT,
                timeout=SECONDS * times,
            )
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        answer.seek(0)
        return done.returncode, answer.read(MOST_ANSWER * times + 1)


def _answered(code: int, answer: bytes) -> JobDescription:
    try:
        said = json.loads(answer)
        if code == 0:
            return from_data(said)
        if code == _REFUSED:
            raise Refused(said["because"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise Unreadable(_TOO_MUCH if code < 0 else _FAILED, _ANOTHER)


def _limit_this_process(times: int) -> None:
    """Windows has no such limits: there the time and the size of the file alone hold."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MOST_ANSWER),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most * times, most * times))


def _answer_for_standard_input(told: Sequence[str]) -> int:
    _limit_this_process(TIMES_FOR_TABLES if told else 1)
    try:
        answer: Any = _read(sys.stdin.buffer.read(MOST_BYTES + 1), *told)
        code = 0
    except Refused as refused:
        answer, code = {"because": str(refused)}, _REFUSED
    except (MemoryError, RecursionError):
        answer, code = {"because": str(Unreadable(_TOO_MUCH, _ANOTHER))}, TOO_MUCH_ASKED if told else _REFUSED
    print(json.dumps(answer))
    return code


def _read(data: bytes, what: str = "", file_name: str = "") -> Any:
    if what == TABLES:
        from tcsuper.readers.sheets.apart import as_data
        from tcsuper.readers.sheets.files import read_tables

        return as_data(read_tables(data, file_name))
    text = text_of(data)
    return asdict(parse(text.lines, text.notes))


if __name__ == "__main__":
    sys.exit(_answer_for_standard_input(sys.argv[1:]))
