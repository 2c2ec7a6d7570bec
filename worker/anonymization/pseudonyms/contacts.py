"""Pseudonyms of e-mail addresses, URLs, IP addresses and telephone numbers, from what is reserved for examples."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

import phonenumbers

from worker.anonymization.folding import fold
from worker.anonymization.identities import Identity
from worker.anonymization.pseudonyms.codes import same_shape
from worker.anonymization.pseudonyms.draw import Draw
from worker.anonymization.pseudonyms.names import lists_for
from worker.anonymization.pseudonyms.persons import joined
from worker.anonymization.word_lists import words

#: RFC 2606.
_DOMAINS: Final = ("example.com", "example.net", "example.org")
#: RFC 5737; RFC 1112 (reserved) where more are needed than these hold.
_IPV4_EXAMPLES: Final = (0xC0000200, 0xC6336400, 0xCB007100)
_IPV4_RESERVED: Final = 0xF0000000
#: RFC 3849.
_IPV6_EXAMPLES: Final = 0x20010DB8 << 96

#: By country code: national numbers without trunk prefix that are kept free for fiction; N: the drawn digits.
#: 1: NANPA 555-0100 to 555-0199. 33: ARCEP. 44: Ofcom. 61: ACMA. 353: ComReg. 49: BNetzA.
_NANP_AREAS: Final = words("""
    201 202 212 213 214 215 301 303 305 312 313 314 404 410 412 414 415 416 504 512 513 514 602 604 612 613 617 619 702
    703 713 716 718 801 802 804 808 816 901 904 907 914 916 918 919
""")
FICTION_NUMBERS: Final[dict[int, tuple[str, ...]]] = {
    1: tuple(f"{area}55501NN" for area in _NANP_AREAS),
    33: words("19900NNNN 26191NNNN 35301NNNN 46571NNNN 53649NNNN 63998NNNN"),
    44: words("""
        1134960NNN 1144960NNN 1154960NNN 1164960NNN 1174960NNN 1184960NNN 1214960NNN 1314960NNN 1414960NNN 1514960NNN
        1614960NNN 2079460NNN 1914980NNN 2896496NNN 2920180NNN 7700900NNN 1632960NNN
    """),
    61: words("255501NNN 355501NNN 755501NNN 855501NNN 491570NNN"),
    49: words("3023125NNN 6990009NNN 4066969NNN 2214710NNN 8999998NNN 17139200NN"),
}
_REGIONS: Final = {"en": ("US", "GB"), "fr": ("FR", "BE", "CH", "CA")}
_EXTENSION: Final = {"fr": "poste "}


def email(_surface: str, _identity: Identity, draw: Draw) -> str:
    """`given.surname@example.org`."""
    lists = lists_for(draw.language, is_wide=draw.is_wide)
    given = draw.pick("given", lists.women + lists.men)
    local = f"{given}.{joined(draw, 'surname', lists, lists.surname_endings)}"
    if draw.is_wide:
        local += draw.digits("number", 6)
    return _ascii(local) + "@" + draw.pick("domain", _DOMAINS)


def url(surface: str, _identity: Identity, draw: Draw) -> str:
    """A host below example.com, .net or .org, with a path where the original has more than a host."""
    lists = lists_for(draw.language, is_wide=draw.is_wide)
    host = _ascii(joined(draw, "host", lists, lists.place_endings)) + (
        draw.digits("host number", 6) if draw.is_wide else ""
    )
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", surface)
    rest = surface[scheme.end() :] if scheme else surface
    www = "www." if rest.lower().startswith("www.") else ""
    try:
        split = urlsplit("//" + rest)
        has_path = bool(split.path.strip("/") or split.query or split.fragment)
    except ValueError:
        has_path = True
    path = (
        f"/{_ascii(joined(draw, 'path', lists, lists.place_endings))}"
        if has_path
        else "/"
        if rest.endswith("/")
        else ""
    )
    return f"{scheme[0].lower() if scheme else ''}{www}{host}.{draw.pick('domain', _DOMAINS)}{path}"


def ip_address(surface: str, _identity: Identity, draw: Draw) -> str | None:
    """An address of the same family from the ranges for documentation; None where it is no address."""
    bare, slash, prefix = surface.partition("/")
    try:
        version = ipaddress.ip_address(bare.strip("[]").partition("%")[0]).version
    except ValueError:
        return None
    if version == 6:
        new = str(ipaddress.IPv6Address(_IPV6_EXAMPLES | draw.number("host", 1 << 96)))
    elif draw.is_wide:
        new = str(ipaddress.IPv4Address(_IPV4_RESERVED | draw.number("host", 1 << 28)))
    else:
        new = str(ipaddress.IPv4Address(draw.pick("net", _IPV4_EXAMPLES) | draw.number("host", 1 << 8)))
    return ("[" + new + "]" if bare.startswith("[") else new) + (f"{slash}{prefix}" if prefix.isdigit() else "")


def phone(surface: str, identity: Identity, draw: Draw) -> str | None:
    """A number of the same country and writing, from those kept free for fiction where the country has some."""
    number = _parse(surface, draw.language)
    digits = [index for index, character in enumerate(surface) if character.isdecimal()]
    national = str(number.national_number) if number is not None and not number.extension else ""
    if number is None or not national or len(digits) < len(national):
        return same_shape(surface, draw.key, identity.type)
    forms = [form for form in FICTION_NUMBERS.get(number.country_code or 0, ()) if len(form) == len(national)]
    if not forms:
        start = digits[-len(national)]
        changed = same_shape(surface[start:], draw.key, identity.type)
        return surface[:start] + changed if changed is not None else None
    # A mobile number stays one: most plans tell by the first digit. In +1 it is the area's.
    fitting = [form for form in forms if form[0] == national[0] or number.country_code == 1] or forms
    form = draw.pick("form", fitting)
    new = form.replace("N", "") + draw.digits("subscriber", form.count("N"))
    written = list(surface)
    for index, digit in zip(digits[-len(national) :], new, strict=True):
        written[index] = digit
    # Beyond what the free numbers hold, an extension tells two of them apart.
    extension = f" {_EXTENSION.get(draw.language, 'x')}{draw.digits('extension', 7)}" if draw.is_wide else ""
    return "".join(written) + extension


def _parse(surface: str, language: str) -> phonenumbers.PhoneNumber | None:
    candidates = []
    for region in _REGIONS.get(language, ("US",)):
        try:
            number = phonenumbers.parse(surface, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return number
        candidates.append(number)
    return next((number for number in candidates if phonenumbers.is_possible_number(number)), None)


def _ascii(text: str) -> str:
    return fold(text).replace("-", ".")
