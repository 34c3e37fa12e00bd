"""When two printed job descriptions are the same document, which version one is, and what a responsibility is called.

In: references, versions and texts as printed. Out: whether they mean the same. The printed reference of one document
may end in its version, and differs in spaces, signs and capitals from page to page.
"""

import re

_VERSION_AT_END = re.compile(r"[\s,;:(\[-]*\b(?:version|ver|v)\.?\s*(\d+(?:\.\d+)*)\s*[)\]]?\s*$", re.IGNORECASE)
LONGEST_TITLE = 80
_CLAUSE_END = re.compile(
    r"[;:]\s|[.!?](?:\s+(?=[A-Z“\"(])|$)|\s[–—-]\s|\s\((?=[^)]*\s)|\n"
    r"|,\s+\w+ing\b(?!,|\s+and\b|\s+or\b)|,?\s+(?:ensuring|including|so that|in order to|wherever|whilst|while)\b"
)
_SHORTEST_CLAUSE = 12
_LOOSE_ENDS = " ,;:.-–—"
_LEADS_ON = frozenset(
    "a about against an and are as at between but by for from in into is its of on or that the their through to under "
    "until when where whether which who with within without".split()
)
"""A title does not end with one of these: something is to follow."""


def document_key(reference: str) -> str:
    """The same for each version of one document: its reference without version, spaces, signs and capitals. Empty where
    none is printed: then nothing says which document it is."""
    return "".join(re.findall(r"[^\W_]+", _VERSION_AT_END.sub("", reference).casefold()))


def version_printed(version: str, reference: str) -> str:
    """The version as the document names it, or as its reference ends in it."""
    found = _VERSION_AT_END.search(reference)
    return version.strip() or (found[1] if found else "")


def version_key(version: str) -> tuple[tuple[int, str], ...]:
    """To compare versions: “v9”, “9.0” and “Version 9.0” are one, 9.10 comes after 9.9, and words after numbers."""
    bare = re.sub(r"^(?:version|ver|v)\b\.?\s*|^v(?=\d)", "", version.strip().casefold())
    parts = [(int(part), "") if part.isdecimal() else (10**9, part) for part in re.findall(r"\d+|[^\W\d_]+", bare)]
    while parts and parts[-1] == (0, ""):
        parts.pop()
    return tuple(parts)


def is_same_version(one: str, other: str) -> bool:
    return version_key(one) == version_key(other) and bool(one.strip()) == bool(other.strip())


def short_title_of(text: str) -> str:
    """What a responsibility is called until somebody chooses better words: its first clause, at most 80 characters of
    it, in whole words."""
    words = text.strip()
    clause = next((found for end in _CLAUSE_END.finditer(words) if _can_stand(found := words[: end.start()])), words)
    clause = " ".join(clause.split()).rstrip(_LOOSE_ENDS)
    if len(clause) > LONGEST_TITLE:
        clause = clause[: LONGEST_TITLE + 1].rsplit(" ", 1)[0][:LONGEST_TITLE]
        while " " in clause and clause.rsplit(" ", 1)[1].lower() in _LEADS_ON:
            clause = clause.rsplit(" ", 1)[0]
    clause = clause.rstrip(_LOOSE_ENDS) or " ".join(text.split())[:LONGEST_TITLE]
    return clause[:1].upper() + clause[1:]


def _can_stand(clause: str) -> bool:
    last = clause.split()[-1].lower() if clause.split() else ""
    return len(clause) >= _SHORTEST_CLAUSE and last not in _LEADS_ON
