"""The answer that POST /entities always gave: spaCy's own labels, every character of an entity becomes X."""

from collections.abc import Sequence
from typing import Final

from spacy.tokens import Doc

from shared.jobs.payload import DocumentResult, Entity
from worker.pipelines import LoadedModel
from worker.sentence_gate import needs_parser

MASK: Final = "X"
#: NER alone gives these languages' answers, but for texts that the gate names (docs/decisions/0004-ner-alone.md).
_GATED_LANGUAGES: Final = frozenset({"en"})
_BATCH_TEXTS: Final = 32


def find_entities(texts: Sequence[str], model: LoadedModel) -> list[DocumentResult]:
    """One result a text, in order; `index` is the place in `texts`."""
    found: list[DocumentResult | None] = [None] * len(texts)
    parsed_too = list(range(len(texts)))
    nlp = model.nlp
    # What spaCy learns of new words is forgotten with the zone: its vocabulary would grow with every text.
    with nlp.memory_zone():
        if model.served.language in _GATED_LANGUAGES:
            parsed_too = []
            alone = nlp.pipe(texts, disable=model.all_but_ner, batch_size=_BATCH_TEXTS)
            for index, doc in enumerate(alone):
                if needs_parser(doc):
                    parsed_too.append(index)
                else:
                    found[index] = _result(index, doc, model)
        whole = nlp.pipe([texts[index] for index in parsed_too], batch_size=_BATCH_TEXTS)
        for index, doc in zip(parsed_too, whole, strict=True):
            found[index] = _result(index, doc, model)
    return [result for result in found if result is not None]


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
