import longshort as ls
from longshort.backtest.rivals import choose_rivals, rival_notes


def names(panel, wanted=None):
    return [rival.name for rival in choose_rivals(panel, ls.Recipe(horizon=2), None, wanted, ())]


def test_garch_stands_however_many_series_there_are(prices):
    small, large = prices(series=20, rows=5), prices(series=21, rows=5)
    assert "garch" in names(small)
    assert "garch" in names(large)
    assert names(large, ["naive", "garch"]) == ["naive", "garch"]


def test_a_run_says_how_garch_was_fitted(prices):
    panel = prices(rows=5)
    with_garch = choose_rivals(panel, ls.Recipe(), None, ["garch"], ())
    assert "before each fold" in rival_notes(with_garch)[0]
    assert rival_notes(choose_rivals(panel, ls.Recipe(), None, ["naive"], ())) == []
