import pytest

from longshort.nn.stack import Dense, Dropout, Embedding, Recurrent
from longshort.sequences.settings import Model, stack_of
from longshort.sequences.translate import translation_of


@pytest.mark.parametrize(("own", "behind"), [(None, [0.4]), (0.0, []), (0.1, [0.1])])
def test_an_embeddings_dropout_is_its_own_or_that_of_all_layers(own, behind):
    model = Model(hidden_size=3, dropout=0.4, embedding=2, embedding_dropout=own)
    made = stack_of(model, (None,), 5, head="classes", vocabulary=7, each_step=True)
    drops = [Dropout(rate=rate) for rate in behind]
    assert list(made.layers) == [Embedding(size=2), *drops, Recurrent(hidden_size=3), Dropout(rate=0.4), Dense(units=5)]


def test_chrono_reaches_every_recurrent_layer():
    model = Model(hidden_size=3, num_layers=2, chrono=9)
    made = stack_of(model, (4, 1), 2, head="classes")
    assert [layer.chrono for layer in made.layers if isinstance(layer, Recurrent)] == [9, 9]
    translation = translation_of(model, inputs=(None, 2), vocabulary=0, symbols=4)
    assert translation.decoder.chrono == 9
