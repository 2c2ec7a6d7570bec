"""Cards, accounts, identity, tax and vehicle numbers: with check digits, with context, alone in a field."""

import pytest

from tests.unit.finding import found

_FOUND = [
    ("CREDIT_CARD", "paid with 4111-1111-1111-1111 today", "4111-1111-1111-1111"),
    ("CREDIT_CARD", "378282246310005", "378282246310005"),
    ("CREDIT_CARD", "5555555555554444", "5555555555554444"),
    ("IBAN_CODE", "to GB82 WEST 1234 5698 7654 32 please", "GB82 WEST 1234 5698 7654 32"),
    ("IBAN_CODE", "FR1420041010050500013M02606", "FR1420041010050500013M02606"),
    ("SWIFT_BIC", "BIC: DEUTDEFF", "DEUTDEFF"),
    ("SWIFT_BIC", "DEUTDEFF500", "DEUTDEFF500"),
    ("CRYPTO", "send to 1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
    ("CRYPTO", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ("CRYPTO", "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe", "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe"),
    ("ABA_ROUTING_NUMBER", "routing 011103093", "011103093"),
    ("US_BANK_NUMBER", "savings account 000123456789", "000123456789"),
    ("FR_RIB", "RIB : 20041 01005 0500013M026 06", "20041 01005 0500013M026 06"),
    ("US_SSN", "SSN 536-90-4399.", "536-90-4399"),
    ("US_SSN", "ssn: 536904399", "536904399"),
    ("US_ITIN", "912-70-1234", "912-70-1234"),
    ("US_DRIVER_LICENSE", "driver's license number D123-4567-8901", "D123-4567-8901"),
    ("US_NPI", "NPI 1234567893", "1234567893"),
    ("UK_NINO", "his NI number is HH 01 23 45 D", "HH 01 23 45 D"),
    ("UK_NHS", "NHS no 943-476-5919", "943-476-5919"),
    ("UK_DRIVING_LICENCE", "licence MORGA657054SM9IJ", "MORGA657054SM9IJ"),
    ("FR_NIR", "née le 3, 2 55 08 14 168 025 38", "2 55 08 14 168 025 38"),
    ("FR_NIR", "NIR 1 84 12 2A 451 089 46", "1 84 12 2A 451 089 46"),
    ("FR_NIR", "Son NSS est le 177084235608599.", "177084235608599"),
    ("FR_SIREN", "RCS Lyon 732 829 320", "732 829 320"),
    ("FR_SIRET", "SIRET 73282932000074", "73282932000074"),
    ("FR_SPI", "numéro fiscal : 30 23 217 600 053", "30 23 217 600 053"),
    ("VAT_ID", "TVA FR 83 404 833 048", "FR 83 404 833 048"),
    ("VAT_ID", "VAT no GB 980 7806 84", "GB 980 7806 84"),
    ("VAT_ID", "DE136695976", "DE136695976"),
    ("VAT_ID", "NL123456789B10", "NL123456789B10"),
    ("VAT_ID", "CHE-116.281.710 MWST", "CHE-116.281.710 MWST"),
    ("TAX_ID", "EIN 12-3456789", "12-3456789"),
    ("TAX_ID", "codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S"),
    ("TAX_ID", "1234567TW", "1234567TW"),
    ("ID_CARD", "DNI 12345678-Z", "12345678-Z"),
    ("ID_CARD", "X1234567L", "X1234567L"),
    ("PASSPORT", "Passport No: 533401234", "533401234"),
    ("PASSPORT", "passeport 12AB34567", "12AB34567"),
    ("LICENSE_PLATE", "le véhicule AB-123-CD", "AB-123-CD"),
    ("LICENSE_PLATE", "M-AB 1234", "M-AB 1234"),
    ("POSTAL_CODE", "in SW1A 1AA", "SW1A 1AA"),
    ("POSTAL_CODE", "K1A 0B1", "K1A 0B1"),
    ("ZIP_CODE", "my zip code is 62704", "62704"),
    ("ZIP_CODE", "Springfield, IL 62704-1234", "62704-1234"),
]

_NOT_FOUND = [
    ("CREDIT_CARD", "4111 1111 1111 1112"),
    ("CREDIT_CARD", "order 4111111111111111222"),
    ("IBAN_CODE", "GB82 WEST 1234 5698 7654 33"),
    ("IBAN_CODE", "XX82 WEST 1234 5698 7654 32"),
    ("SWIFT_BIC", "The JUDGMENT was given"),
    ("CRYPTO", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
    ("ABA_ROUTING_NUMBER", "routing 382070381"),
    ("US_SSN", "000-12-3456 666-12-3456 536-00-4399 078-05-1120"),
    ("US_SSN", "call 536904399 units"),
    ("UK_NINO", "BG 01 23 45 D, HO 01 23 45 D, HH 01 23 45 E"),
    ("UK_NHS", "NHS number 943 476 5918"),
    ("FR_NIR", "2 55 08 14 168 025 39"),
    ("FR_SIREN", "732 829 321"),
    ("FR_SPI", "3023217600054"),
    ("VAT_ID", "84 323 140 391"),
    ("TAX_ID", "28-1234567"),
    ("TAX_ID", "86095752719"),
    ("ID_CARD", "12345678A"),
    ("PASSPORT", "we sold 533401234 pieces"),
    ("LICENSE_PLATE", "LRO-AB-1234"),
    ("POSTAL_CODE", "D1A 0B1"),
    ("POSTAL_CODE", "98123"),
    ("ZIP_CODE", "we sold 62704 pieces"),
]


@pytest.mark.parametrize(("type_", "text", "value"), _FOUND)
def test_is_found(type_: str, text: str, value: str) -> None:
    assert value in found(text, type_)


@pytest.mark.parametrize(("type_", "text"), _NOT_FOUND)
def test_is_not_found(type_: str, text: str) -> None:
    assert found(text, type_) == []


@pytest.mark.parametrize("text", ["French NIR 177084235608507", "sécurité sociale : 1 77 08 42 356 085 07"])
def test_a_mistyped_number_beside_its_label_is_still_hidden(text: str) -> None:
    assert found(text, "FR_NIR", "fr")
