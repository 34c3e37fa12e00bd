"""Agreement of observers: what changes nothing, what is not defined and says so, and the words."""

from functools import cache
from math import isclose

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from tcsuper.rules.agreement.bands import ICC_BANDS, KAPPA_BANDS
from tcsuper.rules.agreement.figures import Figure
from tcsuper.rules.agreement.icc import FORMS, icc
from tcsuper.rules.agreement.ratings import RatedTwice, Rating
from tcsuper.rules.agreement.summary import Agreement, how_far_they_agree
from tests.rules.published_ratings import ANXIETY, COUPLES, DIAGNOSES, SAS, WINNIPEG, crossed, found, rated

few = settings(max_examples=12, deadline=None, derandomize=True)


@cache
def anxiety() -> Agreement:
    return how_far_they_agree(rated(ANXIETY))


def same(one: Agreement, other: Agreement) -> None:
    for figure, again in zip(one.figures(), other.figures(), strict=True):
        for mine, theirs in ((figure.value, again.value), (figure.low, again.low), (figure.high, again.high)):
            alike = mine is theirs is None or (
                mine is not None and theirs is not None and isclose(mine, theirs, abs_tol=1e-9)
            )
            assert alike, (figure.sentence, again.sentence)


@few
@given(st.permutations(range(20)), st.permutations(range(3)))
def test_order_of_rows_and_names_of_observers_change_nothing(items: list[int], observers: list[int]) -> None:
    moved = rated([[ANXIETY[i][j] for j in observers] for i in items])
    same(anxiety(), how_far_they_agree(moved))
    same(anxiety(), how_far_they_agree(moved[::-1]))


def test_wider_steps_and_another_zero_change_nothing() -> None:
    same(anxiety(), how_far_they_agree(rated([[7 + 2 * one for one in row if one] for row in ANXIETY])))


@few
@given(st.permutations(range(1, 7)))
def test_other_labels_change_nothing_in_nominal_figures(labels: list[int]) -> None:
    again = how_far_they_agree(rated([[labels[int(one) - 1] for one in row if one] for row in ANXIETY]))
    paths = ("raw_agreement", "cohen_kappa unweighted", "pooled_kappa unweighted", "fleiss_kappa")
    for path in (*paths, "krippendorff_alpha nominal"):
        assert found(again, path).value == pytest.approx(found(anxiety(), path).value, abs=1e-12)


def test_levels_that_nobody_gave_change_no_figure_and_the_scale_is_named() -> None:
    rows = rated(crossed(WINNIPEG))
    given_scale, taken = how_far_they_agree(rows, scale=(0, 6)), how_far_they_agree(rows)
    same(given_scale, taken)
    assert given_scale.notes[0] == "The scale is 0 to 6, as given."
    assert taken.notes[0] == "No scale was given: it is taken to go from 1 to 4, the levels in use."


def test_a_step_that_nobody_took_is_a_step_all_the_same() -> None:
    """2 and 4 lie two steps apart, though nobody gave 3."""
    rows = [(1, 1), (1, 2), (2, 2), (2, 4), (4, 4)] * 3
    table = numpy.zeros((4, 4))
    for one, other in rows:
        table[one - 1, other - 1] += 1
    ours = how_far_they_agree(rated(rows)).cohen_kappa["linear"].value
    assert ours == pytest.approx(cohens_kappa(table, wt="linear").kappa)


def everything_is_undefined(agreed: Agreement, because: str) -> None:
    for figure in agreed.figures()[1:]:
        assert figure.value is figure.low is figure.high is figure.words is None
        assert because in figure.note and because in figure.sentence


def test_all_ratings_equal() -> None:
    agreed = how_far_they_agree(rated([(3, 3)] * 12), bands=KAPPA_BANDS["altman"])
    assert agreed.raw_agreement.value == 1 and agreed.raw_agreement.note == "12 of 12 pairs agree."
    everything_is_undefined(agreed, "All ratings are the same level")


def test_full_agreement_on_several_levels() -> None:
    agreed = how_far_they_agree(rated([(one, one) for one in (1, 2, 3, 4) * 3]))
    for figure in agreed.figures():
        assert figure.value == 1 and figure.low is None, figure.sentence
    assert "nothing to work an interval out from" in agreed.cohen_kappa["linear"].note


def test_one_observer() -> None:
    agreed = how_far_they_agree([Rating(f"item {i}", "Asha", 1 + i % 4) for i in range(12)])
    assert (agreed.n_items, agreed.n_compared, agreed.n_observers, agreed.n_ratings, agreed.n_pairs) == (
        12,
        0,
        1,
        12,
        0,
    )
    assert agreed.raw_agreement.value is None
    everything_is_undefined(agreed, "There is one observer only.")


def test_no_item_rated_twice() -> None:
    agreed = how_far_they_agree([Rating(f"item {i}", "Asha" if i % 2 else "Ben", 1 + i % 4) for i in range(12)])
    assert agreed.n_observers == 2 and agreed.n_pairs == 0
    everything_is_undefined(agreed, "No item was rated by two observers.")


def test_no_rating_at_all() -> None:
    agreed = how_far_they_agree([Rating("item", "Asha", None), Rating("item", "Ben", None)])
    assert agreed.n_missing == 2 and agreed.n_ratings == agreed.n_items == agreed.n_observers == 0
    everything_is_undefined(agreed, "No item was rated.")


def test_one_observer_with_one_level_only() -> None:
    """Kappa is 0 by its formula whatever the other says: no word about how well they agree."""
    agreed = how_far_they_agree(rated([(3, 1 + i % 4) for i in range(12)]))
    for figure in agreed.cohen_kappa.values():
        assert figure.value == 0 and figure.low is None and "kappa can only be 0" in figure.note


def test_items_that_do_not_differ() -> None:
    """One observer a step above the other throughout: nothing tells the items apart, so consistency has no meaning."""
    figures = how_far_they_agree(rated([(2, 3)] * 12)).icc
    assert figures["ICC(3,1)"].value is None and "do not differ" in figures["ICC(3,1)"].note
    assert figures["ICC(1,1)"].value == -1 and "Below 0" in figures["ICC(1,1)"].note


def test_fewer_than_ten_pairs_have_raw_agreement_only() -> None:
    nine, ten = ([(1 + i % 4, 1 + i % 3) for i in range(many)] for many in (9, 10))
    agreed = how_far_they_agree(rated(nine))
    assert agreed.raw_agreement.value == pytest.approx(3 / 9)
    assert agreed.raw_agreement.note == "3 of 9 pairs agree. Fewer than 10 pairs: too few to say more."
    everything_is_undefined(agreed, "9 pairs of ratings: too few to say, at least 10 are needed.")
    assert all(figure.value is not None for figure in how_far_they_agree(rated(ten)).figures())


def test_few_items_have_a_rough_interval() -> None:
    rough = "With fewer than 30 items the interval is rough."
    assert rough in how_far_they_agree(rated(crossed(SAS))).cohen_kappa["linear"].note
    assert rough not in how_far_they_agree(rated(crossed(COUPLES))).cohen_kappa["linear"].note


def test_interval_ends_where_kappa_does() -> None:
    figure = how_far_they_agree(rated([(1, 1), (2, 2), (3, 3), (4, 4)] * 3 + [(1, 2)])).cohen_kappa["unweighted"]
    assert figure.high == 1 and "The interval is cut off where kappa ends." in figure.note


def test_a_level_not_seen_is_missing_and_no_zero() -> None:
    with_gaps = how_far_they_agree(rated([*crossed(COUPLES), (None, 4), (1, None), (None, None)]))
    without = how_far_they_agree(rated(crossed(COUPLES)))
    same(with_gaps, without)
    assert with_gaps.n_missing == 4 and with_gaps.n_ratings == without.n_ratings + 2
    assert with_gaps.krippendorff_alpha["ordinal"].note == "2 items rated once left out, as the method has it."
    assert with_gaps.icc["ICC(2,1)"].note == "2 items not rated by every observer left out."


def test_two_levels_for_one_item_by_one_observer_are_refused() -> None:
    with pytest.raises(RatedTwice, match="Asha rated item 1 twice"):
        how_far_they_agree([Rating("item 1", "Asha", 3), Rating("item 1", "Asha", 3)])


def test_more_than_two_observers_have_the_mean_of_their_kappas_and_each_beside_it() -> None:
    agreed = how_far_they_agree(rated(DIAGNOSES))
    assert len(agreed.between_two) == 15
    kappas = [one.cohen_kappa["unweighted"] for one in agreed.between_two]
    mean = agreed.cohen_kappa["unweighted"]
    assert mean.value == pytest.approx(sum(one.value or 0 for one in kappas) / 15)
    assert mean.low is None and mean.form == "unweighted, mean over 15 pairs of observers (Light 1971)"
    assert {one.form for one in kappas} == {"unweighted, two observers"} and all(one.low is not None for one in kappas)
    assert agreed.between_two[0].observers == ("observer 0", "observer 1")


def test_pairs_of_observers_who_share_few_items_are_left_out_of_the_mean() -> None:
    rows = [(1 + i % 4, 1 + i % 3, None) for i in range(12)] + [(None, 1 + i % 2, 1 + i % 4) for i in range(6)]
    agreed = how_far_they_agree(rated(rows))
    mean = agreed.cohen_kappa["linear"]
    assert mean.value == agreed.between_two[0].cohen_kappa["linear"].value
    assert mean.note.startswith("The mean of 1 of 2 pairs of observers who share items; the others share fewer than 10")
    assert [one.raw_agreement.n_pairs for one in agreed.between_two] == [12, 6]
    assert agreed.pooled_kappa["linear"].n_pairs == 18 and agreed.pooled_kappa["linear"].low is not None


def test_each_item_rated_by_two_of_many_has_what_can_be_had() -> None:
    """How double ratings come about in a service: no item has all observers, no two observers share ten items."""
    rows = [Rating(f"item {i}", f"observer {(i + j) % 5}", 1 + (i * (j + 3)) % 4) for i in range(20) for j in range(2)]
    agreed = how_far_they_agree(rows)
    assert "No two observers share 10 items" in agreed.cohen_kappa["linear"].note
    assert agreed.icc["ICC(2,1)"].note == "No item was rated by every observer; it takes two."
    for path in ("pooled_kappa linear", "fleiss_kappa", "krippendorff_alpha ordinal", "icc ICC(1,1)"):
        assert found(agreed, path).value is not None and found(agreed, path).n_items == 20


def test_fleiss_says_which_items_it_leaves_out() -> None:
    figure = how_far_they_agree(rated([*DIAGNOSES, (1, 2, None, None, None, None)])).fleiss_kappa
    assert round(figure.value or 0, 3) == 0.430 and figure.n_items == 30
    assert figure.form == "unweighted, 6 ratings per item by any observers (Fleiss 1971)"
    assert figure.note == "1 item with another number of ratings left out."


def test_more_levels_than_a_scale_has_leave_the_intraclass_correlation() -> None:
    agreed = how_far_they_agree(rated([(one, one + one % 3) for one in range(0, 400, 3)] + [(1.5, 2.5)]))
    assert "no levels of a scale" in agreed.cohen_kappa["linear"].note
    assert agreed.icc["ICC(2,1)"].value is not None and agreed.raw_agreement.value is not None


WORDS = [
    ("landis-koch", {-0.3: "poor", -0.01: "poor", 0.0: "slight", 0.2: "slight", 0.204: "slight", 0.206: "fair",
                     0.4: "fair", 0.41: "moderate", 0.6: "moderate", 0.61: "substantial", 0.8: "substantial",
                     0.81: "almost perfect", 1.0: "almost perfect"}),
    ("altman", {-0.3: "poor", 0.2: "poor", 0.21: "fair", 0.41: "moderate", 0.61: "good", 0.8: "good",
                0.81: "very good"}),
    ("mchugh", {0.2: "none", 0.21: "minimal", 0.39: "minimal", 0.4: "weak", 0.59: "weak", 0.6: "moderate",
                0.79: "moderate", 0.8: "strong", 0.9: "strong", 0.91: "almost perfect"}),
    ("koo-li", {-2.0: "poor", 0.49: "poor", 0.5: "moderate", 0.75: "moderate", 0.76: "good", 0.9: "good",
                0.91: "excellent"}),
    ("cicchetti", {0.39: "poor", 0.4: "fair", 0.59: "fair", 0.6: "good", 0.74: "good", 0.75: "excellent"}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "words"), WORDS, ids=[key for key, _ in WORDS])
def test_words_of_a_band_set(key: str, words: dict[float, str]) -> None:
    bands = (KAPPA_BANDS | ICC_BANDS)[key]
    assert {figure: bands.word(figure) for figure in words} == words
    assert bands.source and any(year in bands.source for year in ("1977", "1991", "1994", "2012", "2016"))


def test_no_words_unless_a_set_was_asked_for_and_then_its_own() -> None:
    rows = rated(crossed(WINNIPEG))
    assert all(figure.words is None for figure in how_far_they_agree(rows).figures())
    agreed = how_far_they_agree(rows, bands=KAPPA_BANDS["altman"], icc_bands=ICC_BANDS["cicchetti"])
    assert {name: one.words for name, one in agreed.cohen_kappa.items()} == {
        "unweighted": "fair", "linear": "fair", "quadratic": "moderate"
    }  # fmt: skip
    assert agreed.icc["ICC(2,1)"].words == "fair" and agreed.krippendorff_alpha["ordinal"].words is None
    assert [one.name for one in agreed.bands] == ["Altman", "Cicchetti"]


def test_each_figure_has_its_name_form_number_and_sentence() -> None:
    agreed = how_far_they_agree(rated(crossed(WINNIPEG)), bands=KAPPA_BANDS["landis-koch"])
    assert agreed.cohen_kappa["linear"].sentence == (
        "Cohen's kappa (linear weights, two observers): 0.38, 95% interval 0.28 to 0.48, fair; "
        "149 pairs of ratings, 149 items, 2 observers."
    )
    assert agreed.icc["ICC(2,1)"].form.startswith("ICC(2,1), two-way random, absolute agreement, a single rating")
    for figure in agreed.figures():
        assert figure.name and figure.form and figure.n_pairs == 149 and figure.sentence.endswith(".")
    for one in FORMS:
        assert agreed.icc[one].form.startswith(one)


def test_no_minus_before_a_zero() -> None:
    assert "-0.00" not in Figure("Kappa", "linear", 1, 2, 10, value=-0.004, low=-0.001, high=0.3).sentence


def test_intraclass_correlation_without_leftovers_has_no_interval() -> None:
    consistent = icc([(one, one + 1) for one in (1, 2, 3, 4, 5)], "ICC(3,1)")
    assert consistent.value == 1 and consistent.low is None and "too little left over" in consistent.note
