"""Texts in, spans out: the order of the steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.entity_types import ENTITY_TYPES
from shared.options import Options
from shared.traces import stage
from worker.detection.amounts import find_amounts
from worker.detection.code_shapes import find_same_shapes
from worker.detection.custom import find_custom
from worker.detection.evidence import NAMES
from worker.detection.language import Guess, LanguageNotServed, guess
from worker.detection.lists import drop_allowed, find_denied
from worker.detection.mending import mend
from worker.detection.ner import find_names
from worker.detection.overlaps import resolve
from worker.detection.patterns import find_patterns
from worker.detection.propagation import identify, propagate
from worker.detection.span import Span

if TYPE_CHECKING:
    from spacy.language import Language


_DEFAULT_TYPES = frozenset(name for name, each in ENTITY_TYPES.items() if each.is_default)


@dataclass(frozen=True, slots=True)
class DetectionRequest:
    text: str
    #: "auto", or one of the served languages.
    language: str
    options: Options


@dataclass(frozen=True, slots=True)
class Detection:
    """`spans` are sorted and do not overlap; their offsets count code points."""

    spans: tuple[Span, ...]
    language: str
    #: 0 to 1 where the language was guessed; None where the caller named it or nothing told.
    language_confidence: float | None


def detect(
    requests: Sequence[DetectionRequest],
    pipelines: "Mapping[str, Language]",
    *,
    on_chunk: Callable[[], None] | None = None,
) -> list[Detection]:
    """What identifies in each request's text. `pipelines`: by language, the first one is the default of "auto".

    Requests of several callers share one `nlp.pipe` per language. `on_chunk` is called after each chunk.
    Raises LanguageNotServed.
    """
    guesses = [_language(request, pipelines) for request in requests]
    model_spans: list[list[Span]] = [[] for _ in requests]
    with stage("ner"):
        for language, nlp in pipelines.items():
            members = [number for number, each in enumerate(guesses) if each.language == language]
            texts = [requests[number].text for number in members]
            for number, spans in zip(members, find_names(texts, nlp, on_chunk), strict=True):
                model_spans[number] = spans
    with stage("patterns"):
        return [
            Detection(tuple(_spans_of(request, each.language, spans)), each.language, each.confidence)
            for request, each, spans in zip(requests, guesses, model_spans, strict=True)
        ]


def propagate_over_job(texts: Sequence[str], detections: Sequence[Detection], options: Options) -> list[Detection]:
    """The detections with the names of any document found in all of them, and identities shared over the job."""
    found = [each.spans for each in detections]
    spread = propagate(texts, found) if options.propagate else identify(texts, found)
    return [
        replace(detection, spans=tuple(_wanted(text, spans, options)))
        for text, detection, spans in zip(texts, detections, spread, strict=True)
    ]


def _language(request: DetectionRequest, pipelines: "Mapping[str, Language]") -> Guess:
    if request.language == "auto" and pipelines:
        served = tuple(pipelines)
        return guess(request.text, served, default=served[0])
    if request.language not in pipelines:
        raise LanguageNotServed(request.language)
    return Guess(request.language, None)


def _spans_of(request: DetectionRequest, language: str, model_spans: list[Span]) -> list[Span]:
    text, options = request.text, request.options
    explain = options.explain
    wanted = wanted_types(options)
    countries = None if options.countries is None else frozenset(options.countries)
    patterns = _wanted(text, find_patterns(text, language, wanted, countries=countries, explain=explain), options)
    # A name may yet turn out to be one of another type; the rest of what nobody asked for is not worth judging.
    model_spans = [span for span in model_spans if span.type in wanted or span.type in NAMES]
    candidates = [
        *find_amounts(text),
        *mend(text, model_spans, patterns, language, explain=explain),
        *find_custom(text, options.recognizers, explain=explain),
        *find_denied(text, options.deny),
    ]
    accepted = resolve(_wanted(text, candidates, options))
    accepted = sorted([*accepted, *find_same_shapes(text, accepted)], key=lambda span: span.start)
    if not options.propagate:
        return identify([text], [accepted])[0]
    return _wanted(text, propagate([text], [accepted])[0], options)


def wanted_types(options: Options) -> frozenset[str]:
    """The types the options ask for, or those that are on by default."""
    if options.entity_types is not None:
        return frozenset(options.entity_types)
    return _DEFAULT_TYPES


def _wanted(text: str, spans: Sequence[Span], options: Options) -> list[Span]:
    """Those of a wanted type that reach their type's threshold and that the caller does not allow."""
    asked = wanted_types(options)
    if options.recognizers or options.deny:
        asked |= {each.type for each in options.recognizers} | {each.type for each in options.deny}
    own = options.score_thresholds or options.score_threshold is not None
    kept = [
        span
        for span in spans
        if (span.type in asked or span.recognizer in {"deny_list", "custom"})
        and span.score >= (_threshold(span, options) if own or span.recognizer == "deny_list" else _usual(span.type))
    ]
    return drop_allowed(text, kept, options.allow) if options.allow else kept


def _threshold(span: Span, options: Options) -> float:
    if span.recognizer == "deny_list":
        return 0.0
    if span.type in options.score_thresholds:
        return options.score_thresholds[span.type]
    if options.score_threshold is not None:
        return options.score_threshold
    return _usual(span.type)


def _usual(type_: str) -> float:
    known = ENTITY_TYPES.get(type_)
    return known.threshold if known is not None else 0.0
