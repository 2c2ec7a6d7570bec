"""Names that their form gives away, whatever the model saw: after a title, a label or a keyword, by a first name."""

import re
from collections.abc import Iterable, Iterator

from worker.detection.document import Document
from worker.detection.names import TITLES
from worker.detection.small_letters import find_in_small_letters
from worker.detection.span import Span
from worker.detection.terms import fold
from worker.detection.vocabulary.first_names import FIRST_NAMES
from worker.detection.vocabulary.institutions import GENERIC_WORDS
from worker.detection.vocabulary.organization_words import ORGANIZATION_WORDS, PLACE_WORDS
from worker.detection.vocabulary.places import PLACES

_RECOGNIZER = "name_forms"
_UPPER = "".join(letter for letter in map(chr, range(0x41, 0x250)) if letter.isupper())
_BLANK = r"[ \t\u00a0\u202f]"
_INITIAL = rf"[{_UPPER}]\.(?:{_BLANK}?-?{_BLANK}?[{_UPPER}]\.)*"
#: What begins a sentence, not a name: "by Mr J.S. The Court".
_NO_NAME = (
    r"(?!I['’]|(?:The|In|On|At|By|He|She|It|They|We|You|His|Her|Its|Their|This|That|These|And|But|As|For|If|When|However|Further|From|To"
    r"|Il|Elle|Ils|Elles|Dans|Par|Pour|Sur|En|Au|Aux|Cette|Ce|Ces|Selon|Les|Des|Une|Un|Et|Mais|Nous|Vous|On|Si|Son|Sa|Ses)\b)"
)
_CAPITALIZED = rf"{_NO_NAME}(?:[dDLlO]['’])?[{_UPPER}][^\W\d_]*(?:['’\-][^\W\d_]+)*"
_PARTICLE = r"(?:de|du|des|d['’]|de la|la|le|van|von|der|den|da|dos|di|del|della|ten|ter|zu|el|al|bin|ibn|af|av)"
_NAME = (
    rf"(?:{_INITIAL}{_BLANK}?)?(?:{_PARTICLE}{_BLANK}{{1,2}})*{_CAPITALIZED}"
    rf"(?:{_BLANK}{{1,2}}(?:{_INITIAL}|(?:{_PARTICLE}{_BLANK}{{1,2}})*{_CAPITALIZED}))" + "{0,3}"
)
#: With the point that follows. French ones also in the plural, or stuck to the name ("MmeE. Palm").
_TITLE = (
    r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Pr|Rev|Hon|Sgt|Capt|Lt|Col|Gen)\b\.?|(?:Sir|Lord|Lady|Dame|Professor|Doctor)\b"
    r"|(?:MM|Mmes|Mme|Mlles|Mlle|Me|Mes|Mgr|Dre|Pre|DR|PR|MR|MME|MLLE)(?:\.|(?=[^\w.])|(?=[A-Z]\.))|M(?:\.|(?=\s[A-Z][a-zà-ÿ]))"
    r"|(?:Monsieur|Madame|Mademoiselle|Messieurs|Mesdames|Docteur|Docteure|Professeur|Professeure|Maître"
    r"|MONSIEUR|MADAME|MADEMOISELLE|DOCTEUR|PROFESSEUR)\b)"
)
_TITLED = re.compile(rf"(?<![\w.]){_TITLE}{_BLANK}{{0,2}}(?P<name>{_NAME}|[{_UPPER}]\.(?:[{_UPPER}]\.)*)")
_MORE = re.compile(rf"(?:{_BLANK}*,{_BLANK}*|{_BLANK}+(?:et|and){_BLANK}+)(?P<name>{_NAME})")
_RUN = re.compile(rf"(?<![\w@.\-]){_CAPITALIZED}(?:{_BLANK}{{1,2}}(?:{_INITIAL}|{_CAPITALIZED}))" + r"{1,3}(?![\w@])")
_BEHIND_FIRST_WORD = re.compile(rf"\S+{_BLANK}{{1,2}}(?P<rest>(?P<first>[^\W\d_]+)\S*{_BLANK}.+)")
_CAPITAL = re.compile(f"[{_UPPER}]")
#: What every hospital's name holds a piece of.
_HOSPITAL_PIECES = (
    "pital", "PITAL", "linique", "LINIQUE", "CH", "GH", "EHPAD", "Ehpad", "SSR", "HIA", "entre ", "aternité", "oyer",
    "nstitut", "ondation",
)  # fmt: skip
_LABELLED = re.compile(
    rf"(?<!\w)(?:[Nn]om|NOM|[Pp]rénom|PRENOM|PRÉNOM|[Pp]atiente?|PATIENTE?|[Nn]ame|NAME|[Ss]urname){_BLANK}*:{_BLANK}*(?P<name>{_NAME})"
)
_HOSPITAL = re.compile(
    r"(?<!\w)(?:[Hh][ôo]pital|HOPITAL|HÔPITAL|[Cc]linique|CLINIQUE|[Pp]olyclinique|CHU|CHRU|CHR|CHI|CHS|CH|GH|GHU|EHPAD|Ehpad|SSR|HIA"
    r"|[Cc]entre [Hh]ospitalier(?: [Uu]niversitaire| [Rr]égional)?|[Mm]aternité|[Ff]oyer|[Ii]nstitut|[Ff]ondation)"
    rf"{_BLANK}+(?:(?:de|du|des|la|le|les|européen|privé|universitaire){_BLANK}+|d['’]){{0,3}}(?P<name>{_NAME})"
)
#: "Regional Court (Sąd Okręgowy)", "Legal Aid Board (LAB)": the same name in another language, or its abbreviation.
_GLOSS = re.compile(
    rf"{_BLANK}?[(\[]{_BLANK}?[\"“«‘']?(?P<name>[{_UPPER}][^()\[\]\n\d\"“”«»]{{1,70}}?)[\"”»’']?{_BLANK}?[)\],;]"
)
_NO_GLOSS = re.compile(r"(?:The|See|Article|Rule|Section|No|Le|La|Les|Voir|L['’])\b|L['’]", re.IGNORECASE)
_SCORES = {"titled": 0.9, "more": 0.75, "labelled": 0.85, "first name": 0.75, "hospital": 0.8, "gloss": 0.7}


def find_by_form(document: Document) -> Iterator[Span]:
    """Persons and hospitals by form; they may overlap one another and the model's."""
    text = document.text
    yield from _titled(text)
    yield from find_in_small_letters(document)
    if ":" in text:
        for match in _LABELLED.finditer(text):
            if not _is_generic(match["name"]):
                yield _span(match, "PERSON", "labelled")
    if any(piece in text for piece in _HOSPITAL_PIECES):
        for match in _HOSPITAL.finditer(text):
            if not _is_generic(match["name"]):
                yield _span(match, "ORGANIZATION", "hospital")
    for match in _runs(text):
        if (start := _person_start(match)) is not None:
            yield Span(start, match.end(), "PERSON", _SCORES["first name"], _RECOGNIZER)


def _runs(text: str) -> Iterator[re.Match[str]]:
    """`_RUN.finditer(text)`, tried at capitals alone: four times as fast."""
    reached = 0
    for capital in _CAPITAL.finditer(text):
        start = capital.start()
        if start < reached:
            continue
        elided = start >= reached + 2 and text[start - 1] in "'’" and text[start - 2] in "dl"
        match = (_RUN.match(text, start - 2) if elided else None) or _RUN.match(text, start)
        if match:
            reached = match.end()
            yield match


def find_glosses(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """What stands in brackets right after an organisation, where it is a name too.

    A generic name that has a name in another language beside it ("Supreme Court (Högsta domstolen)") is a name by that.
    """
    for span in spans:
        if span.type != "ORGANIZATION":
            continue
        match = _GLOSS.match(text, span.end)
        if not match or _NO_GLOSS.match(match["name"]) or _is_generic(match["name"]):
            continue
        if span.score >= 0.4:
            yield _span(match, "ORGANIZATION", "gloss")
        elif not match["name"].isascii():
            yield Span(span.start, match.end("name"), "ORGANIZATION", _SCORES["gloss"], _RECOGNIZER)


def _titled(text: str) -> Iterator[Span]:
    for match in _TITLED.finditer(text):
        if _is_generic(match["name"]):
            continue
        yield _span(match, "PERSON", "titled")
        if match.group().startswith(("MM", "Mmes", "Mes ", "Messrs")):
            place = match.end()
            while more := _MORE.match(text, place):
                if _is_generic(more["name"]):
                    break
                yield _span(more, "PERSON", "more")
                place = more.end()


def _span(match: re.Match[str], type_: str, form: str) -> Span:
    return Span(match.start("name"), match.end("name"), type_, _SCORES[form], _RECOGNIZER)


def _is_generic(name: str) -> bool:
    return all(word in GENERIC_WORDS for word in re.findall(r"[^\W_]+", fold(name)))


def _person_start(run: re.Match[str]) -> int | None:
    """Where the person of a run begins: behind a word that has its capital from the sentence ("Call Jane Doe")."""
    if _is_person(run.group()):
        return run.start()
    before = run.string[max(0, run.start() - 8) : run.start()].rstrip(" \t")
    rest = _BEHIND_FIRST_WORD.fullmatch(run.group())
    if rest is None or (before and before[-1] not in ".!?:;\n\r"):
        return None
    is_named = fold(rest["first"]) in FIRST_NAMES and _is_person(rest["rest"])
    return run.start() + rest.start("rest") if is_named else None


def _is_person(run: str) -> bool:
    """A known first name among two to four capitalized words, none of which is an institution's or a place's."""
    words = re.findall(r"[^\W\d_]+", fold(run))
    if any(word in GENERIC_WORDS or word in ORGANIZATION_WORDS or word in PLACE_WORDS for word in words):
        return False
    if words[0] in TITLES or " ".join(words) in PLACES:
        return False
    return words[0] in FIRST_NAMES or words[-1] in FIRST_NAMES
