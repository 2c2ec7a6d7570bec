"""The entities that the engine's own way through the NER gives, beside spaCy's: `python -m bench.engine_entities`.

    .venv/bin/python -m bench.engine_entities --data ../shared/data [--models en_sm en_md fr_sm fr_md]

Every text goes through every model, whatever its language: what the model makes of it must be the same.
"""

import bench.engine_ways  # noqa: F401  isort: skip  sets the BLAS threads before numpy is imported

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.original_contract import english, french
from bench.report import Target, heading
from shared.model_catalogue import parse_models
from worker.detection.inference.network import Entity, network_of
from worker.pipelines import LoadedModel, load_model

_BATCH = 64


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.engine_entities", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--models", nargs="+", default=["en_sm", "en_md", "fr_sm", "fr_md"])
    options = parser.parse_args()
    print(heading("texts whose entities are those of spaCy's NER alone\n"))
    print("| model | texts | entities | texts with other entities |\n|---|---|---|---|")
    targets = [equality(key, options.data) for key in options.models]
    print()
    print(*(target.line() for target in targets), sep="\n")


def equality(key: str, data: Path) -> Target:
    """Prints a row of the table."""
    texts = [text for sets in (english(data), french(data)) for _, row in sets for text in row]
    model = load_model(*parse_models([key]))
    same = entities = 0
    for batch in (texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)):
        wanted = list(_by_spacy(batch, model))
        same += sum(a == b for a, b in zip(wanted, _by_network(batch, model), strict=True))
        entities += sum(map(len, wanted))
    print(f"| {key} | {len(texts):,} | {entities:,} | {len(texts) - same} |", flush=True)
    return Target(f"{key}, share of the texts with the entities of spaCy", same / len(texts), 1.0)


def _by_spacy(texts: Sequence[str], model: LoadedModel) -> Iterator[list[Entity]]:
    for doc in model.nlp.pipe(texts, disable=model.all_but_ner):
        yield [(each.start, each.end, each.label_) for each in doc.ents]


def _by_network(texts: Sequence[str], model: LoadedModel) -> list[list[Entity]]:
    network = network_of(model.nlp)
    assert network is not None
    return network.entities([model.nlp.make_doc(text) for text in texts])


if __name__ == "__main__":
    main()
