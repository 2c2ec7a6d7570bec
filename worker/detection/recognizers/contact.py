"""E-mail addresses and telephone numbers."""

import re

from worker.detection.phone_numbers import (
    countries_of_number,
    is_international_number,
    is_mobile_number,
    is_national_number,
    is_possible_number,
    is_subscriber_number,
)
from worker.detection.recognizer import Check, Row, Table, digits, literals, terms
from worker.detection.recognizers.edges import NUMBER_END

_LOCAL = r"[\w!#$%&'*+/=?^`{|}~-]{1,64}(?:\.[\w!#$%&'*+/=?^`{|}~-]{1,64}){0,10}"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = rf"(?!\S{{0,80}}[\uff01-\uff5e])(?:{_LABEL}\.){{1,8}}(?:xn--[\w-]{{2,59}}|[^\W\d_]{{2,24}})(?![\w@©]|[.-]\w)"

#: Full-width letters are another spelling of the same domain that no mail server takes.
_NARROW = Check("no full-width letter", lambda value: not re.search("[\uff01-\uff5e]", value), passed=1)

_PHONE_WORDS = terms("""
    phone, phones, telephone, tel, mobile, cell, cellphone, fax, call, called, calling, dial, text, sms, whatsapp,
    landline, hotline, reach, contact, number is, ring, téléphone, tél, portable, mob, fixe, télécopie, appeler,
    appelez, joindre, joignable, joignables, contacter, standard, secrétariat, numéro, téléphonique, coordonnées,
    ligne
""")
#: No sum of money, no case number, nothing cut out of a longer number.
_START = r"(?<![\w/+=@%$€£#])(?<!\d[.,:\-/])(?<!\d )(?<!no\. )(?<!n° )"
#: A bracket that the sentence opened before the number is not the number's.
_INNER_CLOSE = r"(?:\)(?=[ .\-\u00a0\u202f(]{0,2}\d))?"
_EXTENSION = r"(?: ?(?:x|ext\.?|poste) ?\d{1,6})?"

CONTACT = Table(
    "contact",
    (
        Row(
            type="EMAIL_ADDRESS",
            name="email",
            pattern=rf"(?<![\w.+'\"-]){_LOCAL}@{_DOMAIN}",
            score=0.95,
            anchor=literals("@", before=65, reach=255, guard=rf"@{_LABEL}\."),
            check=_NARROW,
            source="RFC 5321, dot-string",
        ),
        Row(
            type="EMAIL_ADDRESS",
            name="email_quoted",
            pattern=rf'(?<![\w.+"-])"(?:[^"\\\r\n]|\\.){{1,62}}"@{_DOMAIN}',
            score=0.95,
            anchor=literals('"@', before=65, reach=255, guard=rf'"@{_LABEL}\.'),
            check=_NARROW,
            source="RFC 5321, quoted-string",
        ),
        Row(
            type="EMAIL_ADDRESS",
            name="email_spaced",
            pattern=(
                r"(?<![\w.+-])[\w.+-]{1,64} ?(?:@|\[at\]|\(at\)) ?"
                r"(?:[A-Za-z0-9-]{1,63} ?\. ?){1,4}[A-Za-z]{2,6}(?!\w)"
            ),
            score=0.6,
            anchor=literals(" @ ", "[at]", "(at)", before=65, reach=200),
        ),
        Row(
            type="PHONE_NUMBER",
            name="international",
            countries_of=countries_of_number,
            pattern=(
                rf"(?<![\w+=@/])\(?(?:\+|00)(?=[1-9])(?:1|7|[2-9]\d{{1,2}})(?:[ .\-/"
                rf"()\u00a0\u202f]{{0,3}}\d){{6,13}}{_EXTENSION}{NUMBER_END}"
            ),
            score=0.6,
            anchor=digits(8, before=2),
            check=Check("phonenumbers", is_international_number, passed=20, failed=0.2),
            context=_PHONE_WORDS,
            source="ITU-T E.164",
        ),
        Row(
            type="PHONE_NUMBER",
            name="grouped",
            countries_of=countries_of_number,
            # Two and seven digits are an EIN, three, two and four a social security number; German mobile numbers have
            # codes of up to six digits.
            pattern=(
                rf"{_START}(?!\d\d[- ]\d{{7}}(?!\d)|\d{{3}}-\d\d-\d{{4}}(?!\d))"
                rf"(?:\((?:\d{{1,5}}|01\d{{4}})\)|(?:\d{{1,5}}|01\d{{4}}(?= )){_INNER_CLOSE})"
                rf"(?:[ .\-\u00a0\u202f(]{{1,2}}\d{{2,8}}{_INNER_CLOSE}|(?<=\))\d{{2,8}}){{1,5}}"
                rf"{_EXTENSION}{NUMBER_END}"
            ),
            score=0.15,
            anchor=digits(8, before=1),
            check=Check("phonenumbers", is_national_number, passed=10),
            context=_PHONE_WORDS,
        ),
        Row(
            # As printed in Germany, Belgium and Luxembourg: 0470/12.34.56.
            type="PHONE_NUMBER",
            name="slash_after_area_code",
            countries_of=countries_of_number,
            pattern=rf"{_START}0\d{{1,5}} ?/ ?\d(?:[ .\-]?\d){{5,8}}{NUMBER_END}",
            score=0.15,
            anchor=digits(8, 15, guard=r"0\d{1,5} ?/"),
            check=Check("phonenumbers", is_national_number, passed=10),
            context=_PHONE_WORDS,
        ),
        Row(
            # The grouping tells, whether or not the area code is assigned.
            type="PHONE_NUMBER",
            name="north_american",
            countries_of=countries_of_number,
            pattern=(
                r"(?<![\w/+=@%$€£#-])(?<!\d[.,:])(?:\+?1[ .-]?)?"
                r"(?:\([2-9]\d{2}\)[ -]{0,2}|[2-9]\d{2}([-.])(?=\d{3}\1))\d{3}[ .-]\d{4}"
                rf"{_EXTENSION}{NUMBER_END}"
            ),
            score=0.6,
            anchor=digits(10, before=2),
            context=_PHONE_WORDS,
            source="NANPA",
        ),
        Row(
            type="PHONE_NUMBER",
            name="fr_pairs",
            countries_of=countries_of_number,
            pattern=r"(?<!\d)(?<!\d[ .,/-])0[1-9](?:[ .\-/\u00a0\u202f]\d\d){4}(?!\d|[ .,/-]\d)",
            score=0.75,
            anchor=digits(10, before=1),
            context=_PHONE_WORDS,
            source="ARCEP, plan de numérotation",
        ),
        Row(
            type="PHONE_NUMBER",
            name="mobile",
            countries_of=countries_of_number,
            pattern=rf"{_START}\d{{10,14}}{NUMBER_END}",
            score=0.2,
            anchor=digits(10),
            check=Check("mobile range", is_mobile_number, passed=5),
            context=_PHONE_WORDS,
        ),
        Row(
            type="PHONE_NUMBER",
            name="subscriber",
            countries_of=countries_of_number,
            pattern=rf"{_START}\d{{9,11}}{NUMBER_END}",
            score=0.03,
            anchor=digits(9),
            check=Check("numbering plan", is_subscriber_number, passed=10),
            context=_PHONE_WORDS,
        ),
        Row(
            # Unbroken digits of a fixed line look like any reference number: without a context word they stay below
            # the threshold, even alone in a field.
            type="PHONE_NUMBER",
            name="unbroken",
            countries_of=countries_of_number,
            pattern=rf"{_START}\d{{7,15}}{NUMBER_END}",
            score=0.04,
            anchor=digits(7),
            check=Check("numbering plan", is_national_number, passed=10),
            context=_PHONE_WORDS,
            whole_text_counts=False,
        ),
        Row(
            type="PHONE_NUMBER",
            name="with_context",
            countries_of=countries_of_number,
            pattern=(
                rf"{_START}(?:\((?=\d{{1,6}}\)))?\d(?:[ .\-\u00a0\u202f()]{{0,2}}\d){{4,13}}"
                rf"{_EXTENSION}{NUMBER_END}"
            ),
            score=0.03,
            anchor=digits(5, before=1),
            check=Check("length", is_possible_number, passed=1.0),
            context=_PHONE_WORDS,
            whole_text_counts=False,
        ),
    ),
)
