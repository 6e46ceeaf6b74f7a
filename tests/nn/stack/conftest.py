"""Stacks with parameters that carry gradients."""

import pytest
import torch

from longshort.nn.stack import initialise


@pytest.fixture(scope="session")
def tensors_of():
    """Give a stack's parameters in float64 with gradients, the biases moved away from zero."""

    def make(stack, seed=0):
        random = torch.Generator().manual_seed(seed)
        made = {}
        for name, value in initialise(stack, seed).items():
            tensor = torch.tensor(value, dtype=torch.float64)
            if name.endswith(("bias", "running_mean")):
                tensor = tensor + torch.randn(tensor.shape, generator=random, dtype=torch.float64)
            made[name] = tensor.requires_grad_(not name.endswith(("running_mean", "running_variance")))
        return made

    return make
