"""What must hold for every text, every set of spans and every operator."""

import re
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.options import Options
from shared.tokens import DecryptionKeys, deanonymize
from worker.anonymization.anonymize import AnonymizedDocument, anonymize
from worker.anonymization.folding import fold_with_origins
from worker.anonymization.placeholders import PLACEHOLDER
from worker.anonymization.scope import ScopeKeys
from worker.detection.offsets import convert
from worker.detection.span import Span

KEY = b"the properties' service key, long enough"
TYPES = ["PERSON", "LOCATION", "ORGANIZATION", "DATE_TIME", "EMAIL_ADDRESS", "NRP"]
NAMES = ["mask", "replace", "redact", "hash", "encrypt", "pseudonym", "date_shift", "generalize", "keep"]
#: Letters, digits and what breaks offsets: combining marks, zero-width, right-to-left, beyond the basic plane, CRLF.
CHARACTERS = st.one_of(
    st.sampled_from("abcXYZ 0123456789.-/'’\r\n\t"),
    st.sampled_from(
        [
            "e\u0301",
            "\u200b",
            "\u00ad",
            "İ",
            "ß",
            "ﬁ",
            "שלום",
            "العربية",
            "👩‍⚕️",
            "𝒳",
            "李",
            "\ufeff",
            "Ⅻ",
            "٣",
        ]
    ),
    st.characters(blacklist_categories=["Cs"]),
)
VALUES = st.one_of(
    st.lists(CHARACTERS, min_size=1, max_size=12).map("".join),
    st.sampled_from(
        [
            "John Smith",
            "Mr Smith",
            "12 January 2004",
            "le 3 mars 2011",
            "2004",
            "France",
            "a@b.org",
            "St Mary's Hospital",
        ]
    ),
)
DOCUMENTS = st.lists(
    st.tuples(st.lists(CHARACTERS, max_size=8).map("".join), VALUES, st.sampled_from(TYPES)), max_size=6
)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def built(pieces: list[tuple[str, str, str]]) -> tuple[str, list[Span]]:
    """A text from rests and values, and the spans of the values."""
    text = ""
    spans: list[Span] = []
    for rest, value, entity_type in pieces:
        text += rest
        spans.append(Span(len(text), len(text) + len(value), entity_type, 0.9, "test"))
        text += value
    return text, spans


def run(documents: list[tuple[str, list[Span]]], name: str, scope: str = "job") -> list[AnonymizedDocument]:
    options = Options.model_validate({"operators": {"default": {"name": name}}, "scope": scope})
    keys = ScopeKeys.for_scope(KEY, "client", "job", options.scope)
    return anonymize(documents, options, keys, ["en"] * len(documents))


@SETTINGS
@given(st.lists(DOCUMENTS, max_size=3), st.sampled_from(NAMES), st.sampled_from(["document", "job", "client"]))
def test_the_output_is_the_text_with_its_spans_replaced(
    pieces: list[list[tuple[str, str, str]]], name: str, scope: str
) -> None:
    documents = [built(each) for each in pieces]
    for (text, spans), result in zip(documents, run(documents, name, scope), strict=True):
        before = after = 0
        for span, entity in zip(spans, result.entities, strict=True):
            assert (entity.start, entity.end, entity.text) == (span.start, span.end, text[span.start : span.end])
            assert text[before : span.start] == result.text[after : entity.anonymized_start]
            before, after = entity.end, entity.anonymized_end
        assert text[before:] == result.text[after:]


@SETTINGS
@given(DOCUMENTS, st.sampled_from(NAMES), st.sampled_from(["codepoint", "utf16", "byte"]))
def test_offsets_map_to_the_output_and_back_in_every_unit(
    pieces: list[tuple[str, str, str]], name: str, unit: str
) -> None:
    text, spans = built(pieces)
    result = run([(text, spans)], name)[0]
    encoding, size = {"codepoint": ("utf-32-le", 4), "utf16": ("utf-16-le", 2), "byte": ("utf-8", 1)}[unit]
    for source, borders, values in (
        (text, [(each.start, each.end) for each in result.entities], [each.text for each in result.entities]),
        (
            result.text,
            [(each.anonymized_start, each.anonymized_end) for each in result.entities],
            [result.text[each.anonymized_start : each.anonymized_end] for each in result.entities],
        ),
    ):
        encoded = source.encode(encoding)
        flat = convert(source, [border for pair in borders for border in pair], unit)  # type: ignore[arg-type]  # the unit comes from a table
        cut = [encoded[start * size : end * size] for start, end in zip(flat[::2], flat[1::2], strict=True)]
        assert [each.decode(encoding) for each in cut] == values


@SETTINGS
@given(st.lists(DOCUMENTS, max_size=3), st.sampled_from(["document", "job", "client"]))
def test_deanonymizing_gives_the_text_back_to_the_byte(pieces: list[list[tuple[str, str, str]]], scope: str) -> None:
    documents = [built(each) for each in pieces]
    keys = DecryptionKeys.for_client([KEY], "client")
    for (text, _), result in zip(documents, run(documents, "encrypt", scope), strict=True):
        assert deanonymize(result.text, keys).encode() == text.encode()


@SETTINGS
@given(DOCUMENTS, st.sampled_from(["mask", "replace", "redact", "hash", "encrypt"]))
def test_anonymizing_twice_changes_nothing_more(pieces: list[tuple[str, str, str]], name: str) -> None:
    """Detection skips placeholders: with the same values looked for again outside them, nothing is left to find."""
    once = run([built(pieces)], name)[0]
    hidden = [(each.start(), each.end()) for each in PLACEHOLDER.finditer(once.text)]
    spans = [
        Span(match.start(), match.end(), "PERSON", 0.9, "test")
        for match in re.finditer("John Smith|12 January 2004|a@b\\.org", once.text)
        if not any(start <= match.start() < end for start, end in hidden)
    ]
    values = {value for _, value, _ in pieces}
    rest = "".join(rest for rest, _, _ in pieces)
    if not any(value in rest for value in values):
        assert spans == []
    assert run([(once.text, spans)], name)[0].text == once.text or spans


@SETTINGS
@given(st.lists(DOCUMENTS, max_size=3), st.sampled_from(["hash", "pseudonym", "redact", "replace"]))
def test_no_original_is_left_in_its_own_place(pieces: list[list[tuple[str, str, str]]], name: str) -> None:
    for result in run([built(each) for each in pieces], name):
        for entity in result.entities:
            written = result.text[entity.anonymized_start : entity.anonymized_end]
            assert written != entity.text


@SETTINGS
@given(st.lists(DOCUMENTS, min_size=2, max_size=4), st.sampled_from(["hash", "pseudonym"]), st.randoms())
def test_the_order_of_documents_changes_no_hash_and_no_pseudonym(
    pieces: list[list[tuple[str, str, str]]], name: str, random: Random
) -> None:
    documents = [
        built([each for each in piece if each[2] in ("PERSON", "LOCATION", "EMAIL_ADDRESS")]) for piece in pieces
    ]
    order = list(range(len(documents)))
    random.shuffle(order)
    forward = [result.text for result in run(documents, name)]
    shuffled = [result.text for result in run([documents[place] for place in order], name)]
    assert shuffled == [forward[place] for place in order]


@SETTINGS
@given(st.lists(st.text(min_size=1, max_size=10), min_size=1, max_size=20, unique=True), st.sampled_from(TYPES))
def test_values_that_differ_have_pseudonyms_that_differ(values: list[str], entity_type: str) -> None:
    text, spans = built([(" ", value, entity_type) for value in values])
    result = run([(text, spans)], "pseudonym")[0]
    by_pseudonym: dict[str, set[str]] = {}
    for entity in result.entities:
        written = result.text[entity.anonymized_start : entity.anonymized_end]
        by_pseudonym.setdefault(written, set()).add(_told_apart(entity.text))
    assert all(len(originals) == 1 for originals in by_pseudonym.values())


def _told_apart(value: str) -> str:
    """What may share a pseudonym: forms of one value, told apart by letters and digits alone."""
    folded, _ = fold_with_origins(value)
    return "".join(character for character in folded if character.isalnum())


@SETTINGS
@given(st.lists(CHARACTERS).map("".join))
def test_every_folded_character_has_its_origin(text: str) -> None:
    folded, origins = fold_with_origins(text)
    assert len(folded) == len(origins)
    places = [origins[place] for place in range(len(folded))]
    assert places == sorted(places)
    assert all(fold_with_origins(text[origin])[0][:1] != "" for origin in places)
    assert all(
        character in fold_with_origins(text[origin])[0] for character, origin in zip(folded, places, strict=True)
    )
    assert fold_with_origins(folded)[0] == folded
