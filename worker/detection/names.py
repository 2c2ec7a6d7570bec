"""How a person's name is written: titles, particles, parts, and the words that are names only with evidence."""

import re
import unicodedata
from dataclasses import dataclass

from worker.detection.terms import fold
from worker.detection.vocabulary.institutions import GENERIC_WORDS

#: Before a name, in both languages; folded, without dots.
TITLES = frozenset(
    "mr mrs ms miss mister dr prof professor sir lord lady dame judge justice captain major colonel general sergeant"
    " officer president minister king queen prince princess father sister brother rev reverend hon madam mx"
    " m mm mme mmes mlle mlles monsieur messieurs madame mesdames mademoiselle docteur pr professeur me maitre mes"
    " dre docteure professeure".split()
)
#: Within a name, written small.
PARTICLES = frozenset(
    "de du des d' la le les da do dos das del della di van von der den het ten ter zu zur al el ben bin ibn bint abu"
    " af av y e i st saint o' mc mac".split()
)

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*\.?|['’]")
#: Zero-width blanks, joiners and marks of direction, the soft hyphen.
_INVISIBLE = dict.fromkeys(
    (0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF), ""
)
_POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name taken apart; all parts folded, titles and possessive gone."""

    parts: tuple[str, ...]
    #: Whether a title stood before it.
    titled: bool

    @property
    def key(self) -> str:
        return " ".join(self.parts)

    @property
    def strong_parts(self) -> tuple[str, ...]:
        """The parts that could stand for the person alone: no initials, no particles, no words of institutions."""
        return tuple(
            part for part in self.parts if len(part) > 2 and part not in PARTICLES and part not in GENERIC_WORDS
        )


def take_apart(text: str) -> Name:
    """`Dr. John O'Brien's` -> parts (john, o'brien), titled. Invisible characters and loose accents part no word."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    words = [fold(word).rstrip(".") for word in _WORD.findall(_POSSESSIVE.sub("", text))]
    titled = False
    while len(words) > 1 and words[0] in TITLES:
        words.pop(0)
        titled = True
    return Name(tuple(word for word in words if word.strip("'")), titled)


#: Words that bear a capital whatever they mean: only a title makes them names.
CAPITAL_ANYWAY = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday"
    " thursday friday saturday sunday christmas easter english french german european court state".split()
)

#: Words of the two languages that are also first names or surnames: names only where a capital in mid-sentence, a
#: title or a fuller name beside them says so.
COMMON_WORDS = frozenset(
    (
        "abbot aime aimee aout april art august avril baker bank bean berger bill bird bishop black blanc blanche"
        " board bob bois bon bonne bonnet bouche boucher boulanger bras brook brown brun bush butcher carpenter carre"
        " case cash central cerise champ champs charpentier chat chevalier chien chip church claire cook coq cordier"
        " council court cross dale dawn day days dean dear decembre desire dimanche docteur dore dossier duke earl"
        " early east english esperance eve faith field fields fish fisher fontaine ford forest foret fort fournier"
        " fox franc france franck gene gentil gold golden good goodman grace grand grande grant gray green grey"
        " guerre guy hall hand hardy head heath hill hiver holiday hope hopital house hunter hurt international iris"
        " ivy jack jade jay jeune joli joly jour joy judge juillet juin june just justice kind king knight lacour"
        " lacroix lake lance lane law lawyer leblanc lefort leger legrand lenoir light lily little long love low"
        " lundi mai main maire maitre major man marchand marguerite marin mark mason max may medecin mer mercier"
        " meunier miles miller misty moine montagne moody moon more moulin national neveu nice noble noel noir norm"
        " normand north olive ours page paige parent parfait paris park parks pasteur pat patient patiente pauvre"
        " pearl penny perle petit petite pierce pierre place pont pope porte post potier potter power powers pre pres"
        " price prieur prince prudent prune ray read reader renard rice rich rivers riviere rob robin roche rocher"
        " rod roi rose rossignol roux roy royer ruby rush rusty sage salle sandy sauvage service sharp shepherd short"
        " silver simple singer skip sky small snow soleil south speed star state stone street strong summer sunny"
        " sweet swift taylor temple tissier tour toussaint trip trout turner university vallee vert victoire ville"
        " villeneuve violet violette vivier wade walker ward waters way wayne weaver west white will wise wolf wood"
        " woods woody worth young"
    ).split()
)
