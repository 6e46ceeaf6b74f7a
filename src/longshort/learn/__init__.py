"""The learning book: static pages in English and Korean, their numbers and pictures computed as they are built.

`pages/` holds one file a page; `blocks` is what pages are made of, `drawing` what pictures are made of, `text` how a
sentence is said in two languages, `book` how files are written. The other modules are the mathematics that the library
itself does not need: one neuron, activations, convolution by hand, descent on a curve.
"""

from longshort.learn.book import build

__all__ = ["build"]
