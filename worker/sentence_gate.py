"""Which texts need the parser, so that NER alone answers as the whole pipeline does.

spaCy's transition system lets no entity of several tokens cross a sentence start that stands in the document before the
NER runs (`spacy/pipeline/_parser_internals/ner.pyx`: Begin and In are not valid before one), and sentence starts reach
the NER by no other way. So the two answers differ exactly where NER alone gives an entity that crosses a sentence start
of the parser. The parser costs more than the NER, and such entities are rare and odd: 16 in 7,194 answers to English
texts. This gate names the boundaries between tokens where one was ever seen or is to be feared; only texts with one are
parsed too, and only those in which an entity does cross a sentence start go through the whole pipeline.
docs/decisions/0004-ner-alone.md has the figures, `python -m bench.original_contract` measures them.
"""

import re
from typing import Final

from spacy.tokens import Doc, Token

_FUNCTION_WORDS: Final = frozenset(
    ["a", "an", "the", "of", "and", "for", "in", "on", "at", "by", "to", "'s", "’s", "&", "-", "–", "/", "'", "’"]
)
#: Between these and a capital letter no sentence starts: "Republic of Turkey", "the Court", "Mr Smith's".
_LINKING: Final = _FUNCTION_WORDS | frozenset("de la le du des von van der den al el da di".split())
_MONTHS_AND_DAYS: Final = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday".split()
)
_NAMES: Final = frozenset({"PERSON", "ORG", "FAC", "PRODUCT", "GPE", "LOC"})
_FIGURES: Final = frozenset({"DATE", "TIME", "MONEY", "PERCENT"})
_INITIALS: Final = re.compile(r"(?:\w\.-?)+")
_CLOSING: Final = frozenset('. ! ? : ; ) ] " ” » … |'.split())


def needs_parser(doc: Doc) -> bool:
    """Whether an entity of this document, found by NER alone, could cross a sentence start."""
    return any(
        _is_suspicious(doc[i - 1], doc[i], entity.label_)
        for entity in doc.ents
        for i in range(entity.start + 1, entity.end)
    )


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
        return len(before) == 1 or (after.isupper() and not _INITIALS.fullmatch(after))
    return label not in _FIGURES and before.lower() not in _LINKING


def crosses_sentence_start(found: Doc, parsed: Doc) -> bool:
    """Whether an entity of `found` (NER alone) crosses a sentence start of `parsed`, the same text parsed."""
    return any(parsed[i].is_sent_start is True for entity in found.ents for i in range(entity.start + 1, entity.end))
