"""Pseudonyms of places, organisations and addresses: words for the kind stay, names are replaced."""

import re
from typing import Final

from worker.anonymization.folding import MARKS, fold, separators
from worker.anonymization.identities import Identity
from worker.anonymization.permutation import permute
from worker.anonymization.place_words import COUNTRY_NAMES, PLACE_KINDS, country_of
from worker.anonymization.pseudonyms.codes import same_shape
from worker.anonymization.pseudonyms.draw import Draw
from worker.anonymization.pseudonyms.names import lists_for
from worker.anonymization.pseudonyms.persons import ATTEMPTS_NARROW, joined
from worker.anonymization.scope import keyed_digest
from worker.anonymization.word_lists import words

_SMALL_WORDS: Final = frozenset(
    words("of the and at in on for de du des d la le les l et a à aux sur sous en près lès")
)
_ARTICLES: Final = frozenset(words("The La Le Les"))
_COMPASS: Final = frozenset(words("north south east west upper lower nord sud est ouest saint sainte st ste"))
_LEGAL_FORMS: Final = frozenset(
    words("""
    ltd limited inc incorporated corp corporation co company llc llp plc lp gmbh ag kg sa sas sarl sasu eurl
    snc sci scp spa srl bv nv oy ab as pty group groupe holding holdings
""")
)
_ORGANISATION_KINDS: Final = frozenset(
    words("""
    hospital university college school academy institute bank court council ministry department agency office
    commission committee church club foundation trust society association union federation laboratory
    laboratories clinic centre center museum library hopital universite lycee ecole institut banque tribunal
    cour conseil ministere departement agence bureau commission comite eglise fondation societe association
    syndicat federation laboratoire clinique cabinet etude mairie prefecture musee bibliotheque chu chru
    service compagnie caisse mutuelle entreprise
""")
)
_PLACE_WORDS: Final = frozenset().union(*PLACE_KINDS.values()) | _COMPASS
_ADDRESS_WORDS: Final = _PLACE_WORDS | frozenset(
    words("""
    st rd ave av ln blvd dr sq ct pl place court crescent close terrace gardens grove way walk row mews apt
    apartment suite unit floor flat po p o box bd bld res residence batiment bat appartement appt etage esc
    escalier cedex bp lot lotissement hameau lieu dit bis ter quater zi za
""")
)
#: Postal codes of the states of the USA and the provinces of Canada; frozen like the names.
STATES: Final = words("""
    AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH
    OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AB BC MB NB NL NS ON PE QC SK
""")
_ORGANISATION_WORDS: Final = _ORGANISATION_KINDS | _LEGAL_FORMS

_TOKEN: Final = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")
_POSSESSIVE: Final = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)


def place(surface: str, _identity: Identity, draw: Draw) -> str:
    """A country for a country, else the name of a place that is not there."""
    owner = _POSSESSIVE.search(surface)
    bare = surface[: owner.start()] if owner else surface
    country = country_of(bare)
    if country is not None and draw.attempt < ATTEMPTS_NARROW:
        return _country(bare, country, draw) + (owner[0] if owner else "")
    return _renamed(surface, _PLACE_WORDS, "place", draw)


def organisation(surface: str, _identity: Identity, draw: Draw) -> str:
    """A name that is not there, with the original's kind and legal form."""
    return _renamed(surface, _ORGANISATION_WORDS, "surname", draw)


def address(surface: str, _identity: Identity, draw: Draw) -> str:
    """Numbers of the same shape, names that are not there; the words for street, floor or box stay."""
    return _renamed(surface, _ADDRESS_WORDS, "address", draw)


def _country(surface: str, index: int, draw: Draw) -> str:
    # One permutation an attempt: at the first, no two countries share one in any job of a client.
    key = keyed_digest(draw.key, "country", str(draw.attempt))
    image = COUNTRY_NAMES[permute(key, len(COUNTRY_NAMES), index)]
    name = image[1] if draw.language == "fr" else image[0]
    return name.upper() if surface.isupper() and len(surface) > 3 and "." not in surface else name


def _renamed(surface: str, kept: frozenset[str], kind: str, draw: Draw) -> str:
    owner = _POSSESSIVE.search(surface)
    bare = surface[: owner.start()] if owner else surface
    pieces: list[str] = []
    place_in_text, run, in_run, is_replaced = 0, 0, False, False
    for match in _TOKEN.finditer(bare):
        word = match[0]
        between = separators(bare[place_in_text : match.start()])
        place_in_text = match.end()
        if any(character.isdigit() for character in word):
            pieces += (between, same_shape(word, draw.key, "ADDRESS") or draw.digits("number", 4))
            in_run, is_replaced = False, True
        elif kind == "address" and word in STATES:
            pieces += (between, STATES[permute(draw.key, len(STATES), STATES.index(word))])
            in_run, is_replaced = False, True
        elif fold(word) in kept or (
            fold(word) in _SMALL_WORDS and (word.islower() or (not pieces and word in _ARTICLES))
        ):
            pieces += (between, word)
            in_run = False
        elif not (in_run and between.strip(" -.'’&\u00a0\u202f") == ""):
            pieces += (between, _cased(word, _name(kind, run, draw)))
            run, in_run, is_replaced = run + 1, True, True
    tail = separators(bare[place_in_text:])
    if not is_replaced:
        return _name(kind, 0, draw) + (owner[0] if owner else "")
    return "".join((*pieces, tail)) + (owner[0] if owner else "")


def _name(kind: str, run: int, draw: Draw) -> str:
    lists = lists_for(draw.language, is_wide=draw.is_wide)
    endings = lists.surname_endings if kind == "surname" else lists.place_endings
    first = joined(draw, f"{kind} {run}", lists, endings)
    return f"{first}-{joined(draw, f'{kind} {run} second', lists, endings)}" if draw.is_wide and run == 0 else first


def _cased(word: str, name: str) -> str:
    if word.isupper() and len(word) > 1:
        return name.upper()
    return name.lower() if word.islower() else name
