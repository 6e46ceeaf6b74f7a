"""Mixed precision against the definition, within bounds that are derived and not guessed.

A ball is a number in double precision and a radius that provably holds what the compiled code may have instead.
bfloat16 has 8 bits: a rounded operand lies within 2^-8 of itself, relative. Rounding is monotone, so a ball
[m - r, m + r] becomes the ball that holds round(m - r) and round(m + r), wherever between them a rounding falls.
Products of rounded operands are exact in float32 (8 + 8 bits of 24); K of them are summed with an error of at most
(K + 8) 2^-24 times the sum of their sizes, in whatever order. Monotone activations take a ball's ends to a ball's ends
(slopes are 1 at most, so balls do not grow), and add what `activations.h` promises; every other operation in float32
adds 2^-24 of its result. Balls go through the whole network, forward and backward: what comes out is the bound.

The centre may be anywhere in the ball. `exact` never rounds it: it is the float64 network, and the ball says how far
mixed precision may be from the truth. `rounded` moves it where rounding moves it: then the ball is hundreds of times
smaller and sees a wrong weight, order or sign in any single number. Balls take every error for the worst and forget
that errors cancel, so with time and depth they outgrow what they bound; there the centre is compared `alone`.
"""

from ctypes import byref, c_double
from dataclasses import replace

import numpy as np
import pytest
import torch

from longshort.kernels.native.interface import PRECISION_NUMBERS, CWork
from longshort.native.calls import Status, address, memory
from longshort.training import executor_native
from longshort.training.batch import TRAINING, VALIDATION, Windows, gather
from longshort.training.chunks import choose
from longshort.training.engine import resolve_engine
from longshort.training.executor_native import NativeMember
from longshort.training.interruption import Interruption
from longshort.training.tally import Tally
from longshort.training.torch_windows import forward
from longshort.training.train import train

pytestmark = [pytest.mark.usefixtures("tiles"), pytest.mark.timeout(1800)]  # the first test waits for the compiler

FLOAT = 2.0**-24
ACTIVATION = 5e-7
CENTRES = ("exact", "rounded")
LARGEST = {"exact": 0.6, "rounded": 5e-3}  # that balls may be, relative to their centres, to say anything
# cell, hidden, layers, inputs, length, batch
SHORT = [
    ("lstm", 1, 1, 1, 1, 1),
    ("lstm", 17, 1, 3, 2, 20),
    ("gru", 9, 1, 2, 2, 7),
    ("gru", 36, 1, 1, 2, 5),
    ("rnn", 12, 1, 3, 2, 6),
]
# odd and even sizes, below and beyond a tile; several panels of rows; several stretches of time
LONG = [
    ("lstm", 17, 2, 3, 5, 20),
    ("lstm", 40, 1, 33, 4, 9),
    ("lstm", 3, 1, 2, 300, 5),
    ("gru", 9, 2, 2, 5, 7),
    ("gru", 36, 1, 1, 3, 5),
    ("rnn", 33, 3, 2, 4, 6),
    ("rnn", 130, 1, 5, 3, 4),
]


def bfloat16(x):
    """Round by PyTorch, which knows bfloat16 from elsewhere; float32 lies between, as in the compiled code."""
    return torch.from_numpy(np.asarray(x, np.float32)).to(torch.bfloat16).to(torch.float64).numpy()


class Ball:
    """Numbers, and how far the compiled code's may lie from them."""

    __array_ufunc__ = None  # numpy leaves the arithmetic to us

    def __init__(self, mid, radius=0.0):
        self.mid = np.asarray(mid, np.float64)
        self.radius = np.broadcast_to(np.asarray(radius, np.float64), self.mid.shape)

    def __add__(self, other):
        other = other if isinstance(other, Ball) else Ball(other)
        return stored(self.mid + other.mid, self.radius + other.radius)

    def __mul__(self, other):
        other = other if isinstance(other, Ball) else Ball(other)
        spread = abs(self.mid) * other.radius + self.radius * abs(other.mid) + self.radius * other.radius
        return stored(self.mid * other.mid, spread)

    def __neg__(self):
        return Ball(-self.mid, self.radius)

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return -self + other

    def __getitem__(self, at):
        return Ball(self.mid[at], self.radius[at])

    @property
    def transposed(self):
        return Ball(self.mid.T, self.radius.T)

    def parts(self, count):
        return [self[:, k * self.mid.shape[1] // count : (k + 1) * self.mid.shape[1] // count] for k in range(count)]

    def through(self, function):
        """Apply a monotone activation."""
        mid, low, high = (function(x) for x in (self.mid, self.mid - self.radius, self.mid + self.radius))
        return Ball(mid, np.maximum(high - mid, mid - low) + ACTIVATION)

    def rounded(self, centre):
        """Round to bfloat16 whatever is in the ball; without a radius where the centre is `alone`."""
        if centre == "alone":
            return Ball(bfloat16(self.mid))
        low, high = bfloat16(self.mid - self.radius), bfloat16(self.mid + self.radius)
        mid = self.mid if centre == "exact" else bfloat16(self.mid)
        return Ball(mid, np.maximum(abs(high - mid), abs(mid - low)))


def stored(mid, radius):
    """Add the error of one operation in float32."""
    return Ball(mid, radius + FLOAT * (abs(mid) + radius))


def product(a, b):
    """Multiply matrices of balls, summing in float32."""
    sizes = (abs(a.mid) + a.radius) @ (abs(b.mid) + b.radius)
    spread = abs(a.mid) @ b.radius + a.radius @ (abs(b.mid) + b.radius)
    return Ball(a.mid @ b.mid, spread + (a.mid.shape[1] + 8) * FLOAT * sizes)


def beside(*balls):
    return Ball(np.concatenate([b.mid for b in balls], 1), np.concatenate([b.radius for b in balls], 1))


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


class Lstm:
    def forward(self, from_input, from_state, before):
        i, f, g, o = (from_input + from_state).parts(4)
        i, f, o, g = i.through(sigmoid), f.through(sigmoid), o.through(sigmoid), g.through(np.tanh)
        memory = f * before[1] + i * g
        seen = memory.through(np.tanh)
        return (o * seen, memory), (i, f, g, o, seen, before[1])

    def backward(self, kept, d_hidden, d_memory):
        i, f, g, o, seen, before = kept
        d = d_memory + d_hidden * o * (1.0 - seen * seen)
        parts = (
            d * i * g * (1.0 - i),
            d * f * before * (1.0 - f),
            d * i * (1.0 - g * g),
            d_hidden * seen * o * (1.0 - o),
        )
        return beside(*parts), beside(*parts), 0.0, d * f


class Gru:
    def forward(self, from_input, from_state, before):
        (r, z, n), (hr, hz, hn) = from_input.parts(3), from_state.parts(3)
        r, z = (r + hr).through(sigmoid), (z + hz).through(sigmoid)
        n = (n + r * hn).through(np.tanh)
        return (n + z * (before[0] - n), before[1]), (r, z, n, hn, before[0])

    def backward(self, kept, d_hidden, d_memory):
        r, z, n, recalled, before = kept
        d = d_hidden * (1.0 - z) * (1.0 - n * n)
        reset, update = d * recalled * r * (1.0 - r), d_hidden * (before - n) * z * (1.0 - z)
        return beside(reset, update, d), beside(reset, update, d * r), d_hidden * z, d_memory


class Rnn:
    def forward(self, from_input, from_state, before):
        hidden = (from_input + from_state).through(np.tanh)
        return (hidden, before[1]), (hidden,)

    def backward(self, kept, d_hidden, d_memory):
        d = d_hidden * (1.0 - kept[0] * kept[0])
        return beside(d), beside(d), 0.0, d_memory


CELLS = {"lstm": Lstm(), "gru": Gru(), "rnn_tanh": Rnn()}


class Layer:
    """One layer on balls: forward over time, then backward, as the equations say."""

    def __init__(self, cell, weights, centre):
        self.cell, self.centre = CELLS[cell], centre
        self.input, self.recurrent = (Ball(weights[f"{k}_weight"]).rounded(centre) for k in ("input", "recurrent"))
        self.biases = [Ball(value) for name, value in weights.items() if "bias" in name]

    def forward(self, inputs):
        zero = Ball(np.zeros((len(inputs[0].mid), self.recurrent.mid.shape[1])))
        state, self.steps, outputs = (zero, zero), [], []
        for x in inputs:
            x, h = x.rounded(self.centre), state[0].rounded(self.centre)
            from_input = product(x, self.input.transposed) + self.biases[0]
            from_state = product(h, self.recurrent.transposed)
            from_state = from_state + self.biases[1] if len(self.biases) > 1 else from_state
            state, kept = self.cell.forward(from_input, from_state, state)
            self.steps.append((x, h, kept))
            outputs.append(state[0])
        return outputs

    def backward(self, d_outputs):
        """Give the gradients of the inputs, and the weights' by name."""
        d_hidden = d_memory = Ball(np.zeros_like(d_outputs[0].mid))
        d_inputs, ds = [], []
        for (_, _, kept), d_output in zip(self.steps[::-1], d_outputs[::-1], strict=True):
            d_x, d_h, past, d_memory = self.cell.backward(kept, d_hidden + d_output, d_memory)
            ds.insert(0, (d_x, d_h))
            d_x, d_h = d_x.rounded(self.centre), d_h.rounded(self.centre)
            d_hidden = product(d_h, self.recurrent) + past
            d_inputs.insert(0, product(d_x, self.input))
        one = Ball(np.ones((1, len(d_hidden.mid) * len(ds))))
        d_x, d_h = (stacked([d[k] for d in ds]) for k in (0, 1))
        x, h = (stacked([step[k] for step in self.steps]) for k in (0, 1))
        weights = {
            "input_weight": product(d_x.rounded(self.centre).transposed, x),
            "recurrent_weight": product(d_h.rounded(self.centre).transposed, h),
        }
        names = ("bias",) if len(self.biases) == 1 else ("input_bias", "recurrent_bias")
        return d_inputs, weights | {name: product(one, d)[0] for name, d in zip(names, (d_x, d_h), strict=False)}


def stacked(balls):
    return Ball(np.concatenate([b.mid for b in balls]), np.concatenate([b.radius for b in balls]))


def run_balls(network, parameters, inputs, targets, centre):
    """Give what the network says and every gradient of the mean squared error; inputs are [time, batch, feature].

    As in the compiled code, the mean is taken last: what is rounded is the gradient of the sum.
    """
    stack = []
    for layer in range(network.model.num_layers):
        begin = f"layer{layer}."
        own = {name.removeprefix(begin): value for name, value in parameters.items() if name.startswith(begin)}
        stack.append(Layer(network.cell, own, centre))
    outputs = [Ball(x) for x in inputs]
    for layer in stack:
        outputs = layer.forward(outputs)
    weight, bias = Ball(parameters["readout.weight"]), Ball(parameters["readout.bias"])
    answers = len(targets)
    top = outputs[-answers:]
    raw = [product(h, weight.transposed) + bias for h in top]
    d_raw = [(r - Ball(t)) * 2.0 for r, t in zip(raw, targets, strict=True)]
    gradients = {
        "readout.weight": product(stacked(d_raw).transposed, stacked(top)),
        "readout.bias": product(Ball(np.ones((1, targets.size))), stacked(d_raw))[0],
    }
    silent = [Ball(np.zeros_like(top[0].mid))] * (len(inputs) - answers)
    d_outputs = silent + [product(d, weight) for d in d_raw]
    for number, layer in reversed([*enumerate(stack)]):
        d_outputs, own = layer.backward(d_outputs)
        gradients |= {f"layer{number}.{name}": value for name, value in own.items()}
    return raw[-1], {name: g * (1.0 / targets.size) for name, g in gradients.items()}


@pytest.fixture
def member_of(network_of, settings_of):
    """Give a maker of a member on rows of noise that takes one step, after which its velocity is the gradient."""

    def make(shape, precision="mixed", dropout=0.0, **settings):
        cell, hidden, layers, inputs, length, batch = shape
        network = network_of(cell=cell, hidden_size=hidden, num_layers=layers, dropout=dropout, head="point")
        network = network.__class__(model=network.model, inputs=inputs, horizon=1, quantile_levels=())
        random, rows = np.random.default_rng(0), length + batch + 3
        windows = Windows(
            inputs=random.normal(size=(rows, inputs)).astype(np.float32),
            input_loc=None,
            input_scale=None,
            targets=random.normal(size=(rows, 1)).astype(np.float32),
            split=np.ones(rows, np.int8),
            first=np.zeros(rows, np.int64),
            train=np.arange(length - 1, rows),
            validation=np.zeros(0, np.int64),
            length=length,
            burn_in=length // 2,
        )
        plain = {"optimizer": "sgd", "weight_decay": 0.0, "gradient_clip": None, "steps_per_epoch": 1}
        chosen = settings_of(**(plain | {"batch_size": batch, "precision": precision} | settings))
        return NativeMember(network, chosen, 0, windows, resolve_engine("cpu", network, chosen))

    return make


def gradient_of(member, threads=1):
    """Take a step in poisoned memory and give its gradient by name."""
    member.memory = memory(member.native.memory(member.rows, threads, training=True, precision=1))
    member.memory[:] = 0xFF  # NaN
    member.advance(0, 1, threads, np.inf, Interruption(), Tally())
    member.parameters = member.slots["velocity"]
    return member.weights()


def predicted(member, ends):
    """Ask the compiled code what the network says after each chunk, in mixed precision."""
    native, over = member.native, member.native.over(member.rows)
    precision = PRECISION_NUMBERS["mixed"]
    place = memory(native.memory(member.rows, 2, training=False, precision=precision))
    place[:] = 0xFF  # NaN
    raw, ends = np.full((len(ends), 1), np.nan, np.float32), np.ascontiguousarray(ends, np.int64)
    work = CWork(
        ends=address(ends),
        count=len(ends),
        threads=2,
        precision=precision,
        memory=address(place),
        bytes=len(place),
    )
    assert native.library.longshort_predict(*over, address(member.parameters), byref(work), address(raw)) == 0
    return raw


def balls_of(member, centre):
    """Run the member's next step on balls; give its chunks too."""
    windows, network = member.windows, member.native.network
    (ends,) = choose(member.settings, windows, 0, 0, 1)
    rows = ends[None, :] + np.arange(1 - windows.length, 1)[:, None]
    inputs, targets = windows.inputs[rows].astype(np.float64), windows.targets[rows[windows.burn_in :]]
    parameters = {name: value.astype(np.float64) for name, value in executor_native.initialise(network, 0).items()}
    return ends, *run_balls(network, parameters, inputs, targets.astype(np.float64), centre)


def size(numbers):
    return float(np.linalg.norm(numbers))


@pytest.mark.parametrize("shape", SHORT, ids=str)
@pytest.mark.parametrize("centre", CENTRES)
def test_what_a_network_says_lies_within_the_bound(member_of, shape, centre):
    member = member_of(shape)
    ends, value, _ = balls_of(member, centre)
    assert size(value.radius) <= LARGEST[centre] * size(value.mid)
    assert (abs(predicted(member, ends) - value.mid) <= value.radius).all()


@pytest.mark.parametrize("shape", SHORT, ids=str)
@pytest.mark.parametrize("centre", CENTRES)
def test_the_gradient_of_every_parameter_lies_within_the_bound(member_of, shape, centre):
    member = member_of(shape)
    _, _, bounds = balls_of(member, centre)
    found = gradient_of(member)
    assert found.keys() == bounds.keys()
    for name, bound in bounds.items():
        assert size(bound.radius) <= LARGEST[centre] * size(bound.mid), name
        assert (abs(found[name] - bound.mid) <= bound.radius).all(), name


def test_halves_go_to_the_even_neighbour(member_of, monkeypatch):
    """Random numbers never lie in the middle between two of bfloat16's; here all weights and inputs do."""

    def halved(network, seed):
        return {name: in_the_middle(value.copy()) for name, value in initialise(network, seed).items()}

    initialise = executor_native.initialise
    monkeypatch.setattr(executor_native, "initialise", halved)
    member = member_of(("lstm", 17, 1, 3, 1, 20))
    in_the_middle(member.windows.inputs)
    ends, value, bounds = balls_of(member, "rounded")
    assert (abs(predicted(member, ends) - value.mid) <= value.radius).all()
    found = gradient_of(member)["layer0.input_weight"]
    assert (abs(found - bounds["layer0.input_weight"].mid) <= bounds["layer0.input_weight"].radius).all()


def in_the_middle(numbers):
    bits = numbers.view(np.uint32)
    bits[...] = (bits & 0xFFFF0000) | 0x8000
    return numbers


@pytest.mark.parametrize("shape", LONG, ids=str)
def test_with_time_and_depth_it_is_still_the_network_of_rounded_operands(member_of, shape):
    """A quarter of bfloat16's own error leaves room for the few operands that float32 rounds to the other side."""
    member = member_of(shape)
    ends, value, bounds = balls_of(member, "alone")
    assert size(predicted(member, ends) - value.mid) <= 2.0**-10 * size(value.mid)
    for name, found in gradient_of(member).items():
        assert size(found - bounds[name].mid) <= 2.0**-10 * size(bounds[name].mid), name


def test_the_float64_network_that_bounds_are_set_around_is_the_definition(member_of):
    """Balls have equations of their own; that these are the definition's is shown by PyTorch's gradient in float64."""
    for shape in SHORT:
        member = member_of(shape)
        ends, value, bounds = balls_of(member, "exact")
        network, windows = member.native.network, member.windows
        weights = {
            name: torch.from_numpy(w).double()[None] for name, w in executor_native.initialise(network, 0).items()
        }
        for weight in weights.values():
            weight.requires_grad_(True)
        batch = gather(windows, ends, TRAINING)
        inputs = torch.from_numpy(batch.inputs).double()[None]
        said = forward(network, weights, inputs, windows.burn_in)[0, ..., 0, 0]
        ((said - torch.from_numpy(batch.targets[..., 0]).double()) ** 2).mean().backward()
        np.testing.assert_allclose(value.mid[:, 0], said[-1].detach(), rtol=1e-6)
        for name, weight in weights.items():
            np.testing.assert_allclose(bounds[name].mid, weight.grad[0], rtol=1e-6, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("threads", [2, 5, 16])
def test_bits_do_not_depend_on_the_number_of_threads(member_of, threads):
    one, several = (gradient_of(member_of(("lstm", 17, 3, 3, 6, 70), dropout=0.3), n) for n in (1, threads))
    assert all(np.array_equal(one[name], several[name]) for name in one)


def test_it_is_not_what_float32_gives(member_of):
    mixed, plain = (gradient_of(member_of(SHORT[1], precision)) for precision in ("mixed", "float32"))
    assert all(not np.array_equal(mixed[name], plain[name]) for name in mixed)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_it_learns_what_float32_learns(network_of, settings_of, jobs, cell):
    def losses(precision):
        settings = settings_of(epochs=12, steps_per_epoch=8, batch_size=8, precision=precision)
        network = network_of(cell=cell, head="quantiles", hidden_size=8, dropout=0.1)
        (result,) = train(network, settings, jobs[:1])
        return np.array([record.validation_loss for record in result.records])

    mixed, plain = losses("mixed"), losses("float32")
    assert plain[0] - plain.min() > 0.05
    np.testing.assert_allclose(mixed, plain, rtol=0.1)
    assert not np.array_equal(mixed, plain)


def test_validation_stays_in_float32(member_of):
    losses = []
    for precision in ("mixed", "float32"):
        member = member_of(SHORT[1], precision)
        member.windows = replace(member.windows, validation=member.windows.train)
        member.rows.arrays["split"][:] = VALIDATION
        losses.append(member.validate(2, Interruption()))
    assert losses[0] == losses[1]


@pytest.mark.parametrize("bad", [0x7F800000, 0x7FFFFFFF, 0xFF800001], ids=["infinity", "NaN of all ones", "small NaN"])
def test_a_number_that_is_not_finite_is_found(member_of, bad):
    member = member_of(SHORT[1])
    member.rows.arrays["inputs"].view(np.uint32)[:, 1] = bad
    assert not member.advance(0, 1, 1, np.inf, Interruption(), Tally()).finite


def test_another_precision_is_refused_before_memory_is_touched(member_of):
    member = member_of(SHORT[1])
    library, over = member.native.library, member.native.over(member.rows)
    assert [library.longshort_memory(*over, 1, 1, precision) > 0 for precision in (-1, 0, 1, 2)] == [
        False,
        True,
        True,
        False,
    ]
    work = member.work(member.windows.train, 1, training=True, interruption=Interruption())
    loss, count = c_double(), c_double()
    member.memory[:] = 0x5A
    work.precision = 2
    arguments = (*over, address(member.parameters), byref(work), TRAINING, byref(loss), byref(count))
    assert library.longshort_evaluate(*arguments) == Status.REFUSED
    assert (member.memory == 0x5A).all()
