"""Which losses fit which head; apart from `losses`, so that a recipe is checked without loading torch."""

from longshort.errors import SettingsError, examples

# the first is what "auto" means
LOSSES_OF_HEAD = {
    "quantiles": ("pinball",),
    "point": ("squared", "absolute", "huber"),
    "student_t": ("likelihood",),
    "bounded": ("cross_entropy", "squared", "absolute", "huber"),
    "classes": ("cross_entropy",),
    "numbers": ("squared", "absolute", "huber"),
}


def resolve_loss(head: str, loss: str) -> str:
    """Name the loss that a head is trained with; SettingsError where the two do not fit.

    >>> resolve_loss("quantiles", "auto")
    'pinball'
    """
    fitting = LOSSES_OF_HEAD[head]
    if loss == "auto":
        return fitting[0]
    if loss not in fitting:
        heads = [name for name, losses in LOSSES_OF_HEAD.items() if loss in losses]
        raise SettingsError(
            f"training.loss is {loss!r}, but a {head!r} head is trained with {examples(fitting, 4)}.",
            f"Choose --set training.loss=auto, or for model.head one of {examples(heads, 4)}.",
        )
    return loss
