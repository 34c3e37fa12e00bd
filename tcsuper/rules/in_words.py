"""Each rule of the catalogue as one sentence that a manager can read: what is asked, how often, until when.

Only the terms that the rules themselves read are put into words; a test reads the whole shipped catalogue aloud.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tcsuper import words
from tcsuper.rules.groups import ANY_OF, Stored
from tcsuper.rules.minimum import HoursOf, Measure, Minimum, Per, RuleSet, Whichever, each_of, exact
from tcsuper.rules.registers import Expiry, RenewalTerms
from tcsuper.rules.registration import RegistrationTerms
from tcsuper.rules.training import CourseRuleTerms, Life

Names = Mapping[str, str]
"""What codes are called: of courses, bodies, purposes."""
LEAP = 2000  # any leap year, so that 29 February can be named
EVENTS = {
    "appraisal": "An appraisal held",
    "probation_passed": "Probation passed",
    "suitable_for_young_people": "Suitability for work with young people confirmed",
    "security_check_seen": "The security check seen",
}
RULE_SETS = {
    RuleSet.SERVICE: "Your service's own",
    RuleSet.BACP: "BACP",
    RuleSet.BABCP: "BABCP when qualified",
    RuleSet.BABCP_TRAINING: "BABCP in training",
}
"""What the rule sets are called wherever they are named. Without a comma: several of them stand in one list."""
CREDIT = {
    RuleSet.SERVICE: "minutes as attended",
    RuleSet.BACP: "group time shared out as BACP does: half in a group of up to 4, a share in a larger one",
    RuleSet.BABCP: "group time in full up to 6 people who all present their own work, else none",
    RuleSet.BABCP_TRAINING: "group time as BABCP counts it in training: twice a share, never more than the time",
}


def requirement_in_words(kind: str, title: str, terms: Mapping[str, Any], names: Names) -> str:
    if "group" in terms:
        return _group(title, terms, names)
    match kind:
        case "course" | "qualification":
            return _course(kind, terms, names)
        case "registration":
            return _registration(title, terms, names)
        case "supervision":
            return minimum_in_words(Minimum.read(title, terms), names)
        case "agreement":
            return _agreement(terms, names)
        case "check":
            return "The live register looked up, as often as the service has set."
        case "period":
            return f"{EVENTS[terms['event']]} within {words.count(terms['months'], 'month')} of starting in post."
        case "event":
            return _event(terms)
    return title


def _course(kind: str, terms: Mapping[str, Any], names: Names) -> str:
    any_of = [names.get(code, code) for code in terms["any_of"]]
    after = words.listed([names.get(code, code) for code in terms.get("after", ())])
    had = "Held" if kind == "qualification" else "Completed"
    which = f"One of {words.listed(any_of, 'or')}" if len(any_of) > 1 else had
    if terms.get("from_version", 1) > 1:
        which += f" on version {terms['from_version']} or later"
    return f"{which}{f', after {after}' if after else ''}; {_target(terms.get('target_days'))}."


def _group(title: str, terms: Mapping[str, Any], names: Names) -> str:
    """Supervisor training, or (Group supervision and registration with BACP); within 90 days of starting in post."""
    asked = _node(title, terms["group"], names, is_inside=False)
    return f"{asked[:1].upper()}{asked[1:]}; {_target(terms.get('target_days'))}."


def _node(title: str, stored: Stored, names: Names, is_inside: bool = True) -> str:
    if isinstance(stored, str):
        return names.get(stored, stored)
    if "registration" in stored:
        read = RegistrationTerms.read(title, stored["registration"], names)
        return f"registration with {' and with '.join(group.says for group in read.groups)}"
    [(how, parts)] = stored.items()
    said = words.listed([_node(title, one, names) for one in parts], "or" if how == ANY_OF else "and")
    return f"({said})" if is_inside else said


def _target(days: int | None) -> str:
    if days is None:
        return "no target date set"
    return f"within {words.count(days, 'day')} of starting in post" if days else "by the first day in post"


def _registration(title: str, terms: Mapping[str, Any], names: Names) -> str:
    read = RegistrationTerms.read(title, terms, names)
    return f"Registration with {'; and with '.join(group.says for group in read.groups)}; {_target(read.target_days)}."


def _agreement(terms: Mapping[str, Any], names: Names) -> str:
    purpose = names.get(terms["purpose"], terms["purpose"])
    purpose = purpose[:1].lower() + purpose[1:]
    of_it = " of supervision" if terms.get("of_supervision") else ""
    who = " with an external supervisor" if terms.get("is_external") else ""
    return f"An agreement for {purpose}{of_it}{who} in force."


def _event(terms: Mapping[str, Any]) -> str:
    said = EVENTS[terms["event"]]
    if terms.get("only_on_transfer"):
        return f"{said} before a move to a service for young people."
    if terms.get("every_months"):
        return f"{said} every {words.count(terms['every_months'], 'month')}."
    return f"{said}; {_target(terms.get('target_days'))}."


# ---------------------------------------------------------------------------------------------------------------------
# Supervision


def minimum_in_words(minimum: Minimum, names: Names) -> str:
    """60 minutes every 28 days, individual; clinical supervision."""
    what = words.listed([names.get(code, code).lower() for code in minimum.purposes])
    if minimum.of_supervision:
        what += ", of the supervising itself"
    if minimum.with_coordinating:
        what += ", with the coordinating supervisor"
    forms = f", {words.listed(minimum.forms, 'or')}" if minimum.forms else ""
    if not minimum.amount:
        return f"No amount is set, so nothing is asked ({what}{forms})."
    rules = [CREDIT[minimum.rule_set]] if minimum.rule_set is not RuleSet.SERVICE else []
    if minimum.needs_individual:
        rules.append("some of it individual")
    if minimum.hours_of is not None:
        rules.append(_by_hours(minimum))
    if minimum.exempt_without_clients:
        rules.append("a month with 0 client hours entered is exempt")
    if minimum.not_kept:
        rules.append(f"asked too, and not kept here: {minimum.not_kept}")
    if minimum.pro_rata_below:
        floor = f", not under {words.minutes(minimum.floor)}" if minimum.floor else ""
        rules.append(f"in proportion under {words.number(minimum.pro_rata_below)} hours a week{floor}")
    return "; ".join([f"{_amount(minimum)} {_per(minimum)}{forms}: {what}", *rules]) + "."


def _amount(minimum: Minimum) -> str:
    if minimum.per is Per.IN_ALL and minimum.measure is Measure.MINUTES:
        return words.length(minimum.amount)
    if minimum.measure is Measure.MEETINGS:
        least = f" of at least {words.minutes(minimum.meeting_minutes)}" if minimum.meeting_minutes > 1 else ""
        return f"{words.count(minimum.amount, 'meeting')}{least}"
    return (
        f"{minimum.amount}% of the meetings held" if minimum.measure is Measure.SHARE else words.minutes(minimum.amount)
    )


def _by_hours(minimum: Minimum) -> str:
    """and 1 hour for every 8 client hours · or 5% of the supervising hours, whichever is less."""
    each = exact(minimum.minutes_for_each_hour)
    if minimum.hours_of is HoursOf.CLIENT:
        by_hours = f"1 hour for every {words.number(60 / each)} client hours"
    else:
        by_hours = f"{words.number(each * 100 / 60)}% of the supervising hours"
    return f"and {by_hours}" if minimum.whichever is Whichever.MORE else f"or {by_hours}, if that is less"


def _per(minimum: Minimum) -> str:
    match minimum.per:
        case Per.ROLLING:
            return f"every {words.count(minimum.days, 'day')}"
        case Per.AVERAGE:
            return f"a month on average over {words.count(minimum.months, 'month')}"
        case Per.IN_ALL:
            return "in all"
    return "each calendar month"


# ---------------------------------------------------------------------------------------------------------------------
# How long things last


def course_rule_in_words(rule: CourseRuleTerms) -> str:
    """How long a certificate lives."""
    early = f" A renewal up to {words.count(rule.early_months, 'month')} early keeps the date." * bool(
        rule.early_months
    )
    grace = f" It is then in grace for {words.count(rule.grace_days, 'day')}." * bool(rule.grace_days)
    match rule.life:
        case Life.ROLLING:
            return f"Expires {words.count(rule.months, 'month')} after completion.{early}{grace}"
        case Life.FIXED_DAY:
            return f"Expires on {_day(*rule.day)}{_years(rule.parity)}.{early}{grace}"
        case Life.PRINTED:
            return f"Expires on the date printed on the certificate.{grace}"
    return "Never expires."


def body_rule_in_words(kind: str, terms: Mapping[str, Any], names: Names) -> str:
    match kind:
        case "renewal":
            return _renewal(terms)
        case "supervision":
            asked = (minimum_in_words(Minimum.read("", one), names) for _, one in each_of("", terms))
            return " And: ".join(asked)
    return _activity(terms)


def _renewal(terms: Mapping[str, Any]) -> str:
    read = RenewalTerms.read(terms)
    if read.expiry is Expiry.FIXED_DAY:
        said = f"Everybody renews by {_day(*read.day)}{_years(read.parity) or ' each year'}"
    else:
        said = "Each person has a date of their own" + (
            f", every {words.count(read.cycle_months, 'month')}" if read.cycle_months else ""
        )
    if read.opens_day is not None:
        said += f"; renewal opens on {_day(*read.opens_day)}"
    elif read.opens_months:
        said += f"; renewal opens {words.count(read.opens_months, 'month')} before"
    for key, what in (
        ("fee_months", "a fee"),
        ("appraisal_months", "an appraisal"),
        ("reaccredit_months", "reaccreditation"),
    ):
        if terms.get(key):
            said += f"; {what} every {words.count(terms[key], 'month')}"
    return said + ("; a licence to practise is needed too." if terms.get("needs_licence") else ".")


ACTIVITY = {
    "hours": "{} hours",
    "further_hours": "{} further hours",
    "hours_in_any_year": "at least {} hours in any year",
    "participatory_hours": "{} hours with others",
    "practice_hours": "{} hours of practice",
    "skills_hours": "{} hours of skills",
    "clinical_hours": "{} clinical hours",
    "general_hours": "{} general hours",
    "credits": "{} credits",
    "items": "{} activities",
    "peer_reflected_items": "{} of them reflected on with a peer",
}


def _activity(terms: Mapping[str, Any]) -> str:
    asked = [said.format(words.number(terms[key])) for key, said in ACTIVITY.items() if terms.get(key)]
    period = f" every {words.count(terms['months'], 'month')}" if terms.get("months") else ""
    begins = f", counted from {words.MONTHS[terms['begins_month'] - 1]}" if terms.get("begins_month") else ""
    sampled = (
        f"; {terms['sampled_percent']}% of registrants are asked for theirs" if terms.get("sampled_percent") else ""
    )
    if asked:
        return f"{words.listed(asked)}{period}{begins}{sampled}."
    return f"A record of what was done{period}{sampled}." if terms.get("keeps_record") else f"No fixed hours{sampled}."


def _day(month: int, day: int) -> str:
    on = date(LEAP, month, day)
    return f"{on.day} {words.MONTHS[on.month - 1]}"


def _years(parity: str) -> str:
    return f" of each {parity} year" if parity else ""
