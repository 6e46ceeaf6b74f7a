"""The Diebold-Mariano statistic is that of R: the example in the help of `forecast::dm.test`.

Errors of an exponential smoothing and of an ARIMA model, fitted to `WWWusage[1:80]`, one step ahead on its values 81
to 100; statistics and p-values of `dm.test(first, second, h, power)`, by forecast 8.20 under R 4.2.2.
"""

import numpy as np
import pytest
from scipy.special import stdtr

from longshort.evaluation.comparison import long_run_variances, mean_test, small_sample_factor

SMOOTHING = np.array(
    [
        0.0022412701761709286, -0.00066190599221727098, -1.2000026125296301, -4.0002181778898773, 3.7993735331814662,
        3.4010051111204973, -1.1996921245086298, -0.80049004763068865, -1.200048999480174, 3.3998472285797448,
        7.0007089476801525, 2.2009892408481733, -4.8001655693891507, -1.2010433753110021, 3.4001675562708442,
        3.0007090851759983, 0.4002679495869188, -6.8001692071559603, -2.4012590500643682, 1.2001121977203013,
    ]
)  # fmt: skip
ARIMA = np.array(
    [
        0.12099981757537345, 8.062226939019018, -0.91894293002021499, -1.7952435728848808, 5.343127744827294,
        2.0459822683372888, -0.60732611601060693, 0.55168161247962766, -0.76332379421617236, 4.1229471577723844,
        5.8785333353637679, 1.2828331055875897, -3.4854233295140964, 1.1971370060031972, 3.1709313778729338,
        2.3408456726410729, 0.4962285628700005, -5.9841361538148989, 0.15371135726481594, 0.42079511994106528,
    ]
)  # fmt: skip
BY_R = [
    (1, 1, 0.28096264287113953, 0.78177582210572671),
    (1, 2, -0.14391806394910472, 0.88708067231317189),
    (2, 1, 0.26875006111372934, 0.79101853410856193),
    (2, 2, -0.14346560896237914, 0.88743311356862675),
    (3, 1, 0.31276788339511524, 0.75786402909451345),
    (3, 2, -0.15369602318448766, 0.87947011948182896),
]


@pytest.mark.parametrize(("steps", "power", "statistic", "p_value"), BY_R)
def test_with_the_rectangular_window_the_statistic_is_that_of_r(
    steps: int, power: int, statistic: float, p_value: float
) -> None:
    difference = np.abs(SMOOTHING) ** power - np.abs(ARIMA) ** power
    n, overlap = np.array([len(difference)]), np.array([steps - 1])
    mean = difference.mean()
    rectangular, bartlett = long_run_variances(difference - mean, n, overlap)
    factor = small_sample_factor(n, overlap)
    ours = mean / np.sqrt(rectangular / n / factor)
    assert ours[0] == pytest.approx(statistic, rel=1e-10)
    assert 2 * stdtr(n - 1, -np.abs(ours))[0] == pytest.approx(p_value, rel=1e-10)
    # the verdict's own test takes the larger of two variances, so it never sees more than R does
    _, error, cautious = mean_test(difference[:, None], overlap)
    assert error[0] == pytest.approx(np.sqrt(max(rectangular[0], bartlett[0]) / n[0] / factor[0]))
    assert cautious[0] >= p_value - 1e-12
