"""Emergency access: ask for one confidential text, read it for an hour, be told of it, review it."""

from tcsuper.access import Permission
from tcsuper.database import reading
from tcsuper.queries.emergency_access import accesses_seen, told_of
from tcsuper.ui.emergency_access import (
    ask_form,
    may_ask,
    may_direct,
    show_my_requests,
    show_open_texts,
    show_oversight,
    show_told,
)
from tcsuper.ui.frame import page_title
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.SEE_EMERGENCY_ACCESS)
page_title("Emergency access", "When a confidential text has to be read by somebody whose it is not.")

with reading() as db:
    lines, told = accesses_seen(db, viewer=me), told_of(db, viewer=me)

show_open_texts(me, lines)
if may_direct(me):
    show_oversight(me, lines)
if may_ask(me):
    show_my_requests(me, lines)
    ask_form(me)
show_told(me, told)
