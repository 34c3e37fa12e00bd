"""A statement in, a frame out: frames are born here and drawn in charts, nowhere else."""

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session


def frame_of(db: Session, statement: sa.Executable) -> pd.DataFrame:
    """The rows as they are: columns named by the statement's labels, values as the database gave them."""
    rows = db.execute(statement)
    return pd.DataFrame([tuple(row) for row in rows], columns=list(rows.keys()), dtype=object)
