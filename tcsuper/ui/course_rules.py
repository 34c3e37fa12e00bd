"""How long a course's certificates last: the rules so far, and a new one with what it would change."""

from collections import Counter
from datetime import date

import streamlit as st

from tcsuper import words
from tcsuper.access import Actor
from tcsuper.clock import today
from tcsuper.database import reading
from tcsuper.errors import Refused
from tcsuper.queries.course_rules import CourseRuleLine, Effect, course_names, course_rules_seen, effects_of_rule
from tcsuper.rules.in_words import course_rule_in_words
from tcsuper.rules.standing import Tone, status_word
from tcsuper.rules.training import CourseRuleTerms, Life, RuleFrom
from tcsuper.services.course_rules import set_course_rule, take_back_course_rule
from tcsuper.ui.course_versions import new_version_form
from tcsuper.ui.pickers import pick_day
from tcsuper.ui.plain import plain
from tcsuper.ui.saving import RecordForm, record_button, record_form, saving
from tcsuper.ui.status import row_list

LIVES = {
    Life.NEVER: "Never expires",
    Life.ROLLING: "So many months",
    Life.FIXED_DAY: "Until a fixed day",
    Life.PRINTED: "As printed on it",
}
MONTHS = [f"{date(2024, month, 1):%B}" for month in range(1, 13)]
YEARS = {"": "Every year", "odd": "Odd years", "even": "Even years"}


def course_rules_part(me: Actor) -> None:
    """For whoever may set rules: choose a course, see its rules, set the next one."""
    with reading() as db:
        courses, lines = course_names(db, viewer=me), course_rules_seen(db, viewer=me)
    st.subheader("How long a certificate lasts", anchor=False)
    course = st.selectbox("Course", list(courses), format_func=courses.__getitem__, key="course_rule_of")
    of_course = [line for line in lines if line.course_code == course]
    _rules_so_far(me, of_course)
    with st.expander("Set another rule"):
        _new_rule(me, course, courses[course], of_course)
    new_version_form(me, course, courses[course])


def _rules_so_far(me: Actor, lines: list[CourseRuleLine]) -> None:
    if not lines:
        st.info("No rule is set, so it never expires.")
        return
    in_force = next((line for line in lines if not line.is_coming), None)
    with row_list("course_rules") as listed:
        for line in lines:
            word = "To come" if line.is_coming else "In force" if line is in_force else "Former"
            tone = Tone.NEUTRAL if line.is_coming else Tone.GOOD if line is in_force else Tone.GREY
            place = listed.row(word, tone, line.said, wide=not line.is_coming)
            if line.is_coming:
                with place:
                    _take_back(me, line)


def _take_back(me: Actor, line: CourseRuleLine) -> None:
    form = record_button(f"take_back_rule-{line.rule_id}", "Take back")
    if form.submitted:
        with saving(form, done="Taken back: this rule will not begin.") as db:
            take_back_course_rule(db, by=me, submission=form.key, rule_id=line.rule_id)


def _new_rule(me: Actor, course: str, title: str, lines: list[CourseRuleLine]) -> None:
    was = lines[0].terms if lines else CourseRuleTerms()
    with record_form(f"course_rule-{course}", submit="Set the rule", live=True) as form:
        terms = _terms(form, was)
        left, right = st.columns(2, vertical_alignment="bottom")
        with left:
            start_on = pick_day("From", today(), form.widget_key("start_on"))
        form.slot("start_on")
        for_existing = right.checkbox("For certificates given before, too", key=form.widget_key("for_existing"))
        rule = RuleFrom(start_on, terms, for_existing)
        said = ""
        if terms.is_on_a_day:  # while 31 April is chosen there is nothing to say, and saving it is refused
            said = f"{title}, from {words.day(start_on)}: {course_rule_in_words(terms)}"
            st.markdown(f"**{plain(said)}**")
            _preview(me, course, rule, form)
    if form.submitted:
        with saving(form, done=said) as db:
            set_course_rule(db, by=me, submission=form.key, course_code=course, rule=rule)


def _terms(form: RecordForm, was: CourseRuleTerms) -> CourseRuleTerms:
    life = st.selectbox(
        "A certificate lasts",
        list(LIVES),
        index=list(LIVES).index(was.life),
        format_func=LIVES.__getitem__,
        key=form.widget_key("life"),
    )
    months, month, day, parity = 0, was.day[0], was.day[1], ""
    if life is Life.ROLLING:
        months = st.number_input("Months from completion", 1, 120, was.months or 12, key=form.widget_key("months"))
        form.slot("months")
    elif life is Life.FIXED_DAY:
        left, middle, right = st.columns(3)
        day = left.number_input("Day", 1, 31, was.day[1], key=form.widget_key("day"))
        month = middle.selectbox(
            "Month", range(1, 13), index=was.day[0] - 1, format_func=lambda m: MONTHS[m - 1], key=form.widget_key("of")
        )
        parity = right.selectbox(
            "Which years",
            list(YEARS),
            index=list(YEARS).index(was.parity),
            format_func=YEARS.__getitem__,
            key=form.widget_key("parity"),
        )
        form.slot("day")
    early = grace = 0
    left, right = st.columns(2)
    if life in (Life.ROLLING, Life.FIXED_DAY):
        early = left.number_input(
            "Months early that a renewal keeps the date", 0, 24, was.early_months, key=form.widget_key("early_months")
        )
        form.slot("early_months")
    if life is not Life.NEVER:
        grace = right.number_input("Days of grace", 0, 366, was.grace_days, key=form.widget_key("grace_days"))
        form.slot("grace_days")
    return CourseRuleTerms(life, int(months), int(early), (int(month), int(day)), parity, int(grace))


def _preview(me: Actor, course: str, rule: RuleFrom, form: RecordForm) -> None:
    """What it would change on its first day, and for one person in words."""
    try:
        with reading() as db:
            effects = effects_of_rule(db, viewer=me, course_code=course, rule=rule)
    except Refused:
        return  # no longer theirs to set: saving says so
    if not effects:
        st.caption("It is asked of nobody whose training you may see.")
        return
    others = [one for one in effects if one.is_other]
    st.markdown(plain(_in_all(effects, others, rule.start_on)))
    by_label = {f"{one.person} · {one.requirement}": one for one in sorted(effects, key=lambda one: not one.is_other)}
    label = st.selectbox("See it on a person", list(by_label), key=form.widget_key("preview"))
    one = by_label[label]
    with row_list("rule_preview") as listed:
        listed.standing("As it is now", one.before)
        listed.standing("With this rule", one.after)


def _in_all(effects: list[Effect], others: list[Effect], on: date) -> str:
    """ "On 1 March 2027 it changes something for 4 of 31 people: 3 from up to date to expired."."""
    people = words.count(len({one.staff_id for one in effects}), "person", "people")
    if not others:
        return f"On {words.day(on)} it changes nothing for any of {people}."
    changes = Counter(one.becomes for one in others)
    turns = [
        f"{count} from {status_word(before).lower()} to {status_word(after).lower()}"
        for (before, after), count in changes.most_common()
        if before is not after
    ]
    dates = sum(count for (before, after), count in changes.items() if before is after)
    said = [*turns, *([f"{dates} with another last day"] if dates else [])]
    return f"On {words.day(on)} it changes something for {len(others)} of {people}: {words.listed(said)}."
