import pytest
import torch

from longshort.training import optimizers
from longshort.training.settings import Training

THEIRS = {
    "adamw": torch.optim.AdamW,
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
}


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "adamw", "weight_decay": 0.1},
        {"optimizer": "adam", "weight_decay": 0.1},
        {"optimizer": "adam", "weight_decay": 0.0},
        {"optimizer": "rmsprop", "weight_decay": 0.1},
        {"optimizer": "rmsprop", "momentum": 0.9},
        {"optimizer": "sgd", "weight_decay": 0.1},
        {"optimizer": "sgd", "momentum": 0.9},
    ],
    ids=lambda changes: "-".join(map(str, changes.values())),
)
def test_each_optimizer_gives_torchs_numbers(changes):
    settings = Training(learning_rate=0.03, **changes)
    torch.testing.assert_close(ours(settings), theirs(settings), rtol=1e-12, atol=1e-12)


def gradients():
    return torch.randn(20, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def ours(settings):
    parameters = torch.linspace(-1, 1, 7, dtype=torch.float64)
    slots = optimizers.slots(settings, parameters)
    for step, gradient in enumerate(gradients(), start=1):
        optimizers.update(settings, parameters, gradient, slots, step)
    return parameters


def theirs(settings):
    parameter = torch.nn.Parameter(torch.linspace(-1, 1, 7, dtype=torch.float64))
    momentum = {} if settings.optimizer.startswith("adam") else {"momentum": settings.momentum}
    kind = THEIRS[settings.optimizer]
    optimizer = kind([parameter], lr=settings.learning_rate, weight_decay=settings.weight_decay, **momentum)
    for gradient in gradients():
        parameter.grad = gradient.clone()
        optimizer.step()
    return parameter.detach()


def test_a_long_gradient_is_shortened_as_by_torch_and_a_short_one_left():
    gradient = torch.tensor([3.0, 4.0])
    parameter = torch.nn.Parameter(torch.zeros(2))
    parameter.grad = gradient.clone()
    torch.nn.utils.clip_grad_norm_([parameter], 2.0)
    assert optimizers.clip(gradient, 2.0) == 5.0
    torch.testing.assert_close(gradient, parameter.grad)
    for limit in (10.0, None):
        short = torch.tensor([3.0, 4.0])
        assert optimizers.clip(short, limit) == 5.0
        assert short.tolist() == [3.0, 4.0]
