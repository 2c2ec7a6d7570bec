"""The bodies of POST /v1/jobs as the OpenAPI document shows them; a test sends each of them."""

from typing import Any, Final

from gateway.job_request import FileJobRequest, JobRequest

EXAMPLES: Final[dict[str, Any]] = {
    "Plain": {"value": {"text": "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."}},
    "French, language found by itself": {"value": {"text": "Marie Curie est née à Varsovie.", "language": "auto"}},
    "Operators": {
        "value": {
            "text": "Write to jane.doe@example.org, or call Jane Doe at +44 20 7946 0958.",
            "options": {
                "operators": {"default": {"name": "replace", "numbered": True}, "PERSON": {"name": "pseudonym"}}
            },
        }
    },
    "Many documents": {
        "value": {
            "documents": [
                {"custom_id": "a", "text": "John Smith signed the contract in London."},
                {"custom_id": "b", "text": "M. Dupont habite à Lyon.", "language": "fr"},
            ],
            "metadata": {"batch": 7},
        }
    },
}
_COMPONENTS: Final = "#/components/schemas/{model}"
#: The schemas that the request body refers to, for the components of the document.
SCHEMAS: Final[dict[str, Any]] = {}


def _schema(model: type[JobRequest] | type[FileJobRequest]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=_COMPONENTS)
    SCHEMAS.update(schema.pop("$defs", {}))
    SCHEMAS[model.__name__] = schema
    return {"$ref": _COMPONENTS.format(model=model.__name__)}


REQUEST_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "application/json": {"schema": _schema(JobRequest), "examples": EXAMPLES},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "request": _schema(FileJobRequest),
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "txt, md, csv, jsonl, json, html, eml, each also as .gz, or docx.",
                    },
                },
            },
            "encoding": {
                "request": {"contentType": "application/json"},
                "file": {
                    "headers": {
                        "Content-Disposition": {
                            "schema": {"type": "string"},
                            "description": "The ending of the file's name says what it is.",
                            "required": True,
                            "example": 'form-data; name="file"; filename="notes.txt"',
                        }
                    }
                },
            },
        },
    },
}
