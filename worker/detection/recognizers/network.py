"""Addresses of machines and pages."""

from worker.detection.checksums import compact, luhn
from worker.detection.network_addresses import is_authority, is_ip_address, is_url
from worker.detection.recognizer import Check, Row, Table, digits, literals, whole, words

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"(?:{_LABEL}\.){{1,8}}(?:xn--[\w-]{{2,59}}|[^\W\d_]{{2,24}})(?![\w-])"
_HOST_OF_PAGE = (
    r"(?i:https?|ftps?|sftp|wss?)://(?:[^\s/?#@:<>]{0,64}(?::[^\s/?#@:<>]{0,64})?(?<!/)@)?"
    rf"(?:{_HOST}|\[[0-9A-Fa-f:.]{{2,45}}\]|\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?![\w.]))"
)
_TAIL = r"(?:[/?#](?:[^\s<>\"'’”»]{0,500}[^\s<>\"'’”».,;:!?)\]}])?)?"
#: Domains that stand in prose without a scheme; others could be two sentences without a blank between them.
_USUAL_TLD = (
    "com|net|org|edu|gov|mil|int|info|biz|io|eu|fr|uk|de|es|it|be|ch|lu|nl|ie|ca|us|at|pt|se|no|dk|fi|pl|cz|ru|jp|cn|au"
)

NETWORK = Table(
    "network",
    (
        Row(
            type="URL",
            name="url",
            pattern=rf"(?<![\w@]){_HOST_OF_PAGE}(?::\d{{1,5}}(?!\w))?{_TAIL}",
            score=0.95,
            anchor=literals("http://", "https://", "ftp://", "ftps://", "sftp://", "ws://", "wss://", reach=700),
            check=Check("host and port", is_url, passed=1),
            source="RFC 3986",
        ),
        Row(
            # Alone, what would end a sentence belongs to it, and a port may be empty.
            type="URL",
            name="url_alone",
            pattern=rf"{_HOST_OF_PAGE}(?::\d{{0,5}})?(?:[/?#][\w.~:/?#\[\]@!$&'()*+,;=%-]{{0,500}})?",
            score=0.9,
            anchor=whole(),
            check=Check("host and port", is_url, passed=1),
            source="RFC 3986, 3.2.3 and 3.3",
        ),
        Row(
            type="URL",
            name="www",
            pattern=rf"(?<![\w@./-])(?i:www\d?)\.{_HOST}(?::\d{{1,5}}(?!\w))?{_TAIL}",
            score=0.9,
            anchor=literals("www", reach=700),
        ),
        Row(
            type="URL",
            name="domain",
            pattern=(
                rf"(?<![\w@./:-])(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,4}}(?:{_USUAL_TLD})(?![\w@-]|"
                rf"\.\w){_TAIL}"
            ),
            score=0.55,
            anchor=literals(*(f".{tld}" for tld in _USUAL_TLD.split("|")), before=64, reach=520),
        ),
        Row(
            type="URL",
            name="domain_alone",
            pattern=rf"{_HOST}(?::\d{{1,5}}(?!\d))?{_TAIL}",
            score=0.05,
            anchor=whole(),
            check=Check("host and port", is_authority, passed=1),
        ),
        Row(
            # The address of a page behind a password; above the e-mail address that its end could be.
            type="URL",
            name="user_and_password_alone",
            pattern=rf"[^\s/?#@:<>\[\]]{{1,64}}:[^\s/?#@:<>\[\]]{{0,64}}@{_HOST}(?::\d{{1,5}}(?!\d))?{_TAIL}",
            score=0.5,
            anchor=whole(),
            check=Check("no other scheme", is_authority, passed=1),
            source="RFC 3986, 3.2.1; RFC 3987",
        ),
        Row(
            type="IP_ADDRESS",
            name="ipv4",
            pattern=r"(?<![\w.:-])(?:\d{1,3}\.){3}\d{1,3}(?![\w:]|\.\d|-\d)(?:/\d{1,2}(?!\d))?",
            score=0.85,
            anchor=digits(4, guard=r"\d{1,3}\.\d"),
            check=Check("ipaddress", is_ip_address, passed=1),
            context=("ip", "ip address", "host", "server", "address", "adresse", "serveur", "client"),
            source="RFC 791",
        ),
        Row(
            type="IP_ADDRESS",
            name="ipv4_port",
            pattern=r"(?<![\w.:-])(?P<value>(?:\d{1,3}\.){3}\d{1,3}):\d{1,5}(?![\w.:])",
            score=0.85,
            anchor=digits(4, guard=r"\d{1,3}\.\d"),
            check=Check("ipaddress", is_ip_address, passed=1),
            source="RFC 791",
        ),
        Row(
            type="IP_ADDRESS",
            name="ipv6",
            pattern=(
                r"(?<![\w:.%])(?=[0-9A-Fa-f]{0,4}:)(?=[0-9A-Fa-f:]{0,40}[0-9A-Fa-f])(?:[0-9A-Fa-f]{0,4}:){2,8}"
                r"(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?:%[\w]{1,16})?(?![\w:%]|\.\d)"
            ),
            score=0.85,
            anchor=literals(":", before=4, reach=64, guard=":[0-9A-Fa-f]{0,4}:"),
            check=Check("ipaddress", is_ip_address, passed=1),
            source="RFC 4291, RFC 4007",
        ),
        Row(
            # In prose two colons are punctuation.
            type="IP_ADDRESS",
            name="ipv6_unspecified",
            pattern="::",
            score=0.1,
            anchor=whole(),
            source="RFC 4291, 2.5.2",
        ),
        Row(
            type="MAC_ADDRESS",
            name="mac",
            pattern=(
                r"(?<![\w:.-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?:(?:\1[0-9A-Fa-f]{2}){2})?"
                r"(?<=..:..:..:..:..:..|..-..-..-..-..-..)|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"
                r"(?:\.[0-9A-Fa-f]{4})?)(?![\w:-]|\.\w)"
            ),
            score=0.9,
            anchor=literals(*(":", "-", "."), before=4, reach=32, guard=r"[:-][0-9A-Fa-f]{2}[:-]|\.[0-9A-Fa-f]{4}\."),
            source="IEEE 802: EUI-48, EUI-64",
        ),
        Row(
            type="MAC_ADDRESS",
            name="mac_blanks",
            pattern=r"(?<![\w:.-])[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){5}(?: [0-9A-Fa-f]{2} [0-9A-Fa-f]{2})?(?![\w:-])",
            score=0.1,
            anchor=whole(),
        ),
        Row(
            type="MAC_ADDRESS",
            name="mac_plain",
            pattern=r"(?<!\w)[0-9A-Fa-f]{12}(?!\w)",
            score=0.02,
            anchor=words("mac", before=0, reach=60),
            whole_text_counts=False,
        ),
        Row(
            type="IMEI",
            name="imei",
            pattern=r"(?<![\w/+=@%.-])\d{15}(?![\w@=%.-])|(?<![\w/+=@%.-])\d{2}-\d{6}-\d{6}-\d(?![\w-])",
            score=0.03,
            anchor=digits(15),
            check=Check("luhn", lambda value: luhn(compact(value)), passed=10),
            context=("imei", "phone", "device", "handset", "serial", "téléphone", "appareil", "série", "mobile"),
            source="3GPP TS 23.003",
        ),
    ),
)
