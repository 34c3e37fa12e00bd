"""The words by which job descriptions name their parts, and how to find them when a narrow column broke them."""

import re
from collections.abc import Sequence

Words = tuple[str, ...]

PARTICULARS: dict[str, tuple[str, ...]] = {
    "reference": ("document ref", "document reference", "document ref no", "document reference number", "doc ref",
                  "reference", "reference number", "ref", "ref no", "jd reference", "jd ref"),
    "document_type": ("document type", "type of document", "doc type"),
    "version": ("version", "version number", "version no", "document version"),
    "title": ("job title", "post title", "role title", "title of post", "title of the post", "position title"),
    "band": ("band", "pay band", "grade"),
    "organisation_level": ("organisation level", "organisational level", "organization level"),
    "classification": ("classification", "security classification", "protective marking"),
    "issue_date": ("date of issue", "issue date", "date issued", "issued on", "issued", "publication date"),
    "status": ("status", "document status"),
    "produced_by": ("produced by", "prepared by"),
    "authorised_by": ("authorised by", "authorized by", "approved by"),
}  # fmt: skip
LISTS: dict[str, tuple[str, ...]] = {
    "behaviours": ("behaviours", "behaviors", "civil service behaviours"),
    "essential_experience": ("essential experience", "experience", "experience required", "knowledge and experience"),
    "technical_requirements": (
        "technical requirements",
        "technical",
        "technical skills",
        "qualifications",
        "essential qualifications",
    ),
    "minimum_eligibility": ("minimum eligibility", "eligibility", "eligibility criteria"),
    "person_specification": (
        "person specification",
        "person spec",
        "what we are looking for",
        "what we're looking for",
        "who we are looking for",
        "about you",
    ),
}
DUTIES = ("responsibilities activities and duties", "responsibilities", "key responsibilities",
          "main responsibilities", "other responsibilities", "additional responsibilities", "duties", "main duties",
          "key duties", "other duties", "specific duties", "duties and responsibilities",
          "responsibilities and duties", "main duties and responsibilities", "key duties and responsibilities",
          "key accountabilities", "principal accountabilities", "accountabilities", "key tasks", "main tasks",
          "roles and responsibilities", "what you will do",
          "what you will be doing", "what you'll do", "what you'll be doing", "your responsibilities", "your duties",
          "job responsibilities", "role responsibilities", "principal duties", "principal responsibilities",
          "duties of the post", "main duties of the post", "core duties", "core responsibilities")  # fmt: skip
OTHER = ("group profile", "job description", "job description jd", "jd evidence", "overview of the job",
         "overview of the role", "job overview", "overview", "summary", "job summary", "strengths", "ability",
         "hours of work", "hours of work unsocial hours allowances", "hours of work and unsocial hours allowances",
         "location", "reports to", "supervisory responsibilities", "travel required", "salary", "directorate",
         "accountable to", "responsible to", "responsible for", "key relationships", "job purpose",
         "purpose of the job", "purpose of the role", "main purpose of the role", "main purpose of the job",
         "additional information", "general information", "about us", "about the role", "success profile",
         "success profiles", "civil service success profile criteria", "civil service success profile")  # fmt: skip

LABELS: dict[Words, str] = {
    tuple(label.split()): key
    for key, labels in {**PARTICULARS, **LISTS, "duties": DUTIES, "other": OTHER}.items()
    for label in labels
}
_PARTS = {
    label[start:end] for label in LABELS for start in range(len(label)) for end in range(start + 1, len(label) + 1)
}
_LONGEST = max(map(len, LABELS))
_DUTY_WORD = re.compile(r"\b(responsibilit(y|ies)|dut(y|ies)|accountabilit(y|ies)|tasks)\b", re.IGNORECASE)
_NOT_DUTIES = re.compile(
    r"\b(benefits|offer|about|purpose|summary|overview|hours|salary|standards|information|apply|contact|relationships|"
    r"dimensions|conditions|specification|qualifications|skills|knowledge|behaviours|values|criteria|pension|location)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def words_in(text: str) -> Words:
    return tuple(_WORD.findall(text.lower().replace("’", "'")))


def label_of(text: str) -> str:
    """What a whole line of text is the label of, or nothing. A label begins with a capital."""
    return LABELS.get(words_in(text), "") if text[:1].isupper() or not text[:1].isalpha() else ""


def is_label_or_part(text: str) -> bool:
    return words_in(text) in _PARTS


def labels_beginning(words: Words) -> list[Words]:
    """The longer labels that begin with these words, the longest first."""
    longer = [label for label in LABELS if len(label) > len(words) and label[: len(words)] == words]
    return sorted(longer, key=len, reverse=True)


def label_before(text: str) -> tuple[str, str, bool] | None:
    """A label at the beginning of a line with words behind it: (label, rest, is it set apart by a colon or a gap)."""
    found = list(_WORD.finditer(text))[: _LONGEST + 1]
    for size in range(min(_LONGEST, len(found) - 1), 0, -1):
        if tuple(one.group().lower() for one in found[:size]) not in LABELS or not text[:1].isupper():
            continue
        label, rest = text[: found[size - 1].end()], text[found[size - 1].end() :]
        closing = re.match(r"[.,)]?", rest)
        taken = closing.end() if closing else 0
        rest_after = rest[taken:]
        apart = re.match(r"\s*:\s*|\t\s*|\s{2,}|\s[–—-]\s+", rest_after)
        if apart:
            return label + rest[:taken], rest_after[apart.end() :], True
        if rest_after[:1] == " ":
            return label + rest[:taken], rest_after.strip(), False
    return None


def names_duties(heading: str) -> bool:
    return bool(_DUTY_WORD.search(heading))


def names_something_else(heading: str) -> bool:
    return bool(_NOT_DUTIES.search(heading))


def _inline(labels: Sequence[Words]) -> re.Pattern[str]:
    """Labels inside an overlong line, written with capitals as labels are."""
    long = sorted((label for label in labels if len(label) > 1), key=len, reverse=True)
    names = [r"\W{1,3}".join(_either_case(word, at == 0) for at, word in enumerate(label)) for label in long]
    single = [_either_case(label[0], True) for label in labels if len(label) == 1]
    return re.compile(
        rf"(?<![\w-])(?:(?:{'|'.join(names)})\b(?=\W)"
        rf"|(?:{'|'.join(single)})(?=\s*:|\s+[•●▪■□\ue000-\uf8ff]|\s+\(?1[.)]\s|\s{{2,}})"
        r"|(?:Band|Grade|Version)(?=\s+v?\d)|(?:Status|Classification)(?=\s+[A-Z]))"
    )


def _either_case(word: str, is_first: bool) -> str:
    upper = f"(?:{word.capitalize()}|{word.upper()})"
    return upper if is_first else f"(?:{word}|{word.capitalize()}|{word.upper()})"


INLINE_LABEL = _inline(list(LABELS))
