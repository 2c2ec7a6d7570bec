"""The greedy choice of entities (begin, in, last, unit, out), for all tokens of many documents at once.

As spaCy's transition system chooses (`spacy/pipeline/_parser_internals/ner.pyx`), but not token after token: outside an
entity the choice depends on the token alone, so it is made for all tokens in one multiplication; within an entity it
depends on the token, the one before it and the entity's first, so that only the entities are gone through, all of them
in step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from worker.detection.inference.arrays import Booleans, Floats, Integers, column, expect, floats

#: Tokens gone through for every possible entity; beyond, for those alone that the choice before them leaves possible.
#: So a text made to be slow costs in proportion to its length.
_IN_STEP: Final = 16


@dataclass(frozen=True, slots=True)
class Starts:
    """Tokens at which an entity may begin, in order."""

    tokens: Integers
    #: Number of its label.
    labels: Integers
    #: Whether the token is the entity by itself.
    is_alone: Booleans

    @classmethod
    def joined(cls, parts: Sequence["Starts"]) -> "Starts":
        """Of stretches in their order."""
        return cls(
            np.concatenate([each.tokens for each in parts]),
            np.concatenate([each.labels for each in parts]),
            np.concatenate([each.is_alone for each in parts]),
        )

    def moved(self, count: int) -> "Starts":
        return Starts(self.tokens + count, self.labels, self.is_alone)


@dataclass(frozen=True, slots=True)
class Transitions:
    labels: tuple[str, ...]
    #: First layer outside an entity, by the token; and within one, by token, first token and the one before.
    outside: Floats
    outside_bias: Floats
    within: Floats
    within_bias: Floats
    #: Second layer: a row for "begin" and then for "unit" of each label, in the model's order; "out" comes last.
    choices: Floats
    choices_bias: Floats
    #: A row a label: how much likelier "in" is than "last".
    goes_on: Floats
    goes_on_bias: Floats

    @classmethod
    def of(cls, ner: Any) -> "Transitions":
        """Raises UnknownNetwork."""
        model, moves = ner.model, ner.moves
        _, first, second = model.layers
        expect(model.attrs["has_upper"] and not model.attrs["unseen_classes"])
        names = [moves.get_class_name(number) for number in range(moves.n_moves)]
        labels = [name[2:] for name in names if name.startswith("B-")]
        order = [f"{move}-{label}" for move in "BILU" for label in labels]
        # Where two scores are equal the first in the model's order is taken.
        expect(names == [*order, "U-", "O"])
        weights, bias, pad = (first.get_param(name) for name in ("W", "b", "pad"))
        features, height, pieces, width = weights.shape
        expect((features, pieces) == (3, 2))
        by_feature = weights.transpose(0, 2, 1, 3).reshape(features, pieces * height, width)
        padding = pad[0].transpose(0, 2, 1).reshape(features, pieces * height)
        rows = {name: number for number, name in enumerate(names)}
        chosen = [rows[name] for name in (*order[: len(labels)], *order[-len(labels) :], "O")]
        stays, ends = ([rows[f"{move}-{label}"] for label in labels] for move in "IL")
        scores, scores_bias = floats(second.get_param("W")), floats(second.get_param("b"))
        return cls(
            labels=tuple(labels),
            outside=floats(by_feature[0]),
            outside_bias=column(bias.T.reshape(-1) + padding[1] + padding[2]),
            within=floats(np.concatenate(list(by_feature), axis=1)),
            within_bias=column(bias.T),
            choices=scores[chosen],
            choices_bias=column(scores_bias[chosen]),
            goes_on=scores[stays] - scores[ends],
            goes_on_bias=scores_bias[stays] - scores_bias[ends],
        )

    def starts(self, columns: Floats, is_last: Booleans, is_blank: Booleans) -> Starts:
        """`is_last`: an entity that holds the token ends with it. `is_blank`: none begins there."""
        scores = self.choices @ _largest(self.outside @ columns + self.outside_bias)
        scores += self.choices_bias
        tokens = np.flatnonzero((scores[:-1].max(axis=0) >= scores[-1]) & ~is_blank)
        found = scores[:, tokens].T.copy()
        count = len(self.labels)
        found[is_last[tokens], :count] = -np.inf
        best = found.argmax(axis=1)
        is_entity = best < 2 * count
        tokens, best = tokens[is_entity], best[is_entity]
        return Starts(tokens, best % count, best >= count)

    def entities(self, columns: Floats, is_last: Booleans, starts: Starts) -> list[tuple[int, int, str]]:
        """First token, the one behind the last, label; in order, without overlaps."""
        several = np.flatnonzero(~starts.is_alone)
        ends = starts.tokens + 1
        ends[several] = self._ends(columns, is_last, starts.tokens[several], starts.labels[several], _IN_STEP)
        entities = []
        reached = 0
        for token, end, label in zip(starts.tokens.tolist(), ends.tolist(), starts.labels.tolist(), strict=True):
            if token < reached:
                continue
            if not end:
                (end,) = self._ends(columns, is_last, np.array([token]), np.array([label]), len(is_last)).tolist()  # noqa: PLW2901  found late
            entities.append((token, end, self.labels[label]))
            reached = end
        return entities

    def _ends(self, columns: Floats, is_last: Booleans, firsts: Integers, labels: Integers, most: int) -> Integers:
        """The token behind each entity of several; 0 where it is longer than `most`."""
        ends = np.zeros(len(firsts), dtype=np.intp)
        going = np.arange(len(firsts))
        token = firsts + 1
        for _ in range(most):
            if not len(going):
                break
            seen = np.concatenate([columns[:, token], columns[:, firsts[going]], columns[:, token - 1]])
            hidden = _largest(self.within @ seen + self.within_bias)
            label = labels[going]
            more = np.einsum("lh,hl->l", self.goes_on[label], hidden) + self.goes_on_bias[label]
            goes_on = (more >= 0) & ~is_last[token]
            ends[going[~goes_on]] = token[~goes_on] + 1
            going, token = going[goes_on], token[goes_on] + 1
        return ends


def _largest(pieces: Floats) -> Floats:
    half = len(pieces) // 2
    return np.maximum(pieces[:half], pieces[half:])
