"""Where a webhook may go, and every address where it may not."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.address_guard import AddressRefused, WebhookPolicy, check_address, check_url, policy_of
from shared.address_table import BLOCKS, CAN_BE_ALLOWED, AddressKind, IPNetwork, blocked_kind
from shared.errors import WebhookUrlRefused
from shared.settings import Settings
from shared.webhook_url import UrlFault

PUBLIC = WebhookPolicy()


WITH_HTTP = WebhookPolicy(is_http_allowed=True)


def policy(*allowed_hosts: str, allow_http: bool = False) -> WebhookPolicy:
    return policy_of(Settings(webhook_allowed_hosts=allowed_hosts, webhook_allow_http=allow_http))


def reason_of(url: str, policy: WebhookPolicy = PUBLIC) -> str:
    with pytest.raises(WebhookUrlRefused) as raised:
        check_url(url, policy)
    (error,) = raised.value.errors
    return error.detail


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("127.0.0.1", AddressKind.LOOPBACK),
        ("127.255.255.254", AddressKind.LOOPBACK),
        ("0.0.0.0", AddressKind.THIS_HOST),
        ("0.1.2.3", AddressKind.THIS_HOST),
        ("10.0.0.1", AddressKind.PRIVATE),
        ("172.16.0.1", AddressKind.PRIVATE),
        ("172.31.255.255", AddressKind.PRIVATE),
        ("192.168.1.1", AddressKind.PRIVATE),
        ("169.254.169.254", AddressKind.LINK_LOCAL),
        ("169.254.170.2", AddressKind.LINK_LOCAL),
        ("168.63.129.16", AddressKind.CLOUD_SERVICE),
        ("100.100.100.200", AddressKind.CLOUD_SERVICE),
        ("192.0.0.192", AddressKind.CLOUD_SERVICE),
        ("100.64.0.1", AddressKind.SHARED),
        ("100.127.255.255", AddressKind.SHARED),
        ("192.0.0.1", AddressKind.PROTOCOL),
        ("192.0.2.1", AddressKind.DOCUMENTATION),
        ("198.51.100.1", AddressKind.DOCUMENTATION),
        ("203.0.113.1", AddressKind.DOCUMENTATION),
        ("192.88.99.1", AddressKind.TUNNEL),
        ("192.88.99.2", AddressKind.TUNNEL),
        ("198.18.0.1", AddressKind.BENCHMARK),
        ("198.19.255.255", AddressKind.BENCHMARK),
        ("224.0.0.1", AddressKind.MULTICAST),
        ("239.255.255.255", AddressKind.MULTICAST),
        ("240.0.0.1", AddressKind.RESERVED),
        ("255.255.255.255", AddressKind.RESERVED),
        ("[::]", AddressKind.THIS_HOST),
        ("[::1]", AddressKind.LOOPBACK),
        ("[0:0:0:0:0:0:0:1]", AddressKind.LOOPBACK),
        ("[0000:0000:0000:0000:0000:0000:0000:0001]", AddressKind.LOOPBACK),
        ("[::127.0.0.1]", AddressKind.TUNNEL),
        ("[::7f00:1]", AddressKind.TUNNEL),
        ("[::ffff:0:127.0.0.1]", AddressKind.TUNNEL),
        ("[64:ff9b::127.0.0.1]", AddressKind.TUNNEL),
        ("[64:FF9B::a9fe:a9fe]", AddressKind.TUNNEL),
        ("[64:ff9b:1::10.0.0.1]", AddressKind.TUNNEL),
        ("[64:ff9b:1:ffff::1]", AddressKind.TUNNEL),
        ("[2002:7f00:1::]", AddressKind.TUNNEL),
        ("[2002:a00:1::1]", AddressKind.TUNNEL),
        ("[2002:808:808::1]", AddressKind.TUNNEL),
        ("[2001:0:808:808:0:0:80ff:fffe]", AddressKind.TUNNEL),
        ("[2606:4700::5efe:10.0.0.1]", AddressKind.TUNNEL),
        ("[2606:4700::200:5efe:127.0.0.1]", AddressKind.TUNNEL),
        ("[fe80::1]", AddressKind.LINK_LOCAL),
        ("[febf::1]", AddressKind.LINK_LOCAL),
        ("[fec0::1]", AddressKind.SITE_LOCAL),
        ("[feff::1]", AddressKind.SITE_LOCAL),
        ("[fc00::1]", AddressKind.PRIVATE),
        ("[fd12:3456:789a::1]", AddressKind.PRIVATE),
        ("[fd00:ec2::254]", AddressKind.CLOUD_SERVICE),
        ("[fd20:ce::254]", AddressKind.CLOUD_SERVICE),
        ("[ff02::1]", AddressKind.MULTICAST),
        ("[ff0e::1]", AddressKind.MULTICAST),
        ("[100::1]", AddressKind.DISCARD),
        ("[100:0:0:1::1]", AddressKind.DISCARD),
        ("[2001:2::1]", AddressKind.BENCHMARK),
        ("[2001:10::1]", AddressKind.PROTOCOL),
        ("[2001:20::1]", AddressKind.PROTOCOL),
        ("[2001:db8::1]", AddressKind.DOCUMENTATION),
        ("[3fff::1]", AddressKind.DOCUMENTATION),
        ("[3fff:fff::1]", AddressKind.DOCUMENTATION),
        ("[3ffe::1]", AddressKind.RESERVED),
        ("[5f00::1]", AddressKind.SEGMENT_ROUTING),
        ("[4000::1]", AddressKind.RESERVED),
        ("[200::1]", AddressKind.RESERVED),
        ("[e000::1]", AddressKind.RESERVED),
    ],
)
def test_an_address_that_is_not_public_is_refused_by_its_kind(host: str, kind: AddressKind) -> None:
    assert reason_of(f"https://{host}/") == f"{UrlFault.ADDRESS}: {kind}."


@pytest.mark.parametrize(
    "numeric",
    [
        *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
        *("128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255"),
        *("192.0.1.0", "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0"),
        *("198.17.255.255", "198.20.0.0", "168.63.129.15", "168.63.129.17", "223.255.255.255", "::ffff:8.8.8.8"),
        *("2606:4700::1111", "2a00:1450::1", "2001:200::1", "2001:4860:4860::8888", "2003::1", "3ffd::1"),
        *("2606:4700::5eff:808:808",),
    ],
)
def test_the_neighbours_of_the_blocks_are_public(numeric: str) -> None:
    assert check_address(numeric, is_allowed=False)


@pytest.mark.parametrize("numeric", ["", "example.com", "127.1", "0x7f.0.0.1", "1.2.3.4/32", "fe80::1%eth0", "::1%lo"])
def test_what_is_no_address_is_refused(numeric: str) -> None:
    for is_allowed in (False, True):
        with pytest.raises(AddressRefused):
            check_address(numeric, is_allowed=is_allowed)


def test_a_mapped_address_is_judged_as_what_it_holds() -> None:
    assert check_address("::ffff:8.8.8.8", is_allowed=False) == IPv4Address("8.8.8.8")
    with pytest.raises(AddressRefused, match=r"^loopback$"):
        check_address("::ffff:127.0.0.1", is_allowed=False)


@pytest.mark.parametrize("network", [block.network for block in BLOCKS], ids=str)
def test_a_block_is_refused_from_its_first_address_to_its_last(network: IPNetwork) -> None:
    assert blocked_kind(network[0])
    assert blocked_kind(network[-1])


in_a_block = st.sampled_from([block.network for block in BLOCKS if isinstance(block.network, IPv4Network)]).flatmap(
    lambda network: st.integers(int(network[0]), int(network[-1])).map(IPv4Address)
)


def spellings(address: IPv4Address) -> list[str]:
    """What some resolver or other reads as this address."""
    number = int(address)
    octets = address.packed
    return [
        str(address),
        f"{address}.",
        str(number),
        f"0x{number:x}",
        f"0X{number:08X}",
        f"0{number:o}",
        ".".join(f"0x{octet:x}" for octet in octets),
        ".".join(f"0{octet:o}" for octet in octets),
        ".".join(f"{octet:03d}" for octet in octets),
        f"{octets[0]}.{number & 0xFFFFFF}",
        f"{octets[0]}.{octets[1]}.{number & 0xFFFF}",
        "".join(f"%{ord(character):02x}" for character in str(address)),
        str(address).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
        str(address).replace(".", "\u3002"),
        f"example.com@{address}",
        f"[{address}]",
        *(f"[{IPv6Address(wrapped)}]" for wrapped in in_ipv6(number)),
        f"[::ffff:{address}]",
        f"[::{address}]",
    ]


def in_ipv6(number: int) -> list[int]:
    """The ways to carry an IPv4 address within an IPv6 one."""
    inverse = number ^ 0xFFFF_FFFF
    return [
        number,  # compatible
        0xFFFF << 32 | number,  # mapped
        0xFFFF << 48 | number,  # translated
        0x64_FF9B << 96 | number,  # NAT64
        0x64_FF9B_0001 << 80 | number,
        0x2002 << 112 | number << 80,  # 6to4
        0x2001_0000 << 96 | number << 64 | inverse,  # Teredo
        0x2606_4700 << 96 | 0x5EFE << 32 | number,  # ISATAP
        0x2606_4700 << 96 | 0x0200_5EFE << 32 | number,
    ]


@given(in_a_block)
def test_no_spelling_of_a_blocked_address_is_accepted(address: IPv4Address) -> None:
    for host in spellings(address):
        for url in (f"https://{host}/", f"https://{host}:8443/a", f"http://{host}/"):
            with pytest.raises(WebhookUrlRefused):
                check_url(url, WITH_HTTP)


@given(in_a_block)
def test_no_answer_of_a_name_server_that_holds_a_blocked_address_is_accepted(address: IPv4Address) -> None:
    for numeric in [str(address), *(str(IPv6Address(wrapped)) for wrapped in in_ipv6(int(address)))]:
        with pytest.raises(AddressRefused):
            check_address(numeric, is_allowed=False)


@given(st.ip_addresses())
def test_whatever_python_holds_for_not_public_is_refused(address: IPv4Address | IPv6Address) -> None:
    address = getattr(address, "ipv4_mapped", None) or address
    if not address.is_global or address.is_multicast or address.is_reserved:
        with pytest.raises(AddressRefused):
            check_address(address, is_allowed=False)


@pytest.mark.parametrize(
    ("url", "allowed", "is_accepted"),
    [
        ("http://receiver/hook", "receiver", True),
        ("http://receiver:9000/hook", "receiver", True),
        ("https://receiver:9000/hook", "receiver", True),
        ("http://receiver:9000/hook", "receiver:9000", True),
        ("http://RECEIVER:9000/hook", "Receiver:9000", True),
        ("http://receiver:9001/hook", "receiver:9000", False),
        ("https://receiver/hook", "receiver:9000", False),
        ("https://receiver/hook", "receiver:443", True),
        ("http://receiver/hook", "receiver:80", True),
        ("http://localhost:9000/", "localhost", True),
        ("http://a.localhost:9000/", "localhost", False),
        ("https://hooks.corp/", "hooks.corp", True),
        ("https://other.hooks.corp/", "hooks.corp", False),
        ("http://127.0.0.1:9000/", "127.0.0.1", True),
        ("http://127.0.0.1:9000/", "127.0.0.1:9000", True),
        ("http://127.0.0.2:9000/", "127.0.0.1:9000", False),
        ("http://2130706433:9000/", "127.0.0.1:9000", False),
        ("http://[::ffff:127.0.0.1]:9000/", "127.0.0.1:9000", False),
        ("http://[0:0::1]:9000/", "[::1]:9000", True),
        ("http://[::1]:9000/", "[0::1]", True),
        ("https://10.1.2.3/", "10.1.2.3", True),
        ("https://100.64.0.9/", "100.64.0.9", True),
        ("https://[fd12::1]/", "[fd12::1]", True),
        # what gives away credentials, or is no host, stays shut
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254", False),
        ("http://[fd00:ec2::254]/", "[fd00:ec2::254]", False),
        ("http://168.63.129.16/", "168.63.129.16", False),
        ("http://0.0.0.0:9000/", "0.0.0.0", False),
        ("http://224.0.0.1/", "224.0.0.1", False),
        ("http://[fe80::1]/", "[fe80::1]", False),
        # an opened host is spelled as plainly as others
        ("http://user@receiver/", "receiver", False),
        ("http://receiver./", "receiver", False),
        ("http://receiver/#a", "receiver", False),
        ("ftp://receiver/", "receiver", False),
        ("http://receiver:0/", "receiver", False),
    ],
)
def test_the_operator_opens_a_host_by_name(url: str, allowed: str, is_accepted: bool) -> None:
    if is_accepted:
        assert check_url(url, policy("other.example", allowed)).is_allowed
    else:
        reason_of(url, policy("other.example", allowed))


@pytest.mark.parametrize(
    ("url", "is_accepted"),
    [
        ("http://example.com/", True),
        ("http://example.com:80/", True),
        ("https://example.com/", True),
        ("http://example.com:443/", False),
        ("http://example.com:8080/", False),
        ("https://example.com:80/", False),
        ("http://127.0.0.1/", False),
        ("http://localhost/", False),
    ],
)
def test_plain_http_is_the_operators_choice_and_for_port_80(url: str, is_accepted: bool) -> None:
    if is_accepted:
        assert not check_url(url, policy(allow_http=True)).is_allowed
    else:
        reason_of(url, policy(allow_http=True))


@pytest.mark.parametrize("kind", AddressKind)
def test_an_opened_host_may_be_private_and_never_the_clouds_own(kind: AddressKind) -> None:
    for block in BLOCKS:
        # The last address, since the narrower blocks within others stand at other places.
        if blocked_kind(block.network[-1]) is not kind or str(block.network).startswith("::ffff:0:0/"):
            continue
        if kind in CAN_BE_ALLOWED:
            assert check_address(block.network[-1], is_allowed=True)
        else:
            with pytest.raises(AddressRefused):
                check_address(block.network[-1], is_allowed=True)


@pytest.mark.parametrize(
    "entry",
    [
        "http://receiver",
        "receiver/",
        "user@receiver",
        "receiver:0",
        "receiver:x",
        "receiver.",
        "::1",
        "*.corp",
        "127.1",
    ],
)
def test_a_wrong_entry_among_the_allowed_hosts_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match=r"^WEBHOOK_ALLOWED_HOSTS: ") as raised:
        policy(entry)
    assert entry not in str(raised.value).removeprefix("WEBHOOK_ALLOWED_HOSTS: ").replace("host:port", "")


def test_the_allowed_hosts_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_ALLOWED_HOSTS", "receiver:9000, [::1]")
    monkeypatch.setenv("WEBHOOK_ALLOW_HTTP", "true")
    read = policy_of(Settings())
    assert {(each.host, each.port) for each in read.allowed_hosts} == {("receiver", 9000), ("::1", None)}
    assert read.is_http_allowed
