"""The arrays of the network, and what is said when a network is not of the form that is known here."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.intp]
Hashes = NDArray[np.uint64]
Booleans = NDArray[np.bool_]


class UnknownNetwork(Exception):
    """The model's network is not of the form that is known here: spaCy itself must run it."""


class Layer(Protocol):
    """What is read of a layer of thinc: its types know no more than that a parameter is some array."""

    name: str

    @property
    def layers(self) -> Any: ...

    @property
    def attrs(self) -> Any: ...

    def get_param(self, name: str) -> Any: ...


def expect(holds: bool) -> None:
    """Raises UnknownNetwork where it does not hold."""
    if not holds:
        raise UnknownNetwork


def floats(values: Any) -> Floats:
    """A parameter as a contiguous array of its own."""
    return np.array(values, dtype=np.float32, order="C")


def column(values: Any) -> Floats:
    """A vector that is added to each column of a matrix."""
    return floats(values).reshape(-1, 1)
