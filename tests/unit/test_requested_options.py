"""Options of a request that names a template: checked when the two are put together, not before."""

import pytest
from pydantic import ValidationError

from gateway.templates import RequestedOptions


def test_a_type_that_nobody_knows_is_refused_without_a_template() -> None:
    with pytest.raises(ValidationError):
        RequestedOptions.model_validate({"score_thresholds": {"TICKET": 0.5}})


def test_a_type_that_the_template_may_define_is_not_refused_yet() -> None:
    requested = RequestedOptions.model_validate({"template": "t", "score_thresholds": {"TICKET": 0.5}})
    assert requested.score_thresholds == {"TICKET": 0.5}


@pytest.mark.parametrize("name", ["", "a b", "a/b", "é", "x" * 65, "a\n"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        RequestedOptions.model_validate({"template": name})
