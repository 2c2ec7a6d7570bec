"""Sums of money: what somebody earned, owed or was awarded tells who it was to those who know."""

import re
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick

from worker.detection.span import Span

_SCORE = 0.75

#: ISO 4217: Europe's present and past, and the world's most used; then abbreviations in use beside them.
_CODES = (
    "EUR|USD|GBP|CHF|SEK|NOK|DKK|ISK|PLN|CZK|SKK|HUF|RON|ROL|BGN|BGL|HRK|RSD|TRY|TRL|RUB|RUR|UAH|MDL|GEL|AMD"
    "|AZN|BAM|MKD"
    "|DEM|ATS|FRF|BEF|LUF|NLG|ITL|ESP|PTE|GRD|FIM|IEP|CYP|MTL|SIT|EEK|LVL|LTL|XEU|JPY|CNY|INR|AUD|NZD|CAD|HKD"
    "|SGD|ZAR|BRL|MXN"
    "|ILS|AED|SAR|EGP|MAD|DZD|TND|XOF|XAF|KRW|THB|PKR|NGN|KES|FF|DM|YTL|BAT"
)
_NAMES = (
    r"euros?|dollars?|pounds?(?: sterling)?|pence|cents?|francs?(?: (?:CFA|suisses?|belges?|fran[cç]ais))?"
    r"|marks?|marcs?|schillings?"
    r"|lires?|lira|liras|lire|livres?(?: (?:sterling|turques?))?|kron(?:a|or|e|er)|couronnes?|zlot(?:y|ys|ych"
    r"|e)|forints?|roubles?"
    r"|rubles?|hryvnias?|hryvnya|le[iu]|lev[as]?|dinars?|dirhams?|drachmas?|drachmes?|pesetas?|escudos?"
    r"|guilders?|florins?|yens?|yuan"
    r"|rupees?|roupies?|pesos?|rands?|shekels?|tolars?|kunas?|crowns?"
)
_SIGNS = "€$£¥₺₽₴₹₪"
#: 1,800; 476,970,000; 2 000 000; 24.952,51; 4.35
_NUMBER = r"\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,4})?"
_SCALE = r"(?:[ \u00a0](?:thousand|million|billion|mille|millions?|milliards?|k|m|bn)\b(?: d[e'’])?)?"
_ABOUT = r"(?:(?:approximately|approx\.|about|circa|environ|près de)[ \u00a0])?"
_NATION_BEFORE = r"(?:[A-Z][a-zé]+[ \u00a0]){0,2}"
_NATION_AFTER = (
    r"(?:[ \u00a0](?:turque|suédoise|norvégienne|danoise|tchèque|slovaque|suisse|belge|français|polonais"
    r"|américain|canadien)s?)?"
)
_GLOSS = rf"(?:[ \u00a0]?[(\[](?:{_CODES}|[{_SIGNS}])[)\]])?"

_AMOUNT = re.compile(
    rf"(?<![\w.,]){_ABOUT}(?:"
    rf"(?:(?:US|A|C|NZ|HK)?[{_SIGNS}]|(?:{_CODES})\b\.?)[ \u00a0\u202f]{{0,2}}(?:{_NUMBER}){_SCALE}"
    rf"|(?:{_NUMBER}){_SCALE}[ \n\u00a0\u202f]{{0,2}}"
    rf"(?:[{_SIGNS}](?!\d)|(?:{_CODES})\b|{_NATION_BEFORE}(?i:{_NAMES})\b{_NATION_AFTER}{_GLOSS})"
    r")(?!\w)"
)
#: What every amount holds a piece of: looking for these first takes a fifteenth of the time.
_PIECES = (
    "euro dollar pound pence cent franc mark marc schilling lir livre kron couronne zlot forint roubl rubl hryvn leu"
    " lei lev dinar dirham drachm peseta escudo guilder florin yen yuan rupee roupie peso rand shekel tolar kuna crown"
).split()
_CURRENCIES = tuple(dict.fromkeys([*_SIGNS, *_CODES.lower().split("|"), *_PIECES]))
_CURRENCY = AhoCorasick(_CURRENCIES)


def find_amounts(text: str) -> Iterator[Span]:
    """A number with a currency's code, sign or name beside it."""
    if not holds_currency(text):
        return
    for match in _AMOUNT.finditer(text):
        yield Span(match.start(), match.end(), "MONEY", _SCORE, "amounts")


def holds_currency(text: str) -> bool:
    """Whether a currency's code, sign or name begins somewhere, or stands right after a number."""
    folded = text.replace("\u0130", "i").lower()
    return any(
        start == 0 or not (folded[start - 1].isalpha() and folded[start].isalpha())
        for _, start, _ in _CURRENCY.find_matches_as_indexes(folded)
    )
