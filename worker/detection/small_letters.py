"""Names in small letters, as people write to a support desk: after a title, an introduction or a greeting."""

import re
from collections.abc import Iterator

from worker.detection.document import Document
from worker.detection.language import FUNCTION_WORDS
from worker.detection.span import Span
from worker.detection.vocabulary.first_names import FIRST_NAMES
from worker.detection.vocabulary.institutions import GENERIC_WORDS

_WORD = r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*"
_TITLED = re.compile(
    rf"(?<![\w.])(?<!\d[ \u00a0])(?:mr|mrs|ms|mx|dr|prof|mme|mlle|monsieur|madame|mademoiselle|docteur)\b\.? "
    rf"(?=(?P<first>{_WORD})(?: (?P<second>{_WORD}))?)"
)
_INTRODUCED = re.compile(
    r"\b(?:my (?:full )?name(?: is|['’]s)|mon nom est|je m['’]appelle) "
    rf"(?P<first>{_WORD})(?: (?P<second>{_WORD}))?",
    re.IGNORECASE,
)
_GREETED = re.compile(
    rf"(?:^|[\n.!?,] ?)(?:hi|hello|hey|dear|bonjour|salut|cher|chère) (?P<first>{_WORD})(?P<second>)(?= ?[,!\n])",
    re.IGNORECASE,
)
#: One of these stands in every text with a match: cheap to look for.
_SHORT_TITLES = ("mr", "ms", "mx", "dr", "prof", "mme", "mlle")
_TITLES = (
    *(f"{before}{title}" for title in _SHORT_TITLES for before in (" ", "\n", "(")),
    *("monsieur", "madame", "mademoiselle", "docteur"),
)
_INTRODUCTIONS = ("name is", "name's", "name’s", "nom est", "appelle")
#: What else stands there.
_NO_NAMES = frozenset(
    "there all again team everyone everybody folks guys sir sirs friend friends mate world support customer client"
    " correct wrong incorrect different spelt misspelt important still too also here now just so very really after"
    " only either always below above unknown confidential tous toutes toute tout monde equipe encore comme"
    " suite voici voila puis aussi bien bonne tres donc car mal clients client amis ami chers cher collegues back"
    " because since about before then veuillez pouvez avez auriez pourriez savez devez devriez voulez etes"
    " called calls came flew gave goes got is left lives made needs paid said says sent told took wants"
    " went works wrote word excel office windows outlook apt unit suite".split()
)


def find_in_small_letters(document: Document) -> Iterator[Span]:
    """Persons whose names are written small; those with capitals are found by other means."""
    text = document.text
    if text.startswith(_SHORT_TITLES) or any(title in text for title in _TITLES):
        yield from _matches(_TITLED, text, 0.9)
    if any(introduction in text for introduction in _INTRODUCTIONS):
        yield from _matches(_INTRODUCED, text, 0.85)
    # Where the writer knows capitals, a small word after a greeting is no name.
    if not document.has_capitals:
        yield from _matches(_GREETED, text, 0.8)


def _matches(pattern: re.Pattern[str], text: str, score: float) -> Iterator[Span]:
    for match in pattern.finditer(text):
        if match["first"].islower() and _can_be_name(match["first"]):
            yield Span(match.start("first"), _end(match, pattern is _TITLED), "PERSON", score, "name_forms")


def _end(match: re.Match[str], is_surname_first: bool) -> int:
    """A second word belongs to the name after a first name; after a title, one word is the surname."""
    second = match["second"]
    if not second or not second.islower() or not _can_be_name(second):
        return match.end("first")
    if match["first"] in FIRST_NAMES or not is_surname_first:
        return match.end("second")
    return match.end("first")


def _can_be_name(word: str) -> bool:
    if word.endswith(("ing", "ed")) and word not in FIRST_NAMES:
        return False
    return not any(word in words for words in (_NO_NAMES, GENERIC_WORDS, *FUNCTION_WORDS.values()))
