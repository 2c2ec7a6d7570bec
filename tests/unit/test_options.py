"""A wrong option is refused when it is given, with its place and its name, and without the caller's texts."""

import pytest
from pydantic import BaseModel, ValidationError

from shared.options import Options


class Request(BaseModel):
    options: Options = Options()


def _operator(entity_type: str, **parameters: object) -> dict[str, object]:
    return {"operators": {entity_type: parameters}}


def _patterns(*patterns: str) -> dict[str, object]:
    return {"recognizers": [{"type": "A", "pattern": pattern} for pattern in patterns]}


@pytest.mark.parametrize(
    ("given", "place", "named"),
    [
        (_operator("PERSON", name="frobnicate"), ("operators", "PERSON"), "frobnicate"),
        (_operator("PERSON"), ("operators", "PERSON"), "name"),
        (_operator("PERSON", name="mask", colour=1), ("operators", "PERSON", "mask", "colour"), "Extra"),
        (_operator("PERSON", name="mask", count=0), ("operators", "PERSON", "mask", "count"), "1"),
        (_operator("PERSON", name="mask", character="ab"), ("operators", "PERSON", "mask", "character"), "1"),
        (_operator("default", name="date_shift", max_days=0), ("operators", "default", "date_shift", "max_days"), "1"),
        (
            _operator("default", name="generalize", date_to="week"),
            ("operators", "default", "generalize", "date_to"),
            "month",
        ),
        (
            _operator("default", name="replace", value="x", numbered=True),
            ("operators", "default", "replace"),
            "not both",
        ),
        (_operator("PERSONN", name="mask"), ("operators", "PERSONN"), "PERSONN"),
        ({"entity_types": ["PERSON", "NOBODY"]}, ("entity_types", 1), "NOBODY"),
        ({"score_thresholds": {"NOBODY": 0.5}}, ("score_thresholds", "NOBODY"), "NOBODY"),
        ({"score_thresholds": {"PERSON": 1.5}}, ("score_thresholds", "PERSON"), "less than or equal to 1"),
        ({"scope": "world"}, ("scope",), "document"),
        (_patterns("ok+", "(a"), ("recognizers", 1, "pattern"), "RE2"),
        (_patterns("a(?=b)"), ("recognizers", 0, "pattern"), "RE2"),
        (_patterns("a*"), ("recognizers", 0, "pattern"), "empty"),
        (_patterns(*51 * ["a"]), ("recognizers",), "50"),
        ({"countries": ["FR", "XX"]}, ("countries", 1), "XX"),
        ({"countries": ["fr"]}, ("countries", 0), "match"),
        ({"colour": 1}, ("colour",), "Extra"),
    ],
)
def test_a_wrong_option_is_named_with_its_place(
    given: dict[str, object], place: tuple[object, ...], named: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Request.model_validate({"options": given})
    error = caught.value.errors()[0]
    assert error["loc"] == ("options", *place)
    assert named in error["msg"]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"operators": {"default": {"name": "keep"}, "PERSON": {"name": "mask", "count": 3, "from_end": True}}},
        {"deny": [{"text": "Zed", "type": "CODENAME"}], "operators": {"CODENAME": {"name": "redact"}}},
        {"recognizers": [{"type": "BADGE", "pattern": r"B-\d{4}"}], "score_thresholds": {"BADGE": 0.2}},
        {"recognizers": [{"type": "BADGE", "pattern": r"B-\d{4}"}], "entity_types": ["BADGE", "PERSON"]},
        {"countries": ["FR", "US"]},
        {"countries": []},
    ],
)
def test_types_of_the_catalogue_the_deny_list_and_own_recognizers_are_known(given: dict[str, object]) -> None:
    Request.model_validate({"options": given})


def test_all_unknown_types_are_named_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        Options.model_validate({"entity_types": ["NIX"], "operators": {"NADA": {"name": "keep"}}})
    assert [error["loc"] for error in caught.value.errors()] == [("entity_types", 0), ("operators", "NADA")]


def test_an_error_about_types_or_patterns_holds_no_text_of_the_caller() -> None:
    with pytest.raises(ValidationError) as caught:
        Options.model_validate(
            {
                "deny": [{"text": "hidden-one", "type": "A"}],
                "recognizers": [{"type": "A", "pattern": "(hidden-two"}],
                "entity_types": ["NOBODY"],
            }
        )
    assert "hidden" not in str(caught.value)
