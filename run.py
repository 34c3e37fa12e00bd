"""python3 run.py [--port 8501] [--fresh]: the product with invented people, in var/demo.db.
python3 run.py test [anything for pytest]: the tests, on SQLite, on PostgreSQL and in a browser."""

import argparse
import atexit
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python must get this sentence, not a traceback)
    sys.exit("Python 3.11 or newer is needed, and this is " + sys.version.split()[0])
os.chdir(Path(__file__).resolve().parent)
PYTHON = Path(".venv", "Scripts/python.exe" if os.name == "nt" else "bin/python")
DATABASE, COMPLETE = Path("var/demo.db"), Path("var/demo.complete")  # complete: written last, as old as the records
signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C reaches what we called as well: it ends in its own way, then we


def call(*command: str | Path) -> None:
    with subprocess.Popen(command) as running:
        signal.signal(signal.SIGTERM, lambda *_: running.terminate())
    if running.returncode:
        sys.exit(running.returncode)  # what we called has said why


def install(name: str) -> None:
    made, filled = Path(f".venv/made-with-{sys.version_info[1]}"), Path(".venv", name)  # stamps, each written last
    if not (PYTHON.exists() and made.exists()):
        call(sys.executable, "-m", "venv", "--clear", ".venv")  # without Debian's python3-venv it says what to install
        made.touch()
    if not filled.exists() or filled.read_bytes() != Path(name).read_bytes():
        print(f"Installing {name}. The first time this takes a minute or two.", flush=True)
        call(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", name)
        filled.write_bytes(Path(name).read_bytes())


if sys.argv[1:2] == ["test"]:
    install("requirements.txt")
    install("requirements-dev.txt")
    call(PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *sys.argv[2:])
else:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--fresh", action="store_true", help="make the invented people and their records anew")
    options = parser.parse_args()
    install("requirements.txt")
    os.environ |= {"TCSUPER_MODE": "demo", "TCSUPER_DATABASE_URL": f"sqlite:///{DATABASE.absolute().as_posix()}"}
    if options.fresh or not (DATABASE.exists() and COMPLETE.exists()):
        print("Making var/demo.db with invented people.", flush=True)
        for leftover in Path("var").glob("demo.*"):
            leftover.unlink()
        atexit.register(lambda: COMPLETE.exists() or DATABASE.unlink(missing_ok=True))  # whole or not at all
        call(PYTHON, "-m", "seed", "--demo")
        COMPLETE.touch()
    elif time.time() - COMPLETE.stat().st_mtime > 7 * 24 * 3600:
        print("These records are more than 7 days old. To have new ones: python3 run.py --fresh")
    print(f"Open http://localhost:{options.port}", flush=True)
    call(PYTHON, "-m", "streamlit", "run", "app.py", "--server.port", str(options.port))
