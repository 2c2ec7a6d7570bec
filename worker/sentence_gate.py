"""Which texts need the parser, so that NER alone answers as the whole pipeline does.

spaCy's transition system lets no entity of several tokens cross a sentence start that stands in the document before the
NER runs (`spacy/pipeline/_parser_internals/ner.pyx`: Begin and In are not valid before one), and sentence starts reach
the NER by no other way. So the two answers differ exactly where NER alone gives an entity that crosses a sentence start
of the parser. The parser costs more than the NER, and such entities are rare and odd: 16 in 7,194 answers to English
texts. This gate names the boundaries between tokens where one was ever seen or is to be feared; only texts with one are
parsed, and their entities found anew between the sentence starts.
docs/decisions/0004-ner-alone.md has the figures, `python -m bench.original_contract` measures them.
"""

import re
from typing import Final

from spacy.tokens import Doc, Token

_FUNCTION_WORDS: Final = frozenset(
    ["a", "an", "the", "of", "and", "for", "in", "on", "at", "by", "to", "'s", "’s", "&", "-", "–", "'", "’"]
)
#: Between these and a capital letter no sentence starts: "Republic of Turkey", "the Court", "Mr Smith's".
_LINKING: Final = _FUNCTION_WORDS | frozenset("de la le du des von van der den al el da di".split())
_MONTHS_AND_DAYS: Final = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday".split()
)
#: A company's name ends with them: what follows with a capital may begin a sentence.
_LEGAL_FORMS: Final = frozenset("Ltd Limited Inc Corp Co LLC LLP PLC Plc GmbH AG SA SARL".split())
_NAMES: Final = frozenset({"PERSON", "ORG", "FAC", "PRODUCT", "GPE", "LOC"})
_LEADING: Final = frozenset({",", "(", "[", "-", "–"})
_FIGURES: Final = frozenset({"DATE", "TIME", "MONEY", "PERCENT"})
_INITIALS: Final = re.compile(r"(?:\w\.-?)+")
_CLOSING: Final = frozenset('/ | . ! ? : ; ) ] " ” » …'.split())


def needs_parser(doc: Doc) -> bool:
    """Whether an entity of this document, found by NER alone, could cross a sentence start."""
    return any(
        _begins_a_fragment(doc, entity.start)
        or any(_is_suspicious(doc[i - 1], doc[i], entity.label_) for i in range(entity.start + 1, entity.end))
        for entity in doc.ents
        if len(entity) > 1
    )


def _begins_a_fragment(doc: Doc, start: int) -> bool:
    """Whether a day and a month stand there that no word leads up to: `Paris. 3 May`, a sentence may start at May."""
    if not doc[start].text[-1].isdigit() or not doc[start + 1].text[0].isupper():
        return False
    before = doc[start - 1].text if start else ""
    return not (before in _LEADING or before[:1].islower() or before.lower() in _FUNCTION_WORDS)


def _is_suspicious(left: Token, right: Token, label: str) -> bool:
    before, after = left.text, right.text
    if before.isspace() or after.isspace() or before in _CLOSING:
        return True
    if after.lower() in {"no", "nos", "no.", "nos."}:
        return True
    if before[-1].isdigit():
        return (after[0].isupper() and after.lower() not in _MONTHS_AND_DAYS) or (
            after[0].isdigit() and label not in _FIGURES
        )
    if not after[0].isupper():
        # Words in small letters within a name: a text of another language, whose sentences the parser guesses.
        is_foreign = after[0].islower() and not _FUNCTION_WORDS.intersection((before.lower(), after))
        return label in _NAMES and is_foreign
    if before[0].isupper():
        # One letter alone may be an initial; without its full stop the parser takes it for an end.
        return (
            len(before) == 1
            or (after.isupper() and not _INITIALS.fullmatch(after))
            or after.lower() in _FUNCTION_WORDS
            or before.rstrip(".") in _LEGAL_FORMS
        )
    return label not in _FIGURES and before.lower() not in _LINKING
