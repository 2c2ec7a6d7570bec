"""Models are found by package or path; one that cannot serve is a clear error, never a silent fallback."""

from pathlib import Path

import pytest
import spacy

from shared.errors import ModelNotInstalled
from shared.model_catalogue import PACKAGES, Model, parse_models
from worker.original_contract import find_entities
from worker.pipelines import load_model, load_models


def test_a_model_that_is_not_installed_names_the_packages_that_were_tried() -> None:
    with pytest.raises(ModelNotInstalled) as raised:
        load_model(Model("en_xl", ("not_there_one", "not_there_two")))
    assert "en_xl" in raised.value.detail
    assert "not_there_one, not_there_two" in raised.value.detail


def test_one_missing_model_is_not_passed_over() -> None:
    with pytest.raises(ModelNotInstalled, match="not_there"):
        load_models([Model("xx_sm", ("not_there",)), *parse_models(["en_sm"])])


@pytest.mark.parametrize("path", ["not/there", "/not/there", "./not there", "a.b.c", "..", "fr-sm"])
def test_a_path_that_leads_nowhere_is_told(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelNotInstalled, match="xx_own"):
        load_model(Model("xx_own", (path,)))


@pytest.mark.parametrize("package", ["json", "pydantic"])
def test_a_package_that_is_no_pipeline_is_told(package: str) -> None:
    with pytest.raises(ModelNotInstalled, match=package):
        load_model(Model("xx_own", (package,)))


def test_a_folder_that_is_no_pipeline_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelNotInstalled, match="xx_own"):
        load_model(Model("xx_own", (str(tmp_path),)))


def test_a_pipeline_without_a_recognizer_is_told(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(ModelNotInstalled, match="has no component named ner"):
        load_model(Model("en_own", (str(tmp_path / "blank"),)))


def test_a_pipeline_by_path_with_rules_for_a_recognizer_is_served(tmp_path: Path) -> None:
    """Its "ner" is no neural network: nothing to walk for listeners, and its labels are its patterns'."""
    folder = tmp_path / "with blanks"
    nlp = spacy.blank("en")
    rules = nlp.add_pipe("entity_ruler", name="ner")
    rules.add_patterns([{"label": "PLANET", "pattern": "Mars"}])  # type: ignore[attr-defined]  # typed as any component
    nlp.to_disk(folder)

    model = load_model(Model("en_own", (str(folder),)))
    assert (model.key, model.served.language, model.served.size) == ("en_own", "en", "own")
    assert model.served.labels == ("PLANET",)
    assert model.all_but_ner == []
    (result,) = find_entities(["We went to Mars."], model)
    assert [(entity.text, entity.type) for entity in result.entities] == [("Mars", "PLANET")]
    assert result.anonymized_text == "We went to XXXX."


def test_the_first_installed_candidate_is_taken() -> None:
    (small,) = parse_models(["en_sm"])
    model = load_model(small)
    installed = next(name for name in PACKAGES["en_sm"] if spacy.util.is_package(name))
    assert model.served.package == installed
    assert model.served.version == model.nlp.meta["version"]
    assert {"PERSON", "GPE", "DATE"} <= set(model.served.labels)
    assert set(model.nlp.pipe_names) == {"tok2vec", "parser", "ner"}
    assert model.all_but_ner == ["tok2vec", "parser"]


def test_no_node_uses_blis() -> None:
    model = load_model(parse_models(["fr_sm"])[0])
    ner = model.nlp.get_pipe("ner")
    nodes = list(ner.model.walk())  # type: ignore[attr-defined]  # typed as any component
    assert nodes
    assert not any(getattr(node.ops, "use_blis", False) for node in nodes)
