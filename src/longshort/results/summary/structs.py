"""The summary: all that a page, `--json` and Markdown are made from, as declared structs."""

from typing import Annotated, Any

from msgspec import Struct, field

from longshort.claims.structs import Claims
from longshort.results.summary import rows
from longshort.results.summary.rows import Number, doc

SCHEMA = 2
"""The version of the summary's form and of run folders; it grows when a key changes its meaning or goes."""


class AnswerRow(Struct, frozen=True):
    """A claim in words."""

    code: Annotated[
        str, doc("which claim: `point`, `distribution`, `direction`, `coverage`, `copy`, `money`, `leak`, `power`")
    ]
    answer: Annotated[str, doc("`yes`, `not_shown`, `no` or `not_judged`")]
    question: str
    word: Annotated[str, doc("the answer in a word or two")]
    details: Annotated[list[str], doc("the numbers behind it, a sentence each")]
    tone: Annotated[str, doc("`good`, `bad` or `plain`")]


class FindingRow(Struct, frozen=True):
    """Something noticed."""

    code: Annotated[
        str, doc("stable name: `lagged_copy`, `coverage`, `extrapolation`, `few_forecasts`, `leak_suspected`, ...")
    ]
    severity: Annotated[
        str, doc("`info`, `warning`, or `defect` for what makes the numbers untrustworthy; defects come first")
    ]
    text: Annotated[str, doc("the sentence for people")]
    value: Annotated[Number, doc("the number that it rests on")]
    message: Annotated[
        Any, doc("the sentence's id and values, by which it is said in another language; null where it has none")
    ]


class Fan(Struct, frozen=True):
    """A coming forecast."""

    model: Annotated[str, doc("whose it is: the network's, or of the baseline that is given instead")]
    ds: Annotated[list[Any], doc("the coming dates")]
    mean: Annotated[list[Number], doc("the point forecast")]
    quantile_levels: list[float]
    quantiles: Annotated[list[list[Number]], doc("for each step, for each level")]
    p_up: Annotated[list[Number], doc("probability of ending above the last value")]


class History(Struct, frozen=True):
    """The recent past."""

    ds: list[Any]
    y: list[Number]


class Tested(Struct, frozen=True):
    """The test, one step ahead."""

    ds: list[Any]
    y: Annotated[list[Number], doc("the outcome")]
    mean: Annotated[list[Number], doc("what the network forecast")]
    naive: Annotated[list[Number], doc("the last value known")]
    low_80: Annotated[list[Number], doc("80 % interval")]
    high_80: list[Number]


class Picture(Struct, frozen=True):
    """What is drawn of one series."""

    unique_id: str
    history: Annotated[History, doc("as much as stands beside the forecast in scale")]
    cutoff: Annotated[Any, doc("the last date known")]
    last: Annotated[Number, doc("the target there")]
    forecast: Annotated[Fan | None, doc("what `longshort forecast` gives")]
    network: Annotated[Fan | None, doc("the network's forecast, where that is another")]
    test: Tested | None


class SeriesRow(Struct, frozen=True):
    """One series in the table of all."""

    unique_id: str
    skill: Annotated[Number, doc("in the point forecast, over the toughest baseline")]
    low: rows.Low
    high: rows.High
    sharpness: Annotated[Number, doc("the skill of the distribution over its toughest baseline")]
    mase: Annotated[Number, doc("error in units of the naive one before the test")]
    coverage_80: Annotated[Number, doc("share of outcomes in the 80 % interval")]
    last: Number
    coming: Annotated[Number, doc("the point forecast of the last step")]
    spark: Annotated[list[Number], doc("the newest values, for a small picture")]


class Whole(Struct, frozen=True):
    """Real against predicted of one series over the whole test, with what came before it."""

    unique_id: str
    ds: list[Any]
    y: list[Number]
    part: Annotated[
        list[str], doc("`train`, `validation` or `test`, as the first fold cut them; `before` where nobody knows")
    ]
    predicted: Annotated[list[Number], doc("null outside of the test")]
    persistence: Annotated[list[Number], doc("the last value known")]


class LayerRow(Struct, frozen=True):
    """A layer of the network."""

    layer: str
    output_shape: Annotated[list[int | None], doc("null for the batch, and for a time that varies")]
    parameters: int


class NotJudged(Struct, frozen=True):
    """A part that was not judged."""

    part: str
    why: str


class Summary(Struct, frozen=True, kw_only=True):
    """All that is known of a run or an audit; every list may be empty."""

    schema: Annotated[int, doc(f"{SCHEMA}; grows when a key changes its meaning or goes")] = SCHEMA
    kind: Annotated[str, doc("`backtest`, `audit` or `recipe`")] = "backtest"
    lang: Annotated[str, doc("the language of all sentences")] = "en"
    verdict: Annotated[str, doc("what the claims come to, in a few sentences")] = ""
    claims: Annotated[Claims | None, doc("what is claimed, as numbers and answers; null where nothing was judged")] = (
        None
    )
    answers: Annotated[list[AnswerRow], doc("the claims in words")] = field(default_factory=list)
    findings: list[FindingRow] = field(default_factory=list)
    scores: list[rows.Score] = field(default_factory=list)
    skill: list[rows.SkillRow] = field(default_factory=list)
    seeds: list[rows.Seed] = field(default_factory=list)
    folds: Annotated[list[dict[str, Any]], doc("of each fit: `known`, `train`, `validation`, `test`, from and to")] = (
        field(default_factory=list)
    )
    run: Annotated[
        dict[str, Any],
        doc(
            "what was done when, on what and with which versions: `version`, `versions`, `created`, `seconds`, `data` "
            "(`fingerprint`, `rows`, `series`, `from`, `to`, `calendar`, `unit`, `notes`), `recipe`, `device`, "
            "`horizon`, `seeds`, `command`, `quick`, `notes`, `context` (what the judgement rests on)"
        ),
    ] = field(default_factory=dict)
    task: Annotated[
        str, doc("`forecast`, `classify`, `label`, `generate`, `translate`, `regress` or `demonstrate`")
    ] = "forecast"
    synthetic: Annotated[bool, doc("whether the data were made up")] = False
    layers: list[LayerRow] = field(default_factory=list)
    parameters: Annotated[int | None, doc("numbers that training changes in one network")] = None
    training_shape: Annotated[list[int], doc("of the inputs that it learnt from, examples first")] = field(
        default_factory=list
    )
    network: Annotated[str, doc("the judged model's name in the tables")] = ""
    target: Annotated[str, doc("the column that is forecast")] = ""
    title: Annotated[str, doc("what was forecast, in a few words")] = ""
    unit: Annotated[str, doc("of the calendar: `session`, `day`, `month`, `hour`, `step`, ...")] = "step"
    given: Annotated[str, doc("whose coming forecast is given: the network's, or the best baseline's")] = ""
    models: Annotated[list[str], doc("of an audit: the models that are no baselines")] = field(default_factory=list)
    not_judged: list[NotJudged] = field(default_factory=list)
    leak: Annotated[Any, doc("what the leak test found; null where there was none")] = None
    confusion: Annotated[Any, doc("of a confusion matrix; null where there was none")] = None
    series: Annotated[list[Picture], doc("the first 12 series are drawn")] = field(default_factory=list)
    series_left_out: Annotated[int, doc("series that are not drawn")] = 0
    series_table: Annotated[list[SeriesRow], doc("the first 500 series")] = field(default_factory=list)
    whole: Annotated[list[Whole], doc("the first 4 series")] = field(default_factory=list)
    coverage: list[rows.CoverageRow] = field(default_factory=list)
    reliability: list[rows.Reliability] = field(default_factory=list)
    lag: list[rows.Lag] = field(default_factory=list)
    curves: list[rows.Curve] = field(default_factory=list)
    confidence: list[rows.Confidence] = field(default_factory=list)
    effective: list[rows.Effective] = field(default_factory=list)
    calibration: list[rows.Calibration] = field(default_factory=list)
    pit: list[rows.Pit] = field(default_factory=list)
    copy: list[rows.CopyRow] = field(default_factory=list)
    direction: list[rows.DirectionRow] = field(default_factory=list)
    direction_gains: list[rows.DirectionGain] = field(default_factory=list)
    coverage_tests: list[rows.CoverageTest] = field(default_factory=list)
    money: list[rows.MoneyRow] = field(default_factory=list)
    power: list[rows.PowerRow] = field(default_factory=list)
    by_fold: list[rows.FoldScore] = field(default_factory=list)
    cumulative: list[rows.Cumulative] = field(default_factory=list)
    equity: list[rows.Equity] = field(default_factory=list)
    residuals: list[rows.Residual] = field(default_factory=list)
    edge: list[rows.EdgeRow] = field(default_factory=list)
    classes: list[rows.ClassRow] = field(default_factory=list)
    matrix: list[rows.MatrixRow] = field(default_factory=list)
    samples: Annotated[
        list[dict[str, Any]],
        doc("examples to be looked at: `kind` (`image`, `text`, `generated`, `pair`, `listing`) and what it needs"),
    ] = field(default_factory=list)
    tables: Annotated[dict[str, list[dict[str, Any]]], doc("further tables of a recipe, by name")] = field(
        default_factory=dict
    )
