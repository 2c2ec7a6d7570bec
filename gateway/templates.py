"""Options that a client keeps under a name, and what a job's options come to when they name one."""

from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from gateway.problems import field_errors
from gateway.services import Services
from shared.errors import BodyTooLarge, FieldError, InvalidRequest, TemplateNotFound
from shared.options import Options
from shared.templates import Put, put_template, read_template, seal_options

#: Templates are kept for good: 200 of them must not fill the store.
MAX_TEMPLATE_BYTES = 1_000_000

TemplateName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]


class RequestedOptions(Options):
    """The engine's options as a request names them: those of a template, if it names one, under its own."""

    template: TemplateName | None = Field(default=None, description="Options stored by PUT /v1/templates/{name}.")

    @model_validator(mode="after")
    def _check_names_and_patterns(self) -> "RequestedOptions":
        # A type may be one that the template's recognizers define: `options_of` checks the two together.
        if self.template is None:
            # The plugin of mypy sees the decorator, Python the function.
            super()._check_names_and_patterns()  # type: ignore[operator]
        return self


async def options_of(requested: RequestedOptions, client: str, services: Services) -> Options:
    """The template's options, each of them overridden where the request sets it, checked again.

    Raises TemplateNotFound, InvalidRequest with pointers below /options, StoreUnavailable, UndecipherablePayload.
    """
    own = requested.model_dump(exclude_unset=True, exclude={"template"})
    if requested.template is None:
        return Options.model_construct(requested.model_fields_set - {"template"}, **dict(_fields(requested)))
    template = await services.store.run(read_template(client, requested.template))
    if template is None:
        missing = FieldError("/options/template", "No template of yours has this name; GET /v1/templates lists them.")
        raise TemplateNotFound(errors=(missing,))
    try:
        return Options.model_validate({**template.options(services.key_ring), **own})
    except ValidationError as error:
        faults = field_errors(error.errors(include_url=False, include_input=False))
        raise InvalidRequest(
            errors=tuple(FieldError(f"/options{fault.pointer}", fault.detail) for fault in faults)
        ) from None


async def keep(options: Options, name: str, client: str, services: Services) -> Put:
    """Store what was set of the options. Raises BodyTooLarge, TooManyTemplates, StoreUnavailable."""
    plain = options.model_dump_json(exclude_unset=True).encode()
    if len(plain) > MAX_TEMPLATE_BYTES:
        raise BodyTooLarge(f"The template has {len(plain)} bytes as JSON, {MAX_TEMPLATE_BYTES} are allowed.")
    return await services.store.run(put_template(client, name, seal_options(services.key_ring, client, name, plain)))


def _fields(requested: RequestedOptions) -> list[tuple[str, Any]]:
    return [(name, getattr(requested, name)) for name in Options.model_fields]
