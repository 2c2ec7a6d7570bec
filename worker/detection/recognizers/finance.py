"""Cards, accounts, banks and wallets."""

from worker.detection.checksums import base58check, bech32
from worker.detection.financial_numbers import is_bic, is_card_number, is_iban
from worker.detection.national_numbers import is_aba, is_rib
from worker.detection.recognizer import Check, Row, Table, digits, literals, mixed, terms, whole, words
from worker.detection.recognizers.edges import CODE_END, CODE_START, NUMBER_END, NUMBER_START

_CARD_WORDS = terms("""
    card, credit, debit, visa, mastercard, amex, american express, discover, maestro, cc, payment, pan, carte, carte
    bancaire, carte bleue, cb, paiement
""")
_IBAN_WORDS = ("iban", "bank", "account", "transfer", "swift", "bic", "compte", "virement", "banque", "rib")
_BIC_WORDS = ("swift", "bic", "bank", "banque", "iban", "code")
_ACCOUNT_WORDS = terms("""
    account, account number, acct, checking, savings, bank, deposit, debit, compte, banque
""")
_CRYPTO_WORDS = ("bitcoin", "btc", "ethereum", "eth", "wallet", "crypto", "address", "portefeuille", "adresse")
_BASE58 = "[1-9A-HJ-NP-Za-km-z]"

FINANCE = Table(
    "finance",
    (
        Row(
            type="CREDIT_CARD",
            name="card",
            pattern=(
                rf"{NUMBER_START}(?:\d{{12,19}}|\d{{4}}([ -])\d{{4}}\1\d{{4}}\1\d{{4}}(?:\1\d{{3}})?|"
                rf"\d{{4}}[ -]\d{{6}}[ -]\d{{4,5}}){NUMBER_END}"
            ),
            score=0.3,
            anchor=digits(12),
            check=Check("luhn and issuer", is_card_number, passed=20),
            context=_CARD_WORDS,
            source="ISO/IEC 7812-1; issuers' ranges",
        ),
        Row(
            type="CREDIT_CARD",
            name="card_by_context",
            pattern=rf"{NUMBER_START}\d{{4}}([ -]?)\d{{4}}\1\d{{4}}\1\d{{1,4}}{NUMBER_END}",
            score=0.03,
            anchor=digits(13, 16),
            context=("credit card", "debit card", "card number", "carte bancaire", "carte de crédit", "visa"),
            whole_text_counts=False,
        ),
        Row(
            type="IBAN_CODE",
            name="iban",
            pattern=(
                rf"{CODE_START}[A-Za-z]{{2}}\d\d(?:[ -]?[A-Za-z0-9]{{4}}){{2,7}}"
                rf"(?:[ -]?[A-Za-z0-9]{{1,3}})?{CODE_END}"
            ),
            score=0.5,
            anchor=mixed(2, before=4),
            check=Check("mod 97", is_iban, passed=97, failed=0.05),
            context=_IBAN_WORDS,
            source="ISO 13616, SWIFT IBAN registry",
        ),
        Row(
            type="SWIFT_BIC",
            name="bic_after_label",
            pattern=(
                r"(?i:swift|bic)(?:[ /-]{1,3}(?i:code|swift|bic|number|no))?[ :.]{0,4}(?:is |est )?"
                rf"(?P<value>[A-Z]{{6}}[A-Z0-9]{{2}}(?:[A-Z0-9]{{3}})?){CODE_END}"
            ),
            score=0.8,
            anchor=words("swift", "bic", reach=50),
            check=Check("country", is_bic, passed=1.5),
            source="ISO 9362",
        ),
        Row(
            type="SWIFT_BIC",
            name="bic_with_digit",
            pattern=(
                rf"{CODE_START}[A-Z]{{4}}[A-Z]{{2}}(?=[A-Z0-9]{{0,4}}[0-9])[A-Z0-9]{{2}}"
                rf"(?:[A-Z0-9]{{3}})?{CODE_END}"
            ),
            score=0.1,
            anchor=mixed(1, before=10),
            check=Check("country", is_bic, passed=2),
            context=_BIC_WORDS,
            source="ISO 9362",
        ),
        Row(
            type="SWIFT_BIC",
            name="bic_alone",
            pattern=r"[A-Z]{8}(?:[A-Z]{3})?",
            score=0.04,
            anchor=whole(),
            check=Check("country", is_bic, passed=1.5),
            source="ISO 9362",
        ),
        *(
            # One in ten has the right check digit, and each row's prefixes are a part of a hundred. The second row's
            # belong to payment processors and travellers' cheques, which few people ever see.
            Row(
                type="ABA_ROUTING_NUMBER",
                countries=("US",),
                name=name,
                pattern=rf"{NUMBER_START}{prefix}(?:\d{{7}}|\d\d-\d{{4}}-\d){NUMBER_END}",
                score=score,
                anchor=digits(9),
                check=Check("weights 3 7 1", is_aba, passed=passed),
                context=("routing", "aba", "rtn", "routing number", "bank", "transit", "wire", "ach"),
                source="ABA Routing Number Policy",
            )
            for name, prefix, score, passed in (
                ("aba", r"(?=0[1-9]|1[0-2]|2|3[0-2])\d\d", 0.03, 40.0),
                ("aba_special", r"(?=6|7[0-2]|80)\d\d", 0.004, 70.0),
            )
        ),
        Row(
            type="US_BANK_NUMBER",
            countries=("US",),
            name="account",
            pattern=rf"{NUMBER_START}\d{{8,17}}{NUMBER_END}",
            score=0.025,
            anchor=digits(8),
            context=_ACCOUNT_WORDS,
            whole_text_counts=False,
        ),
        Row(
            type="FR_RIB",
            countries=("FR",),
            name="rib",
            pattern=rf"{CODE_START}\d{{5}}[ -]?\d{{5}}[ -]?[0-9A-Z]{{11}}[ -]?\d{{2}}{CODE_END}",
            score=0.1,
            anchor=digits(12),
            check=Check("mod 97", is_rib, passed=97, failed=0.1),
            context=("rib", "compte", "banque", "bancaire", "guichet", "virement", "account", "bank"),
            source="Comité français d'organisation et de normalisation bancaires",
        ),
        Row(
            type="CRYPTO",
            name="bitcoin_base58",
            pattern=rf"{CODE_START}[123mn]{_BASE58}{{25,38}}{CODE_END}",
            score=0.6,
            anchor=mixed(1, before=40),
            check=Check("base58check", base58check, passed=1000, failed=0.7),
            context=_CRYPTO_WORDS,
            source="Bitcoin base58check",
        ),
        Row(
            type="CRYPTO",
            name="bitcoin_bech32",
            pattern=rf"{CODE_START}(?:bc1|tb1|BC1|TB1)[A-Za-z0-9]{{11,71}}{CODE_END}",
            score=0.6,
            anchor=literals("bc1", "tb1"),
            check=Check("bech32", bech32, passed=1000),
            context=_CRYPTO_WORDS,
            source="BIP 173, BIP 350",
        ),
        Row(
            type="CRYPTO",
            name="ethereum",
            pattern=rf"{CODE_START}0x[0-9a-fA-F]{{40}}{CODE_END}",
            score=0.95,
            anchor=literals("0x"),
            source="EIP-55",
        ),
    ),
)
