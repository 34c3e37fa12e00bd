"""What each responsibility of a job description calls for: since when and until when, suggested, added and ended."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.models import JobDescription, RequirementKind
from tcsuper.queries.called_for import (
    CalledForLine,
    Offered,
    RequirementOffered,
    StandardOffered,
    called_for,
    offered,
    suggested_counts,
)
from tcsuper.queries.catalogue import ResponsibilityLine
from tcsuper.services.called_for import CallFor, call_for, call_for_several, no_longer_call_for
from tcsuper.ui.job_description_versions import says_more
from tcsuper.ui.pickers import pick_day
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_form, saving

KINDS = {
    RequirementKind.COURSE: "Training",
    RequirementKind.QUALIFICATION: "Qualification",
    RequirementKind.REGISTRATION: "Registration",
    RequirementKind.CHECK: "Check of the register",
    RequirementKind.SUPERVISION: "Supervision",
    RequirementKind.AGREEMENT: "Agreement",
    RequirementKind.PRACTICE: "Level of a standard",
    RequirementKind.PERIOD: "Probation",
    RequirementKind.EVENT: "Appraisal or check seen",
}
WAYS = ("Suggested", "Add one", "End one")


def called_for_part(
    me: Actor, job: JobDescription, duties: Sequence[ResponsibilityLine], sets_rules: bool, on: date
) -> None:
    """The lines for everybody; the forms for who may set rules."""
    own = {line.responsibility_id: line for line in duties if not line.is_cross_reference}
    if not own:
        return
    with reading() as db:
        lines = called_for(db, viewer=me, job_description_id=job.id or 0, on=on)
    st.subheader("What holding one calls for", anchor=False)
    _table(own, lines, on)
    if sets_rules:
        _change(me, own, lines if on == today() else None, job)


def cross_references(lines: Sequence[ResponsibilityLine]) -> None:
    """Duties of other job descriptions that this one refers to, apart from its own."""
    elsewhere = [line for line in lines if line.is_cross_reference]
    if not elsewhere:
        return
    st.subheader("From other job descriptions", anchor=False)
    has_conditions = any(line.condition for line in elsewhere)
    st.table(
        [
            {"Duty": plain(line.text or line.short_title)} | ({"When": plain(line.condition)} if has_conditions else {})
            for line in elsewhere
        ],
        border="horizontal",
    )
    st.caption("Nobody is asked anything by these here: they call for nothing, need no lead and start no clock.")


def _table(own: Mapping[int, ResponsibilityLine], lines: Mapping[int, Sequence[CalledForLine]], on: date) -> None:
    rows = [
        {
            "Responsibility": plain(f"{own[one].number}. {own[one].short_title}"),
            "Calls for": plain(line.says + (f" (as asked of {line.from_role})" if line.from_role else "")),
            "Kind": KINDS[line.kind],
            "When": plain(_when(line)),
        }
        for one in own
        for line in lines.get(one, ())
    ]
    if not rows:
        st.info("Nothing is called for yet: whoever holds one of these is able to.")
        return
    st.table(rows, border="horizontal")
    st.caption("A holder is able on a day when they meet all that it calls for on that day.")


def _when(line: CalledForLine) -> str:
    since = words.day(line.start_on) if line.start_on else ""
    before = f", given to version {line.from_version}" if line.from_version else ""
    if line.is_over and line.end_on:
        return f"{f'{since} to' if since else 'Until'} {words.day(line.end_on)}: over{before}"
    begins = f"{'Since' if line.is_now else 'From'} {since}" if since else "Always"
    return f"{begins}{f' until {words.day(line.end_on)}' if line.end_on else ''}{before}"


# ---------------------------------------------------------------------------------------------------------------------
# For who may set rules


def _change(
    me: Actor,
    own: Mapping[int, ResponsibilityLine],
    lines: Mapping[int, Sequence[CalledForLine]] | None,
    job: JobDescription,
) -> None:
    """`lines`: what is called for today, where that is at hand."""
    with st.expander("Change what one calls for: suggested by its words, or your own choice", key="called_for_change"):
        with reading() as db:
            counts = suggested_counts(db, viewer=me, job_description_id=job.id or 0, on=today())
        if counts:
            numbers = words.listed([str(own[one].number) for one in own if one in counts])
            which = "number" if len(counts) == 1 else "numbers"
            st.caption(f"By their words something is suggested for {which} {numbers}.")
        chosen = st.selectbox(
            "Responsibility",
            list(own),
            index=next((place for place, one in enumerate(own) if one in counts), 0),
            format_func=lambda one: f"{own[one].number}. {own[one].short_title}",
            key=f"called_for_which-{job.id}",
        )
        line = own[chosen]
        if says_more(line.text, line.short_title):
            st.caption(plain(line.text))
        way = st.segmented_control(
            "How", WAYS, default=WAYS[0], key="called_for_way", label_visibility="collapsed", required=True
        )
        with reading() as db:
            could_be = offered(db, viewer=me, responsibility_id=chosen, on=today())
            known = (
                lines if lines is not None else called_for(db, viewer=me, job_description_id=job.id or 0, on=today())
            )
        if way == WAYS[0]:
            _accept(me, line, could_be)
        elif way == WAYS[1]:
            _add(me, line, could_be)
        else:
            _end(me, line, [one for one in known.get(chosen, ()) if not one.is_over])


def _accept(me: Actor, line: ResponsibilityLine, could_be: Offered) -> None:
    if not could_be.suggested:
        st.info("Nothing else is suggested by its words. Add what it calls for yourself.")
        return
    with record_form(f"suggested-{line.responsibility_id}", submit="Call for those ticked") as form:
        st.caption("Found by the words alone. Tick what holding it really calls for; the rest is left as it is.")
        ticked = [_suggestion(form, what, because) for what, because in could_be.suggested]
        form.slot("wanted")
        start_on = pick_day("From", today(), form.widget_key("start_on"))
    wanted = [one for one in ticked if one is not None]
    if form.submitted:
        with saving(form, done=f"{line.short_title}: {_so_many(wanted)} from {words.day(start_on)}.") as db:
            call_for_several(
                db,
                by=me,
                submission=form.key,
                responsibility_id=line.responsibility_id,
                wanted=wanted,
                start_on=start_on,
            )


def _so_many(wanted: Sequence[CallFor]) -> str:
    return f"calls for {words.count(len(wanted), 'more thing', 'more things')}"


def _suggestion(form: RecordForm, what: RequirementOffered | StandardOffered, because: str) -> CallFor | None:
    """What is ticked."""
    left, right = st.columns([4, 1.4], vertical_alignment="center")
    if isinstance(what, RequirementOffered):
        key = f"requirement-{what.requirement_id}"
        is_ticked = left.checkbox(plain(_label(what)), key=form.widget_key(key))
        left.caption(plain(f"{KINDS[what.kind]}. {because}"))
        return CallFor(requirement_id=what.requirement_id) if is_ticked else None
    key = f"standard-{what.standard_id}"
    is_ticked = left.checkbox(plain(f"{what.title} ({what.set_name})"), key=form.widget_key(key))
    left.caption(plain(f"{KINDS[RequirementKind.PRACTICE]}. {because}"))
    with right:
        level = _pick_level(form, what)
    return CallFor(standard_id=what.standard_id, level=level) if is_ticked else None


def _label(what: RequirementOffered) -> str:
    return what.title if what.is_own else f"{what.title} (as asked of {what.role})"


def _pick_level(form: RecordForm, standard: StandardOffered) -> int | None:
    """To begin with the level that the role itself asks for."""
    levels = list(standard.levels)
    asked = standard.level_of_role
    return st.selectbox(
        "At level",
        levels,
        index=levels.index(asked) if asked in levels else 0,
        format_func=standard.levels.__getitem__,
        key=form.widget_key(f"level-{standard.standard_id}"),
    )


def _add(me: Actor, line: ResponsibilityLine, could_be: Offered) -> None:
    kinds = [kind for kind in KINDS if any(one.kind is kind for one in could_be.requirements)]
    kinds += [RequirementKind.PRACTICE] if could_be.standards else []
    if not kinds:
        st.info("All that the catalogue asks of any role is called for already.")
        return
    with record_form(f"call_for-{line.responsibility_id}", submit="Call for it", live=True) as form:
        kind = st.selectbox("Kind", kinds, format_func=KINDS.__getitem__, key=form.widget_key("kind"))
        if kind is RequirementKind.PRACTICE:
            said, wanted = _pick_standard(form, could_be.standards)
        else:
            said, wanted = _pick_requirement(form, [one for one in could_be.requirements if one.kind is kind])
        form.slot("wanted")
        start_on = pick_day("From", today(), form.widget_key("start_on"))
    if form.submitted:
        with saving(form, done=f"{line.short_title}: calls for {said} from {words.day(start_on)}.") as db:
            call_for(
                db,
                by=me,
                submission=form.key,
                responsibility_id=line.responsibility_id,
                requirement_id=wanted.requirement_id,
                standard_id=wanted.standard_id,
                level=wanted.level,
                start_on=start_on,
            )


def _pick_requirement(form: RecordForm, requirements: Sequence[RequirementOffered]) -> tuple[str, CallFor]:
    by_id = {one.requirement_id: one for one in requirements}
    chosen = st.selectbox(
        "Requirement",
        list(by_id),
        format_func=lambda one: _label(by_id[one]),
        key=form.widget_key(f"requirement-{requirements[0].kind.value}"),
    )
    return by_id[chosen].title, CallFor(requirement_id=chosen)


def _pick_standard(form: RecordForm, standards: Sequence[StandardOffered]) -> tuple[str, CallFor]:
    by_id = {one.standard_id: one for one in standards}
    left, right = st.columns(2)
    chosen = left.selectbox(
        "Standard",
        list(by_id),
        format_func=lambda one: f"{by_id[one].title} ({by_id[one].set_name})",
        key=form.widget_key("standard"),
    )
    with right:
        level = _pick_level(form, by_id[chosen])
    return f"{by_id[chosen].title}: {by_id[chosen].levels[level or 0]}", CallFor(standard_id=chosen, level=level)


def _end(me: Actor, line: ResponsibilityLine, lines: Sequence[CalledForLine]) -> None:
    if not lines:
        st.info("It calls for nothing now.")
        return
    by_id = {one.link_id: one for one in lines}
    with record_form(f"no_longer-{line.responsibility_id}", submit="End it") as form:
        chosen = st.selectbox(
            "What it calls for",
            list(by_id),
            format_func=lambda one: f"{by_id[one].says}, {_when(by_id[one])[:1].lower()}{_when(by_id[one])[1:]}",
            key=form.widget_key("link_id"),
        )
        end_on = pick_day("Last day", today(), form.widget_key("end_on"))
        form.slot("end_on")
        st.caption("Days up to the last one keep their answers.")
    if form.submitted:
        with saving(form, done=f"{line.short_title}: {by_id[chosen].says} until {words.day(end_on)}.") as db:
            no_longer_call_for(db, by=me, submission=form.key, link_id=chosen, end_on=end_on)
