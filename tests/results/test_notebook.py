import pytest

from longshort.errors import DataError


def test_a_run_shows_its_verdict_its_picture_its_scores_and_its_findings(make_run):
    html = make_run(verdict="Less <b>than</b> naive.")._repr_html_()
    assert "Less &lt;b&gt;than&lt;/b&gt; naive." in html
    assert "<svg" in html
    assert "rmse" in html
    assert "Two folds are few." in html
    assert "<script" not in html


def test_a_picture_is_of_the_series_that_was_named(make_run):
    run = make_run()
    assert run.plot("S1").svg != run.plot().svg == run.plot("S0").svg


def test_a_series_that_is_not_there_is_refused_with_the_nearest(make_run):
    with pytest.raises(DataError, match="no series 'S11'") as error:
        make_run().plot("S11")
    assert "'S1'" in error.value.hint


def test_a_forecast_shows_its_newest_fan_and_its_table(make_forecast):
    forecast = make_forecast()
    assert "<svg" in forecast._repr_html_()
    assert "q_0.025" in forecast._repr_html_()
    assert forecast.plot("S1").svg != forecast.plot().svg


def test_nothing_forecast_is_nothing_to_draw(make_forecast):
    empty = make_forecast().select([])
    with pytest.raises(DataError, match="no forecast to draw"):
        empty.plot()
    assert "<svg" not in empty._repr_html_()
