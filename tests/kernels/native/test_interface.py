"""The door of the compiled code: what it cannot take is refused before memory is touched. No PyTorch here."""

from ctypes import byref, c_double, c_uint32, c_void_p

import numpy as np
import pytest

from longshort.kernels import CELLS
from longshort.kernels.native.interface import (
    CLayerCall,
    CNetwork,
    COptimizer,
    CSteps,
    CWindows,
    CWork,
    declare,
)
from longshort.native import calls
from longshort.native.calls import Status, address
from longshort.native.library import library
from longshort.native.selection import native_isa

pytestmark = pytest.mark.usefixtures("isa")

LARGEST = 2**31 - 1
CANARY = 0x5A
ROWS = 40


@pytest.fixture
def compiled():
    return declare(library(native_isa()))


class LayerDoor:
    """Hold a small layer's call, whose sizes may be changed, and results that show whether anybody wrote."""

    def __init__(self, **changes):
        self.arrays = [np.full(20_000, CANARY, np.uint8) for _ in range(12)]
        x, weights, h, c, out, final_h, final_c, d_out, d_x, d_weights, d_h, d_c = map(address, self.arrays)
        sizes = {"members": 1, "time": 3, "batch": 2, "inputs": 2, "hidden": 4, "threads": 2, "cell": 0, "is_double": 0}
        self.call = CLayerCall(
            **(sizes | {name: value for name, value in changes.items() if name in sizes}),
            x=x,
            weights=weights,
            initial=(c_void_p * 2)(h, c),
            outputs=out,
            final=(c_void_p * 2)(final_h, final_c),
            d_outputs=d_out,
            d_x=d_x,
            d_weights=d_weights,
            d_initial=(c_void_p * 2)(d_h, d_c),
        )

    def give_memory(self, size):
        self.memory = np.full(size + 64, CANARY, np.uint8)
        self.call.memory, self.call.bytes = address(self.memory), size

    def untouched(self):
        return all((array == CANARY).all() for array in [*self.arrays, self.memory])


@pytest.mark.parametrize("function", ["longshort_layer_forward", "longshort_layer_gradient"])
@pytest.mark.parametrize(
    "changes",
    [
        *({name: value} for name in ("members", "time", "batch", "inputs", "hidden") for value in (0, -1, LARGEST)),
        {"threads": 0},
        {"threads": 1025},
        {"cell": -1},
        {"cell": 4},
        {"time": 2**20, "inputs": 2**20},
        {"members": 2**20, "hidden": 2**12},
        {"members": 2**16, "batch": 2**16},
        {"hidden": 2**15},
    ],
    ids=str,
)
def test_a_layer_of_impossible_sizes_is_refused_before_memory_is_touched(compiled, function, changes):
    door = LayerDoor(**changes)
    door.give_memory(1 << 16)
    assert compiled.longshort_layer_memory(byref(door.call)) == 0
    assert getattr(compiled, function)(byref(door.call)) == Status.REFUSED
    assert door.untouched()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("function", ["longshort_layer_forward", "longshort_layer_gradient"])
def test_a_layer_needs_every_byte_of_its_memory(compiled, function, cell):
    door = LayerDoor(cell=CELLS.index(cell))
    need = compiled.longshort_layer_memory(byref(door.call))
    door.give_memory(need)
    door.call.bytes = need - 1
    assert getattr(compiled, function)(byref(door.call)) == Status.REFUSED
    assert door.untouched()
    door.call.bytes = need
    assert getattr(compiled, function)(byref(door.call)) == Status.DONE
    assert (door.memory[need:] == CANARY).all()


@pytest.mark.parametrize("place", ["x", "weights", "outputs", "final"])
def test_a_layer_without_a_place_for_something_is_refused(compiled, place):
    door = LayerDoor()
    door.give_memory(compiled.longshort_layer_memory(byref(door.call)))
    setattr(door.call, place, (c_void_p * 2)() if place == "final" else None)
    assert compiled.longshort_layer_forward(byref(door.call)) == Status.REFUSED
    assert door.untouched()


@pytest.mark.parametrize("place", ["d_outputs", "d_x", "d_weights", "d_initial"])
def test_a_gradient_without_a_place_for_something_is_refused(compiled, place):
    door = LayerDoor()
    door.give_memory(compiled.longshort_layer_memory(byref(door.call)))
    setattr(door.call, place, (c_void_p * 2)() if place == "d_initial" else None)
    assert compiled.longshort_layer_gradient(byref(door.call)) == Status.REFUSED
    assert door.untouched()


def test_memory_counts_what_sizes_need(compiled):
    def need(**changes):
        return compiled.longshort_layer_memory(byref(LayerDoor(**changes).call))

    assert need(time=3000) > 500 * need()
    assert need(threads=9) > 3 * need()
    assert need(is_double=1) >= need()


class NetworkDoor:
    """Hold a small network's calls, whose parts may be changed, and results that show whether anybody wrote."""

    def __init__(self, **changes):
        self.levels = np.array([0.1, 0.5, 0.9], np.float32)
        self.rows = {
            "inputs": np.zeros((ROWS, 2), np.float32),
            "targets": np.zeros((ROWS, 2), np.float32),
            "split": np.ones(ROWS, np.int8),
            "first": np.zeros(ROWS, np.int64),
        }
        self.ends, self.sizes = np.array([20, 30, 39], np.int64), np.array([2, 1], np.int32)
        self.parameters, self.mean, self.square = (calls.memory(2048, np.float32) for _ in range(3))
        for vector in (self.parameters, self.mean, self.square):
            vector.view(np.uint8)[:] = CANARY
        self.raw = np.full((3, 2, 3), np.nan, np.float32)
        self.network = CNetwork(
            cell=0, inputs=2, hidden=4, layers=1, horizon=2, outputs=3, loss=0, middle=1, levels=address(self.levels)
        )
        self.windows = CWindows(
            rows=ROWS, length=5, burn_in=1, **{name: address(array) for name, array in self.rows.items()}
        )
        self.optimizer = COptimizer(name=0, learning_rate=0.01)
        self.work = CWork(ends=address(self.ends), count=3, threads=2)
        self.steps = CSteps(
            parameters=address(self.parameters),
            slots=(c_void_p * 2)(address(self.mean), address(self.square)),
            sizes=address(self.sizes),
            steps=2,
            key=(c_uint32 * 2)(1, 2),
            seconds=1e9,
        )
        for name, value in changes.items():
            part, _, field = name.partition("_of_")
            setattr(getattr(self, field), part, value)

    def need(self, compiled, training):
        described = byref(self.network), byref(self.windows)
        return compiled.longshort_memory(*described, self.work.threads, int(training), self.work.precision)

    def give_memory(self, size):
        self.memory = np.full(size + 64, CANARY, np.uint8)
        self.work.memory, self.work.bytes = address(self.memory), size

    def call(self, compiled, name):
        loss, count = c_double(7.0), c_double(7.0)
        over = byref(self.network), byref(self.windows)
        if name == "train":
            rest = byref(self.optimizer), byref(self.work), byref(self.steps)
        elif name == "evaluate":
            rest = address(self.parameters), byref(self.work), 1, byref(loss), byref(count)
        else:
            rest = address(self.parameters), byref(self.work), address(self.raw)
        return getattr(compiled, f"longshort_{name}")(*over, *rest)

    def untouched(self):
        vectors = (self.parameters, self.mean, self.square)
        whole = all((vector.view(np.uint8) == CANARY).all() for vector in vectors)
        return whole and np.isnan(self.raw).all() and (self.memory == CANARY).all()


IMPOSSIBLE = [
    *(
        {f"{name}_of_network": value}
        for name in ("inputs", "hidden", "layers", "horizon", "outputs")
        for value in (0, -1, LARGEST)
    ),
    {"cell_of_network": 4},
    {"cell_of_network": -1},
    {"loss_of_network": 5},
    {"loss_of_network": -1},
    {"loss_of_network": 1},  # three outputs of which an error knows one
    {"middle_of_network": 3},
    {"middle_of_network": -1},
    {"levels_of_network": None},
    {"dropout_of_network": 1.0},
    {"dropout_of_network": -0.1},
    {"dropout_of_network": float("nan")},
    {"layers_of_network": 256},
    {"hidden_of_network": 2**15},
    {"inputs_of_windows": None},
    {"first_of_windows": None},
    {"rows_of_windows": 0},
    {"rows_of_windows": -1},
    {"length_of_windows": 0},
    {"length_of_windows": LARGEST},
    {"length_of_windows": 2**21, "inputs_of_network": 2**20},
    {"burn_in_of_windows": 5},
    {"burn_in_of_windows": -1},
    {"threads_of_work": 0},
    {"threads_of_work": -1},
    {"threads_of_work": 1025},
    {"precision_of_work": -1},
    {"precision_of_work": 2},
]


@pytest.mark.parametrize("changes", IMPOSSIBLE, ids=str)
def test_a_network_of_impossible_sizes_is_refused_before_memory_is_touched(compiled, changes):
    door = NetworkDoor(**changes)
    door.give_memory(1 << 16)
    assert door.need(compiled, True) == door.need(compiled, False) == 0
    for name in ("train", "evaluate", "predict"):
        assert door.call(compiled, name) == Status.REFUSED
    assert door.untouched()


@pytest.mark.parametrize("name", ["train", "evaluate", "predict"])
def test_a_call_needs_every_byte_of_its_memory_and_no_more(compiled, name):
    door = NetworkDoor()
    need = door.need(compiled, name == "train")
    door.give_memory(need)
    door.work.bytes = need - 1
    assert door.call(compiled, name) == Status.REFUSED
    assert door.untouched()
    for vector in (door.parameters, door.mean, door.square):
        vector[:] = 0.0
    door.work.bytes = need
    assert door.call(compiled, name) == Status.DONE
    assert (door.memory[need:] == CANARY).all()
    assert not (door.memory == CANARY).all()


@pytest.mark.parametrize("name", ["train", "evaluate", "predict"])
@pytest.mark.parametrize(
    "changes",
    [
        {"ends_of_work": None},
        {"memory_of_work": None},
        {"count_of_work": 0},
        {"count_of_work": -1},
        {"count_of_work": 2**40},
        {"rows_of_windows": 39},  # the last end is row 39
    ],
    ids=str,
)
def test_chunks_that_are_not_there_are_refused(compiled, name, changes):
    door = NetworkDoor()
    door.give_memory(door.need(compiled, True))
    for key, value in changes.items():
        part, _, field = key.partition("_of_")
        setattr(getattr(door, field), part, value)
    assert door.call(compiled, name) == Status.REFUSED
    assert door.untouched()


@pytest.mark.parametrize("name", ["train", "evaluate", "predict"])
@pytest.mark.parametrize(("end", "first"), [(-1, 0), (ROWS, 0), (30, -1), (30, 31)])
def test_an_end_outside_its_series_is_refused(compiled, name, end, first):
    door = NetworkDoor()
    door.give_memory(door.need(compiled, True))
    door.rows["first"][30], door.ends[1] = first, end
    assert door.call(compiled, name) == Status.REFUSED
    assert door.untouched()


@pytest.mark.parametrize(
    "changes",
    [
        {"name_of_optimizer": 4},
        {"name_of_optimizer": -1},
        {"parameters_of_steps": None},
        {"sizes_of_steps": None},
        {"steps_of_steps": 0},
        {"steps_of_steps": 1},  # its chunks are not all
        {"first_of_steps": -1},
        {"targets_of_windows": None},
        {"split_of_windows": None},
    ],
    ids=str,
)
def test_steps_that_make_no_sense_are_refused(compiled, changes):
    door = NetworkDoor(**changes)
    door.give_memory(door.need(compiled, True))
    assert door.call(compiled, "train") == Status.REFUSED
    assert door.untouched()


@pytest.mark.parametrize("misplaced", ["parameters", "mean", "square"])
def test_vectors_that_do_not_begin_where_registers_read_are_refused(compiled, misplaced):
    door = NetworkDoor()
    door.give_memory(door.need(compiled, True))
    places = {name: address(getattr(door, name)) + 4 * (name == misplaced) for name in ("parameters", "mean", "square")}
    door.steps.parameters = places["parameters"]
    door.steps.slots = (c_void_p * 2)(places["mean"], places["square"])
    assert door.call(compiled, "train") == Status.REFUSED
    assert door.untouched()


@pytest.mark.parametrize("empty", [0, 1])
def test_an_optimizer_without_its_memory_is_refused(compiled, empty):
    door = NetworkDoor()
    door.give_memory(door.need(compiled, True))
    door.steps.slots[empty] = None
    assert door.call(compiled, "train") == Status.REFUSED
    assert door.untouched()


def test_a_step_of_no_chunks_is_refused(compiled):
    door = NetworkDoor()
    door.give_memory(door.need(compiled, True))
    door.sizes[:] = 3, 0
    assert door.call(compiled, "train") == Status.REFUSED
    assert door.untouched()


def test_the_largest_job_that_is_counted_does_not_overflow(compiled):
    sizes = {"inputs": 2**8, "hidden": 2**6, "layers": 255, "horizon": 2**8, "outputs": 1, "loss": 1}
    door = NetworkDoor(
        **{f"{name}_of_network": value for name, value in sizes.items()},
        length_of_windows=2**22,
        threads_of_work=1024,
    )
    one = NetworkDoor(
        **{f"{name}_of_network": value for name, value in sizes.items()}, length_of_windows=2**22, threads_of_work=1
    )
    assert 2**50 < 500 * one.need(compiled, True) < door.need(compiled, True) < 2**63


def test_mixed_precision_is_refused_where_the_library_has_no_tiles(compiled):
    door = NetworkDoor(precision_of_work=1)
    assert bool(door.need(compiled, True)) == bool(compiled.longshort_mixed()) == (native_isa() == "amx")
