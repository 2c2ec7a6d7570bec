"""spaCy: find a model's package, load it without what the service does not need."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import spacy
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.util import is_package

from shared.errors import ModelNotInstalled
from shared.model_catalogue import Model
from shared.presence import ServedModel
from worker.detection.ner import needless_components

#: Neither the NER nor the sentence starts that bound its entities depend on these.
_UNNEEDED: Final = ("tagger", "morphologizer", "attribute_ruler", "lemmatizer", "trainable_lemmatizer", "senter")


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory: `nlp` holds tok2vec, parser and ner."""

    served: ServedModel
    nlp: Language

    @property
    def key(self) -> str:
        return self.served.key

    @property
    def all_but_ner(self) -> list[str]:
        """Components to disable for NER alone."""
        return needless_components(self.nlp)


def load_models(models: Iterable[Model]) -> dict[str, LoadedModel]:
    """All models by key.

    Raises ModelNotInstalled, which names the packages that were looked for.
    """
    return {model.key: load_model(model) for model in models}


def load_model(model: Model) -> LoadedModel:
    """The first installed candidate of the model.

    Raises ModelNotInstalled when there is none, or when it holds no named-entity recognizer.
    """
    package = next((name for name in model.packages if Path(name).is_dir() or is_package(name)), None)
    if package is None:
        raise ModelNotInstalled(f"Model {model.key} needs one of the packages {', '.join(model.packages)}.")
    with warnings.catch_warnings():
        # W095: made for another minor version of spaCy. Its answers are what the contract test compares.
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        try:
            nlp = spacy.load(package, exclude=list(_UNNEEDED))
        except (OSError, AttributeError, ValueError) as error:
            raise ModelNotInstalled(f"{package}, named for model {model.key}, is not a spaCy pipeline.") from error
    if "ner" not in nlp.pipe_names:
        raise ModelNotInstalled(f"Package {package} of model {model.key} has no component named ner.")
    _use_openblas(nlp)
    labels = tuple(sorted(cast(TrainablePipe, nlp.get_pipe("ner")).labels))
    version = str(nlp.meta.get("version", ""))
    return LoadedModel(ServedModel(model.key, model.language, model.size, package, version, labels), nlp)


def _use_openblas(nlp: Language) -> None:
    """numpy's OpenBLAS instead of BLIS, which is slower on the small matrices of these models."""
    for name in nlp.pipe_names:
        for node in _nodes(nlp.get_pipe(name)):
            if hasattr(node.ops, "use_blis"):
                node.ops.use_blis = False


def _nodes(component: Any) -> Iterable[Any]:
    """Layers of a component's network; none for one of rules."""
    return component.model.walk() if hasattr(component, "model") else ()
