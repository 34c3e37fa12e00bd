"""History: who read or changed what, and what happened to accounts and settings."""

from tcsuper.access import Permission
from tcsuper.ui.export_register import export_register_part, wants_exports
from tcsuper.ui.frame import page_title
from tcsuper.ui.history import history_part
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.SEE_HISTORY)
page_title("History", "Who did what, and when. Never what was read or written.")
if wants_exports():
    export_register_part(me)
else:
    history_part(me)
