"""Numbers as JSON has them."""

from typing import Final

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError


def _number(value: object) -> object:
    if isinstance(value, bool | str):
        raise PydanticCustomError("int_type", "Must be a whole number.")
    return value


#: For an `int`: JSON's 5.0 is one too; pydantic alone would also take true for 1 and "5" for 5, and in its strict mode
#: no 5.0. Stands behind the bounds: before them, pydantic's JSON schema would have no word for these.
WHOLE: Final = BeforeValidator(_number)
