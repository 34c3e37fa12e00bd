"""The pieces of the catalogue page: what is asked, by whom it is set, and how sure we are of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.models import (
    JobDescription,
    RequirementKind,
    SessionForm,
    SupervisionPurpose,
    WhatIsRecorded,
    WhoEnters,
)
from tcsuper.queries.catalogue import CommunityLine, NumberLine, RequirementLine, ResponsibilityLine
from tcsuper.rules.in_words import CREDIT, RULE_SETS
from tcsuper.rules.minimum import Measure, Minimum, Per, RuleSet
from tcsuper.services.catalogue import set_course_target, set_purpose, set_supervision_minimum
from tcsuper.services.responsibilities import set_led
from tcsuper.services.settings import set_service_number
from tcsuper.services.staff import add_community, set_records_kept_from
from tcsuper.ui.job_description_versions import says_more
from tcsuper.ui.marks import LEGEND, mark_badge
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import record_button, record_form, saving
from tcsuper.ui.status import RowList, row_list, said

if TYPE_CHECKING:
    import pandas as pd

ANOTHER = "Another one"
MEASURES = {Measure.MINUTES: "minutes", Measure.MEETINGS: "meetings", Measure.SHARE: "% of the meetings held"}
PERIODS = {
    Per.MONTH: "each calendar month",
    Per.ROLLING: "in any number of days",
    Per.AVERAGE: "on average over months",
    Per.IN_ALL: "in all, without a date",
}
FORMS = {SessionForm.INDIVIDUAL: "individual", SessionForm.GROUP: "group", SessionForm.PEER: "peer group"}
ENTERED_BY = {"leader": "Whoever leads it", "manager": "The therapy manager", "either": "Leader or manager"}
RECORDED = {"attendance": "attendance only", "themes": "themes", "full": "the full record"}
BODY_KINDS = {
    "statutory": "Statutory registers",
    "accredited": "Accredited registers",
    "membership": "Memberships: not a register",
}
KINDS = {
    RequirementKind.COURSE: "Training",
    RequirementKind.QUALIFICATION: "Qualifications",
    RequirementKind.REGISTRATION: "Registration",
    RequirementKind.CHECK: "Checks of the register",
    RequirementKind.SUPERVISION: "Supervision",
    RequirementKind.AGREEMENT: "Agreements",
    RequirementKind.PRACTICE: "Observed practice",
    RequirementKind.PERIOD: "Probation",
    RequirementKind.EVENT: "Appraisal and checks seen",
}
MARKS = {
    RuleSet.SERVICE: "service",
    RuleSet.BACP: "sure",
    RuleSet.BABCP: "likely",
    RuleSet.BABCP_TRAINING: "sure",
}
"""How sure each rule set is: see the legend."""


def legend() -> None:
    st.caption(LEGEND)


def _row(listed: RowList, mark: str, title: str, *sentences: str) -> None:
    word, tone = mark_badge(mark)
    listed.row(word, tone, title, *sentences, wide=True)


def _source(source: str, mark: str = "") -> str:
    return f"Source: {source.rstrip('.')}." if source and mark != "service" else ""


# ---------------------------------------------------------------------------------------------------------------------
# Job descriptions


def pick_job_description(documents: Sequence[JobDescription]) -> JobDescription:
    """One of at least one."""
    by_id = {document.id: document for document in documents}
    roles = [document.role_name for document in documents]
    chosen = st.selectbox(
        "Job description",
        list(by_id),
        format_func=lambda one: (
            by_id[one].role_name
            if roles.count(by_id[one].role_name) == 1
            else f"{by_id[one].role_name} (version {by_id[one].version})"
        ),
        key="catalogue_job",
        persist_state="session",
    )
    return by_id.get(chosen, documents[0])


def particulars(document: JobDescription) -> None:
    """As printed, contradictions and all."""
    printed = {
        "Reference": document.reference,
        "Version": document.version,
        "Title": document.title,
        "Band": document.band,
        "Status": document.status,
        "Classification": document.classification,
        "Issued": words.day(document.issued_on) if document.issued_on else "",
        "Level": document.organisation_level,
        "Produced by": document.produced_by,
        "Authorised by": document.authorised_by,
        "In force from": words.day(document.in_force_from) if document.in_force_from else "",
    }
    said(document.role_name, ". ".join(f"{label}: {value}" for label, value in printed.items() if value) + ".")


def responsibilities_table(lines: Sequence[ResponsibilityLine]) -> None:
    duties = [line for line in lines if not line.is_cross_reference]
    if not duties:
        st.info("This document's responsibilities are not in the catalogue: only its role is known.")
        return
    led = sum(line.is_led for line in duties)
    st.markdown(
        f"**{words.count(len(duties), 'responsibility', 'responsibilities')}**, {led} of them led by somebody named."
    )
    calls_for = any(line.requirements for line in duties)
    st.table([_duty(line, calls_for) for line in duties], border="horizontal")


def _duty(line: ResponsibilityLine, calls_for: bool) -> dict[str, str]:
    title = plain(line.short_title)
    shown = {
        "No.": str(line.number),
        "Responsibility": f"**{title}** {plain(line.text)}" if says_more(line.text, line.short_title) else title,
        "Area": plain(line.area),
        "Held by": "Somebody named" if line.is_led else "Every postholder",
    }
    return shown | ({"Calls for": plain(words.listed(line.requirements))} if calls_for else {})


def led_form(me: Actor, lines: Sequence[ResponsibilityLine]) -> None:
    duties = {line.responsibility_id: line for line in lines if not line.is_cross_reference}
    if not duties:
        return
    with st.expander("Change who holds one: every postholder, or somebody named"):
        chosen = st.selectbox(
            "Responsibility",
            list(duties),
            format_func=lambda one: f"{duties[one].number}. {duties[one].short_title}",
            key="led_which",
        )
        line = duties[chosen]
        is_led = not line.is_led
        st.caption(
            "It is led by somebody named now: coverage is judged." if line.is_led else "Every postholder holds it now."
        )
        label = "Have it led by somebody named" if is_led else "Give it back to every postholder"
        form = record_button(f"led-{chosen}", label)
        if form.submitted:
            who = "led by somebody named" if is_led else "held by every postholder"
            with saving(form, done=f"{line.short_title}: {who} from now on.") as db:
                set_led(db, by=me, submission=form.key, responsibility_id=chosen, is_led=is_led)


# ---------------------------------------------------------------------------------------------------------------------
# Requirements


def requirements_list(lines: Sequence[RequirementLine]) -> None:
    if not lines:
        st.info("Nothing is asked of this role on this day.")
        return
    for kind in dict.fromkeys(line.kind for line in lines):
        st.subheader(KINDS[kind], anchor=False)
        with row_list(f"asked-{kind.value}") as listed:
            for line in (one for one in lines if one.kind is kind):
                _row(listed, line.mark, line.title, line.in_words, _source(line.source, line.mark), _from(line))


def _from(line: RequirementLine) -> str:
    """Nothing for what has always been asked and still is."""
    begins = f"from {words.day(line.start_on)}" if line.start_on.year > 1970 else ""
    ends = f"until {words.day(line.end_on)}" if line.end_on else ""
    return f"Asked {' '.join(one for one in (begins, ends) if one)}." if begins or ends else ""


def minimum_form(me: Actor, job: JobDescription, lines: Sequence[RequirementLine], purposes: Mapping[str, str]) -> None:
    """A service sets its own supervision minimum for a role, from a day on; the former one still answers before."""
    known = {line.title: line.minimum for line in lines if line.minimum is not None}
    with st.expander("Set a supervision minimum for this role"):
        which = st.selectbox("Which minimum?", [*known, ANOTHER], key=f"minimum_which-{job.id}")
        was = known.get(which) or Minimum("", 60)
        with record_form(f"minimum-{job.id}-{which}", submit="Set the minimum") as form:
            title = was.title or st.text_input("Its name", max_chars=200, key=form.widget_key("title"))
            form.slot("title")
            asked = _minimum_fields(form, was, purposes)
            start_on = st.date_input("From", today(), format="DD/MM/YYYY", key=form.widget_key("start_on"))
            form.slot("start_on")
            st.caption("0 asks for nothing. Earlier days keep the minimum that applied then.")
        if form.submitted:
            done = f"{title} for {job.role_name}: set from {words.day(start_on)}."
            with saving(form, done=done) as db:
                set_supervision_minimum(
                    db,
                    by=me,
                    submission=form.key,
                    job_description_id=job.id or 0,
                    minimum=replace(was, title=title, **asked),
                    start_on=start_on,
                )


def _minimum_fields(form: Any, was: Minimum, purposes: Mapping[str, str]) -> dict[str, Any]:
    much, of_what, per = st.columns(3)
    with much:
        amount = st.number_input("At least", 0, 10_000, was.amount, step=1, key=form.widget_key("amount"))
        form.slot("amount")
    with of_what:
        measure = st.selectbox(
            "of",
            list(MEASURES),
            index=list(MEASURES).index(was.measure),
            format_func=MEASURES.__getitem__,
            key=form.widget_key("measure"),
        )
    with per:
        period = st.selectbox(
            "counted",
            list(PERIODS),
            index=list(PERIODS).index(was.per),
            format_func=PERIODS.__getitem__,
            key=form.widget_key("per"),
        )
        form.slot("per")
    days_side, months_side, length_side = st.columns(3)
    with days_side:
        days = st.number_input("Days, for any number of days", 1, 366, was.days, key=form.widget_key("days"))
        form.slot("days")
    with months_side:
        months = st.number_input("Months, for an average", 1, 24, was.months, key=form.widget_key("months"))
        form.slot("months")
    with length_side:
        least = st.number_input(
            "Shortest meeting, for meetings", 1, 480, was.meeting_minutes, key=form.widget_key("meeting_minutes")
        )
        form.slot("meeting_minutes")
    what = st.multiselect(
        "What counts",
        list(purposes),
        default=[one for one in was.purposes if one in purposes],
        format_func=purposes.__getitem__,
        key=form.widget_key("purposes"),
    )
    form.slot("purposes")
    forms = st.multiselect(
        "In which form (none chosen: any)",
        list(FORMS),
        default=[SessionForm(one) for one in was.forms],
        format_func=FORMS.__getitem__,
        key=form.widget_key("forms"),
    )
    form.slot("forms")
    of_supervision = st.checkbox(
        "Supervision of their supervising, and that alone", was.of_supervision, key=form.widget_key("of_supervision")
    )
    return {
        "amount": int(amount),
        "measure": measure,
        "per": period,
        "days": int(days),
        "months": int(months),
        "meeting_minutes": int(least),
        "purposes": tuple(what),
        "forms": tuple(one.value for one in forms),
        "of_supervision": of_supervision,
        "floor": min(was.floor, int(amount)),
    }


def target_form(me: Actor, job: JobDescription, lines: Sequence[RequirementLine]) -> None:
    """Within how many days of starting in post a course is due."""
    courses = {line.courses[0]: line for line in lines if line.courses}
    if not courses:
        return
    with st.expander("Set by when a course is due (TCAT and others)"):
        chosen = st.selectbox(
            "Course", list(courses), format_func=lambda one: courses[one].title, key=f"target_which-{job.id}"
        )
        line = courses[chosen]
        with record_form(f"target-{job.id}-{chosen}", submit="Set the target") as form:
            days = st.number_input(
                "Days after starting in post (empty: no date, so never overdue)",
                0,
                3650,
                line.target_days,
                step=1,
                key=form.widget_key("target_days"),
            )
            form.slot("target_days")
            start_on = st.date_input("From", today(), format="DD/MM/YYYY", key=form.widget_key("start_on"))
            form.slot("start_on")
        if form.submitted:
            due = f"due {words.count(days, 'day')} after starting in post" if days is not None else "without a date"
            with saving(form, done=f"{line.title} for {job.role_name}: {due}, from {words.day(start_on)}.") as db:
                set_course_target(
                    db,
                    by=me,
                    submission=form.key,
                    job_description_id=job.id or 0,
                    course=chosen,
                    target_days=days,
                    start_on=start_on,
                )


# ---------------------------------------------------------------------------------------------------------------------
# Training, bodies, purposes


def courses_list(courses: "pd.DataFrame") -> None:
    for kind, title in (("course", "Courses"), ("qualification", "Qualifications: a person has one or has not")):
        of_kind = [row for row in courses.itertuples(index=False) if row.kind == kind]
        if not of_kind:
            continue
        st.subheader(title, anchor=False)
        with row_list(f"courses-{kind}") as listed:
            for row in of_kind:
                asked = f"Asked of: {row.asked_of}." if row.asked_of else "No role is asked for it."
                _row(listed, row.mark, row.title, f"{row.rule} {asked}", _source(row.source))


def bodies_list(rules: "pd.DataFrame") -> None:
    for kind, title in BODY_KINDS.items():
        of_kind = [row for row in rules.itertuples(index=False) if row.kind == kind]
        if not of_kind:
            continue
        st.subheader(title, anchor=False)
        for body in dict.fromkeys(row.body for row in of_kind):
            of_body = [row for row in of_kind if row.body == body]
            with st.expander(plain(f"{body}: {of_body[0].name}")):
                st.text(f"Register: {of_body[0].register}" if of_body[0].register else "No address of its register.")
                _body_rules(str(body), of_body)


def _body_rules(body: str, rules: Sequence[Any]) -> None:
    with row_list(f"body-{body}") as listed:
        for row in rules:
            if row.rule:
                about = {"renewal": "Renewal", "supervision": "Supervision", "activity": "Activity (CPD)"}[row.about]
                grade = f", {row.grade}" if row.grade else ""
                _row(listed, row.mark, f"{about}{grade}", row.rule, _source(row.source))


def purposes_table(purposes: Sequence[SupervisionPurpose]) -> None:
    st.subheader("Purposes of supervision", anchor=False)
    st.table(
        [
            {
                "Purpose": plain(one.name),
                "What is recorded": RECORDED[one.records],
                "Credited by": words.listed([RULE_SETS[RuleSet(code)] for code in one.credited_by])
                or "Your service only",
                "Entered by": ENTERED_BY[one.entered_by],
            }
            for one in purposes
        ],
        border="horizontal",
    )


def purpose_form(me: Actor, purposes: Sequence[SupervisionPurpose]) -> None:
    """What is recorded of a purpose, what credits it and who enters it are a service's own to set."""
    with st.expander("Change a purpose"):
        named = {one.code: one for one in purposes}
        code = st.selectbox("Purpose", list(named), format_func=lambda one: named[one].name, key="purpose_which")
        was = named[code]
        bodies = {rule_set.value: name for rule_set, name in RULE_SETS.items() if rule_set is not RuleSet.SERVICE}
        with record_form(f"purpose-{code}", submit="Change the purpose") as form:
            records = st.radio(
                "What is recorded",
                list(WhatIsRecorded),
                index=list(WhatIsRecorded).index(was.records),
                format_func=RECORDED.__getitem__,
                key=form.widget_key("records"),
            )
            form.slot("records")
            credited_by = st.multiselect(
                "Credited by, besides your service",
                list(bodies),
                default=was.credited_by,
                format_func=bodies.__getitem__,
                placeholder="No body",
                key=form.widget_key("credited_by"),
            )
            form.slot("credited_by")
            entered_by = st.radio(
                "Entered by",
                list(WhoEnters),
                index=list(WhoEnters).index(was.entered_by),
                format_func=ENTERED_BY.__getitem__,
                key=form.widget_key("entered_by"),
            )
            st.caption("It applies at once, to what earlier sessions count for as well.")
        if form.submitted:
            with saving(form, done=f"{was.name}: changed.") as db:
                set_purpose(
                    db,
                    by=me,
                    submission=form.key,
                    code=code,
                    records=records or was.records,
                    credited_by=credited_by,
                    entered_by=entered_by or was.entered_by,
                )


def rule_sets_list() -> None:
    st.subheader("How group time becomes a person's own", anchor=False)
    st.caption(
        "Which of these apply follows from a person's own posts and registrations. One-to-one time counts in full."
    )
    with row_list("rule_sets") as listed:
        for rule_set, said_as in CREDIT.items():
            _row(listed, MARKS[rule_set], RULE_SETS[rule_set], f"{said_as[:1].upper()}{said_as[1:]}.")


# ---------------------------------------------------------------------------------------------------------------------
# The service's own numbers, and its communities


def numbers_list(numbers: Sequence[NumberLine]) -> None:
    with row_list("numbers") as listed:
        for line in numbers:
            default = f" The product's default is {line.default}." if line.mark == "service" else ""
            who = "the administrator" if line.is_technical else "a therapy manager"
            _row(listed, line.mark, f"{line.meaning}: {line.value}", f"Set by {who}.{default}")


def number_form(me: Actor, numbers: Sequence[NumberLine]) -> None:
    mine = {line.key: line for line in numbers if line.may_set}
    if not mine:
        return
    with st.expander("Set a number"):
        chosen = st.selectbox("Number", list(mine), format_func=lambda one: mine[one].meaning, key="number_which")
        line = mine[chosen]
        with record_form(f"number-{chosen}", submit="Set the number") as form:
            value = st.number_input(
                f"From {line.lowest} to {line.highest}",
                line.lowest,
                line.highest,
                line.value,
                step=1,
                key=form.widget_key("value"),
            )
            form.slot("value")
        if form.submitted:
            with saving(form, done=f"{line.meaning}: {value}, set by your service.") as db:
                set_service_number(db, by=me, submission=form.key, key=chosen, value=int(value))
        if line.mark == "service":
            back = record_button(f"number_back-{chosen}", f"Go back to the product's default: {line.default}")
            if back.submitted:
                with saving(back, done=f"{line.meaning}: {line.default}, the product's default.") as db:
                    set_service_number(db, by=me, submission=back.key, key=chosen, value=None)


def communities_table(communities: Sequence[CommunityLine]) -> None:
    st.subheader("Communities, and since when they keep their records here", anchor=False)
    if not communities:
        st.info("There is no community yet.")
        return
    st.table(
        [
            {
                "Establishment": plain(line.establishment),
                "Community": plain(line.name),
                "Records kept here from": _kept_from(line),
            }
            for line in communities
        ],
        border="horizontal",
    )
    st.caption("Before its date nothing of the kind is judged in a community, and every pack says so.")


def _kept_from(line: CommunityLine) -> str:
    """By day: which kinds from then on."""
    days = sorted(set(line.kept_from.values()))
    kinds = {on: [kind for kind in KINDS if line.kept_from.get(kind) == on] for on in days}
    if not days:
        return "Always"
    if len(line.kept_from) == len(KINDS) and len(days) == 1:
        return f"{words.day(days[0])}, everything"
    said = [f"{words.day(on)}: {words.listed([KINDS[kind].lower() for kind in kinds[on]])}" for on in days]
    return "; ".join([*said, *(["the rest: always"] if len(line.kept_from) < len(KINDS) else [])])


def kept_from_form(me: Actor, communities: Sequence[CommunityLine]) -> None:
    mine = {line.community_id: line for line in communities if line.may_set}
    if not mine:
        return
    with st.expander("Set since when a community keeps its records here"):
        with record_form("kept_from", submit="Set the day") as form:
            community = st.selectbox(
                "Community",
                list(mine),
                format_func=lambda one: f"{mine[one].name}, {mine[one].establishment}",
                key=form.widget_key("community_id"),
            )
            kind = st.selectbox(
                "Kind of record", list(RequirementKind), format_func=KINDS.__getitem__, key=form.widget_key("kind")
            )
            assert kind is not None  # the first is chosen until another is
            from_on = st.date_input("Kept here from", today(), format="DD/MM/YYYY", key=form.widget_key("from_on"))
            form.slot("from_on")
        if form.submitted:
            done = f"{mine[community].name}: {KINDS[kind].lower()} kept here from {words.day(from_on)}."
            with saving(form, done=done) as db:
                set_records_kept_from(
                    db, by=me, submission=form.key, community_id=community, kind=kind, from_on=from_on
                )


def community_form(me: Actor, establishments: Mapping[int, str]) -> None:
    if not establishments:
        return
    with st.expander("Add a community"):
        with record_form("add_community", submit="Add the community") as form:
            place = st.selectbox(
                "Establishment",
                list(establishments),
                format_func=establishments.__getitem__,
                key=form.widget_key("establishment_id"),
            )
            name = st.text_input("Name", max_chars=200, key=form.widget_key("name"))
            form.slot("name")
        if form.submitted:
            with saving(form, done=f"{name} added to {establishments[place]}.") as db:
                add_community(db, by=me, submission=form.key, establishment_id=place, name=name)
