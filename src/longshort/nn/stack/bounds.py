"""How large the parts of networks may be, whoever describes them."""

from typing import Annotated

from longshort.settings import Bounds

Width = Annotated[int, Bounds(1, 16_384, "a layer's weights grow with its square")]
Units = Annotated[int, Bounds(1, 1_000_000, "each has a row of weights")]
LayerCount = Annotated[int, Bounds(1, 100, "gradients do not reach through more layers")]
Several = Bounds(0, 100, "gradients do not reach through more layers")
Side = Annotated[int, Bounds(1, 4_096, "no image has sides so long")]
Padding = Annotated[int, Bounds(0, 4_096, "no image has sides so long")]
Words = Annotated[int, Bounds(1, 1_000_000, "each token has numbers of its own to learn")]
Remembered = Annotated[int, Bounds(2, 1_000_000, "no sequence is so long")]
Bias = Annotated[float, Bounds(-1_000, 1_000, "a gate is shut or open long before")]
Dropped = Annotated[float, Bounds(0, 0.999, "nothing would be left")]
Momentum = Annotated[float, Bounds(1e-6, 1, "more than all cannot be new")]
Limit = Annotated[float, Bounds(-1e30, 1e30, "networks compute in 32 bits")]
Spread = Annotated[float, Bounds(0, 1_000, "such weights leave nothing to learn")]
