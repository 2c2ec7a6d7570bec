"""What the network sees in a word by itself, worked out once a word and remembered for the first words met."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from worker.detection.inference.arrays import Floats, Hashes, Integers, expect

if TYPE_CHECKING:
    from spacy.vocab import Vocab

#: Words whose vectors are kept: 2.3 MB a model. The commonest words come first, four in five of a text.
MOST_WORDS: Final = 6_000
#: Layers that look at one word at a time, and at nothing of it but its attributes.
_OF_ONE_WORD: Final = frozenset(
    "extract_features list2ragged ints-getitem hashembed static_vectors maxout layernorm dropout ragged2list".split()
)
#: Odd numbers whose bits are spread evenly (splitmix64).
_SPREAD: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))
_SHIFT: Final = np.uint64(29)


class WordVectors:
    """As spaCy's vocabulary, not for several threads at once."""

    def __init__(self, embed: Any, vocab: "Vocab") -> None:
        """`embed`: the layer from documents to a vector a word (MultiHashEmbed).

        Raises UnknownNetwork.
        """
        layers = {layer.name: layer for layer in embed.walk()}
        leaves = {layer.name for layer in embed.walk() if not layer.layers}
        expect("extract_features" in layers and leaves <= _OF_ONE_WORD)
        columns = [_name(each, vocab) for each in layers["extract_features"].attrs["columns"]]
        if "static_vectors" in layers:
            columns.append(_name(vocab.vectors.attr, vocab))
        #: The attributes of a token that tell its vector.
        self.columns = tuple(columns)
        self._embed = embed
        self._vocab = vocab
        self._width = int(embed.get_dim("nO"))
        # The keys are sorted; each one's row in the table.
        self._keys: Hashes = np.empty(0, dtype=np.uint64)
        self._rows: Integers = np.empty(0, dtype=np.intp)
        self._table: Floats = np.empty((MOST_WORDS, self._width), dtype=np.float32)

    def of(self, attributes: Hashes) -> tuple[Floats, Integers]:
        """The vectors of the distinct words, and for each row of `attributes` (a token) which of them is its own.

        A last row of zeros is no word's.
        """
        keys, first, own = np.unique(_mixed(attributes), return_index=True, return_inverse=True)
        vectors = np.zeros((len(keys) + 1, self._width), dtype=np.float32)
        place = np.searchsorted(self._keys, keys)
        known = np.zeros(len(keys), dtype=np.bool_)
        inside = place < len(self._keys)
        known[inside] = self._keys[place[inside]] == keys[inside]
        vectors[:-1][known] = self._table[self._rows[place[known]]]
        new = np.flatnonzero(~known)
        if len(new):
            vectors[new] = self._work_out(attributes[first[new]])
            self._remember(keys[new], vectors[new], place[new])
        return vectors, own

    def _work_out(self, attributes: Hashes) -> Floats:
        (found,) = self._embed.predict([_Words(self._vocab, self.columns, attributes)])
        expect(found.shape == (len(attributes), self._width))
        return found  # type: ignore[no-any-return]  # thinc's models are not typed by their output

    def _remember(self, keys: Hashes, vectors: Floats, place: Integers) -> None:
        count = len(self._keys)
        room = min(len(keys), MOST_WORDS - count)
        if not room:
            return
        self._table[count : count + room] = vectors[:room]
        self._rows = np.insert(self._rows, place[:room], np.arange(count, count + room))
        self._keys = np.insert(self._keys, place[:room], keys[:room])


class _Words:
    """Distinct words in the place of a document: all that the embedding layers ask of one."""

    def __init__(self, vocab: "Vocab", columns: Sequence[str], attributes: Hashes) -> None:
        self.vocab = vocab
        self._columns = {column: number for number, column in enumerate(columns)}
        self._attributes = attributes

    def __len__(self) -> int:
        return len(self._attributes)

    def to_array(self, wanted: int | str | Sequence[int | str]) -> Hashes:
        if isinstance(wanted, (int, str)):
            return self._attributes[:, self._number(wanted)]
        return self._attributes[:, [self._number(each) for each in wanted]]

    def _number(self, attribute: int | str) -> int:
        return self._columns[_name(attribute, self.vocab)]


def _name(attribute: int | str, vocab: "Vocab") -> str:
    return attribute if isinstance(attribute, str) else vocab.strings[attribute]


def _mixed(attributes: Hashes) -> Hashes:
    """One hash a row: the attributes are hashes of 64 bits themselves."""
    mixed = attributes[:, 0] * _SPREAD[0]
    for number in range(1, attributes.shape[1]):
        mixed ^= mixed >> _SHIFT
        mixed += attributes[:, number]
        mixed *= _SPREAD[1]
    return mixed
