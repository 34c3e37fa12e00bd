"""What a session counts for under each rule set, worked out by hand from the domain (section 5)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcsuper.rules.credit import BODIES, Sitting, amount_of, counted_words, credit, credited_under
from tcsuper.rules.minimum import Measure, Minimum, RuleSet
from tests.rules.days import day, unhurried
from tests.rules.sittings import group, one, read_table

BACP, BABCP, TRAINING, SERVICE = RuleSet.BACP, RuleSet.BABCP, RuleSet.BABCP_TRAINING, RuleSet.SERVICE


def of(rule_set: RuleSet, form: str, minutes: int, contracted: int, **more: Any) -> Fraction:
    return credit(rule_set, Sitting(day("5 May 2026"), minutes, form, contracted, **more))


CREDITS = """
rule set       | form       | minutes | contracted | counts | because
bacp           | group      |     120 |          4 |     60 | domain: half of two hours in a group of four
bacp           | group      |     120 |          6 |     20 | domain: a sixth of two hours in a group of six
bacp           | group      |      90 |          5 |     18 | domain: a fifth of an hour and a half in a group of five
bacp           | group      |      90 |         12 |   15/2 | design: a group of twelve leaves 7.5 minutes
babcp          | group      |      90 |          6 |     90 | domain: all of it in a group of six
babcp          | group      |      90 |          7 |      0 | domain: nothing above six
babcp_training | group      |     120 |          4 |     60 | domain: twice two hours over four
babcp_training | group      |     105 |          3 |     70 | domain: twice 105 minutes over three
babcp_training | group      |     100 |          2 |    100 | domain: a pair has all of it
service        | group      |      90 |         12 |     90 | domain: for officers, minutes as attended
bacp           | group      |     100 |          1 |     50 | one contracted to a group: still a group, half
bacp           | group      |      60 |          2 |     30 | a pair: half
bacp           | group      |      60 |          3 |     30 | three: half
bacp           | group      |     100 |          4 |     50 | four contracted: half
bacp           | group      |     100 |          5 |     20 | five contracted: a fifth, not half
bacp           | group      |      90 |          4 |     45 | the boundary again, with 90 minutes: four
bacp           | group      |      90 |          6 |     15 | and six
bacp           | group      |     480 |          4 |    240 | the longest day, four
bacp           | group      |     480 |          5 |     96 | the longest day, five
bacp           | group      |       1 |          4 |    1/2 | a minute in a group of four
bacp           | group      |       1 |          5 |    1/5 | a minute in a group of five
bacp           | group      |     100 |          7 |  100/7 | a seventh stays exact
bacp           | group      |      60 |          8 |   15/2 | an eighth
bacp           | group      |      90 |          9 |     10 | a ninth
bacp           | group      |      90 |         10 |      9 | a tenth
bacp           | group      |      90 |         11 |  90/11 | an eleventh stays exact
bacp           | group      |      75 |          5 |     15 | a fifth of 75
bacp           | group      |      45 |          3 |   45/2 | half of 45
bacp           | group      |      80 |          4 |     40 | came late to a group of four: half of what was attended
bacp           | group      |      35 |         12 |  35/12 | left a group of twelve early
bacp           | group      |       0 |          4 |      0 | absent
bacp           | group      |       0 |         12 |      0 | absent from a large one
bacp           | peer       |      60 |          2 |     30 | two peers, both counted: half
bacp           | peer       |      60 |          4 |     30 | a peer group of four, everyone counted: half
bacp           | peer       |     100 |          5 |     20 | a peer group of five counts all five
bacp           | peer       |      90 |          6 |     15 | a peer group of six
bacp           | individual |      60 |          1 |     60 | one-to-one time counts in full
bacp           | individual |      40 |          1 |     40 | left early: what was attended
bacp           | individual |       0 |          1 |      0 | did not come
bacp           | individual |      90 |          1 |     90 | a whole month's worth at once
babcp          | group      |      90 |          1 |     90 | one contracted
babcp          | group      |      90 |          2 |     90 | a pair counts in full
babcp          | group      |      90 |          4 |     90 | the boundary of BACP is none here: four
babcp          | group      |      90 |          5 |     90 | and five
babcp          | group      |     120 |          6 |    120 | two hours in a group of six
babcp          | group      |     120 |          7 |      0 | two hours in a group of seven
babcp          | group      |      90 |         12 |      0 | a group of twelve
babcp          | group      |      50 |          6 |     50 | left early: what was attended
babcp          | group      |       0 |          3 |      0 | absent
babcp          | peer       |      60 |          6 |     60 | a peer group of six
babcp          | peer       |      60 |          7 |      0 | a peer group of seven
babcp          | individual |      45 |          1 |     45 | one-to-one time counts in full
babcp          | individual |       0 |          1 |      0 | did not come
babcp_training | group      |      60 |          1 |     60 | never above the minutes attended
babcp_training | group      |      90 |          2 |     90 | twice 90 over two is 90
babcp_training | group      |      90 |          3 |     60 | twice 90 over three
babcp_training | group      |     100 |          3 |  200/3 | a third stays exact
babcp_training | group      |      90 |          4 |     45 | twice 90 over four
babcp_training | group      |      60 |          4 |     30 | twice an hour over four
babcp_training | group      |     120 |          5 |      0 | groups up to four only
babcp_training | group      |      90 |         12 |      0 | a group of twelve
babcp_training | group      |       0 |          4 |      0 | absent
babcp_training | peer       |      60 |          3 |     40 | three peers
babcp_training | individual |      50 |          1 |     50 | one-to-one time counts in full
service        | group      |      90 |          4 |     90 | no boundary for a post: four
service        | group      |      90 |          5 |     90 | and five
service        | group      |      35 |         12 |     35 | left early: what was attended
service        | group      |       0 |         12 |      0 | an officer who was absent
service        | peer       |      60 |          9 |     60 | a peer group of nine
service        | individual |      60 |          1 |     60 | one to one
"""


@pytest.mark.parametrize(
    ("rule_set", "form", "minutes", "contracted", "counts", "because"), read_table(CREDITS), ids=lambda cell: cell
)
def test_credit(rule_set: str, form: str, minutes: str, contracted: str, counts: str, because: str) -> None:
    assert of(RuleSet(rule_set), form, int(minutes), int(contracted)) == Fraction(counts), because


def test_three_who_came_of_six_contracted_are_still_divided_by_six() -> None:
    assert of(BACP, "group", 120, contracted=6) == 20


@pytest.mark.parametrize(
    ("rule_set", "credited"), [(BACP, 0), (BABCP, 0), (TRAINING, 0), (SERVICE, 0)], ids=lambda value: str(value)
)
def test_an_ad_hoc_talk_counts_for_nothing(rule_set: RuleSet, credited: int) -> None:
    assert of(rule_set, "individual", 45, 1, is_ad_hoc=True) == credited


@pytest.mark.parametrize(("rule_set", "credited"), [(BACP, 0), (BABCP, 0), (TRAINING, 0), (SERVICE, 60)])
def test_a_sensitivity_group_is_not_case_supervision_for_a_body(rule_set: RuleSet, credited: int) -> None:
    assert of(rule_set, "group", 60, 4, purpose="sensitivity", credited_by=frozenset()) == credited


def test_babcp_counts_a_group_only_where_everyone_presents_and_has_individual_access() -> None:
    assert of(BABCP, "group", 90, 6, presented_own_work=False) == 0
    assert of(BABCP, "group", 90, 6, has_individual_access=False) == 0
    assert of(BABCP, "individual", 90, 1, presented_own_work=False) == 90


def test_an_agreement_narrows_what_its_purpose_counts_for_and_never_widens_it() -> None:
    assert credited_under(["bacp", "babcp"], []) == {"bacp", "babcp"}
    assert credited_under(["bacp", "babcp"], ["babcp"]) == {"babcp"}
    assert credited_under(["bacp"], ["babcp"]) == set()


# ---------------------------------------------------------------------------------------------------------------------
# Side by side

POST = ("your post", Minimum("Clinical supervision", 60))
ALONE = ("your post", Minimum("Individual clinical supervision", 60, forms=("individual",)))
WITH_BACP = ("BACP", Minimum("Supervision by BACP", 90, BACP))
WITH_BABCP = ("BABCP", Minimum("Supervision by BABCP", 90, BABCP))
WITH_NCPS = ("NCPS", Minimum("Supervision by NCPS", 90))
LONG_GROUP = ("your post", Minimum("Group", 2, measure=Measure.MEETINGS, meeting_minutes=60, forms=("group",)))


@pytest.mark.parametrize(
    ("sitting", "minima", "words"),
    [
        (
            group("5 May 2026", 90, 12),
            [POST, WITH_BACP],
            "You attended 90 minutes: counts in full for your post, 7.5 minutes for BACP (12 contracted).",
        ),
        (
            group("5 May 2026", 90, 12),
            [WITH_BACP, POST],
            "You attended 90 minutes: counts in full for your post, 7.5 minutes for BACP (12 contracted).",
        ),
        (
            group("5 May 2026", 90, 12),
            [ALONE, POST, WITH_BACP],
            "You attended 90 minutes: counts in full for your post, 7.5 minutes for BACP (12 contracted).",
        ),
        (group("5 May 2026", 90, 12), [POST], "You attended 90 minutes: counts in full for your post."),
        (
            one("5 May 2026", 60),
            [POST, WITH_BACP, WITH_BABCP],
            "You attended 60 minutes: counts in full for your post, BACP and BABCP.",
        ),
        (
            group("5 May 2026", 1, 1),
            [POST, WITH_BACP],
            "You attended 1 minute: counts in full for your post, 0.5 minutes for BACP (1 contracted).",
        ),
        (
            group("5 May 2026", 90, 7),
            [POST, WITH_BACP, WITH_BABCP, WITH_NCPS],
            "You attended 90 minutes: counts in full for your post and NCPS, 12.8 minutes for BACP (7 contracted), "
            "not at all for BABCP (7 contracted).",
        ),
        (
            group("5 May 2026", 90, 6, presented_own_work=False),
            [POST, WITH_BABCP],
            "You attended 90 minutes: counts in full for your post, not at all for BABCP (own work not presented).",
        ),
        (
            group("5 May 2026", 90, 6, has_individual_access=False),
            [POST, WITH_BABCP],
            "You attended 90 minutes: counts in full for your post, not at all for BABCP (no individual supervision).",
        ),
        (
            group("5 May 2026", 90, 12),
            [ALONE, WITH_BACP],
            "You attended 90 minutes: counts 7.5 minutes for BACP (12 contracted), "
            "not at all for your post (another kind of session).",
        ),
        (
            group("5 May 2026", 60, 8, purpose="sensitivity_group", credited_by=frozenset()),
            [("your post", Minimum("Sensitivity group", 1, purposes=("sensitivity_group",))), WITH_BACP],
            "You attended 60 minutes: counts in full for your post, not at all for BACP (another kind of session).",
        ),
        (
            group("5 May 2026", 60, 8, credited_by=frozenset()),
            [POST, WITH_BACP],
            "You attended 60 minutes: counts in full for your post, not at all for BACP (another kind of session).",
        ),
        (
            one("5 May 2026", 45, is_ad_hoc=True),
            [POST, WITH_BACP],
            "You attended 45 minutes: does not count for your post (an ad-hoc talk) or BACP (an ad-hoc talk).",
        ),
        (
            group("5 May 2026", 75, 4),
            [LONG_GROUP, WITH_BACP],
            "You attended 75 minutes: counts in full for your post, 37.5 minutes for BACP (4 contracted).",
        ),
        (
            group("5 May 2026", 50, 4),
            [LONG_GROUP, WITH_BACP],
            "You attended 50 minutes: counts 25 minutes for BACP (4 contracted), "
            "not at all for your post (shorter than 60 minutes).",
        ),
        (group("5 May 2026", 0, 12), [POST, WITH_BACP], ""),
        (replace(group("5 May 2026", 90, 12), is_planned=True), [POST, WITH_BACP], ""),
        (group("5 May 2026", 90, 12), [], ""),
    ],
)
def test_what_one_session_counts_for_side_by_side(
    sitting: Sitting, minima: list[tuple[str, Minimum]], words: str
) -> None:
    assert counted_words(sitting, minima) == words


# ---------------------------------------------------------------------------------------------------------------------
# Of which kind it has to be


@pytest.mark.parametrize(
    ("minimum", "sitting", "counts", "story"),
    [
        ({}, {}, 60, "clinical, for a clinical minimum"),
        ({}, {"purpose": "managerial"}, 0, "line management is another purpose"),
        ({"purposes": ("clinical", "managerial")}, {"purpose": "managerial"}, 60, "unless it is asked for"),
        ({"forms": ("individual",)}, {"form": "group"}, 0, "a group, where individual time is asked"),
        ({"forms": ("individual", "group")}, {"form": "peer"}, 0, "BACP trainee: no peer group without a supervisor"),
        ({"forms": ("individual", "group")}, {"form": "group"}, 60, "BACP trainee: a group with one"),
        ({}, {"of_supervision": True}, 0, "supervision of supervision is not supervision of the work"),
        ({"of_supervision": True}, {"of_supervision": True}, 60, "but for the supervising it is"),
        ({"of_supervision": True}, {}, 0, "and supervision of the work is not for the supervising"),
        ({"with_coordinating": True}, {"with_coordinating": True}, 60, "trainee: with the coordinating supervisor"),
        ({"with_coordinating": True}, {}, 0, "trainee: with a designated supervisor"),
        ({}, {"with_coordinating": True}, 60, "trainee: in all, whoever it was with"),
        ({}, {"is_ad_hoc": True}, 0, "an ad-hoc talk"),
    ],
)
def test_of_which_kind_a_session_has_to_be(
    minimum: dict[str, Any], sitting: dict[str, Any], counts: int, story: str
) -> None:
    session = Sitting(**{"held_on": day("5 May 2026"), "minutes": 60, "form": "individual", "contracted": 4} | sitting)
    assert amount_of(Minimum("Supervision", 60, **minimum), [session]) == counts, story


# ---------------------------------------------------------------------------------------------------------------------
# Whatever is entered

some_sittings = st.builds(
    Sitting,
    held_on=st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    minutes=st.integers(0, 480),
    form=st.sampled_from(["individual", "group", "peer"]),
    contracted=st.integers(1, 20),
    purpose=st.sampled_from(["clinical", "managerial"]),
    credited_by=st.sampled_from([BODIES, frozenset(), frozenset({"bacp"})]),
    presented_own_work=st.booleans(),
    has_individual_access=st.booleans(),
    is_ad_hoc=st.booleans(),
    of_supervision=st.booleans(),
    with_coordinating=st.booleans(),
)


@unhurried
@given(st.sampled_from(RuleSet), some_sittings)
def test_credit_is_never_negative_nor_above_the_minutes_attended(rule_set: RuleSet, sitting: Sitting) -> None:
    assert 0 <= credit(rule_set, sitting) <= sitting.minutes


@unhurried
@given(st.sampled_from(RuleSet), some_sittings, st.integers(1, 20))
def test_one_more_in_the_group_is_never_more_credit_for_each(
    rule_set: RuleSet, sitting: Sitting, contracted: int
) -> None:
    few, many = sorted((sitting.contracted, contracted))
    assert credit(rule_set, replace(sitting, contracted=many)) <= credit(rule_set, replace(sitting, contracted=few))


@unhurried
@given(st.sampled_from(RuleSet), some_sittings, st.integers(0, 480))
def test_staying_longer_is_never_less_credit(rule_set: RuleSet, sitting: Sitting, minutes: int) -> None:
    short, long = sorted((sitting.minutes, minutes))
    assert credit(rule_set, replace(sitting, minutes=short)) <= credit(rule_set, replace(sitting, minutes=long))
