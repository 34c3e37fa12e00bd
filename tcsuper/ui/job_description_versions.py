"""The library of job descriptions, and two versions compared word by word."""

from collections.abc import Mapping, Sequence

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.database import reading
from tcsuper.models import JobDescription, Responsibility
from tcsuper.queries.comparison import Comparison, ComparisonLine, Outcome, comparison
from tcsuper.queries.job_descriptions import Document, RoleLine, VersionLine, document, library
from tcsuper.readers.compare import Became, Words
from tcsuper.rules.standing import Tone
from tcsuper.ui.plain import plain
from tcsuper.ui.status import chip

LISTS = {
    "behaviours": "Behaviours",
    "essential_experience": "Essential experience",
    "technical_requirements": "Technical requirements",
    "minimum_eligibility": "Minimum eligibility",
    "person_specification": "Person specification",
    "unplaced_lines": "Lines in no field",
}
BECAME = {
    Became.UNCHANGED: ("Unchanged", Tone.GOOD),
    Became.REWORDED: ("Reworded", Tone.NEUTRAL),
    Became.MOVED: ("Moved", Tone.NEUTRAL),
    Became.MERGED: ("Merged", Tone.AMBER),
    Became.SPLIT: ("Split", Tone.AMBER),
    Became.GONE: ("Gone", Tone.BAD),
    Became.NEW: ("New", Tone.AMBER),
}
OUTCOMES = {
    Outcome.GOES_ON: "goes on with it.",
    Outcome.DECIDED: "goes on as was decided.",
    Outcome.STAYS: "ends with its version, as was decided.",
    Outcome.TO_SETTLE: "waits until it is settled.",
}
ELSEWHERE = "These belong to another job description and start no clock."


# ---------------------------------------------------------------------------------------------------------------------
# The library


def library_part(me: Actor, sets_rules: bool) -> None:
    with reading() as db:
        roles = library(db, viewer=me, on=me.on)
    if not roles:
        st.info(_with_advice("There is no job description yet.", sets_rules, "Read one in under Read a document."))
        return
    known = [role for role in roles if any(version.responsibilities for version in role.versions)]
    if known:
        st.table([_row(role, version) for role in known for version in role.versions], border="horizontal")
    if len(known) < len(roles):
        st.caption(
            plain(f"Only the role is known: {words.listed([one.role_name for one in roles if one not in known])}.")
        )
    chosen = _pick_version(roles)
    if chosen is None:
        return
    with reading() as db:
        shown = document(db, viewer=me, job_description_id=chosen)
    show_document(shown, sets_rules)


def _with_advice(says: str, sets_rules: bool, advice: str) -> str:
    """Only who sets the rules reads documents in; to others it is said whose work that is."""
    return f"{says} {advice if sets_rules else 'A therapy manager reads documents in.'}"


def _row(role: RoleLine, version: VersionLine) -> dict[str, str]:
    return {
        "Role": plain(role.role_name),
        "Version": plain(version.version) or "none printed",
        "In force": _in_force(version),
        "Classification": plain(version.classification) or "none printed",
        "Responsibilities": str(version.responsibilities),
        "Texts": _texts(version),
    }


def _in_force(version: VersionLine) -> str:
    begins = f"from {words.day(version.in_force_from)}" if version.in_force_from else ""
    ends = f"until {words.day(version.in_force_until)}" if version.in_force_until else ""
    said_of = " ".join(one for one in (begins, ends) if one)
    if version.is_in_force:
        return f"now, {said_of}" if said_of else "now"
    return said_of


def _texts(version: VersionLine) -> str:
    if version.is_filled:
        return "all read in"
    return f"{version.with_text} of {version.responsibilities} read in" if version.with_text else "short titles only"


def _pick_version(roles: Sequence[RoleLine]) -> int | None:
    labels = {
        version.job_description_id: f"{role.role_name}, {version.label}" for role in roles for version in role.versions
    }
    return st.selectbox(
        "Open one to read",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        key="jd_opened",
        placeholder="Choose a document",
        persist_state="session",
    )


def show_document(shown: Document, sets_rules: bool) -> None:
    st.subheader(plain(shown.particulars.role_name), anchor=False)
    st.table(_particulars(shown.particulars), border="horizontal")
    if not shown.sections:
        advice = "Read in its document under Read a document, to have its responsibilities."
        st.info(_with_advice("Only the role is known.", sets_rules, advice))
    elif not any(one.text for _, lines in shown.sections for one in lines):
        advice = "Read in the document under Read a document, to have its words."
        st.info(_with_advice("The catalogue has our short titles only.", sets_rules, advice))
    for heading, lines in shown.sections:
        st.subheader(plain(heading) or "Responsibilities", anchor=False)
        for one in lines:
            _responsibility(one)
    if shown.cross_references:
        _elsewhere(shown.cross_references)
    for key, entries in shown.lists.items():
        with st.expander(f"{LISTS[key]} ({len(entries)})"):
            for entry in entries:
                st.markdown(f"- {plain(entry)}")


def _particulars(document: JobDescription) -> list[dict[str, str]]:
    """As printed, contradictions and all."""
    printed = {
        "Reference": document.reference,
        "Document type": document.document_type,
        "Version": document.version,
        "Title": document.title,
        "Band": document.band,
        "Organisation level": document.organisation_level,
        "Classification": document.classification,
        "Issued": words.day(document.issued_on) if document.issued_on else "",
        "Status": document.status,
        "Produced by": document.produced_by,
        "Authorised by": document.authorised_by,
    }
    return [{"": label, "As printed": plain(value) or "not printed"} for label, value in printed.items()]


def _responsibility(one: Responsibility) -> None:
    held = "Led by somebody named" if one.is_led else "Held by every postholder"
    quiet = f"{held} · {plain(one.area)}" if one.area else held
    text = f"  \n{_text(one.text)}" if says_more(one.text, one.short_title) else ""
    st.markdown(f"**{one.number}\\. {plain(one.short_title)}**{text}  \n:small[{quiet}]")


def says_more(text: str, title: str) -> bool:
    """A short sentence is its own title: it is not shown twice."""
    return bool(text) and text.strip(" .;").casefold() != title.strip(" .;").casefold()


def _text(text: str) -> str:
    """With its own lines, where it has several."""
    return "  \n".join(plain(line) for line in text.splitlines())


def _elsewhere(lines: Sequence[Responsibility]) -> None:
    st.markdown("#### References to other job descriptions")
    st.caption(ELSEWHERE)
    for condition in dict.fromkeys(one.condition for one in lines):
        if condition:
            st.markdown(plain(condition))
        for one in lines:
            if one.condition == condition:
                st.markdown(f"- {plain(one.text or one.short_title)}")


# ---------------------------------------------------------------------------------------------------------------------
# Two versions compared


def compare_part(me: Actor, sets_rules: bool) -> None:
    with reading() as db:
        roles = [role for role in library(db, viewer=me, on=me.on) if len(role.versions) > 1]
    if not roles:
        advice = "Read in the next version of one under Read a document."
        st.info(_with_advice("No document has a second version yet.", sets_rules, advice))
        return
    by_id = {role.role_id: role for role in roles}
    role, before, after = st.columns([2, 1, 1])
    with role:
        chosen = by_id[
            st.selectbox("Role", list(by_id), format_func=lambda one: by_id[one].role_name, key="jd_compared")
        ]
    versions = {
        line.job_description_id: f"Version {line.version}" if line.version else "Unnumbered"
        for line in reversed(chosen.versions)
    }
    with before:
        former = _pick(versions, "From", len(versions) - 2, f"jd_former-{chosen.role_id}")
    with after:
        new = _pick(versions, "To", len(versions) - 1, f"jd_new-{chosen.role_id}")
    if former == new:
        st.info("Choose two different versions.")
        return
    with reading() as db:
        compared = comparison(db, viewer=me, former_id=former, new_id=new)
    show_comparison(compared, f"{former}-{new}", sets_rules)


def _pick(versions: Mapping[int, str], label: str, index: int, key: str) -> int:
    return st.selectbox(label, list(versions), index=index, format_func=versions.__getitem__, key=key)


def show_comparison(compared: Comparison, key: str, sets_rules: bool) -> None:
    """Each former and each new responsibility once, with what is told apart by words, signs and colour together."""
    if compared.why_not:
        advice = "Read in that document first; or settle by hand what goes on."
        st.info(plain(_with_advice(compared.why_not, sets_rules, advice)))
        return
    counts = compared.counts
    told = words.listed([f"{how_many} {became.value}" for became, how_many in counts.items()])
    st.markdown(f"**From {plain(compared.former_label)} to {plain(compared.new_label)}: {told}.**")
    changed: list[Became] = [one for one in counts if one is not Became.UNCHANGED]
    shown = st.pills(
        "Show",
        list(counts),
        selection_mode="multi",
        default=changed or list(counts),
        format_func=lambda one: f"{BECAME[one][0]} ({counts[one]})",
        key=f"jd_kinds-{key}",
    )
    if any(line.is_reworded for line in compared.lines):
        st.caption(f"How to read it: {_out('struck through')} is gone, {_in('bold')} is new.")
    lines = [line for line in compared.lines if line.became in shown]
    if not lines:
        st.caption("Choose above which kinds of change to show.")
        return
    with st.container(border=True, gap="small", key=f"rows-compared-{key}"):
        for place, line in enumerate(lines):
            if place:
                st.divider()
            _compared(line)


def _compared(line: ComparisonLine) -> None:
    left, right = st.columns([1.3, 5.7], vertical_alignment="top")
    with left:
        word, tone = BECAME[line.became]
        chip(f"{word}, reworded" if line.became is Became.MOVED and line.is_reworded else word, tone)
    with right:
        st.markdown(f"**{plain(_numbers(line))}**")
        if line.is_reworded and line.former and line.new:
            st.markdown(with_changes(line.words))
            if len(line.former) + len(line.new) > 2:
                _pieces(line)
        else:
            for duty in line.new or line.former:
                if says_more(duty.text, duty.short_title):
                    st.markdown(_text(duty.text))
        for sentence in _carried(line):
            st.caption(plain(sentence))


def with_changes(runs: Sequence[Words]) -> str:
    """As Markdown, every word of the documents escaped: what is gone and what is new by a sign, by its line or weight
    and by colour, so that it is seen without colour and heard too."""
    marked = {"same": plain, "gone": _out, "new": _in}
    return " ".join(marked[run.kind](run.text) for run in runs if run.text.strip())


def _out(words_gone: str) -> str:
    return f":red[\u2212 ~~{plain(words_gone)}~~]"


def _in(words_new: str) -> str:
    return f":green[**\\+ {plain(words_new)}**]"


def _pieces(line: ComparisonLine) -> None:
    """Of a merge or split each text whole, as the words above run through all of them."""
    with st.popover("Each text by itself"):
        for title, duties in (("Before", line.former), ("After", line.new)):
            st.markdown(f"**{title}**")
            for duty in duties:
                st.markdown(f"{duty.number}\\. {_text(duty.text)}")


def _numbers(line: ComparisonLine) -> str:
    former, new = (words.listed([str(duty.number) for duty in side]) for side in (line.former, line.new))
    titles = words.listed([duty.short_title for duty in line.new or line.former])
    if not line.new:
        return f"{former} before: {titles}"
    if not line.former:
        return f"{new} now: {titles}"
    return f"{new}: {titles}" if former == new else f"{former} before, {new} now: {titles}"


def _carried(line: ComparisonLine) -> list[str]:
    """Who is named for it and what it calls for, and what comes of that."""
    duties = line.former or line.new
    is_new = not line.former and line.outcome is Outcome.STAYS
    named = list(dict.fromkeys(one for duty in duties for one in duty.named))
    calls_for = list(dict.fromkeys(one for duty in duties for one in duty.calls_for))
    comes = OUTCOMES[line.outcome] if line.outcome and not is_new else ""
    told = []
    if named:
        told.append(f"Named: {words.listed(named)}" + (f"; {comes}" if comes else "."))
    if calls_for:
        told.append(f"Calls for {words.listed(calls_for)}" + (f"; {comes}" if comes else "."))
    if not told and line.outcome is Outcome.TO_SETTLE:
        told.append("To settle.")
    return told
