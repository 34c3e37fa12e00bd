"""Job descriptions: what the service has, a document read in, two versions compared, and what is left to settle."""

from tcsuper.access import Permission
from tcsuper.queries.catalogue import may_set_rules
from tcsuper.ui.frame import page_title
from tcsuper.ui.job_description_draft import COMPARE, LIBRARY, READ, SETTLE, part_asked
from tcsuper.ui.job_description_reading import reading_part
from tcsuper.ui.job_description_settling import settle_part
from tcsuper.ui.job_description_versions import compare_part, library_part
from tcsuper.ui.signed_in import signed_in_staff

me = signed_in_staff(needs=Permission.SEE_CATALOGUE)
page_title("Job descriptions", "What each role is responsible for, in the words of its own document.")
sets_rules = may_set_rules(me)
shown = part_asked((LIBRARY, READ, COMPARE, SETTLE) if sets_rules else (LIBRARY, COMPARE))
if shown == READ:
    reading_part(me)
elif shown == COMPARE:
    compare_part(me, sets_rules)
elif shown == SETTLE:
    settle_part(me)
else:
    library_part(me, sets_rules)
