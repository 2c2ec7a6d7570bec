"""How a webhook's URL may be written, and every way to write one that programs read differently."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.address_guard import Target, WebhookPolicy, check_url
from shared.errors import WebhookUrlRefused
from shared.webhook_url import UrlFault, read_url

PUBLIC = WebhookPolicy()


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://example.com", "example.com", 443, "/"),
        ("https://example.com/", "example.com", 443, "/"),
        ("https://example.com/hook?a=1&b=%20", "example.com", 443, "/hook?a=1&b=%20"),
        ("https://example.com?a=1", "example.com", 443, "/?a=1"),
        ("https://example.com:443/hook", "example.com", 443, "/hook"),
        ("https://example.com:8443/hook", "example.com", 8443, "/hook"),
        ("HTTPS://EXAMPLE.Com/Hook", "example.com", 443, "/Hook"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/"),
        ("https://a_b.example.com/", "a_b.example.com", 443, "/"),
        ("https://10.example.com/", "10.example.com", 443, "/"),
        ("https://localhost.example.com/", "localhost.example.com", 443, "/"),
        ("https://my-local.example/", "my-local.example", 443, "/"),
        ("https://8.8.8.8/", "8.8.8.8", 443, "/"),
        ("https://[2606:4700:0:0::1111]/", "2606:4700::1111", 443, "/"),
        ("https://example.com/http://127.0.0.1/", "example.com", 443, "/http://127.0.0.1/"),
        ("https://example.com/a@b:c", "example.com", 443, "/a@b:c"),
    ],
)
def test_a_plain_url_to_a_public_host_is_accepted(url: str, host: str, port: int, path: str) -> None:
    target = check_url(url, PUBLIC)
    assert (target.host, target.port, target.path) == (host, port, path)
    assert target.is_tls
    assert not target.is_allowed


HOSTILE = [
    # another protocol
    ("http://example.com/", UrlFault.SCHEME),
    ("ftp://example.com/", UrlFault.SCHEME),
    ("file:///etc/passwd", UrlFault.SCHEME),
    ("gopher://example.com:443/_x", UrlFault.SCHEME),
    ("unix:///run/docker.sock", UrlFault.SCHEME),
    ("redis://example.com/", UrlFault.SCHEME),
    # no absolute URL
    ("", UrlFault.CHARACTERS),
    ("example.com", UrlFault.SHAPE),
    ("//example.com/", UrlFault.SHAPE),
    ("https:example.com", UrlFault.SHAPE),
    ("https:/example.com", UrlFault.SHAPE),
    ("data:text/plain,x", UrlFault.SHAPE),
    ("https:///hook", UrlFault.HOST_SPELLING),
    ("https://", UrlFault.HOST_SPELLING),
    ("https://?x", UrlFault.HOST_SPELLING),
    ("https://example.com/" + "a" * 2_000, UrlFault.TOO_LONG),
    # what hides the host from one reader and not from another
    ("https://example.com@10.0.0.1/", UrlFault.USERINFO),
    ("https://user:password@example.com/", UrlFault.USERINFO),
    ("https://@example.com/", UrlFault.USERINFO),
    ("https://example.com:443@10.0.0.1/", UrlFault.USERINFO),
    ("https://example.com\\@10.0.0.1/", UrlFault.USERINFO),
    ("https://10.0.0.1\\.example.com/", UrlFault.HOST_SPELLING),
    ("https:\\\\example.com\\", UrlFault.SHAPE),
    ("https://10.0.0.1#@example.com/", UrlFault.FRAGMENT),
    ("https://example.com/#fragment", UrlFault.FRAGMENT),
    ("https://example.com/a\\b", UrlFault.PATH),
    ("https://example.com/a%", UrlFault.PATH),
    ("https://example.com/a%2", UrlFault.PATH),
    ("https://example.com/{id}", UrlFault.PATH),
    ('https://example.com/"', UrlFault.PATH),
    # what ends a header or a line
    ("https://example.com/\r\nHost: 10.0.0.1", UrlFault.CHARACTERS),
    ("https://example.com/\n", UrlFault.CHARACTERS),
    ("https://example.com/\x00", UrlFault.CHARACTERS),
    ("https://exa\tmple.com/", UrlFault.CHARACTERS),
    (" https://example.com/", UrlFault.CHARACTERS),
    ("https://example.com /", UrlFault.CHARACTERS),
    ("https://example.com/a b", UrlFault.CHARACTERS),
    # what IDNA would fold into something else
    ("https://１２７.0.0.1/", UrlFault.CHARACTERS),
    ("https://①②⑦.⓪.⓪.①/", UrlFault.CHARACTERS),
    ("https://127。0。0。1/", UrlFault.CHARACTERS),
    ("https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", UrlFault.CHARACTERS),
    ("https://loca\u00adlhost/", UrlFault.CHARACTERS),
    ("https://exa\u200bmple.com/", UrlFault.CHARACTERS),
    ("https://bücher.example/", UrlFault.CHARACTERS),
    ("https://example.com/ü", UrlFault.CHARACTERS),
    ("https://example.com:４４３/", UrlFault.CHARACTERS),
    # percent codes in a host
    ("https://%31%32%37.0.0.1/", UrlFault.HOST_SPELLING),
    ("https://localhost%2eexample.com/", UrlFault.HOST_SPELLING),
    ("https://127.0.0.1%2f@example.com/", UrlFault.USERINFO),
    ("https://example.com%00.internal/", UrlFault.HOST_SPELLING),
    # numbers that resolvers read as 127.0.0.1 and others
    ("https://2130706433/", UrlFault.HOST_SPELLING),
    ("https://0x7f000001/", UrlFault.HOST_SPELLING),
    ("https://0x7f.0x0.0x0.0x1/", UrlFault.HOST_SPELLING),
    ("https://017700000001/", UrlFault.HOST_SPELLING),
    ("https://0177.0.0.1/", UrlFault.HOST_SPELLING),
    ("https://127.0.0.01/", UrlFault.HOST_SPELLING),
    ("https://127.1/", UrlFault.HOST_SPELLING),
    ("https://127.0.1/", UrlFault.HOST_SPELLING),
    ("https://0/", UrlFault.HOST_SPELLING),
    ("https://0x/", UrlFault.HOST_SPELLING),
    ("https://0X7F.1/", UrlFault.HOST_SPELLING),
    ("https://127.0.0.0x1/", UrlFault.HOST_SPELLING),
    ("https://256.0.0.1/", UrlFault.HOST_SPELLING),
    ("https://1.2.3.4.5/", UrlFault.HOST_SPELLING),
    ("https://example.123/", UrlFault.HOST_SPELLING),
    # dots and labels
    ("https://example.com./", UrlFault.HOST_SPELLING),
    ("https://127.0.0.1./", UrlFault.HOST_SPELLING),
    ("https://localhost./", UrlFault.HOST_SPELLING),
    ("https://.example.com/", UrlFault.HOST_SPELLING),
    ("https://example..com/", UrlFault.HOST_SPELLING),
    ("https://./", UrlFault.HOST_SPELLING),
    ("https://-example.com/", UrlFault.HOST_SPELLING),
    ("https://example-.com/", UrlFault.HOST_SPELLING),
    ("https://*.example.com/", UrlFault.HOST_SPELLING),
    (f"https://{'a' * 64}.example/", UrlFault.HOST_SPELLING),
    (f"https://{'a.' * 127}example/", UrlFault.HOST_SPELLING),
    # brackets and zones
    ("https://[::1/", UrlFault.HOST_SPELLING),
    ("https://::1/", UrlFault.PORT_SPELLING),
    ("https://[]/", UrlFault.HOST_SPELLING),
    ("https://[127.0.0.1]/", UrlFault.HOST_SPELLING),
    ("https://[::1]x/", UrlFault.HOST_SPELLING),
    ("https://[fe80::1%25eth0]/", UrlFault.HOST_SPELLING),
    ("https://[fe80::1%eth0]/", UrlFault.HOST_SPELLING),
    ("https://[2606:4700::1111%251]/", UrlFault.HOST_SPELLING),
    ("https://[v1.fe80]/", UrlFault.HOST_SPELLING),
    ("https://[::ffff:127.0.0.1]/", UrlFault.HOST_SPELLING),
    ("https://[::ffff:7f00:1]/", UrlFault.HOST_SPELLING),
    ("https://[::ffff:8.8.8.8]/", UrlFault.HOST_SPELLING),
    # ports
    ("https://example.com:80/", UrlFault.PORT),
    ("https://example.com:22/", UrlFault.PORT),
    ("https://example.com:6379/", UrlFault.PORT),
    ("https://8.8.8.8:53/", UrlFault.PORT),
    ("https://example.com:/", UrlFault.PORT_SPELLING),
    ("https://example.com:0/", UrlFault.PORT_SPELLING),
    ("https://example.com:0443/", UrlFault.PORT_SPELLING),
    ("https://example.com:+443/", UrlFault.PORT_SPELLING),
    ("https://example.com:-1/", UrlFault.PORT_SPELLING),
    ("https://example.com:65536/", UrlFault.PORT_SPELLING),
    ("https://example.com:65979/", UrlFault.PORT_SPELLING),  # 443 in 16 bits
    ("https://example.com:0x1bb/", UrlFault.PORT_SPELLING),
    ("https://example.com:443:80/", UrlFault.PORT_SPELLING),
    ("https://example.com:443 /", UrlFault.CHARACTERS),
    # names of a local network
    ("https://localhost/", UrlFault.LOCAL_NAME),
    ("https://LOCALHOST/", UrlFault.LOCAL_NAME),
    ("https://a.localhost/", UrlFault.LOCAL_NAME),
    ("https://localhost.localdomain/", UrlFault.LOCAL_NAME),
    ("https://metadata.google.internal/", UrlFault.LOCAL_NAME),
    ("https://host.docker.internal/", UrlFault.LOCAL_NAME),
    ("https://instance-data.ec2.internal/", UrlFault.LOCAL_NAME),
    ("https://printer.local/", UrlFault.LOCAL_NAME),
    ("https://router.home.arpa/", UrlFault.LOCAL_NAME),
    ("https://intranet/", UrlFault.LOCAL_NAME),
    ("https://redis/", UrlFault.SHORT_NAME),
    ("https://metadata/", UrlFault.SHORT_NAME),
    ("https://com/", UrlFault.SHORT_NAME),
]


@pytest.mark.parametrize(("url", "fault"), HOSTILE)
def test_a_hostile_url_is_refused(url: str, fault: UrlFault) -> None:
    with pytest.raises(WebhookUrlRefused) as raised:
        check_url(url, PUBLIC)
    assert [error.detail for error in raised.value.errors] == [fault.value]


@pytest.mark.parametrize("url", [url for url, _ in HOSTILE if len(url) > 12])
def test_a_refusal_never_repeats_the_url(url: str) -> None:
    with pytest.raises(WebhookUrlRefused) as raised:
        check_url(url, PUBLIC, pointer="/url")
    (error,) = raised.value.errors
    assert error.pointer == "/url"
    assert url not in f"{raised.value!r} {raised.value.detail} {error}"
    assert raised.value.__cause__ is None


#: Split at blanks, and some more.
PIECES = (
    "example.com 8.8.8.8 127.0.0.1 127.1 0x7f [::1] [2606:4700::1] a _ - . .. @ : 443 8443 80 / // ? # \\ % %2e [ ]"
)
pieces = st.sampled_from([*PIECES.split(), " ", "\t", "\uff11"])


@given(st.lists(pieces, max_size=6).map(lambda several: "https://" + "".join(several)))
def test_no_url_is_accepted_that_another_program_reads_differently(url: str) -> None:
    try:
        target = check_url(url, PUBLIC)
    except WebhookUrlRefused:
        return
    for other in (urlsplit(url).hostname, httpx.URL(url).host):
        assert other == target.host or ip_address(other or "") == target.address
    assert {urlsplit(url).port or 443, httpx.URL(url).port or 443} == {target.port}


def test_a_target_does_not_show_its_path() -> None:
    """Receivers put secrets there."""
    url = "https://example.com/services/T0/hushhush?key=hushhush"
    target, parts = check_url(url, PUBLIC), read_url(url)
    assert isinstance(target, Target)
    assert "hushhush" not in f"{target} {target!r} {parts} {parts!r}"


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://Example.com/", "example.com"),
        ("https://example.com:443/", "example.com"),
        ("https://example.com:8443/", "example.com:8443"),
        ("http://example.com:80/", "example.com"),
        ("https://[2606:4700:0::1111]/", "[2606:4700::1111]"),
        ("https://[2606:4700::1111]:8443/", "[2606:4700::1111]:8443"),
    ],
)
def test_the_host_header_names_the_port_when_it_is_not_the_usual_one(url: str, authority: str) -> None:
    assert check_url(url, WebhookPolicy(is_http_allowed=True)).authority == authority
