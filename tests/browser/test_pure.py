"""What the page computes by itself: originals from results, rows from texts, frames from streams."""

import random
import re
from typing import Any

import pytest

from shared.jobs.payload import DocumentResult, Entity
from tests.browser.tab import Tab
from worker.detection.offsets import OffsetUnit, convert

pytestmark = pytest.mark.browser

ORIGINAL = "Zoë 𝄞 met Élodie — and 🙂 Bob.\n\nÉlodie left."
NAMES = ("Zoë", "Élodie", "Bob")


def result(unit: OffsetUnit, replacement: str) -> dict[str, Any]:
    """As the service gives it: offsets in `unit`."""
    places = [(found.start(), found[0]) for found in re.finditer("|".join(NAMES), ORIGINAL)]
    anonymized, inside, outside, at = "", [], [], 0
    for start, name in places:
        anonymized += ORIGINAL[at:start]
        outside.append((len(anonymized), len(anonymized) + len(replacement)))
        inside.append((start, start + len(name)))
        anonymized += replacement
        at = start + len(name)
    anonymized += ORIGINAL[at:]
    inside = _pairs(convert(ORIGINAL, [each for pair in inside for each in pair], unit))
    outside = _pairs(convert(anonymized, [each for pair in outside for each in pair], unit))
    common = {"type": "PERSON", "score": 1.0, "recognizer": "a", "operator": "replace"}
    entities = tuple(
        Entity(start=a, end=b, text=name, anonymized_start=c, anonymized_end=d, **common)
        for (a, b), (c, d), (_, name) in zip(inside, outside, places, strict=True)
    )
    document = DocumentResult(
        index=0,
        custom_id=None,
        state="succeeded",
        language="fr",
        model="fr_sm",
        entities=entities,
        anonymized_text=anonymized,
    )
    return document.model_dump()


def _pairs(flat: list[int]) -> list[tuple[int, int]]:
    return list(zip(flat[::2], flat[1::2], strict=True))


@pytest.mark.parametrize(
    ("unit", "replacement"),
    [
        *(("codepoint", each) for each in ("<PERSON>", "", "𝄞é", "*")),
        *(("byte", each) for each in ("<PERSON>", "", "𝄞é", "*")),
        # With letters beyond U+FFFF between the values alone, only the replacements tell it from code points.
        ("utf16", "<PERSON>"),
    ],
)
def test_an_original_is_put_together_whatever_unit_offsets_have(tab: Tab, unit: OffsetUnit, replacement: str) -> None:
    rebuilt = tab.import_from("rebuild.js", "it.rebuild(given)", result(unit, replacement))
    assert rebuilt["original"] == ORIGINAL
    assert [each["replacement"] for each in rebuilt["entities"]] == [replacement] * 4


def test_rows_lose_nothing_and_are_short(tab: Tab) -> None:
    source = random.Random(7)
    for _ in range(20):
        words = [source.choice(["a", "bb ", "\n", "\n\n", " ", "word ", "x" * 900, "é𝄞"]) for _ in range(400)]
        text = "".join(words)
        cuts = sorted(source.sample(range(len(text)), 20))
        entities = [{"start": a, "end": b, "text": text[a:b], "replacement": "<X>"} for a, b in _pairs(cuts)]
        rows = tab.import_from(
            "rows.js", "it.rowsOf({ original: given.original, entities: given.entities })", utf16(text, entities)
        )
        pieces = [piece for row in rows for piece in row]
        assert "".join(piece["text"] for piece in pieces) == text
        assert [piece["entity"] for piece in pieces if "entity" in piece] == list(range(len(entities)))
        for row in rows:
            plain = [piece["text"] for piece in row if "entity" not in piece]
            assert all(len(each) <= 2_500 for each in plain)


def utf16(text: str, entities: list[dict[str, Any]]) -> dict[str, Any]:
    """Offsets as JavaScript counts them."""
    moved = convert(text, [each[name] for each in entities for name in ("start", "end")], "utf16")
    places = _pairs(moved)
    return {
        "original": text,
        "entities": [{**each, "start": a, "end": b} for each, (a, b) in zip(entities, places, strict=True)],
    }


@pytest.mark.parametrize(
    ("allow", "text", "found"),
    [
        (["Paris"], "paris, PARIS and Parisian", ["paris", "PARIS"]),
        (["New York"], "New\n York", ["New\n York"]),
        (["a.b", "(x)"], "a.b axb (x)", ["a.b", "(x)"]),
        (["Ann", "Ann Bell"], "Ann Bell and Ann", ["Ann Bell", "Ann"]),
        (["-", "$&"], "a - b $&", ["-", "$&"]),
        ([], "a", None),
    ],
)
def test_kept_words_are_found_as_the_service_compares_them(
    tab: Tab, allow: list[str], text: str, found: list[str] | None
) -> None:
    expression = "((pattern) => pattern && given.text.match(pattern))(it.keptPattern(given.allow))"
    assert tab.import_from("rows.js", expression, {"allow": allow, "text": text}) == found


def test_frames_are_read_however_they_are_cut(tab: Tab) -> None:
    stream = (
        ': heartbeat\n\nevent: state\ndata: {"a":1}\nid: 2\n\nevent: finished\r\ndata: x\r\ndata: y\r\nid: 3\r\n\r\n'
    )
    for size in (1, 2, 3, 7, len(stream)):
        chunks = [stream[start : start + size] for start in range(0, len(stream), size)]
        expression = "((frames) => given.flatMap((each) => frames.push(each)))(new it.Frames())"
        assert tab.import_from("server_events.js", expression, chunks) == [
            {"event": "state", "data": '{"a":1}', "id": "2"},
            {"event": "finished", "data": "x\ny", "id": "3"},
        ]
