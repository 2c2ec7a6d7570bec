"""The model's part: chunks of many documents in one pass, as spans of each document."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import TYPE_CHECKING

from shared.entity_types import ENTITY_TYPES, SPACY_LABELS
from worker.detection.chunks import Chunk, cut
from worker.detection.inference.network import network_of
from worker.detection.model_view import model_view
from worker.detection.span import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

#: Chunks in one memory zone, at most 1 MB of text.
_CHUNKS_A_ZONE = 512
#: Words that a model's vocabulary may keep, about 1 kB each; from then on new ones are forgotten at each zone's end.
#: In a zone the tokenizer remembers nothing: measured in batches of 16 paragraphs, a zone for each made the model's
#: part take 1.37 times as long.
MOST_WORDS = 12_000
#: Chunks in one step of the model.
_CHUNKS_A_BATCH = 64

#: spaCy gives no score. This is the prior of a model's span before the evidence of `mending` moves it.
MODEL_SCORE = 0.7

#: First character, the one behind the last, label.
_Entity = tuple[int, int, str]


def find_names(texts: Sequence[str], nlp: "Language", on_chunk: Callable[[], None] | None = None) -> list[list[Span]]:
    """The model's spans of each text, under the catalogue's type names; labels without a type are left out.

    Memory is bounded by the chunks of one zone, not by the texts. `on_chunk` is called after each chunk.
    """
    found: list[list[Span]] = [[] for _ in texts]
    chunks = ((number, chunk) for number, text in enumerate(texts) for chunk in cut(text))
    while zone := list(islice(chunks, _CHUNKS_A_BATCH if _is_learning(nlp) else _CHUNKS_A_ZONE)):
        with bounded_vocabulary(nlp):
            views = (model_view(chunk.text) for _, chunk in zone)
            for (number, chunk), entities in zip(zone, _entities(views, nlp), strict=True):
                found[number].extend(_spans(entities, chunk))
                if on_chunk is not None:
                    on_chunk()
    return found


def bounded_vocabulary(nlp: "Language") -> AbstractContextManager[object]:
    """Within it the vocabulary learns the commonest words, and keeps no more once it holds enough.

    As in spaCy's memory zones, no Doc may be used after it, and none may lie within another.
    """
    return nullcontext() if _is_learning(nlp) else nlp.memory_zone()


def _is_learning(nlp: "Language") -> bool:
    return len(nlp.vocab) < MOST_WORDS


def _entities(texts: Iterable[str], nlp: "Language") -> Iterator[list[_Entity]]:
    network = network_of(nlp)
    if network is None:
        for doc in nlp.pipe(texts, disable=needless_components(nlp), batch_size=_CHUNKS_A_BATCH):
            yield [(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents]
        return
    rest = iter(texts)
    while docs := [nlp.make_doc(text) for text in islice(rest, _CHUNKS_A_BATCH)]:
        for doc, entities in zip(docs, network.entities(docs), strict=True):
            yield [(*_characters(doc, first, behind), label) for first, behind, label in entities]


def _characters(doc: "Doc", first: int, behind: int) -> tuple[int, int]:
    last = doc[behind - 1]
    return doc[first].idx, last.idx + len(last)


def _spans(entities: Iterable[_Entity], chunk: Chunk) -> Iterator[Span]:
    for start, end, label in entities:
        type_ = SPACY_LABELS.get(label, label)
        if type_ in ENTITY_TYPES:
            yield Span(chunk.start + start, chunk.start + end, type_, MODEL_SCORE, "spacy")


def needless_components(nlp: "Language") -> list[str]:
    """All but the NER and what it listens to (in the stock pipelines nothing: it has a tok2vec of its own)."""
    return [
        name
        for name in nlp.pipe_names
        if name != "ner" and "ner" not in getattr(nlp.get_pipe(name), "listening_components", ())
    ]
