"""What POST /v1/jobs takes."""

import json
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from gateway.moments import Moment
from gateway.problems import field_errors
from gateway.templates import RequestedOptions
from shared.errors import FieldError, InvalidRequest
from shared.files import FileOptions
from shared.webhooks.job_webhook import JobWebhook

Language = Annotated[str, Field(max_length=20, description='A served language, or "auto".')]


class DocumentRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    custom_id: str | None = Field(default=None, max_length=200, description="Given back with the document's result.")
    language: Language | None = Field(default=None, description="Where it is not the job's.")


class JobSettings(BaseModel):
    """All of a job but its texts; the `request` part of a multipart upload."""

    model_config = ConfigDict(extra="forbid")

    language: Language = "en"
    model_size: str = Field(default="sm", max_length=20, description="A size that GET /v1/models lists.")
    options: RequestedOptions = RequestedOptions()
    webhook: JobWebhook | None = Field(default=None, description="Called when the job ends.")
    metadata: dict[str, Any] = Field(
        default_factory=dict, description="Given back untouched; at most 10 kB of JSON. Not for texts."
    )
    deadline: Moment | None = Field(default=None, description="The job expires then, whatever its state.")
    keep_input: StrictBool = Field(
        default=False, description="Keep the texts as long as the result, not only until the end."
    )


class JobRequest(JobSettings):
    """Either `text` or `documents`."""

    text: str | None = None
    documents: tuple[DocumentRequest, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _has_one_of_two(self) -> "JobRequest":
        if (self.text is None) == (self.documents is None):
            place = "text" if self.text is None else "documents"
            fault = PydanticCustomError("text_or_documents", "Send either text or documents.")
            # A ValidationError keeps the place; a ValueError would lose it.
            errors = [InitErrorDetails(type=fault, loc=(place,), input=None)]
            raise ValidationError.from_exception_data(type(self).__name__, errors)
        return self


class FileJobRequest(JobSettings):
    file: FileOptions = FileOptions()


Request = TypeVar("Request", bound=BaseModel)


def parse(model: type[Request], body: bytes) -> Request:
    """The body of a request. Raises InvalidRequest with a pointer to each fault, and never repeats the input."""
    try:
        try:
            return model.model_validate_json(body)
        except ValidationError as error:
            if error.errors(include_url=False, include_context=False, include_input=False)[0]["type"] != "json_invalid":
                raise
            # pydantic's parser refuses an escape that spells half a character without saying where it stands.
            return model.model_validate(json.loads(body))
    except ValidationError as error:
        faults = field_errors(error.errors(include_url=False, include_input=False))
    except (ValueError, RecursionError):
        faults = (FieldError("", "The body is not valid JSON."),)
    raise InvalidRequest(errors=faults)


def metadata_json(settings: JobSettings) -> bytes:
    """Compact JSON; raises UnicodeEncodeError for a lone surrogate."""
    return json.dumps(settings.metadata, ensure_ascii=False, separators=(",", ":")).encode()


def deadline_ms(deadline: datetime | None) -> int | None:
    return None if deadline is None else int(deadline.timestamp() * 1000)
