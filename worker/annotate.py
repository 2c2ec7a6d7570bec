"""The command: texts as JSON lines in, entities and anonymized texts as JSON lines out, in order.

    python -m worker.annotate --model en_sm --operator PERSON=pseudonym < in.jsonl > out.jsonl

In: `{"id": ..., "text": "...", "language": "fr"}` (language only where the option does not fit). A line that cannot
be read gets `{"id": ..., "line": 7, "error": "..."}`, the rest is done, and the exit code is 1. Blank lines are passed
over.
Names, hashes and pseudonyms agree over all lines of a run, and over runs with the same key file.
"""

import argparse
import json
import secrets
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pydantic import ValidationError

from shared.derived_keys import MIN_SERVICE_KEY_BYTES
from shared.errors import ModelNotInstalled
from shared.model_catalogue import AUTO, Model, parse_models
from shared.options import Options
from worker.anonymization.anonymize import AnonymizedDocument, anonymize
from worker.anonymization.scope import ScopeKeys
from worker.detection.detect import DetectionRequest, detect
from worker.detection.offsets import convert
from worker.progress import Progress

if TYPE_CHECKING:
    from spacy.language import Language

#: Lines that go through the model together; more gain nothing, and memory grows with them.
BATCH_LINES = 64
#: A batch is closed at this many characters, whatever its lines.
BATCH_CHARACTERS = 500_000

EXIT_BAD_LINES = 1
EXIT_USAGE = 2


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    id: object
    #: None where the line is bad.
    text: str | None
    language: str
    error: str | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command on standard input and output; gives its exit code."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as other filters: `| head` ends it without a traceback
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        options, keys = _options(given), _keys(given)
        pipelines = _pipelines(given.model, given.language)
    except (ValueError, OSError, ModelNotInstalled) as error:
        parser.error(_reason(error))
    language = given.language or next(iter(pipelines))
    progress = Progress(sys.stdin.buffer, sys.stderr)
    bad_lines = annotate(
        sys.stdin.buffer,
        sys.stdout.buffer,
        options=options,
        keys=keys,
        pipelines=pipelines,
        language=language,
        progress=progress,
    )
    return EXIT_BAD_LINES if bad_lines else 0


def annotate(
    source: Iterable[bytes],
    target: BinaryIO,
    *,
    options: Options,
    keys: ScopeKeys,
    pipelines: "Mapping[str, Language]",
    language: str,
    progress: Progress,
) -> int:
    """Writes a line for each line; memory is bounded by a batch and the longest line. Gives the number of bad lines."""
    bad_lines = 0
    for batch in _batches(_lines(source, language, frozenset(pipelines))):
        for result in _results(batch, options, keys, pipelines):
            bad_lines += "error" in result
            target.write(_encoded(result))
        target.flush()
        progress.show(batch[-1].number)
    progress.close()
    return bad_lines


def _lines(source: Iterable[bytes], language: str, served: frozenset[str]) -> Iterator[Line]:
    for number, raw in enumerate(source, start=1):
        if raw.strip():
            yield _line(number, raw, language, served)


def _line(number: int, raw: bytes, language: str, served: frozenset[str]) -> Line:
    """A line as it was meant. No message holds anything of its text."""
    try:
        record = json.loads(raw)
    except UnicodeDecodeError:
        return Line(number, None, None, language, "the line is not UTF-8")
    except (ValueError, RecursionError):
        return Line(number, None, None, language, "the line is not JSON")
    if not isinstance(record, dict):
        return Line(number, None, None, language, "the line is not a JSON object")
    identifier, text, spoken = record.get("id"), record.get("text"), record.get("language", language)
    error = None
    if "id" not in record or isinstance(identifier, dict | list):
        identifier, error = None, 'the line needs an "id": a string or a number'
    elif not isinstance(text, str):
        error = 'the line needs a "text": a string'
    elif any("\ud800" <= character <= "\udfff" for character in text):
        error = "the text holds half a character: a surrogate without its pair"
    elif spoken != AUTO and spoken not in served:
        error = f"no model is loaded for the line's language; loaded: {', '.join(sorted(served))}"
    return Line(number, identifier, text if error is None else None, str(spoken), error)


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    characters = 0
    for line in lines:
        batch.append(line)
        characters += len(line.text or "")
        if len(batch) == BATCH_LINES or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _results(
    batch: Sequence[Line], options: Options, keys: ScopeKeys, pipelines: "Mapping[str, Language]"
) -> Iterator[dict[str, object]]:
    requests = [DetectionRequest(line.text, line.language, options) for line in batch if line.text is not None]
    detections = detect(requests, pipelines)
    documents = [(request.text, found.spans) for request, found in zip(requests, detections, strict=True)]
    anonymized = iter(
        zip(documents, anonymize(documents, options, keys, [found.language for found in detections]), strict=True)
    )
    for line in batch:
        if line.text is None:
            yield {"id": line.id, "line": line.number, "error": line.error}
        else:
            (text, _), document = next(anonymized)
            yield {"id": line.id, "entities": _entities(text, document, options), "anonymized_text": document.text}


def _entities(text: str, document: AnonymizedDocument, options: Options) -> list[dict[str, object]]:
    borders = [border for entity in document.entities for border in (entity.start, entity.end)]
    converted = convert(text, borders, options.offset_unit)
    entities: list[dict[str, object]] = []
    for entity, start, end in zip(document.entities, converted[::2], converted[1::2], strict=True):
        shown: dict[str, object] = {
            "start": start,
            "end": end,
            "type": entity.type,
            "score": round(entity.score, 4),
            "recognizer": entity.recognizer,
        }
        if options.explain:
            shown["explanation"] = asdict(entity.explanation) if entity.explanation is not None else None
        entities.append(shown)
    return entities


def _encoded(result: Mapping[str, object]) -> bytes:
    return json.dumps(result, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m worker.annotate",
        description="Find what identifies in JSON lines of standard input and hide it.",
        epilog="Exit code: 0, 1 if a line was bad, 2 if an option is wrong or a model is not installed.",
    )
    add = parser.add_argument
    add(
        "--model", action="append", required=True, metavar="MODEL", help="en_sm, fr_md, ...; may be given several times"
    )
    add("--language", help="of the texts; \"auto\": guessed among the models' (default: the first model's)")
    add("--operator", action="append", default=[], metavar="TYPE=NAME", help="such as PERSON=pseudonym or default=mask")
    add("--country", action="append", type=str.upper, metavar="CODES", help="FR,US: numbers of these countries alone")
    add("--no-propagation", action="store_true", help="do not look again for the names found in a text")
    add("--explain", action="store_true", help="say of each entity why it was taken")
    add("--offset-unit", choices=("codepoint", "utf16", "byte"), default="codepoint", help="what start and end count")
    add("--key-file", type=Path, help="32 secret bytes or more: for what must agree between runs, and for encrypt")
    return parser


def _options(given: argparse.Namespace) -> Options:
    operators = {"default": {"name": "replace"}}
    for entry in given.operator:
        entity_type, equals, name = entry.partition("=")
        if not equals:
            raise ValueError(f"--operator {entry}: write TYPE=NAME")
        operators[entity_type] = {"name": name}
    if given.key_file is None and any(each["name"] == "encrypt" for each in operators.values()):
        raise ValueError("encrypt needs --key-file: without it nobody could take it back")
    return Options.model_validate(
        {
            "operators": operators,
            "countries": given.country and ",".join(given.country).split(","),
            "propagate": not given.no_propagation,
            "explain": given.explain,
            "offset_unit": given.offset_unit,
            # Whatever agrees must do so between batches, which know nothing of each other: as between a client's jobs.
            "scope": "client",
        }
    )


def _keys(given: argparse.Namespace) -> ScopeKeys:
    key = secrets.token_bytes(MIN_SERVICE_KEY_BYTES) if given.key_file is None else given.key_file.read_bytes().strip()
    return ScopeKeys.for_scope(key, client_id="annotate", job_id="", scope="client")


def _pipelines(names: Sequence[str], language: str | None) -> "dict[str, Language]":
    models: tuple[Model, ...] = parse_models(names)
    served = [model.language for model in models]
    if len(set(served)) < len(served):
        raise ValueError("--model: one model a language")
    if language not in (None, AUTO, *served):
        raise ValueError(f"--language {language}: no model of that language was given")
    # Loading spaCy takes a second: not before the options are known to be right.
    from worker.pipelines import load_models  # noqa: PLC0415

    return {loaded.served.language: loaded.nlp for loaded in load_models(models).values()}


def _reason(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_url=False))


if __name__ == "__main__":
    sys.exit(main())
