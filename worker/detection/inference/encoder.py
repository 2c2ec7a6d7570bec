"""The network from words to what a token means among its neighbours: spaCy's MaxoutWindowEncoder on plain arrays.

A column is a token, so that every step runs over long rows: two to three times as fast as thinc's layers, whose rows
are tokens (docs/performance.md).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from worker.detection.inference.arrays import Floats, Layer, column, expect, floats

#: As thinc's layer normalization.
_LEAST_VARIANCE = np.float32(1e-8)


@dataclass(frozen=True, slots=True)
class _Convolution:
    """Of three neighbours, the largest of the pieces, normalized, added to the token itself."""

    #: The pieces one below the other; the last column is their bias.
    weights: Floats
    gain: Floats
    shift: Floats


@dataclass(frozen=True, slots=True)
class Encoder:
    width: int
    pieces: int
    convolutions: tuple[_Convolution, ...]
    #: Of the projection after them; the last column is its bias.
    projection: Floats

    @property
    def reach(self) -> int:
        """How many neighbours on each side a token's column depends on."""
        return len(self.convolutions)

    @classmethod
    def of(cls, encode: Layer, project: Layer) -> "Encoder":
        """Raises UnknownNetwork."""
        expect(encode.name.startswith("with_array(") and len(encode.layers) == 1)
        # A network of one convolution has no chain around it.
        (chain,) = encode.layers
        residuals = chain.layers if len(chain.layers) > 1 else [chain]
        convolutions = tuple(_convolution(each) for each in residuals)
        width, pieces = residuals[0].get_dim("nO"), 0
        for each in convolutions:
            expect(each.weights.shape[1] == 3 * width + 1 and len(each.gain) == width)
            pieces = each.weights.shape[0] // width
        expect(pieces >= 2 and len({each.weights.shape for each in convolutions}) == 1)
        # Between two documents spaCy puts as many blank tokens as the network looks over.
        expect(encode.attrs["pad"] == len(convolutions))
        expect(project.name == "linear")
        projection = floats(np.hstack([project.get_param("W"), column(project.get_param("b"))]))
        expect(projection.shape[1] == width + 1)
        return cls(width, pieces, convolutions, projection)

    def encode(self, columns: Floats) -> Floats:
        """Of each token but the outer `reach` on both sides, which lack neighbours; `columns` is overwritten."""
        width, count = columns.shape
        window = np.zeros((3 * width + 1, count), dtype=np.float32)
        window[-1] = 1
        pieces = np.empty((self.pieces * width, count), dtype=np.float32)
        largest = np.empty((width, count), dtype=np.float32)
        for each in self.convolutions:
            window[:width, 1:] = columns[:, :-1]
            window[width : 2 * width] = columns
            window[2 * width : -1, :-1] = columns[:, 1:]
            np.matmul(each.weights, window, out=pieces)
            np.maximum(pieces[:width], pieces[width : 2 * width], out=largest)
            for piece in range(2, self.pieces):
                np.maximum(largest, pieces[piece * width : (piece + 1) * width], out=largest)
            _normalize(largest, spare=pieces[:width])
            largest *= each.gain
            largest += each.shift
            columns += largest
        inner = window[: width + 1, : count - 2 * self.reach]
        inner[:-1] = columns[:, self.reach : count - self.reach]
        inner[-1] = 1
        return self.projection @ inner


def _normalize(columns: Floats, spare: Floats) -> None:
    """Each column with mean 0 and variance 1. `spare`: an array of the same shape that may be overwritten."""
    height = np.float32(len(columns))
    columns -= columns.sum(axis=0) / height
    np.multiply(columns, columns, out=spare)
    variance = spare.sum(axis=0) / height
    variance += _LEAST_VARIANCE
    np.sqrt(variance, out=variance)
    columns /= variance


def _convolution(residual: Any) -> _Convolution:
    expect(residual.name.startswith("residual("))
    leaves = [layer for layer in residual.walk(order="dfs_pre") if not layer.layers]
    expect([layer.name for layer in leaves] == ["expand_window", "maxout", "layernorm", "dropout"])
    window, maxout, norm, _ = leaves
    expect(window.attrs["window_size"] == 1)
    weights, bias = maxout.get_param("W"), maxout.get_param("b")
    width, pieces, height = weights.shape
    return _Convolution(
        floats(
            np.hstack([weights.transpose(1, 0, 2).reshape(pieces * width, height), bias.T.reshape(pieces * width, 1)])
        ),
        column(norm.get_param("G")),
        column(norm.get_param("b")),
    )
