"""A stock recognizer of spaCy run on plain arrays: the same entities in less than half the time.

Only what spaCy's `ner` component does to tokens is done here, and only for the network and transitions that its English
and French models have; for all others `EntityNetwork.of` says no, and spaCy runs them itself.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Span

from worker.detection.inference.arrays import Booleans, Floats, Integers, UnknownNetwork, expect
from worker.detection.inference.encoder import Encoder
from worker.detection.inference.transitions import Starts, Transitions
from worker.detection.inference.words import WordVectors

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

#: Tokens that go through the network at once: its arrays stay in the processor's cache (2 MB).
_TOKENS_AT_ONCE: Final = 768

#: First token, the one behind the last, label.
Entity = tuple[int, int, str]

_networks: "WeakKeyDictionary[Language, EntityNetwork | None]" = WeakKeyDictionary()


def network_of(nlp: "Language") -> "EntityNetwork | None":
    """The pipeline's recognizer on plain arrays, made once a pipeline; None where spaCy must run it."""
    if nlp not in _networks:
        try:
            _networks[nlp] = EntityNetwork(nlp)
        except (UnknownNetwork, AttributeError, KeyError, ValueError):
            # A network of another form may lack whatever is asked of it.
            _networks[nlp] = None
    return _networks[nlp]


class EntityNetwork:
    def __init__(self, nlp: "Language") -> None:
        """Raises UnknownNetwork."""
        ner: Any = nlp.get_pipe("ner")
        expect(type(ner) is EntityRecognizer and ner.cfg["beam_width"] == 1 and not ner.postprocesses)
        expect([layer.name for layer in ner.model.layers[1:]] == ["precomputable_affine", "linear"])
        to_vectors = ner.model.layers[0].layers
        expect([layer.name for layer in to_vectors[1:]] == ["list2array", "linear"])
        expect(len(to_vectors[0].layers) == 2)
        embed, encode = to_vectors[0].layers
        self._words = WordVectors(embed, nlp.vocab)
        self._encoder = Encoder.of(encode, to_vectors[2])
        self._transitions = Transitions.of(ner)

    def entities(self, docs: "Sequence[Doc]") -> list[list[Entity]]:
        """Of each document, as spaCy's NER alone would set them; sentence starts that are set bound them.

        Entities that are already set are not looked at.
        """
        gap = self._encoder.reach
        lengths = np.array([len(doc) for doc in docs], dtype=np.intp)
        if not lengths.sum():
            return [[] for _ in docs]
        attributes = np.concatenate([doc.to_array([*self._words.columns, "IS_SPACE", "SENT_START"]) for doc in docs])
        ends = np.cumsum(lengths + gap)
        place = np.arange(lengths.sum()) + gap * np.repeat(np.arange(1, len(docs) + 1), lengths)
        size = int(ends[-1]) + gap
        vectors, own = self._words.of(attributes[:, :-2])
        words = np.full(size, len(vectors) - 1)
        words[place] = own
        is_blank = np.ones(size, dtype=np.bool_)
        is_blank[place] = attributes[:, -2] != 0
        is_last = np.zeros(size, dtype=np.bool_)
        is_last[place - 1] = attributes[:, -1] == 1
        is_last[ends - 1] = True
        columns, starts = self._read(vectors, words, is_last, is_blank)
        found = self._transitions.entities(columns, is_last, starts)
        return _apart(found, (ends - lengths).tolist(), ends.tolist())

    def annotate(self, docs: "Sequence[Doc]") -> None:
        """Sets the entities of documents that have none yet."""
        for doc, entities in zip(docs, self.entities(docs), strict=True):
            doc.set_ents([Span(doc, first, behind, label) for first, behind, label in entities])

    def _read(self, vectors: Floats, words: Integers, is_last: Booleans, is_blank: Booleans) -> tuple[Floats, Starts]:
        """What the network makes of each place, and where entities may begin; the places in stretches that overlap."""
        reach = self._encoder.reach
        stretches, starts = [], []
        for start in range(reach, len(words) - reach, _TOKENS_AT_ONCE):
            end = min(start + _TOKENS_AT_ONCE, len(words) - reach)
            seen = vectors[words[start - reach : end + reach]]
            columns = self._encoder.encode(np.ascontiguousarray(seen.T))
            stretches.append(columns)
            starts.append(self._transitions.starts(columns, is_last[start:end], is_blank[start:end]).moved(start))
        blank = np.zeros((len(stretches[0]), reach), dtype=np.float32)
        return np.concatenate([blank, *stretches], axis=1), Starts.joined(starts)


def _apart(entities: list[Entity], starts: Sequence[int], ends: Sequence[int]) -> list[list[Entity]]:
    """The entities of all documents, by document, with offsets in it."""
    rows: list[list[Entity]] = []
    rest = iter(entities)
    entity = next(rest, None)
    for start, end in zip(starts, ends, strict=True):
        row: list[Entity] = []
        while entity is not None and entity[0] < end:
            row.append((entity[0] - start, entity[1] - start, entity[2]))
            entity = next(rest, None)
        rows.append(row)
    return rows
