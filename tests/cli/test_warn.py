"""What `check` warns of, `backtest` and `forecast` say too, on stderr; what is missing is refused before training."""

import json

import numpy as np
import pytest

DAYS = np.arange("2023-01-01", "2023-07-01", dtype="datetime64[D]").astype(str).tolist()


@pytest.fixture
def sales(tmp_path):
    """Give a file of sales with a promotion, one of them a hundred times too large."""
    random = np.random.default_rng(0)
    rows = [[day, 100 + random.normal(), int(n % 3 == 0)] for n, day in enumerate(DAYS)]
    rows[80][1] *= 100
    path = tmp_path / "sales.csv"
    path.write_text("date,sales,promo\n" + "".join(f"{a},{b:.2f},{c}\n" for a, b, c in rows))
    return path


@pytest.mark.parametrize("command", ["backtest", "forecast"])
def test_warnings_about_the_data_are_printed_and_leave_the_answer_alone(longshort, fake, monkeypatch, sales, command):
    from longshort.data.checks import check
    from longshort.data.readers import read

    found = check(read(sales, target="sales"))
    monkeypatch.setattr("longshort.check", lambda _: found, raising=False)
    outcome = longshort(command, sales, "--json")
    assert "warning: sales is far from both of its neighbours 1 time" in outcome.err
    assert json.loads(outcome.out)["schema"]
    assert longshort(command, sales, "--lang", "ko").err.startswith("경고: sales 값이")


def test_values_known_in_advance_that_are_missing_are_refused_before_training(longshort, sales, tmp_path):
    typed = ("forecast", sales, "--target", "sales", "--known-future", "promo", "--horizon", "2", "--quick")
    outcome = longshort(*typed, "--set", "training.epochs=100")
    assert outcome.code == 2
    assert "no values of them on '2023-07-01', '2023-07-02'" in outcome.err
    assert "--future FILE" in outcome.err
    coming = tmp_path / "coming.csv"
    coming.write_text("date,promo\n2023-07-01,1\n2023-07-02,0\n")
    outcome = longshort(*typed, "--no-backtest", "--set", "training.epochs=1", "--future", coming, "--json")
    assert outcome.code == 0
    assert [row["ds"][:10] for row in json.loads(outcome.out)["forecasts"]] == ["2023-07-01", "2023-07-02"]
