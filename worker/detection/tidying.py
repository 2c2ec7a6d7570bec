"""The borders of a model's span: no blanks, quotes, articles or titles at its ends, no line end within a name."""

import re
from collections.abc import Iterator

from worker.detection.names import TITLES
from worker.detection.span import Span
from worker.detection.terms import fold

_NAMES = frozenset({"PERSON", "ORGANIZATION", "LOCATION", "NRP"})
#: A line end, a cell's or a sentence's: no name goes over it.
_LINE_END = re.compile(r"\s*[\n\r\t|;]+\s*|(?<=[a-zß-öø-ÿ]{3})\.\s+(?=[^\W\da-zß-öø-ÿ])")
_EDGE = ' \t\r\n\u00a0\u202f,;:!?·•*_=~"“”„«»‘`<>|/\\-–—'
_ARTICLE = {
    "en": re.compile(r"(?:the|a|an|this|that|his|her|their|its|our|my|your)\s+", re.IGNORECASE),
    "fr": re.compile(
        r"(?:(?:le|la|les|un|une|du|des|de|au|aux|et|ce|cet|cette|à|dans|par|pour)\s+|[ldnsjmtc]['’]|qu['’])",
        re.IGNORECASE,
    ),
}
#: "county of Jämtland": what kind of place it is goes with its name.
_REGION_BEFORE = re.compile(
    r"\b(?:county|city|town|village|municipality|borough|district|province|region|state|island|port|gulf|bay) of $",
    re.IGNORECASE,
)
_PARTICLE_AND_NAME = re.compile(
    r"(?<=\w)[ \u00a0](?:(?:de la|de|du|des|van|von|der|den|da|dos|di|del|della|ten|ter|zu|af|bin|ibn) |d['’])+"
    r"(?:[lL]['’])?[^\W\d_a-zß-öø-ÿ][^\W\d_]+(?:[-'’][^\W\d_]+)*"
)
_I_AM = re.compile(r"(?:I['’]m|I am|Je suis|Moi,)\s+")
_POSSESSIVE = re.compile(r"['’]s$")
_FIRST_WORD = re.compile(r"([^\W\d_]+)(\.?)\s*")
_BRACKETS = {")": "(", "]": "["}


def tidy(text: str, span: Span, language: str) -> Iterator[Span]:
    """The span's pieces with clean borders; none where nothing is left."""
    if span.type not in _NAMES:
        yield from _trimmed(text, span)
        return
    start = span.start
    for border in _LINE_END.finditer(text, span.start, span.end):
        yield from _tidied(text, _moved(span, start, border.start()), language)
        start = border.end()
    yield from _tidied(text, _moved(span, start, span.end), language)


def _tidied(text: str, span: Span, language: str) -> Iterator[Span]:
    for trimmed in _trimmed(text, span):
        start, end = trimmed.start, trimmed.end
        article = _ARTICLE.get(language)
        while article and (match := article.match(text, start, end) or _I_AM.match(text, start, end)):
            start = match.end()
        start = _after_titles(text, start, end)
        if span.type == "PERSON":
            end = _after_particles(text, start, end)
        possessive = _POSSESSIVE.search(text, start, end)
        if possessive:
            end = possessive.start()
        if span.type == "LOCATION" and (head := _REGION_BEFORE.search(text, max(0, start - 24), start)):
            start = head.start()
        yield from _trimmed(text, _moved(span, start, end))


def _after_titles(text: str, start: int, end: int) -> int:
    while (match := _FIRST_WORD.match(text, start, end)) and match.end() < end and fold(match[1]) in TITLES:
        if len(match[1]) < 3 and match[1].islower():
            break
        start = match.end()
    return start


def _after_particles(text: str, start: int, end: int) -> int:
    """`Jean-Pierre de la` | ` Tour d'Auvergne`: a name does not end with a particle, nor before one and a name."""
    while match := _PARTICLE_AND_NAME.search(text, max(start, end - 8), end + 60):
        if not match.start() <= end < match.end():
            break
        end = match.end()
    return end


def _trimmed(text: str, span: Span) -> Iterator[Span]:
    start, end = span.start, span.end
    while start < end and (text[start] in _EDGE or (text[start] in ")].'’")):
        start += 1
    while start < end and text[end - 1] in _EDGE + "([":
        end -= 1
    value = text[start:end]
    if value[-1:] in _BRACKETS and _BRACKETS[value[-1]] not in value:
        end -= 1
    if value[:1] in "([" and value and not any(close in value for close in ")]"):
        start += 1
    if value.endswith(".") and not _ends_in_initial(value):
        end -= 1
    if start < end:
        yield _moved(span, start, end)


def _ends_in_initial(value: str) -> bool:
    """`J. R.`, `St.`, `Inc.`: the point belongs to a short last word."""
    word = re.split(r"[\s.]", value[:-1])[-1]
    return (len(word) <= 3 and word[:1].isupper()) or "." in value[:-1].rsplit(None, 1)[-1]


def _moved(span: Span, start: int, end: int) -> Span:
    """`dataclasses.replace` by hand: it is a tenth of the engine's own time otherwise."""
    if (start, end) == (span.start, span.end):
        return span
    return Span(start, end, span.type, span.score, span.recognizer, span.identity, span.explanation)
