"""The catalogue's own examples, found without a model and written over: what the pages show is what the code does."""

from collections.abc import Mapping, Sequence
from functools import cache

import spacy
from spacy.language import Language

from shared.entity_types import EntityType
from shared.options import Options
from worker.anonymization.anonymize import anonymize
from worker.anonymization.scope import ScopeKeys
from worker.detection.detect import DetectionRequest, detect
from worker.detection.language import guess
from worker.detection.span import Span

#: Of the documentation alone: with a service's own key hashes, tokens and pseudonyms are others.
_KEYS = ScopeKeys.for_scope(b"the key of the documentation, and of nothing else", "documentation", "job", "job")


def found(text: str, language: str = "en", entity_types: Sequence[str] | None = None) -> list[Span]:
    """What the recognizers find by themselves; None: of all types that are on by default."""
    options = Options(entity_types=None if entity_types is None else tuple(entity_types))
    (detection,) = detect([DetectionRequest(text, language, options)], {language: _blank(language)})
    return list(detection.spans)


def written(text: str, spans: Sequence[Span], operators: Mapping[str, object], language: str = "en") -> str:
    """The text with the operators' work."""
    options = Options.model_validate({"operators": operators})
    (document,) = anonymize([(text, spans)], options, _KEYS, [language])
    return document.text


@cache
def value_of(entry: EntityType) -> tuple[str, Span, str] | None:
    """The type's first example as a text, its span and its language; None: only models find it."""
    for text in entry.examples:
        language = guess(text, entry.languages, default=entry.languages[0]).language
        spans = found(text, language, [entry.name])
        if spans:
            return text, spans[0], language
    return None


def replacement(entry: EntityType, operator: str) -> str | None:
    """What the operator writes for the value of the type's example; None: it cannot, and a placeholder stands there."""
    example = value_of(entry)
    if example is None:
        return None
    text, span, language = example
    options = Options.model_validate({"operators": {"default": {"name": operator}}})
    (document,) = anonymize([(text, [span])], options, _KEYS, [language])
    (entity,) = document.entities
    new = document.text[entity.anonymized_start : entity.anonymized_end]
    # A pseudonym that there is none of is a numbered placeholder.
    return None if entity.operator != operator or new.startswith(f"<{entry.name}_") else new


@cache
def _blank(language: str) -> Language:
    """Without a model: it would be found by what is not in the tables."""
    return spacy.blank(language)
