import pytest

from longshort.learn import cell_drawing, graphs
from longshort.learn.text import same


@pytest.mark.parametrize(
    ("value", "written"), [(6.873e-9, "6.87 × 10⁻⁹"), (304.4816, "304.48"), (-0.25, "−0.25"), (1e-300, "1.00 × 10⁻³⁰⁰")]
)
def test_a_number_is_written_so_that_its_size_is_seen(value, written):
    assert graphs.scientific(value) == written


def test_powers_of_ten_stand_evenly_on_the_axis():
    _, y, grid = graphs.log_axes((0, 60), (-6, 0))
    assert y(0) - y(-3) == pytest.approx(y(-3) - y(-6))
    assert "10⁻⁶" in grid


def test_a_curve_below_the_chart_runs_along_its_bottom():
    x, y, _ = graphs.log_axes((0, 2), (-6, 0))
    line = graphs.log_curve(x, y, [0, 1, 2], [1.0, 1e-3, 0.0])
    assert line.endswith(f'{y(-6):g}"/>')


@pytest.mark.parametrize("part", ["all", *cell_drawing.PARTS])
def test_each_part_of_the_cell_is_set_off(part):
    drawn = "".join(cell_drawing.draw_cell(part, same("cell")))
    others = "".join(
        "".join(cell_drawing.draw_cell(other, same("cell"))) for other in cell_drawing.PARTS if other != part
    )
    assert drawn not in others
    assert ("faded" in drawn) == (part != "all")


def test_peepholes_are_drawn_where_they_are_meant():
    shown = {
        part: "".join(cell_drawing.draw_cell(part, same("cell"))).count('"fourth"') for part in ("peepholes", "memory")
    }
    assert shown["memory"] == 0
    assert shown["peepholes"] > 0
