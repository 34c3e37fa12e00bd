"""Two versions compared: each planted change is named rightly, and every number is named once."""

import random
from itertools import chain

import pytest

from tcsuper.readers.compare import Became, Change, Texts, compare
from tests.readers.documents import DUTIES

FORMER = [
    *DUTIES,
    "Store the ladders in the dry shed and count them each Friday",
    "Buy twine, stakes and labels from the village shop within the budget for the year",
    "Answer letters from schools that want to visit the orchard in blossom",
    "Manage the team of seasonal pickers and manage their working hours",
    "Manage the team of seasonal packers and report their absence",
]


def numbered(texts: list[str]) -> dict[int, str]:
    return dict(enumerate(texts, 1))


def replaced(at: int, *texts: str, texts_before: list[str] | None = None) -> list[str]:
    before = list(texts_before or FORMER)
    return [*before[: at - 1], *texts, *before[at:]]


def moved(at: int, to: int, texts: list[str] = FORMER) -> list[str]:
    rest = [*texts[: at - 1], *texts[at:]]
    return [*rest[: to - 1], texts[at - 1], *rest[to - 1 :]]


MERGED_TWO = f"{FORMER[2]} and {FORMER[7][0].lower()}{FORMER[7][1:]}"
MERGED_THREE = f"{FORMER[2]}; {FORMER[5].lower()}; {FORMER[7].lower()}"
PLANTED: dict[str, tuple[list[str], tuple[Became, tuple[int, ...], tuple[int, ...]]]] = {
    "a word added and one changed": (
        replaced(9, "Buy string, stakes and printed labels from the village shop within the budget for the year"),
        (Became.REWORDED, (9,), (9,)),
    ),
    "half of it written anew": (
        replaced(10, "Answer letters and calls from schools and clubs that want to come to the orchard in blossom"),
        (Became.REWORDED, (10,), (10,)),
    ),
    "its clauses in another order": (
        replaced(9, "Within the budget for the year buy twine, stakes and labels from the village shop"),
        (Became.REWORDED, (9,), (9,)),
    ),
    "only its capitals": (replaced(3, FORMER[2].upper()), (Became.REWORDED, (3,), (3,))),
    "only its punctuation": (replaced(3, f"{FORMER[2]}."), (Became.REWORDED, (3,), (3,))),
    "to another place": (moved(2, 9), (Became.MOVED, (2,), (9,))),
    "to another place and reworded": (
        moved(8, 2, replaced(8, "Store all ladders in the dry shed and count them each Monday")),
        (Became.MOVED, (8,), (2,)),
    ),
    "two merged": (
        [MERGED_TWO if text == FORMER[2] else text for text in FORMER if text != FORMER[7]],
        (Became.MERGED, (3, 8), (3,)),
    ),
    "three merged": (
        [MERGED_THREE if text == FORMER[2] else text for text in FORMER if text not in {FORMER[5], FORMER[7]}],
        (Became.MERGED, (3, 6, 8), (3,)),
    ),
    "split in two": (
        replaced(7, "Agree the harvest plan with the cider house", "Agree the plan with the market by the end of June"),
        (Became.SPLIT, (7,), (7, 8)),
    ),
    "gone": ([text for text in FORMER if text != FORMER[4]], (Became.GONE, (5,), ())),
    "new": (replaced(6, FORMER[5], "Paint the beehives before Easter"), (Became.NEW, (), (7,))),
}


HOUSE_STYLE = [
    f"{what}, as set out in the plan of the year, with the whole team and with due regard to every neighbour"
    for what in (
        "Prune the pears",
        "Press the cider",
        "Mend the fences",
        "Feed the bees",
        "Scrub the vats",
        "Sow clover",
    )
]


def test_of_sentences_that_share_their_set_phrases_the_two_that_were_merged_are_named() -> None:
    merged = f"{HOUSE_STYLE[3]} and {HOUSE_STYLE[1][0].lower()}{HOUSE_STYLE[1][1:]}"
    new = [HOUSE_STYLE[0], HOUSE_STYLE[2], merged, *HOUSE_STYLE[4:]]
    assert (Became.MERGED, (2, 4), (3,)) in told(compare(numbered(HOUSE_STYLE), numbered(new)))


def test_all_renumbered_by_one_have_not_moved() -> None:
    changes = told(compare(numbered(FORMER), numbered(["Paint the beehives before Easter", *FORMER])))
    assert changes[0] == (Became.NEW, (), (1,))
    assert changes[1:] == [(Became.UNCHANGED, (one,), (one + 1,)) for one in range(1, len(FORMER) + 1)]


def test_what_is_gone_stands_before_what_is_new() -> None:
    change = compare({1: "Rake the red leaves at dawn"}, {1: "Rake the brown leaves at dawn"})[0]
    assert [(run.kind, run.text) for run in change.words][1:3] == [("gone", "red"), ("new", "brown")]


def told(changes: list[Change]) -> list[tuple[Became, tuple[int, ...], tuple[int, ...]]]:
    return [(change.became, change.former, change.new) for change in changes]


def assert_each_named_once(changes: list[Change], former: Texts, new: Texts) -> None:
    assert sorted(chain.from_iterable(change.former for change in changes)) == sorted(former)
    assert sorted(chain.from_iterable(change.new for change in changes)) == sorted(new)


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_change_is_named_and_the_rest_is_unchanged(name: str) -> None:
    new, expected = PLANTED[name]
    changes = compare(numbered(FORMER), numbered(new))
    others = [change for change in told(changes) if change != expected]
    assert expected in told(changes) and len(others) == len(changes) - 1
    assert {became for became, _, _ in others} == {Became.UNCHANGED}, "what only got another number has not moved"
    assert_each_named_once(changes, numbered(FORMER), numbered(new))


def test_several_changes_at_once() -> None:
    new = [f"{text}." for text in moved(2, 9)]
    new = [text for text in new if FORMER[4] not in text]
    new.insert(0, "Paint the beehives before Easter")
    changes = told(compare(numbered(FORMER), numbered(new)))
    assert (Became.NEW, (), (1,)) in changes and (Became.GONE, (5,), ()) in changes
    assert (Became.MOVED, (2,), (9,)) in changes
    assert [became for became, _, _ in changes].count(Became.REWORDED) == len(FORMER) - 2


TWO_DOCUMENTS: tuple[list[str], list[str]] = (
    [
        "Prune the pear trees before the end of March",
        "Store the ladders in the dry shed and count them each Friday",
        "Feed the bees in a cold spring and write down how much they took",
        "Buy twine, stakes and labels from the village shop within the budget for the year",
        "Answer letters from schools that want to visit the orchard in blossom",
        "Agree the harvest plan with the cider house and with the market by the end of June",
        "Mend the fence along the lane after every storm",
        "Lead the Sunday walk through the old part of the orchard",
        "Scrub the vats with hot water on the last day of pressing",
        "Keep the key of the tool house and lend tools against a signature",
        "Sow clover between the young rows each autumn",
        "Order fresh sacks from the mill before the harvest begins",
        "Repair torn nets in the winter months and hang them up to dry",
        "Teach new pickers how a ladder is carried and put away",
        "Report frost damage to the insurer within three days",
        "Weigh each crate at the gate and enter its weight in the red book",
    ],
    [
        "Paint the beehives white before Easter",
        "Prune the pear trees before the end of March",
        "Feed the bees in every cold spring and write down what they took",
        "Within the budget for the year buy twine, stakes and labels from the village shop",
        "Answer letters from schools that want to visit the orchard in blossom.",
        "Weigh each crate at the gate and enter its weight in the red book",
        "Agree the harvest plan with the cider house",
        "Agree the plan with the market by the end of June",
        "Lead the Sunday walk through the old part of the orchard",
        "Scrub the vats with hot water on the last day of pressing, and keep the key of the tool house and lend tools "
        "against a signature",
        "Sow clover between the young rows each autumn; order fresh sacks from the mill before the harvest begins; "
        "repair torn nets in the winter months and hang them up to dry",
        "TEACH NEW PICKERS HOW A LADDER IS CARRIED AND PUT AWAY",
        "Store all ladders in the dry shed and count them each Monday",
        "Report frost damage to the insurer within three days",
    ],
)
EACH_KIND: dict[str, tuple[Became, tuple[int, ...], tuple[int, ...]]] = {
    "words added and changed": (Became.REWORDED, (3,), (3,)),
    "its clauses in another order": (Became.REWORDED, (4,), (4,)),
    "only its punctuation": (Became.REWORDED, (5,), (5,)),
    "only its capitals": (Became.REWORDED, (14,), (12,)),
    "to another place": (Became.MOVED, (16,), (6,)),
    "to another place and reworded": (Became.MOVED, (2,), (13,)),
    "split in two": (Became.SPLIT, (6,), (7, 8)),
    "two merged": (Became.MERGED, (9, 10), (10,)),
    "three merged": (Became.MERGED, (11, 12, 13), (11,)),
    "gone": (Became.GONE, (7,), ()),
    "new": (Became.NEW, (), (1,)),
}


def test_all_kinds_of_change_in_two_whole_documents_are_named_each_by_itself() -> None:
    former, new = (numbered(texts) for texts in TWO_DOCUMENTS)
    changes = compare(former, new)
    others = [change for change in told(changes) if change not in EACH_KIND.values()]
    assert others == [(Became.UNCHANGED, (1,), (2,)), (Became.UNCHANGED, (8,), (9,)), (Became.UNCHANGED, (15,), (14,))]
    assert len(changes) == len(others) + len(EACH_KIND)
    assert_each_named_once(changes, former, new)
    by_former = {change.former: change for change in changes}
    assert by_former[2,].is_reworded and not by_former[16,].is_reworded
    assert told(changes)[7:9] == [EACH_KIND["gone"], (Became.UNCHANGED, (8,), (9,))], "where it stood"


def test_what_is_gone_stands_where_it_stood_whatever_else_has_moved() -> None:
    """Seen to fail when what went to the end took along what was gone after it."""
    former = numbered(FORMER)
    kept = [FORMER[0], *FORMER[3:], FORMER[1]]
    changes = told(compare(former, numbered(kept)))
    assert changes[1] == (Became.GONE, (3,), ()) and changes[-1] == (Became.MOVED, (2,), (len(kept),))


def test_two_duties_that_sound_alike_are_not_taken_for_each_other() -> None:
    new = [text for text in FORMER if text != FORMER[10]]
    changes = told(compare(numbered(FORMER), numbered(new)))
    assert (Became.GONE, (11,), ()) in changes and (Became.UNCHANGED, (12,), (11,)) in changes


def test_another_duty_in_the_same_place_is_gone_and_new_and_never_reworded() -> None:
    new = replaced(4, "Drive the tractor to the fair and park it where it can be seen by the visitors")
    changes = told(compare(numbered(FORMER), numbered(new)))
    assert (Became.GONE, (4,), ()) in changes and (Became.NEW, (), (4,)) in changes


def test_the_words_that_changed_are_named_one_by_one() -> None:
    change = compare({4: "Store the ladders in the dry shed"}, {6: "Store all ladders in the shed, dry"})[0]
    assert (change.former, change.new, change.is_reworded) == ((4,), (6,), True)
    before = " ".join(run.text for run in change.words if run.kind != "new")
    after = " ".join(run.text for run in change.words if run.kind != "gone")
    assert (before, after) == ("Store the ladders in the dry shed", "Store all ladders in the shed, dry")
    assert [run.text for run in change.words if run.kind == "new"][0] == "all"


def test_nothing_against_something_and_the_same_text_twice() -> None:
    assert told(compare({}, {1: "Rake"})) == [(Became.NEW, (), (1,))]
    assert told(compare({1: "Rake"}, {})) == [(Became.GONE, (1,), ())]
    assert told(compare({1: "Rake", 2: "Rake"}, {1: "Rake"})) == [
        (Became.UNCHANGED, (1,), (1,)),
        (Became.GONE, (2,), ()),
    ]
    assert compare({}, {}) == []


def test_whatever_is_compared_each_number_is_named_once() -> None:
    chance = random.Random(20261122)
    words = sorted({word for text in FORMER for word in text.split()})
    for _ in range(60):
        new = chance.sample(FORMER, chance.randint(0, len(FORMER)))
        new = [" ".join(word for word in text.split() if chance.random() > 0.2) or "Rake" for text in new]
        new += [" ".join(chance.choices(words, k=8)) for _ in range(chance.randint(0, 4))]
        assert_each_named_once(compare(numbered(FORMER), numbered(new)), numbered(FORMER), numbered(new))
