"""Keys, tokens and passwords: prefixes as their issuers document them."""

from worker.detection.recognizer import Check, Row, Table, literals, terms, words
from worker.detection.tokens import is_jwt

#: Name, what it begins with, the whole form.
_PREFIXED = (
    ("aws_access_key", ("akia", "asia", "abia", "acca"), r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"),
    ("github", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    ("github_fine_grained", ("github_pat_",), r"github_pat_[A-Za-z0-9_]{22,255}"),
    ("gitlab", ("glpat-",), r"glpat-[A-Za-z0-9_-]{20,64}"),
    ("slack", ("xox",), r"xox[abeoprs]-[A-Za-z0-9-]{10,250}"),
    ("google_api", ("aiza",), r"AIza[A-Za-z0-9_-]{35}"),
    ("google_oauth", ("ya29.",), r"ya29\.[A-Za-z0-9_-]{20,250}"),
    ("stripe", ("sk_", "rk_", "pk_"), r"[srp]k_(?:live|test)_[A-Za-z0-9]{16,250}"),
    ("openai", ("sk-",), r"sk-(?:proj-|svcacct-|ant-[a-z0-9]{2,8}-)?[A-Za-z0-9_-]{20,250}"),
    ("sendgrid", ("sg.",), r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"),
    ("twilio", ("sk", "ac"), r"(?:SK|AC)[0-9a-f]{32}"),
    ("npm", ("npm_",), r"npm_[A-Za-z0-9]{36}"),
    ("pypi", ("pypi-",), r"pypi-[A-Za-z0-9_-]{50,250}"),
    ("azure_storage", ("accountkey=",), r"AccountKey=(?P<value>[A-Za-z0-9+/]{86}==)"),
)
_LABELS = terms("""
    password, passwd, pwd, passphrase, secret, secret key, secret_key, api key, api_key, apikey, access token,
    access_token, auth token, auth_token, client_secret, client secret, private key, aws_secret_access_key, mot de
    passe, mdp, clé api, clé secrète, jeton, token
""")

SECRETS = Table(
    "secrets",
    (
        *(
            Row(
                type="SECRET",
                name=name,
                pattern=rf"(?<![A-Za-z0-9_-]){pattern}(?![A-Za-z0-9_-])",
                score=0.9,
                anchor=literals(*starts, reach=320),
            )
            for name, starts, pattern in _PREFIXED
        ),
        Row(
            type="SECRET",
            name="private_key",
            pattern=(
                r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[^-]{0,8000}"
                r"(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?"
            ),
            score=0.99,
            anchor=literals("-----begin", reach=8_200),
            source="RFC 7468",
        ),
        Row(
            type="SECRET",
            name="labelled",
            pattern=(
                rf"(?i:(?:{'|'.join(_LABELS)})(?: is| est|s)?)['\"]? ?(?:[:=]|(?<= is)|(?<= est)) ?['\"]?"
                rf"(?P<value>[^\s'\",;<>]{{4,200}})"
            ),
            score=0.6,
            anchor=words(*_LABELS, reach=260),
            check=Check("not a word", lambda value: not value.isalpha() or not value.islower(), passed=2),
        ),
        Row(
            type="SECRET",
            name="bearer",
            pattern=r"(?i:bearer|basic) (?P<value>[A-Za-z0-9._~+/-]{16,1000}={0,2})(?![\w])",
            score=0.7,
            anchor=words("bearer", "basic", reach=1_020),
            check=Check("has a digit", lambda value: any(map(str.isdigit, value)), passed=3),
            source="RFC 6750, RFC 7617",
        ),
        Row(
            type="JWT",
            name="jwt",
            pattern=r"(?<![\w.-])eyJ[A-Za-z0-9_-]{5,4000}\.[A-Za-z0-9_-]{2,8000}\.[A-Za-z0-9_-]{0,1000}(?![\w-])",
            score=0.95,
            anchor=literals("eyj", reach=13_100),
            check=Check("header is JSON", is_jwt, passed=2),
            source="RFC 7519",
        ),
    ),
)
