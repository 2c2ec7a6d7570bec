"""The `Prefer` header, as RFC 7240 spells it."""

import pytest

from gateway.preferences import applied, wait_s


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=5", 5),
        ("wait=0", 0),
        ("WAIT=5", 5),
        ("Wait = 5", 5),
        ('wait="5"', 5),
        ('wait = "5"', 5),
        ("respond-async, wait=5", 5),
        ("wait=5, respond-async", 5),
        ("respond-async,wait=5", 5),
        ("respond-async; x=1, wait=5; y", 5),
        (" wait=5 ", 5),
        ("\twait=5\t", 5),
        # RFC 7240, 2: the first of a preference that stands twice counts.
        ("wait=5, wait=7", 5),
        ("wait=61", 60),
        ("wait=999999999", 60),
    ],
)
def test_seconds_are_read_and_cut(prefer: str, seconds: float) -> None:
    assert wait_s(prefer, 60.0) == seconds


@pytest.mark.parametrize(
    "prefer",
    [
        None,
        "",
        "respond-async",
        "wait",
        "wait=",
        "wait=-1",
        "wait=5s",
        "wait=5.5",
        "wait=1e3",
        "wait=five",
        "wait=٥",
        "wait 5",
        "await=5",
        "no-wait=5",
        "wait=5 6",
        "wait=99999999999999999999",
        ",;,=",
        # Within a quoted value, and as a parameter of another preference: not the preference of that name.
        'note="a, wait=5"',
        "respond-async; wait=5",
        'wait="5',
    ],
)
def test_nonsense_is_ignored(prefer: str | None) -> None:
    assert wait_s(prefer, 60.0) is None


def test_what_was_applied_is_said() -> None:
    assert applied(None, None) == {}
    assert applied("wait=5", 5.0) == {"Preference-Applied": "wait=5"}
    assert applied("wait=0.5", 0.5) == {"Preference-Applied": "wait=0.5"}
    assert applied("respond-async", None) == {"Preference-Applied": "respond-async"}
    assert applied("respond-async, wait=5", 5.0) == {"Preference-Applied": "wait=5"}
