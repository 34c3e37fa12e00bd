"""Audit pack: all that an inspector asks for, as a workbook and as a document to print."""

from tcsuper.access import Permission
from tcsuper.ui.audit_pack import audit_pack_part
from tcsuper.ui.frame import page_title
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.MAKE_AUDIT_PACK)
page_title("Audit pack", "What an inspector asks for, from the records: a workbook and a document to print.")
audit_pack_part(me)
