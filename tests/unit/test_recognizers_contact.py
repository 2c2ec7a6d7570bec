"""E-mail addresses, telephone numbers, machines, secrets: what is found, and what only looks like it."""

import pytest

from tests.unit.finding import found

_FOUND = [
    ("EMAIL_ADDRESS", "Write to jane.o-neil+x@mail.example.co.uk.", "jane.o-neil+x@mail.example.co.uk"),
    ("EMAIL_ADDRESS", 'mail <"odd name"@example.com>', '"odd name"@example.com'),
    ("EMAIL_ADDRESS", "zoé@müller.example", "zoé@müller.example"),
    ("EMAIL_ADDRESS", "jane @ example . com", "jane @ example . com"),
    ("EMAIL_ADDRESS", "jane [at] example.com", "jane [at] example.com"),
    ("PHONE_NUMBER", "call +44 20 7946 0958 now", "+44 20 7946 0958"),
    ("PHONE_NUMBER", "Call (212) 555-0143 x123", "(212) 555-0143 x123"),
    ("PHONE_NUMBER", "joignable au 06.39.98.12.34.", "06.39.98.12.34"),
    ("PHONE_NUMBER", "+33 (0)1 45 67 89 01", "+33 (0)1 45 67 89 01"),
    ("PHONE_NUMBER", "Tel. (0113) 496 0123", "(0113) 496 0123"),
    ("PHONE_NUMBER", "Call us (0113 496 0123).", "0113 496 0123"),
    ("PHONE_NUMBER", "Our office (phone 0113 496 0123) is shut.", "0113 496 0123"),
    ("PHONE_NUMBER", "tel 01 2048 3632", "01 2048 3632"),
    ("PHONE_NUMBER", "fax: 4561234", "4561234"),
    ("PHONE_NUMBER", "07700900123", "07700900123"),
    ("PHONE_NUMBER", "0049 151 23456789", "0049 151 23456789"),
    ("URL", "see https://user:pw@example.com:8443/a/b?c=d#e).", "https://user:pw@example.com:8443/a/b?c=d#e"),
    ("URL", "at www.example.org/x, then", "www.example.org/x"),
    ("URL", "on example.co.uk today", "example.co.uk"),
    ("URL", "http://[2001:db8::1]:80/", "http://[2001:db8::1]:80/"),
    ("IP_ADDRESS", "from 192.0.2.17:8080 to", "192.0.2.17"),
    ("IP_ADDRESS", "2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:7334"),
    ("IP_ADDRESS", "::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ("IP_ADDRESS", "fe80::1%eth0", "fe80::1%eth0"),
    ("MAC_ADDRESS", "nic 00-00-5E-00-53-AF up", "00-00-5E-00-53-AF"),
    ("MAC_ADDRESS", "0000.5e00.53af", "0000.5e00.53af"),
    ("IMEI", "IMEI: 490154203237518", "490154203237518"),
    ("SECRET", "key AKIAIOSFODNN7EXAMPLE here", "AKIAIOSFODNN7EXAMPLE"),
    ("SECRET", "mot de passe : Tr0ub4dor&3", "Tr0ub4dor&3"),
    ("SECRET", "Authorization: Bearer abcdef0123456789abcdef", "abcdef0123456789abcdef"),
    ("JWT", "t=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln"),
]

_NOT_FOUND = [
    ("EMAIL_ADDRESS", "someone@localhost"),
    ("EMAIL_ADDRESS", "a@b.c is no address"),
    ("EMAIL_ADDRESS", "@example.com"),
    ("URL", "mail jane.doe@example.com please"),
    ("URL", "the end.In the next sentence"),
    ("URL", "http://www.example-.com/"),
    ("URL", "http://300.1.1.1/"),
    ("URL", "file.txt and i.e. so"),
    ("PHONE_NUMBER", "on 2004-01-12 at 10:30, € 1 234 567"),
    ("PHONE_NUMBER", "application no. 36110/97 of 12.01.2004"),
    ("PHONE_NUMBER", "version 1.2.3.4567, 2.50 3.1 4.5 5.2"),
    ("PHONE_NUMBER", "0212457898"),
    ("IP_ADDRESS", "256.0.0.1"),
    ("IP_ADDRESS", "1.2.3 and 1.2.3.4.5"),
    ("IP_ADDRESS", "10:30:15 and std::vector"),
    ("MAC_ADDRESS", "01-02 03:04 05 ab"),
    ("MAC_ADDRESS", "01:02:03:04:05"),
    ("IMEI", "IMEI: 490154203237519"),
    ("SECRET", "the password is secret"),
    ("JWT", "eyJub3QiOiJhIGp3dCJ9.eyJzdWIiOiJhIn0.c2ln"),
]


@pytest.mark.parametrize(("type_", "text", "value"), _FOUND)
def test_is_found(type_: str, text: str, value: str) -> None:
    assert found(text, type_) == [value]


@pytest.mark.parametrize(("type_", "text"), _NOT_FOUND)
def test_is_not_found(type_: str, text: str) -> None:
    assert found(text, type_) == []


def test_an_unbroken_fixed_line_number_needs_a_context_word() -> None:
    assert found("Tél : 0212457898", "PHONE_NUMBER", "fr") == ["0212457898"]


def test_the_domain_of_an_address_is_no_url() -> None:
    """P#951."""
    assert found("jane@www.example.com", "URL") == []
