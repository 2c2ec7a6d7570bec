"""`make aws` runs these, in an environment of their own: the product's has no AWS."""

import base64
import gzip
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.aws.stand_in import Aws, Stack

collect_ignore_glob = [] if find_spec("moto") else ["test_*.py"]


@pytest.fixture(scope="session")
def aws() -> "Iterator[Aws]":
    from tests.aws.stand_in import Aws  # noqa: PLC0415  not there where these tests do not run

    made = Aws()
    yield made
    made.end()


@pytest.fixture(scope="session")
def parameters(aws: "Aws") -> dict[str, str]:
    """What docs/deploy.md gives the stack."""
    from tests.aws.stand_in import ROOT  # noqa: PLC0415  as above

    script = (ROOT / "deploy" / "ec2" / "bootstrap.sh").read_bytes()
    return {
        "Domain": "names.example.org",
        "ImageId": aws.client("ec2").describe_images()["Images"][0]["ImageId"],
        "DeployKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMadeUp deploy@example",
        "Email": "you@example.org",
        "Bootstrap": base64.b64encode(gzip.compress(script, 9)).decode(),
    }


@pytest.fixture(scope="session")
def stack(aws: "Aws", parameters: dict[str, str]) -> "Stack":
    """Without port 22."""
    from tests.aws.stand_in import Stack  # noqa: PLC0415  as above

    return Stack(aws, "anonymization", parameters)
