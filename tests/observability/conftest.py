"""Debian's prometheus, which CI has and a machine may not."""

import os
import shutil

import pytest


@pytest.fixture(scope="session", autouse=True)
def debian_prometheus() -> None:
    if shutil.which("prometheus") is None:
        message = "no prometheus on this machine: make system"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
