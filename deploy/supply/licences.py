"""`python -m deploy.supply.licences`: fails where something is shipped under a licence that nobody agreed to."""

import re
import sys
from collections.abc import Mapping
from email.message import Message
from importlib.metadata import Distribution
from typing import Final, cast

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from deploy.supply.locked import REQUIREMENTS, SHIPPED, installed, pins, shipped

#: What may be in an image. MPL-2.0 obliges those who change its files, and we change none.
ALLOWED: Final = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC MIT MIT-0 MPL-2.0 PSF-2.0 Unlicense Zlib".split()
)
#: Data, not linked with our code: under the LGPL for linguistic resources they go on as they are.
ALLOWED_OF_MODELS: Final = frozenset({"LicenseRef-LGPL-LR"})
UNKNOWN: Final = "unknown"

#: Words that older metadata has for the licence, as SPDX has it. "BSD" alone: the texts of all that say so were read,
#: and have three clauses.
_SPDX: Final[Mapping[str, str]] = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.0-or-later",
    "lgpl-lr": "LicenseRef-LGPL-LR",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}
_MIT: Final = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"
_SEVERAL: Final = re.compile(r"\s+(AND|OR)\s+|[()]")


def licence_of(found: Distribution) -> str:
    """An SPDX expression, or "unknown"."""
    about = cast(Message, found.metadata)
    classifiers = [
        line.rpartition("::")[2].strip() for line in about.get_all("Classifier") or () if line.startswith("License ::")
    ]
    # More than one classifier: the metadata leaves open whether both or either hold, so both.
    several = " AND ".join(sorted({_SPDX.get(each.lower(), each) for each in classifiers}))
    for said in (about.get("License-Expression"), several, about.get("License")):
        if said:
            try:
                return canonicalize_license_expression(_SPDX.get(said.lower().strip(), said))
            except InvalidLicenseExpression:
                continue
    return "MIT" if _has_text(found, _MIT) else UNKNOWN


def _has_text(found: Distribution, words: str) -> bool:
    """For metadata that says nothing, and leaves it to the file."""
    files = (file for file in found.files or () if file.name == "LICENSE")
    return any(words in " ".join(file.read_text(encoding="utf-8").split()) for file in files)


def is_allowed(expression: str) -> bool:
    """Whether one side of every OR may be shipped (of `A AND B OR C` and the like, all must)."""
    words = [word for word in _SEVERAL.split(expression) if word and word.strip() not in {"AND", "OR"}]
    if " OR " in expression and " AND " not in expression:
        return any(word in ALLOWED for word in words)
    return all(word in ALLOWED for word in words)


def refused() -> list[str]:
    """Everything shipped whose licence nobody agreed to."""
    found = []
    models = {pin.name for pin in pins(REQUIREMENTS / "models-index.txt")}
    for part in SHIPPED:
        for pin in shipped(part):
            licence = licence_of(installed(pin.name))
            is_model = pin.name in models and licence in ALLOWED_OF_MODELS
            if not is_allowed(licence) and not is_model:
                found.append(f"{part}: {pin.name} {pin.version}: {licence}")
    return found


def main() -> int:
    """0: all are allowed; 1: some are not, a line each."""
    found = refused()
    sys.stdout.write("".join(f"{line}\n" for line in found) or f"all allowed: {' '.join(sorted(ALLOWED))}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
