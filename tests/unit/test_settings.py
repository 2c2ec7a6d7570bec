"""Settings come from the environment, each with its reason."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from shared.settings import Settings, as_markdown, get_settings
from tests.services.processes import ROOT

DOCUMENT = ROOT / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine has set does not count."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("given", "models"),
    [
        ("en_sm", ("en_sm",)),
        ("en_sm,fr_sm", ("en_sm", "fr_sm")),
        ("en_sm, fr_sm", ("en_sm", "fr_sm")),
        (" en_sm  fr_sm ,", ("en_sm", "fr_sm")),
        ("de_sm=de_core_news_sm,en_sm", ("de_sm=de_core_news_sm", "en_sm")),
        ("", ()),
    ],
)
def test_models_are_split_at_commas_and_blanks(
    monkeypatch: pytest.MonkeyPatch, given: str, models: tuple[str, ...]
) -> None:
    monkeypatch.setenv("MODELS", given)
    assert Settings().models == models


def test_every_setting_has_a_default() -> None:
    settings = Settings()
    assert settings.models == ("en_sm", "fr_sm")
    assert settings.worker_processes == len(os.sched_getaffinity(0))


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is_for(name: str) -> None:
    description = Settings.model_fields[name].description
    assert description
    assert description.endswith(".")


def test_the_environment_is_read_in_either_case(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PORT": "9000", "lease_s": "2.5", "DATA_DIR": "/a b/'c'", "UNKNOWN": "x"}.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert (settings.port, settings.lease_s, settings.data_dir) == (9000, 2.5, Path("/a b/'c'"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("LEASE_S", "0"),
        ("LEASE_S", "-1"),
        ("MAX_TEXT_CHARS", "1.5"),
        ("WORKER_PROCESSES", "0"),
        ("GATEWAY_PROCESSES", "0"),
        ("BROKER_URL", "memory://"),
        ("BROKER_URL", "broker.internal"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as raised:
        Settings()
    assert [str(error["loc"][0]).upper() for error in raised.value.errors()] == [name]


@pytest.mark.parametrize("name", ["lease_s", "retention_s", "task_time_limit_s"])
@pytest.mark.parametrize("value", ["inf", "nan"])
def test_a_time_is_a_finite_number(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name.upper(), value)
    with pytest.raises(ValidationError):
        Settings()


def test_settings_do_not_change_and_are_read_once() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]  # that it is frozen is what is tested
    assert get_settings() is get_settings()


def test_secrets_are_not_shown() -> None:
    secret = "redis://:hushhush@127.0.0.1/0"
    settings = Settings(
        redis_url=SecretStr(secret), broker_url=SecretStr(secret), encryption_keys=SecretStr("hushhush")
    )
    assert "hushhush" not in f"{settings} {settings!r} {settings.model_dump_json()}"


def test_the_table_has_a_row_a_setting_and_no_value_of_this_machine() -> None:
    head, line, *rows = as_markdown().splitlines()
    assert (head.count("|"), line) == (4, "|---|---|---|")
    assert sorted(row.split("`")[1] for row in rows) == sorted(name.upper() for name in Settings.model_fields)
    assert all(row.count("|") == 4 and "PydanticUndefined" not in row for row in rows)


def test_the_document_is_the_table() -> None:
    if not DOCUMENT.exists():
        pytest.skip("docs/settings.md is not written yet")
    assert as_markdown() in DOCUMENT.read_text(encoding="utf-8"), "python -m shared.settings prints it"
