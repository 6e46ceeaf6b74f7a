"""The compiled step by itself: threads, company, interruption, memory. No PyTorch here: sanitizers run it."""

import math
from dataclasses import replace
from threading import Thread
from time import monotonic, sleep
from types import SimpleNamespace

import numpy as np
import pytest

from longshort.errors import SettingsError
from longshort.kernels import layer
from longshort.kernels.choice import choose
from longshort.native import calls
from longshort.native.library import ISAS
from longshort.native.selection import VARIABLE
from longshort.nn.initial import initialise
from longshort.training import executor_native
from longshort.training.batch import Job, gather_inputs
from longshort.training.engine import resolve_engine
from longshort.training.executor_native import FEW, NativeMember
from longshort.training.interruption import Interruption
from longshort.training.tally import Tally
from longshort.training.train import predict, train

NOTHING = Tally()  # the sums at the beginning of an epoch
CELLS = [{"cell": "lstm"}, {"cell": "gru"}, {"cell": "rnn"}, {"cell": "rnn", "nonlinearity": "relu"}]


@pytest.fixture(scope="module", params=ISAS, autouse=True)
def isa(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, f"native:{request.param}")
        try:
            choose()
        except SettingsError as error:
            pytest.skip(error.message)
        yield request.param


@pytest.fixture(autouse=True)
def poisoned(monkeypatch):
    """Fill results and working memory with NaN before each call, so that what is not written shows."""

    def memory(count, kind=np.uint8):
        block = calls.memory(count, kind)
        block.view(np.uint8)[:] = 0xFF
        return block

    class Poison(SimpleNamespace):
        def __getattr__(self, name):
            return getattr(np, name)

    monkeypatch.setattr(executor_native, "calls", SimpleNamespace(**vars(calls) | {"memory": memory}))
    monkeypatch.setattr(executor_native, "np", Poison(empty=lambda shape, kind: np.full(shape, np.nan, kind)))


def member_of(network, settings, windows, seed=0):
    return NativeMember(network, settings, seed, windows, resolve_engine("cpu", network, settings))


def advance(member, steps, threads=1, first=0, deadline=math.inf, so_far=NOTHING):
    return member.advance(first, steps, threads, deadline, Interruption(), so_far)


@pytest.mark.parametrize("batch", [1, 5, 32, 70])
@pytest.mark.parametrize("model", CELLS, ids=lambda model: "-".join(model.values()))
def test_bits_do_not_depend_on_the_number_of_threads(network_of, settings_of, windows_of, same, model, batch):
    windows = windows_of(rows=300)
    windows = replace(windows, train=np.arange(11, 200), validation=np.arange(200, 200 + batch))
    network, settings = network_of(hidden_size=11, **model), settings_of(batch_size=batch)
    stories = []
    for threads in (1, 2, 3, 4, 5):
        member = member_of(network, settings, windows)
        stories.append((advance(member, 6, threads), member.validate(threads, Interruption()), member.weights()))
    (tally, validation, weights), *others = stories
    assert np.isfinite(weights["readout.weight"]).all()
    for other in others:
        assert (tally, validation) == other[:2]
        assert same(weights, other[2])


def test_bits_do_not_depend_on_how_the_steps_are_called(network_of, settings_of, windows, same):
    whole, parts = (member_of(network_of(), settings_of(), windows) for _ in range(2))
    advance(whole, 10)
    for first, steps in ((0, 1), (1, 6), (7, 3)):
        assert advance(parts, steps, threads=2, first=first).steps == steps
    assert same(whole.state(), parts.state())


def test_a_member_has_the_same_bits_whatever_its_memory_was_used_for(network_of, settings_of, windows, same):
    fresh, used = (member_of(network_of(), settings_of(), windows) for _ in range(2))
    begin = used.state()
    advance(used, 7, threads=3)
    used.validate(2, Interruption())
    used.restore(begin)
    advance(fresh, 7), advance(used, 7)
    assert same(fresh.state(), used.state())


def test_a_state_goes_out_and_comes_back_whole(network_of, settings_of, windows, same):
    first, second = (member_of(network_of(), settings_of(), windows, seed) for seed in (0, 1))
    advance(first, 3)
    second.restore(first.state())
    assert same(first.state(), second.state())
    assert same(first.weights(), second.weights())


def test_it_begins_at_the_initial_parameters(network_of, settings_of, windows, same):
    for model in CELLS:
        network = network_of(hidden_size=7, num_layers=3, **model)
        assert same(member_of(network, settings_of(), windows, 5).weights(), initialise(network, 5))


def test_weights_that_were_copied_out_never_change_again(network_of, settings_of, windows):
    member = member_of(network_of(), settings_of(), windows)
    kept = member.weights() | member.state()
    before = {name: value.copy() for name, value in kept.items()}
    advance(member, 2)
    assert all(np.array_equal(kept[name], before[name]) for name in before)
    assert not np.array_equal(member.weights()["readout.weight"], before["readout.weight"])


def test_an_interruption_moves_nothing_more(network_of, settings_of, windows, same):
    member = member_of(network_of(), settings_of(), windows)
    before, interruption = member.state(), Interruption()
    interruption.set()
    tally = member.advance(0, 5, 2, math.inf, interruption, NOTHING)
    assert (tally.steps, tally.loss, tally.targets, tally.norms, tally.finite) == (0, 0.0, 0.0, 0.0, True)
    assert same(member.state(), before)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_many_interruptions_never_leave_a_thread_waiting_nor_a_step_half_done(
    network_of, settings_of, windows, same, threads, monkeypatch
):
    monkeypatch.setattr(executor_native, "choose", lambda *given: [windows.train[:64]] * given[-1])  # in no time
    network, settings = network_of(), settings_of()
    member, undisturbed = (member_of(network, settings, windows) for _ in range(2))
    taken = 0
    for pause in np.linspace(0.0, 0.02, 40):
        interruption = Interruption()
        ring = Thread(target=lambda pause=pause, flag=interruption: (sleep(pause), flag.set()))
        ring.start()
        taken += member.advance(taken, 2000, threads, math.inf, interruption, NOTHING).steps
        ring.join()
    advance(undisturbed, taken)
    assert 40 < taken < 40 * 2000  # most were interrupted amid their steps
    assert same(member.state(), undisturbed.state())


def test_when_time_is_up_one_step_is_taken(network_of, settings_of, windows, same):
    late, short = (member_of(network_of(), settings_of(), windows) for _ in range(2))
    assert advance(late, 5, threads=2, deadline=monotonic() - 1.0) == advance(short, 1)
    assert same(late.state(), short.state())


def test_a_step_that_is_not_finite_moves_nothing(network_of, settings_of, windows, same):
    wild = replace(windows, inputs=windows.inputs.copy())
    wild.inputs[:] = np.nan
    member = member_of(network_of(), settings_of(), wild)
    before = member.state()
    tally = advance(member, 5, threads=2)
    assert (tally.steps, tally.finite) == (0, False)
    assert same(member.state(), before)


def test_a_batch_without_targets_moves_nothing_but_the_decay(network_of, settings_of, windows, same):
    silent = replace(windows, targets=np.full_like(windows.targets, np.nan))
    member = member_of(network_of(), settings_of(weight_decay=0.0), silent)
    before = member.weights()
    tally = advance(member, 3)
    assert (tally.steps, tally.loss, tally.targets, tally.norms) == (3, 0.0, 0.0, 0.0)
    assert same(member.weights(), before)


def test_unobserved_targets_change_no_bit(network_of, settings_of, windows, same):
    hidden = replace(windows, targets=windows.targets.copy(), split=windows.split.copy())
    hidden.split[40:50] = 0
    loud = replace(hidden, targets=hidden.targets.copy())
    loud.targets[40:50] = 1e6
    one, other = (member_of(network_of(), settings_of(), w) for w in (hidden, loud))
    assert advance(one, 5) == advance(other, 5)
    assert same(one.weights(), other.weights())


def test_loss_is_that_of_the_validation_where_nothing_is_dropped(network_of, settings_of, windows):
    settings = settings_of(batch_size=69, steps_per_epoch=None)
    member = member_of(network_of(dropout=0.0), settings, replace(windows, validation=windows.train))
    member.rows.arrays["split"][:] += 1
    validation = member.validate(2, Interruption())
    member.rows.arrays["split"][:] -= 1
    tally = advance(member, 1)
    assert tally.targets == validation[1]
    assert tally.loss == pytest.approx(validation[0], rel=1e-6)


@pytest.mark.parametrize("model", CELLS, ids=lambda model: "-".join(model.values()))
def test_a_forecast_is_the_readout_of_the_layers_one_after_another(network_of, windows, model):
    network = network_of(hidden_size=13, num_layers=3, **model)
    weights, ends = [initialise(network, seed) for seed in (0, 1)], np.arange(119, 2, -1)
    for member, raw in enumerate(predict(network, weights, windows, ends)):
        hidden = gather_inputs(windows, ends)[None].astype(np.float64)
        for number in range(3):
            prefix = f"layer{number}."
            own = {name.removeprefix(prefix): w[None].astype(np.float64) for name, w in weights[member].items()}
            own = {name: w for name, w in own.items() if "." not in name}
            hidden, _ = layer("reference", network.cell, hidden, own)
        readout = hidden[0, -1] @ weights[member]["readout.weight"].T + weights[member]["readout.bias"]
        np.testing.assert_allclose(raw.reshape(len(ends), -1), readout, atol=1e-5)


def test_a_forecasts_bits_do_not_depend_on_company_or_threads(network_of, windows, monkeypatch):
    network, ends = network_of(hidden_size=9), np.arange(150) % 120
    weights = [initialise(network, seed) for seed in (0, 1)]
    monkeypatch.setattr(executor_native, "available_threads", lambda: 1)
    crowd = predict(network, weights, windows, ends)
    monkeypatch.setattr(executor_native, "available_threads", lambda: 5)
    np.testing.assert_array_equal(crowd, predict(network, weights, windows, ends))
    for position in (0, 1, 37, 63, 64, 127, 149):
        alone = predict(network, weights[1:], windows, ends[position : position + 1])
        np.testing.assert_array_equal(alone[0, 0], crowd[1, position])


def test_memory_beyond_any_machine_is_an_error_of_pythons(network_of, settings_of, windows):
    endless = replace(windows, length=2**22)
    member = member_of(network_of(hidden_size=64, num_layers=8), settings_of(), endless)
    with pytest.raises(MemoryError):
        advance(member, 1, threads=1024)
    with pytest.raises(MemoryError):
        train(network_of(hidden_size=64, num_layers=8), settings_of(), [Job(endless, 0, "x")], threads=1000)


def test_sizes_that_cannot_be_counted_are_refused(network_of, settings_of, windows):
    member = member_of(network_of(), settings_of(), replace(windows, length=2**31 - 1))
    with pytest.raises(RuntimeError, match="refused the sizes"):
        advance(member, 1)
    with pytest.raises(RuntimeError, match="refused the sizes"):
        member.validate(1, Interruption())


def test_an_end_outside_the_rows_is_refused(network_of, windows):
    with pytest.raises(RuntimeError, match="refused the sizes"):
        predict(network_of(), [initialise(network_of(), 0)], windows, np.full(FEW + 1, 500))


def test_several_python_threads_train_at_once(network_of, settings_of, windows, same):
    network, settings = network_of(hidden_size=16), settings_of(steps_per_epoch=50, epochs=1)
    alone = [train(network, settings, [Job(windows, seed, "x")], threads=1)[0] for seed in range(4)]
    together = [None] * 4

    def work(seed):
        together[seed] = train(network, settings, [Job(windows, seed, "x")], threads=2)[0]

    threads = [Thread(target=work, args=[seed]) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(alone, together, strict=True):
        assert same(one.parameters, other.parameters)
        assert one.records == other.records
