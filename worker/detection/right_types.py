"""The type of a name that the model took for something else, where its words or its neighbours give it away."""

import re
from collections.abc import Callable

from worker.detection.document import Candidate
from worker.detection.vocabulary.first_names import FIRST_NAMES
from worker.detection.vocabulary.institutions import GENERIC_WORDS
from worker.detection.vocabulary.organization_words import ORGANIZATION_WORDS, PLACE_WORDS
from worker.detection.vocabulary.places import PLACES

#: The types that the models mix up.
UNSURE = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})


def right_type(each: Candidate) -> str:
    """The type that the words themselves or the words around them give away, else the candidate's own."""
    if each.span.type not in UNSURE:
        return each.span.type
    return next((type_ for type_, holds in _TYPE_RULES if holds(each)), each.span.type)


def _is_place(each: Candidate) -> bool:
    return " ".join(each.words) in PLACES


def _ends_as_organization(each: Candidate) -> bool:
    return len(each.words) > 1 and each.words[-1] in ORGANIZATION_WORDS


def _holds_institution(each: Candidate) -> bool:
    return len(each.words) > 1 and not ORGANIZATION_WORDS.isdisjoint(each.words) and not each.has_title()


def _ends_as_place(each: Candidate) -> bool:
    return each.span.type == "PERSON" and len(each.words) > 1 and each.words[-1] in PLACE_WORDS and not each.has_title()


def _is_person(each: Candidate) -> bool:
    if not PLACE_WORDS.isdisjoint(each.words):
        return False
    return each.has_title() or _is_full_name(each) or _ends_as_surname(each) or _acts(each)


def _is_full_name(each: Candidate) -> bool:
    return 1 <= len(each.words) <= 4 and each.words[0] in FIRST_NAMES and each.value.replace(" ", "").isalpha()


def _ends_as_surname(each: Candidate) -> bool:
    """`Amadeo Vitorović`, `Åsa Sandström`: endings that surnames have in their languages, after a word of letters."""
    return (
        2 <= len(each.words) <= 3
        and all(word.isalpha() and word not in GENERIC_WORDS for word in each.words)
        and len(each.words[-1]) > 5
        and each.words[-1].endswith(_SURNAME_ENDINGS)
    )


def _acts(each: Candidate) -> bool:
    """What only a person does, or is called, around a name of up to three words."""
    if len(each.words) > 3 or not all(word.isalpha() for word in each.words):
        return False
    return bool(_BEFORE_PERSON.search(each.before(30)) or _AFTER_PERSON.match(each.after(30)))


def _is_worked_for(each: Candidate) -> bool:
    return bool(_BEFORE_ORGANIZATION.search(each.before(40)) or _AFTER_ORGANIZATION.match(each.after(60)))


def _is_hospital(each: Candidate) -> bool:
    """`Hôpital Henri Mondor`: a person's or a place's name after the word is the hospital's."""
    return bool(_BEFORE_HOSPITAL.search(each.before(40)))


def _is_lived_in(each: Candidate) -> bool:
    return bool(_BEFORE_PLACE.search(each.before(30)))


#: Folded. Slavic, Nordic, Baltic, Greek, Armenian, Georgian, Romanian, Iberian.
_SURNAME_ENDINGS = (
    *(
        "ovic",
        "evic",
        "ovich",
        "evich",
        "ova",
        "eva",
        "ovska",
        "owski",
        "owska",
        "ewski",
        "ewska",
        "inski",
        "ynski",
        "sky",
        "skaya",
    ),
    *(
        "enko",
        "chuk",
        "czyk",
        "wicz",
        "sson",
        "sdottir",
        "dottir",
        "ström",
        "strom",
        "qvist",
        "quist",
        "gren",
        "sen",
        "nen",
        "lund",
    ),
    *(
        "opoulos",
        "opoulou",
        "idis",
        "akis",
        "yan",
        "ian",
        "shvili",
        "adze",
        "escu",
        "oglu",
        "rodriguez",
        "andez",
        "inez",
        "alvez",
    ),
)
_BEFORE_PERSON = re.compile(
    r"(?:\b(?:named|called|name is|name's|name was|i'm|i am|this is|dear|hi|hello|hey|signed|nommée?|appelée?"
    r"|m'appelle|s'appelle"
    r"|friend|wife|husband|son|daughter|brother|sister|mother|father|uncle|aunt|cousin|nephew|niece|colleague"
    r"|assistant to"
    r"|ami|amie|épouse|époux|mari|femme|fils|fille|frère|sœur|mère|père|oncle|tante|neveu|nièce|collègue|né|née"
    r"|tell|told|ask|asked|met|meet|married|attn|contact|cher|chère)|:)[,:]?\s+$",
    re.IGNORECASE,
)
_AFTER_PERSON = re.compile(
    r"(?:\s+(?:said|says|told|asked|asks|replied|answered|wrote|writes|thinks|thought|believes|spent|was born"
    r"|is born|died|married"
    r"|lives|lived|works|worked|moved|called|met|wants|wanted|likes|liked|loves|sang|sings|plays|played|smiled"
    r"|laughed|listed"
    r"|dit|disait|répondit|demanda|écrit|pense|habite|vit|travaille|est née?|est décédée?|épousa|a déclaré"
    r"|a dit|a demandé)\b"
    r"|['’]s\s+(?:wife|husband|son|daughter|mother|father|brother|sister|friend|house|car|killers?|lawyer"
    r"|doctor|birthday))"
)
_BEFORE_ORGANIZATION = re.compile(
    r"\b(?:work(?:s|ed|ing)? (?:at|for|with)|employed (?:at|by)|job at|(?:employee|ceo|founder|director|head"
    r"|offices?|customers?|shares"
    r"|chairman|address|subsidiary|president) of|joined|company|firm|support|travaille (?:chez|pour)"
    r"|employée? (?:chez|par)|société"
    r"|entreprise|a (?:year|month|week|decade|summer) at)\s+$",
    re.IGNORECASE,
)
_AFTER_ORGANIZATION = re.compile(
    r"\s+is (?:an?|the) (?:[\w\-]+ ){0,4}(?:company|bank|firm|manufacturer|startup|corporation|provider|agency"
    r"|brainchild|brand)\b"
)
_BEFORE_HOSPITAL = re.compile(
    r"\b(?:h[ôo]pital|clinique|polyclinique|maternité|chu|chru|chr|ch|ghu|ehpad"
    r"|centre hospitalier(?: universitaire)?|fondation|lycée"
    r"|école|collège|université)\s+(?:(?:de|du|des|la|le|les)\s+|[dl]['’])*$",
    re.IGNORECASE,
)
_BEFORE_PLACE = re.compile(
    r"\b(?:(?:live|lives|lived|living|born|based|located|residing|resides|arrived|grew up) (?:in|at)|visit"
    r"|travel(?:led|ing)? to|flight to"
    r"|trip to|habite(?:nt)? à|née? à|domiciliée? à|demeurant à|résidant à|située? à)\s+$",
    re.IGNORECASE,
)

#: The first that holds gives the type.
_TYPE_RULES: tuple[tuple[str, Callable[[Candidate], bool]], ...] = (
    ("ORGANIZATION", _is_hospital),
    ("LOCATION", _is_place),
    ("ORGANIZATION", _ends_as_organization),
    ("ORGANIZATION", _holds_institution),
    ("LOCATION", _ends_as_place),
    ("LOCATION", _is_lived_in),
    ("ORGANIZATION", _is_worked_for),
    ("PERSON", _is_person),
)
