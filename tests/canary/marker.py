"""The marker, in every form in which it may be written down."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote


@dataclass(frozen=True)
class Marker:
    """`core` stands in what takes letters alone; `whole` has one that encodings spell in ways of their own."""

    core: str

    @property
    def whole(self) -> str:
        return f"Zoë {self.core}"

    @cached_property
    def forms(self) -> Mapping[str, bytes]:
        """Within base64 a word stands in three ways."""
        word, whole = self.core, self.whole
        found = {
            "plain": word.encode(),
            "small": word.lower().encode(),
            "capital": word.upper().encode(),
            "UTF-16": word.encode("utf-16-le"),
            "UTF-32": word.encode("utf-32-le"),
            "hexadecimal": word.encode().hex().encode(),
            "hexadecimal, capital": word.encode().hex().upper().encode(),
            "JSON escapes": "".join(f"\\u{ord(letter):04x}" for letter in word).encode(),
            "JSON of the whole": json.dumps(whole)[1:-1].encode(),
            "percent": quote(whole).encode(),
            "every letter percent": "".join(f"%{ord(letter):02X}" for letter in word).encode(),
        }
        for shift in range(3):
            # The first and last letters of the code depend on what stands beside the word.
            code = base64.b64encode(b"\0" * shift + word.encode())
            found[f"base64, shifted by {shift}"] = code[4 : len(code) // 4 * 4 - 4]
            found[f"URL base64, shifted by {shift}"] = found[f"base64, shifted by {shift}"].translate(
                bytes.maketrans(b"+/", b"-_")
            )
        return found

    def sightings(self, places: Iterable[tuple[str, bytes]]) -> list[str]:
        forms = self.forms
        return [f"{place}: {form}" for place, content in places for form, value in forms.items() if value in content]


#: What nobody may see but in a result.
TEXT = Marker("Quorvaxelbrandt")
#: What a client gives as `metadata`: its job's answers and webhooks give it back, that is what it is for, and nothing
#: else has it.
METADATA = Marker("Wumpelstrichner")
#: In the path and query of a webhook's URL: who is called sees it, and nobody else.
HOOK = Marker("Ybbsfeldtrianov")
