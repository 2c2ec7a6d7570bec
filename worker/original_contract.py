"""The answer that POST /entities always gave: spaCy's own labels, every character of an entity becomes X."""

from collections.abc import Sequence
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from shared.jobs.payload import DocumentResult, Entity
from worker.detection.inference.network import network_of
from worker.detection.ner import bounded_vocabulary
from worker.pipelines import LoadedModel
from worker.sentence_gate import needs_parser

MASK: Final = "X"
#: NER alone gives these languages' answers, but for texts that the gate names (docs/decisions/0004-ner-alone.md).
_GATED_LANGUAGES: Final = frozenset({"en"})
_BATCH_TEXTS: Final = 32
#: As loaded. A model of another makeup may set entities before the NER or after it: it runs as it comes.
_STOCK_PIPELINE: Final = ["tok2vec", "parser", "ner"]


def find_entities(texts: Sequence[str], model: LoadedModel) -> list[DocumentResult]:
    """One result a text, in order; `index` is the place in `texts`."""
    nlp = model.nlp
    with bounded_vocabulary(nlp):
        if model.served.language not in _GATED_LANGUAGES or nlp.pipe_names != _STOCK_PIPELINE:
            return [_result(index, doc, model) for index, doc in enumerate(_whole(texts, nlp))]
        found = _alone(texts, model)
        doubtful = [index for index, doc in enumerate(found) if needs_parser(doc)]
        for index, doc in zip(doubtful, _whole([texts[index] for index in doubtful], nlp), strict=True):
            found[index] = doc
        return [_result(index, doc, model) for index, doc in enumerate(found)]


def _alone(texts: Sequence[str], model: LoadedModel) -> list[Doc]:
    """As NER alone answers."""
    nlp = model.nlp
    network = network_of(nlp)
    if network is None:
        return list(nlp.pipe(texts, disable=model.all_but_ner, batch_size=_BATCH_TEXTS))
    docs = [nlp.make_doc(text) for text in texts]
    network.annotate(docs)
    return docs


def _whole(texts: Sequence[str], nlp: Language) -> list[Doc]:
    """As the whole pipeline answers: the parser's sentence starts bound the entities."""
    network = network_of(nlp)
    if network is None or nlp.pipe_names != _STOCK_PIPELINE:
        return list(nlp.pipe(texts, batch_size=_BATCH_TEXTS))
    docs = list(nlp.pipe(texts, disable=["ner"], batch_size=_BATCH_TEXTS))
    network.annotate(docs)
    return docs


def _result(index: int, doc: Doc, model: LoadedModel) -> DocumentResult:
    text = doc.text
    entities, pieces, done = [], [], 0
    for span in doc.ents:
        start, end = span.start_char, span.end_char
        entities.append(
            Entity(
                start=start,
                end=end,
                type=span.label_,
                text=text[start:end],
                score=1.0,
                recognizer="spacy",
                operator="mask",
                anonymized_start=start,
                anonymized_end=end,
            )
        )
        pieces += [text[done:start], MASK * (end - start)]
        done = end
    pieces.append(text[done:])
    return DocumentResult(
        index=index,
        custom_id=None,
        state="succeeded",
        language=model.served.language,
        model=model.key,
        entities=tuple(entities),
        anonymized_text="".join(pieces),
    )
