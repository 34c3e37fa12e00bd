"""python -m seed          the schema and the catalogue: safe to repeat
python -m seed --demo   besides, invented people and their records, in a database that holds nobody yet"""

import argparse
import sys

from sqlmodel import select

from tcsuper.database import migrate, reading, writing
from tcsuper.errors import Refused, WrongSetup
from tcsuper.models import Staff
from tcsuper.services.catalogue import load_catalogue
from tcsuper.services.keys import prepare_keys
from tcsuper.words import count


def refuse_if_inhabited() -> None:
    with reading() as db:
        if db.exec(select(Staff.id).limit(1)).first() is not None:
            raise WrongSetup("This database already holds staff, so no invented people were added. Use an empty one.")


def seed(demo: bool) -> None:
    migrate()
    if demo:
        refuse_if_inhabited()
    with writing() as db:
        prepare_keys(db)
        added = {name.replace("_", " "): number for name, number in load_catalogue(db).items() if number}
    rows = ", ".join(f"{number} {name}" for name, number in added.items())
    print(f"Catalogue: {count(sum(added.values()), 'row')} added" + (f" ({rows})." if rows else "."))
    if demo:
        from seed.demo import make_demo  # only here: a live service never loads it

        make_demo()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m seed", description=__doc__)
    parser.add_argument("--demo", action="store_true", help="add invented people and their records")
    try:
        seed(parser.parse_args(arguments).demo)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
