"""The service's list of themes, the tags of a shared record, and how they balance over a year."""

from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from tcsuper import words
from tcsuper.access import Actor, acting, check_can_set_rules
from tcsuper.audit import record_event, record_reading
from tcsuper.confidential import opened_tags
from tcsuper.errors import CHANGED, Conflict, InvalidRecord, NotAllowed
from tcsuper.models import Theme
from tcsuper.queries.themes import records_to_count, tags_on_offer, theme_names
from tcsuper.rules.themes import Balance, Heading, Tags, balance_of

LONGEST_NAME = 120

# ---------------------------------------------------------------------------------------------------------------------
# The list


def add_theme(db: Session, *, by: Actor, submission: UUID | None = None, name: str) -> Theme:
    """A heading at the end of the list, offered from now on."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    themes = _in_order(db)
    theme = Theme(code=f"own_{uuid4().hex[:12]}", name=_checked(themes, name), position=len(themes) + 1)
    db.add(theme)
    db.flush()
    record_event(db, by=by, action="add_theme", object_kind="theme", object_key=theme.code)
    return theme


def change_theme(
    db: Session,
    *,
    by: Actor,
    submission: UUID | None = None,
    code: str,
    version: int,
    name: str,
    position: int,
    is_retired: bool,
) -> Theme:
    """Another name or place, no longer offered, or offered again; older records keep it as they have it. `version`: the
    row that was looked at. Raises Conflict when somebody changed it meanwhile."""
    by = acting(db, by, submission)
    check_can_set_rules(by)
    themes = _in_order(db)
    theme = next((one for one in themes if one.code == code), None)
    if theme is None:
        raise NotAllowed
    if theme.row_version != version:
        raise Conflict(CHANGED)
    others = [one for one in themes if one is not theme]
    theme.name, theme.is_retired = _checked(others, name), is_retired
    if not 1 <= position <= len(themes):
        raise InvalidRecord(position=f"A place is between 1 and {len(themes)}.")
    others.insert(position - 1, theme)
    for place, one in enumerate(others, 1):
        one.position = place
    db.flush()
    record_event(
        db, by=by, action="change_theme", object_kind="theme", object_key=code, position=position, retired=is_retired
    )
    return theme


def _in_order(db: Session) -> list[Theme]:
    """All of them, held until this is done: two who move one at the same time follow one another."""
    return list(db.exec(select(Theme).order_by(col(Theme.position), col(Theme.code)).with_for_update()))


def _checked(others: list[Theme], name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidRecord(name=f"Give the theme a name of up to {LONGEST_NAME} characters.")
    twin = next((one for one in others if one.name.casefold() == name.casefold()), None)
    if twin is not None:
        raise InvalidRecord(
            name=f"“{twin.name}” is in the list already{', no longer offered' if twin.is_retired else ''}."
        )
    return name


# ---------------------------------------------------------------------------------------------------------------------
# The tags of a record


def checked_tags(db: Session, tags: Tags, former: Tags) -> Tags:
    """What is chosen, as it is called now. What the record had before may stay, in the words it had, whatever is
    offered today. Raises InvalidRecord(themes=…)."""
    offered = tags_on_offer(db)
    known = dict(offered.themes) | {one.code: one.name for one in former.themes}
    codes = dict.fromkeys(one.code for one in tags.themes)
    strange = [one.name for one in tags.themes if one.code not in known]
    if not offered.functions and not set(tags.functions) <= set(former.functions):
        strange.append("functions of supervision")
    if not offered.modes and not set(tags.modes) <= set(former.modes):
        strange.append("the seven eyes")
    if strange:
        raise InvalidRecord(themes=f"Your service does not offer {words.listed(strange)} any more. Choose others.")
    return Tags(
        tuple(Heading(code, known[code]) for code in codes),
        tuple(dict.fromkeys(tags.functions)),
        tuple(dict.fromkeys(tags.modes)),
    )


# ---------------------------------------------------------------------------------------------------------------------
# Over a year


def open_balance(db: Session, *, by: Actor, staff_id: int) -> Balance:
    """How often each heading stands in the shared records of one person's sessions in the last 12 months: for
    themselves, or for a supervisor over those they may open. Raises NotAllowed when there are none to open.

    To count them is to read them: one event about that person for each look, however many records it counted."""
    by = acting(db, by)
    records = records_to_count(db, viewer=by, staff_id=staff_id)
    if not records and staff_id != by.staff_id:
        raise NotAllowed
    balance = balance_of([opened_tags(record) for record in records], theme_names(db))
    record_reading(
        db,
        by=by,
        action="read_balance_of_themes",
        object_kind="balance_of_themes",
        object_key=staff_id,
        about=[staff_id],
        records=len(records),
    )
    return balance
