"""Move the sliders of each page in a real browser: what they show is what the page says about them."""

import re
from collections.abc import Callable
from typing import Any

Open, Move = Callable[..., Any], Callable[..., str]
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def test_the_cover_says_whether_what_came_lay_inside_its_interval(visit: Open, move: Move) -> None:
    page = visit("index")
    said = [move(page, "cover", at) for at in range(28)]
    for one in said:
        found = re.findall(r"says (\S+) to (\S+)\. It came to (\S+):", one)[0]
        low, high, came = (float(number.replace(",", "")) for number in found)
        assert ("inside" in one) == (low <= came <= high)
        assert ("outside" in one) != ("inside" in one)
    assert len(set(said)) == 28


def test_the_windows_page_counts_what_the_slider_asks_for(visit: Open, move: Move) -> None:
    page = visit("p00_windows")
    assert "10 − (3 + 1) + 1 = 7; by counting 7; len says 7" in move(page, "counting", 6, 2, 0)
    assert "4 − (6 + 4) + 1 = −5; by counting 0; len says 0" in move(page, "counting", 0, 5, 3)


def test_the_neuron_page_gives_the_lectures_cross_entropy(visit: Open, move: Move) -> None:
    page = visit("p01_neuron")
    said = move(page, "cost")
    for number in ("0.6210", "1.8630", "66.67 %", "0.3671"):
        assert number in said
    assert "accuracy 100.00 %" in move(page, "cost", 13)
    assert "Right: 100 %" in move(page, "learning")
    assert "Right: 100 %" not in move(page, "learning", 0, 13)


def test_the_activation_page_says_value_and_slope_at_the_place_asked_for(visit: Open, move: Move) -> None:
    page = visit("p02_activations")
    assert "x = 0.00: value 0.500000, derivative 0.250000, finite difference 0.250000" in move(page, "slopes", 2, 16)
    assert "agreed to be 1.000000" in move(page, "slopes", 5, 16)


def test_the_backpropagation_page_counts_both_topologies(visit: Open, move: Move) -> None:
    page = visit("p03_backpropagation")
    assert "6,387" in move(page, "topology")
    assert "6,327" in move(page, "topology", 3)


def test_the_descent_page_converges_below_two_over_a_and_not_above(visit: Open, move: Move) -> None:
    page = visit("p03b_descent")
    assert [("It converges" in move(page, "parabola", 1, at)) for at in (0, 7, 9)] == [True, True, False]
    assert "it swings between 4 and −4" in move(page, "parabola", 1, 8)
    assert "It stays at the saddle" in move(page, "saddle", 0)


def test_the_page_on_overfitting_parts_the_errors_and_spoils_the_shallow_copy(visit: Open, move: Move) -> None:
    page = visit("p04_overfitting")
    seen, unseen = zip(
        *[re.findall(r"features: (\S+) on .*, (\S+) on new", move(page, "features", at))[0] for at in (2, 12)],
        strict=True,
    )
    assert float(seen[0]) > float(seen[1])
    assert float(unseen[0]) < float(unseen[1])
    assert {"0.0000 apart" in move(page, "beginning", 0, step) for step in range(8)} == {True}
    assert "0.0000 apart" not in move(page, "beginning", 1, 4)
    kept = [float(re.findall(r"kept (\S+)\.$", move(page, "best", copying, 20))[0]) for copying in (0, 1)]
    assert kept[0] > kept[1]
    assert "0 of 18 weights" in move(page, "penalty", 0, 6)
    assert "0 of 18 weights" not in move(page, "penalty", 1, 6)


def test_the_convolution_page_gives_both_checked_maps_and_shows_how_the_slides_came_about(
    visit: Open, move: Move
) -> None:
    page = visit("p05_convolution")
    middle = (
        "[...document.querySelectorAll('#stride .middle, #stride .target')].map(r => r.nextElementSibling.textContent)"
    )
    move(page, "stride", 1, 1)
    assert page.evaluate(middle) == ["1", "5", "6", "7", "8", "3", "3", "10", "4"]
    move(page, "stride", 0, 1)
    target = middle.replace("#stride .middle, ", "")
    assert page.evaluate(target) == ["1", "6", "5", "7", "10", "9", "7", "10", "8"]
    move(page, "hand", 8)
    done = "[...document.querySelectorAll('#hand .middle, #hand .target')].map(r => r.nextElementSibling.textContent)"
    assert page.evaluate(done) == ["4", "3", "4", "2", "4", "3", "2", "3", "4"]


def test_the_image_goes_through_filter_rectifier_and_pool(visit: Open, move: Move) -> None:
    page = visit("p05_convolution")
    shapes = [move(page, "image", 0, stage) for stage in range(7)]
    assert ["24 × 24 × 3" in shapes[0], "22 × 22" in shapes[4], "22 × 22" in shapes[5], "11 × 11" in shapes[6]] == [
        True
    ] * 4
    assert "0.0000" in move(page, "functions", 0)
    assert "0.4167" in move(page, "functions", 6)


def test_the_recurrent_page_shows_the_same_state_by_hand_and_by_kernel(visit: Open, move: Move) -> None:
    page = visit("p06_recurrent")
    for step in range(6):
        move(page, "unrolled", step)
        by_hand, by_kernel = (row.locator("td").all_inner_texts() for row in page.locator("#unrolled tr.own").all())
        assert by_hand == by_kernel
    assert "1.11 × 10⁻¹⁶" in page.locator("#unrolled figcaption").inner_text().replace("\N{NO-BREAK SPACE}", " ")


def test_the_gradient_page_gives_every_number_of_the_lectures(visit: Open, move: Move) -> None:
    page = visit("p07_gradient")
    assert "After 10 steps 9.54 × 10⁻⁷" in move(page, "factors", 0)
    assert "after 60 steps 8.67 × 10⁻¹⁹" in move(page, "factors", 1)
    assert "after 60 steps 6.87 × 10⁻⁹" in move(page, "factors", 2)
    assert "after 60 steps 304.48" in move(page, "factors", 6)
    assert "half is lost after 60." in move(page, "forget", 6)
    lost = [float(re.findall(r"after (\S+) steps", move(page, "forget", at))[0]) for at in range(9)]
    assert lost == sorted(lost)


def test_the_gradient_page_sums_its_bars_to_autograds_and_clips_the_cliff(visit: Open, move: Move) -> None:
    page = visit("p07_gradient")
    for cell in range(3):
        said = move(page, "bars", cell, 6)
        assert "30 terms give 100.0 % of the whole gradient's length, at a cosine of 1.0000" in said
        apart = re.findall(r"by (\S+)(?: × 10⁻(\S+))? at most", said)[0]
        assert apart[0] == "0" or int(apart[1].translate(DIGITS)) >= 11
    assert "w = 0.3585, loss 0.5000" in move(page, "cliff", 0)
    assert float(re.findall(r"loss (\S+)\.$", move(page, "cliff", 3))[0]) < 0.5


def test_the_passage_is_remembered_where_the_forget_gate_is_near_one(visit: Open, move: Move) -> None:
    page = visit("p07_gradient")
    said = move(page, "passage", 2)
    shares = r"LSTM, bias {} (\S+) % (\S+) %"
    long, short = (re.findall(shares.format(bias), said)[0] for bias in ("4.46", "1"))
    assert max(map(float, long)) > 95 > 60 > max(map(float, short))  # one seed of two may fail in so short a training


def test_the_cell_page_says_that_one_keeps_and_who_is_meant(visit: Open, move: Move) -> None:
    page = visit("p08_cell")
    assert "1 keeps, 0 forgets" in move(page, "cell", 1)
    for name, right in enumerate(("She", "She", "He", "He")):
        said = move(page, "sentence", name, 0)
        assert f"“{right}” is right" in said
        assert (float(re.findall(r"says she with (\S+) %", said)[0]) > 50) == (right == "She")
    assert [move(page, "weights", 0, measure)[-40:] for measure in range(5)]
    assert "the answer is she" in move(page, "weights", 5, 0)


def test_the_family_page_counts_the_cells_as_the_lectures_do(visit: Open, move: Move) -> None:
    page = visit("p09_family")
    told = page.locator("main table").first.inner_text()
    assert re.findall(r"\t(\d+,\d+)$", told, re.MULTILINE) == ["10,400", "10,550", "12,900", "7,800", "7,950"]
    assert "an LSTM has 10,400 parameters" in move(page, "counting", 0, 2)
    assert "an LSTM has 80,384 parameters" in move(page, "counting", 2, 4)


def test_the_stock_page_shows_the_wall_and_the_late_copy(visit: Open, move: Move) -> None:
    page = visit("p10_huh")
    worse = [float(re.findall(r"(\S+) times worse", move(page, "replay", at))[0]) for at in range(4)]
    assert worse[3] == max(worse) > 10
    short = [float(re.findall(r": (\S+) points below", move(page, "wall", at))[0]) for at in (5, 6, 8)]
    assert short == sorted(short)
    best = int(re.findall(r"at (\d+) days", move(page, "shifted", 0))[0])
    errors = [float(re.findall(r"the error is (\S+?)\. ", move(page, "shifted", at))[0]) for at in range(11)]
    assert errors.index(min(errors)) == best > 0


def test_the_page_on_yesterday_finds_step_k_k_days_in_the_past(visit: Open, move: Move) -> None:
    page = visit("p11_yesterday")
    assert ["at a shift of " + str(k) in move(page, "steps", k - 1) for k in range(1, 6)] == [True] * 5
    assert "below that of persistence" in move(page, "slope", 2)


def test_the_direction_page_rescores_the_lectures_matrix_and_takes_fees(visit: Open, move: Move) -> None:
    page = visit("p12_direction")
    said = move(page, "matrix", 0)
    for number in ("0.6134", "0.6097", "0.348", "No skill shown"):
        assert number in said
    assert "Skill: without any knowledge" in move(page, "matrix", 4)
    assert "No skill shown" in move(page, "base", 5, 2)
    assert "Skill (one-sided" in move(page, "base", 0, 2)
    after = [re.findall(r", (\S+) % after", move(page, "fees", at))[0].replace("−", "-") for at in range(7)]
    assert [float(one) for one in after] == sorted(map(float, after), reverse=True)


def test_the_last_page_prefers_the_honest_width_and_the_best_of_many_looks_better(visit: Open, move: Move) -> None:
    page = visit("p13_judge")
    scores = [float(re.findall(r"CRPS is (\S+?)\. ", move(page, "width", at))[0]) for at in range(10)]
    assert min(scores) == min(scores[3:6])
    best = [float(re.findall(r"right in (\S+) %", move(page, "luck", 1, at))[0]) for at in range(10)]
    assert best == sorted(best)
    assert best[-1] > best[0]
