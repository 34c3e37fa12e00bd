"""Who is meant by a name as people write it: "ELLIS, Ben", "B. Ellis", "CM Ben Ellis", "Zoë" without her dots.

Exact is the same words in any order, and one person alone; or the staff number, where the name beside it could be
theirs. Everything else is only likely: it is offered, the best first, and somebody chooses. Names are folded for
comparing alone; nothing is stored that way.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

LIKELY = 80
"""Of 100, by rapidfuzz over the folded words in order of the alphabet: one letter wrong in five is still offered."""
MOST_OFFERED = 5
BY_NUMBER, BY_INITIAL, BY_NICKNAME, BY_PART = 100.0, 92.0, 94.0, 86.0
"""How sure each of the other ways is, beside that score. Only the order of what is offered depends on it."""
TITLES = frozenset(
    {
        *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "revd", "sir", "dame"),
        *("cm", "so", "po", "spo", "gov", "governor"),
    }
)
"""Before a name. The second line: ranks in a prison."""
NICKNAMES = (
    ("alexander", "alex", "sandy", "alec"), ("alexandra", "alex", "sandra", "lexi"), ("andrew", "andy", "drew"),
    ("anthony", "tony", "ant"), ("benjamin", "ben", "benny"), ("catherine", "cath", "cathy", "cat", "kate", "katie"),
    ("charles", "charlie", "chas"), ("charlotte", "charlie", "lottie"), ("christine", "chris", "chrissie", "tina"),
    ("christopher", "chris", "kit"), ("daniel", "dan", "danny"), ("david", "dave", "dai"), ("deborah", "debbie", "deb"),
    ("edward", "ed", "eddie", "ted", "ned"), ("elizabeth", "liz", "lizzie", "beth", "betty", "eliza", "libby"),
    ("emily", "em", "emma"), ("frances", "fran"), ("francis", "frank"), ("frederick", "fred", "freddie"),
    ("gareth", "gaz"), ("geoffrey", "geoff"), ("gillian", "gill", "jill"), ("gregory", "greg"),
    ("gwendolen", "gwen"), ("henry", "harry"), ("jacqueline", "jackie"), ("james", "jim", "jimmy", "jamie"),
    ("jennifer", "jen", "jenny"), ("jessica", "jess"), ("john", "jack", "johnny"), ("jonathan", "jon", "jonny"),
    ("joseph", "joe", "joey"), ("joshua", "josh"), ("katherine", "kate", "kath", "kathy", "katie", "kat"),
    ("kenneth", "ken", "kenny"), ("lawrence", "larry"), ("leonard", "len", "lenny"),
    ("margaret", "maggie", "meg", "peggy"),
    ("matthew", "matt"), ("michael", "mike", "mick", "mickey"), ("mohammed", "mohammad", "muhammad", "mo"),
    ("nicholas", "nick", "nicky"), ("nicola", "nicky", "nikki"), ("oliver", "ollie"), ("pamela", "pam"),
    ("patricia", "pat", "trish", "tricia"), ("patrick", "pat", "paddy"), ("peter", "pete"), ("philip", "phil"),
    ("rebecca", "becky", "becca", "bex"), ("richard", "rich", "rick", "dick", "ricky"),
    ("robert", "rob", "bob", "bobby", "robbie"), ("ronald", "ron", "ronnie"), ("samantha", "sam"),
    ("samuel", "sam", "sammy"), ("stephen", "steven", "steve", "ste"), ("stephanie", "steph"),
    ("susan", "sue", "susie"), ("terence", "terry"), ("theresa", "teresa", "terry", "tess"), ("thomas", "tom", "tommy"),
    ("timothy", "tim"), ("victoria", "vicky", "vic", "tori"), ("vincent", "vince"),
    ("william", "will", "bill", "billy", "liam"),
    ("yasmin", "yas"), ("zachary", "zac", "zach"),
)  # fmt: skip
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
_ALIKE: dict[str, set[int]] = defaultdict(set)
for _number, _group in enumerate(NICKNAMES):
    for _name in _group:
        _ALIKE[_name].add(_number)


def folded(name: str) -> tuple[str, ...]:
    """The words of a name for comparing: case, accents, apostrophes, hyphens, titles and what stands in brackets left
    aside, in the order of the alphabet."""
    return tuple(sorted(_words(name)))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", re.sub(r"\([^)]*\)", " ", name).casefold().translate(LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"['’‘`ʼ]", "", plain)
    found = re.findall(r"[^\W_]+", plain)
    first = 0
    while len(found) - first > 1 and found[first] in TITLES:
        first += 1
    return _after_a_comma(found[first:], plain)


def _after_a_comma(found: list[str], plain: str) -> list[str]:
    """ "Ellis, Mr Ben": the title stands in the middle."""
    if "," not in plain:
        return found
    kept = [word for word in found if word not in TITLES]
    return kept if len(kept) > 1 else found


def as_full_name(written: str) -> str:
    """How somebody new is stored: as written, but first name first and without a title."""
    surname, comma, first = (" ".join(part.split()) for part in written.partition(","))
    parts = f"{first} {surname}".split() if comma and first else surname.split()
    while len(parts) > 1 and parts[0].casefold().rstrip(".") in TITLES:
        parts = parts[1:]
    return " ".join(parts)


def same_number(written: str, kept: str) -> bool:
    """Staff numbers are compared as text: 004711 is not 4711."""
    return bool(written.strip()) and written.strip().casefold() == kept.strip().casefold()


@dataclass(frozen=True, slots=True)
class Candidate:
    staff_id: int
    full_name: str
    staff_number: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """`exact`: who is meant without a doubt. `likely`: who may be, the best first."""

    exact: int | None = None
    likely: tuple[int, ...] = ()


@dataclass
class Names:
    """Everybody who may be meant, made ready for looking up."""

    candidates: Iterable[Candidate]
    _by_words: dict[tuple[str, ...], list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    _by_word: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _by_number: dict[str, Candidate] = field(default_factory=dict)
    _joined: dict[int, str] = field(default_factory=dict)
    _each: dict[int, Candidate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.candidates:
            words = folded(one.full_name)
            self._each[one.staff_id] = one
            self._by_words[words].append(one)
            self._joined[one.staff_id] = " ".join(words)
            for word in words:
                self._by_word[word].add(one.staff_id)
            if one.staff_number.strip():
                self._by_number[one.staff_number.strip().casefold()] = one

    def meant(self, written: str, staff_number: str = "") -> Meant:
        """Who is meant by a name and the number beside it (empty: none)."""
        words = folded(written)
        numbered = self._by_number.get(staff_number.strip().casefold()) if staff_number.strip() else None
        same = self._by_words.get(words, []) if words else []
        if numbered is not None and (not words or self._could_be(words, numbered)):
            return Meant(numbered.staff_id)
        doubted = "(" in written  # which somebody added to tell two people apart
        if numbered is None and len(same) == 1 and not doubted and not _has_another_number(same[0], staff_number):
            return Meant(same[0].staff_id)
        scores = self._scores(words)
        if numbered is not None:
            scores[numbered.staff_id] = BY_NUMBER + 1
        best = sorted(scores, key=lambda one: (-scores[one], self._each[one].full_name, one))
        return Meant(None, tuple(best[:MOST_OFFERED]))

    def _could_be(self, words: tuple[str, ...], one: Candidate) -> bool:
        """The number decides, unless the name beside it is quite another: then one of the two is a slip."""
        theirs = folded(one.full_name)
        shares_a_word = bool({word for word in words if len(word) > 1} & set(theirs))
        return shares_a_word or _fits(words, theirs) > 0 or fuzz.ratio(" ".join(words), " ".join(theirs)) >= LIKELY

    def _scores(self, words: tuple[str, ...]) -> dict[int, float]:
        if not words:
            return {}
        found = process.extract(
            " ".join(words), self._joined, scorer=fuzz.ratio, score_cutoff=LIKELY, limit=2 * MOST_OFFERED
        )
        scores: dict[int, float] = {staff_id: score for _, score, staff_id in found}
        for staff_id in set().union(*(self._by_word.get(word, set()) for word in words)):
            fit = _fits(words, folded(self._each[staff_id].full_name))
            if fit > scores.get(staff_id, 0):
                scores[staff_id] = fit
        return scores


def _has_another_number(one: Candidate, staff_number: str) -> bool:
    """Somebody of this name, but the sheet and our records give two different numbers: perhaps two people."""
    return bool(staff_number.strip() and one.staff_number.strip()) and not same_number(staff_number, one.staff_number)


def _fits(words: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """How sure it is that every word of the shorter name stands for one of the longer: itself, an initial of it, or a
    nickname for it; 0 where one stands for none. At least one word has to be the same."""
    shorter, longer = (words, list(theirs)) if len(words) <= len(theirs) else (theirs, list(words))
    left, found = [], 0
    for word in shorter:
        if word in longer:
            longer.remove(word)
            found += len(word) > 1
        else:
            left.append(word)
    if not found:
        return 0
    worst = BY_PART if longer and not left else 100.0
    for word in left:
        by, other = max(((_stands_for(word, one), one) for one in longer), default=(0.0, ""))
        if not by:
            return 0
        longer.remove(other)
        worst = min(worst, by)
    return min(worst, BY_PART) if longer and worst > BY_PART else worst


def _stands_for(word: str, other: str) -> float:
    if 1 in (len(word), len(other)) and word[0] == other[0]:
        return BY_INITIAL
    return BY_NICKNAME if _ALIKE.get(word, set()) & _ALIKE.get(other, set()) else 0
