"""What words in the cells of a sheet mean, where people write words in place of a date, a status or a name."""

from enum import StrEnum

from tcsuper.readers.sheets.cells import key, word
from tcsuper.readers.sheets.dates import Shape, written


class Meaning(StrEnum):
    COMPLETED = "completed"
    BOOKED = "booked"
    NOT_REQUIRED = "not_required"
    LAPSED = "lapsed"
    NOT_KNOWN = "not_known"
    NOT_DONE = "not_done"
    LEFT_OUT = "left_out"


ASIDE = {
    Meaning.BOOKED: "is still to come, and nothing that was completed",
    Meaning.NOT_REQUIRED: "says that it is not asked of this person: that is kept under requirements",
    Meaning.LAPSED: "says that it ran out, and not when it was completed",
    Meaning.NOT_KNOWN: "gives no day",
    Meaning.NOT_DONE: "says that it was not completed",
    Meaning.LEFT_OUT: "was left out, as was said",
}
"""Why a cell says nothing to take in."""
_TICKS = ("✓", "✔", "☑", "✅", "√", "☒", "✗", "✘")
_WORDS: dict[Meaning, str] = {
    Meaning.COMPLETED: "x|y|yes|done|completed|complete|comp|c|p|passed|pass|attended|trained|achieved|competent|"
    "in date|current|valid|compliant|true|1|held|qualified|tick|up to date",
    Meaning.BOOKED: "booked|booked on|book|scheduled|planned|nominated|waiting list|waitlist|on waiting list|"
    "in progress|enrolled|started|ongoing|on course|due to attend|allocated|requested|to attend|"
    "booked refresher|refresher booked|b",
    Meaning.NOT_REQUIRED: "n/a|n.a.|n / a|na|not applicable|not required|not needed|exempt|exempted|n/r|nr|"
    "does not apply|exemption",
    Meaning.LAPSED: "expired|overdue|out of date|ood|lapsed|refresher due|refresher|due|refresher required|"
    "refresher needed|renewal due|exp|expires|expiry|now due|due now|needs refresher|refresher overdue|ends|until|"
    "valid until",
    Meaning.NOT_KNOWN: "?|??|???|tbc|tba|tbd|unknown|not known|to be confirmed|check|awaiting date|no date|-|–|—|--|"
    "…|...|.|/|awaiting certificate|#n/a",
    Meaning.NOT_DONE: "no|n|not done|not completed|incomplete|not started|outstanding|required|needed|needs|to do|"
    "todo|dna|did not attend|cancelled|failed|withdrawn|not yet|not attended|none|nil|o|false|0|not trained|absent|"
    "on leave|a/l|sick|mat leave|maternity leave|maternity|long term sick|lts|career break",
}  # fmt: skip
_BY_WORD = {one: meaning for meaning, words in _WORDS.items() for one in words.split("|")} | {
    one: Meaning.COMPLETED for one in _TICKS
}
MOST_WORDS = 10


def meaning(text: str) -> Meaning | None:
    plain = word(text).strip(" .!*()")
    return _BY_WORD.get(plain) or _BY_WORD.get(word(text))


def is_tick(text: str) -> bool:
    return meaning(text) is Meaning.COMPLETED


def date_and_word(text: str) -> tuple[str, Meaning] | None:
    """“Passed 12/3/25” and “booked 3 June”: the words that are a date, and what the words around them mean."""
    words = text.split()
    if len(words) > MOST_WORDS:
        return None
    spans = [(first, last) for first in range(len(words)) for last in range(first + 1, len(words) + 1)]
    for first, last in sorted(spans, key=lambda span: span[0] - span[1]):
        dated = " ".join(words[first:last]).strip(" ,;:()")
        if written(dated).shape not in (Shape.DAY, Shape.NUMBERS, Shape.MONTH):
            continue
        around = [" ".join(part).strip(" :,;-()") for part in (words[:first], words[last:])]
        meanings = {meaning(part) for part in around if part}
        worst = next((one for one in (Meaning.LAPSED, Meaning.BOOKED, Meaning.COMPLETED) if one in meanings), None)
        return (dated, worst) if worst and None not in meanings else None
    return None


def _table(lines: str) -> dict[str, str]:
    """“code: word, word” a line."""
    found: dict[str, str] = {}
    for line in lines.strip().splitlines():
        code, _, words = line.strip().partition(": ")
        found |= {key(one): code for one in [code, *words.split(", ")]}
    return found


ATTENDANCE = _table("""
    attended: present, yes, y, here, completed, held, in attendance, 1, true, took place, p
    late: arrived late, came late
    left_early: left early, early
    apologies_leave: leave, annual leave, a/l, al, on leave, holiday, maternity leave, apologies leave, hols
    apologies_sickness: sick, sickness, ill, off sick, sick leave, apologies sickness, s/l
    apologies_operational: operational, ops, operational need, detached duty, redeployed, cross deployed, staff shortage, regime, apologies operational, on detached duty, bedwatch, apologies operational need
    did_not_attend: dna, did not attend, no show, absent, no, n, did not come, missed, fta, failed to attend, 0, false
    exempt: not required, n/a, not applicable, excused
""")  # noqa: E501 (a table)
ABSENT = ("apologies_leave", "apologies_sickness", "apologies_operational", "did_not_attend", "exempt")
APOLOGIES = tuple(key(one) for one in ("apologies", "apols", "apology", "sent apologies", "apologies sent"))
NOT_HELD = tuple(key(one) for one in ("cancelled", "canceled", "postponed", "rearranged", "did not happen", "not held"))
RESULTS = _table("""
    passed: pass, completed, complete, done, achieved, competent, yes, y, in date, current, valid, compliant, expired, overdue, due, out of date, up to date, refresher due, c, expiring, expiring soon, due soon, green, amber, red, trained, true, p
    attended: attendance, attendance only
    asked_to_repeat: repeat, to repeat, refer, referred, resit, failed, fail, not yet competent, not passed
""")  # noqa: E501
RESULTS |= {one: "passed" for one in _TICKS}
FORMS = _table("""
    individual: 1:1, one to one, 1 to 1, 1-1, one-to-one, 121, individual supervision, ind, i
    group: group supervision, grp, team, g
    peer: peer supervision, peer group, p
""")
VACANT = tuple(key(one) for one in ("vacant", "vacancy", "vacant post", "unfilled", "to be recruited"))
