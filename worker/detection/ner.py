"""The model's part: chunks of many documents through one `nlp.pipe`, as spans of each document."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import TYPE_CHECKING

from shared.entity_types import ENTITY_TYPES, SPACY_LABELS
from worker.detection.chunks import Chunk, cut
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


def find_names(texts: Sequence[str], nlp: "Language", on_chunk: Callable[[], None] | None = None) -> list[list[Span]]:
    """The model's spans of each text, under the catalogue's type names; labels without a type are left out.

    Memory is bounded by the chunks of one zone, not by the texts. `on_chunk` is called after each chunk.
    """
    found: list[list[Span]] = [[] for _ in texts]
    others = needless_components(nlp)
    chunks = ((number, chunk) for number, text in enumerate(texts) for chunk in cut(text))
    while zone := list(islice(chunks, _CHUNKS_A_BATCH if _is_learning(nlp) else _CHUNKS_A_ZONE)):
        with bounded_vocabulary(nlp):
            for doc, (number, chunk) in nlp.pipe(
                _views(zone), as_tuples=True, disable=others, batch_size=_CHUNKS_A_BATCH
            ):
                found[number].extend(_spans(doc, chunk.start))
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


def _views(zone: list[tuple[int, Chunk]]) -> Iterator[tuple[str, tuple[int, Chunk]]]:
    return ((model_view(chunk.text), (number, chunk)) for number, chunk in zone)


def _spans(doc: "Doc", start: int) -> Iterator[Span]:
    for entity in doc.ents:
        type_ = SPACY_LABELS.get(entity.label_, entity.label_)
        if type_ in ENTITY_TYPES:
            yield Span(start + entity.start_char, start + entity.end_char, type_, MODEL_SCORE, "spacy")


def needless_components(nlp: "Language") -> list[str]:
    """All but the NER and what it listens to (in the stock pipelines nothing: it has a tok2vec of its own)."""
    return [
        name
        for name in nlp.pipe_names
        if name != "ner" and "ner" not in getattr(nlp.get_pipe(name), "listening_components", ())
    ]
