import pytest
import torch

from longshort.training import optimizers
from longshort.training.settings import Training, rate_at

THEIRS = {
    "adamw": torch.optim.AdamW,
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
}
OWN = {"rmsprop": ("momentum",), "sgd": ("momentum", "nesterov")}


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
        {"optimizer": "sgd", "momentum": 0.9, "nesterov": True, "weight_decay": 0.0},
        {"optimizer": "sgd", "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        {"optimizer": "adagrad", "weight_decay": 0.0},
        {"optimizer": "adagrad", "weight_decay": 0.1},
        {"optimizer": "adagrad", "l1": 0.2},
        {"optimizer": "adamw", "l1": 0.2, "weight_decay": 0.1},
        {"optimizer": "sgd", "l1": 0.2, "weight_decay": 0.1, "momentum": 0.9},
        {"optimizer": "rmsprop", "schedule": "step", "epochs": 20, "momentum": 0.9},
        {"optimizer": "adamw", "schedule": "cosine", "epochs": 20},
        {"optimizer": "sgd", "schedule": "cosine", "epochs": 20, "momentum": 0.9, "nesterov": True},
    ],
    ids=lambda changes: "-".join(map(str, changes.values())),
)
def test_each_optimizer_gives_torchs_numbers(changes):
    settings = Training(learning_rate=0.03, **changes)
    torch.testing.assert_close(ours(settings), theirs(settings), rtol=1e-12, atol=1e-12)


def gradients():
    return torch.randn(20, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def ours(settings):
    """Take a step an epoch, so that a schedule moves."""
    parameters = torch.linspace(-1, 1, 7, dtype=torch.float64)
    slots = optimizers.slots(settings, parameters)
    for epoch, gradient in enumerate(gradients()):
        optimizers.update(settings, parameters, gradient, slots, epoch + 1, rate_at(settings, epoch))
    return parameters


def theirs(settings):
    parameter = torch.nn.Parameter(torch.linspace(-1, 1, 7, dtype=torch.float64))
    own = {name: getattr(settings, name) for name in OWN.get(settings.optimizer, ())}
    kind = THEIRS[settings.optimizer]
    optimizer = kind([parameter], lr=settings.learning_rate, weight_decay=settings.weight_decay, **own)
    schedule = their_schedule(settings, optimizer)
    for gradient in gradients():
        optimizer.zero_grad()
        ((parameter * gradient).sum() + settings.l1 * parameter.abs().sum()).backward()
        optimizer.step()
        schedule.step()
    return parameter.detach()


def their_schedule(settings, optimizer):
    if settings.schedule == "cosine":
        return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, settings.epochs)
    if settings.schedule == "step":
        return torch.optim.lr_scheduler.StepLR(optimizer, 7)  # a third of 20 epochs, rounded up
    return torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)


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
