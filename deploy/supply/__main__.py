"""`python -m deploy.supply > docs/dependencies.md`: what is taken, why, under which licence, how large."""

import sys
from collections.abc import Iterator

from deploy.supply.licences import ALLOWED, licence_of
from deploy.supply.locked import REQUIREMENTS, SHIPPED, direct, installed, pins, shipped, size_mb

_HEAD = """# Dependencies

Made by `make dependencies` from the locks in `requirements/`, the comments of `requirements/*.in` and the metadata
of what is installed. MB: its own files, without what it needs. Released: where a comment of `requirements/*.in` says
it; no index was asked. Where metadata says just "BSD", the text has three clauses.

`make licences` fails where an image would hold a licence other than these: {allowed}.
Of the models, data that is not linked with the code, LGPL-LR (the French ones) is allowed too.

`make sbom` writes a CycloneDX file of each image. `make audit-dependencies` asks `pip-audit` for known weaknesses, and
exits with 3 where nothing was checked: `pip-audit` is not among our packages, and without a service that answers it
would check nothing and say that all is well.
"""


def document() -> str:
    """The page, in Markdown."""
    parts = {part: {pin.name: pin.version for pin in shipped(part)} for part in SHIPPED}
    development = {pin.name: pin.version for pin in pins(REQUIREMENTS / "dev.txt")}
    named = direct()
    lines = [_HEAD.format(allowed=", ".join(sorted(ALLOWED))), "## Chosen\n", *_chosen(development, parts)]
    lines += ["\n## Shipped with them\n", "| package | version | licence | MB | in |", "|---|---|---|---|---|"]
    versions = {name: version for part in parts.values() for name, version in part.items()}
    for name in sorted(set(versions) - set(named)):
        found = installed(name)
        where = ", ".join(part for part in SHIPPED if name in parts[part])
        lines.append(f"| {name} | {versions[name]} | {licence_of(found)} | {size_mb(found):.1f} | {where} |")
    return "\n".join(lines) + "\n"


def _chosen(development: dict[str, str], parts: dict[str, dict[str, str]]) -> Iterator[str]:
    yield "| package | version | why | licence | MB | released | in |"
    yield "|---|---|---|---|---|---|---|"
    for name, reason in sorted(direct().items()):
        if name not in development:
            continue
        found = installed(name)
        where = ", ".join(part for part in SHIPPED if name in parts[part]) or "development"
        yield (
            f"| {name} | {development[name]} | {reason.why} | {licence_of(found)} | {size_mb(found):.1f} "
            f"| {reason.released or 'unknown'} | {where} |"
        )


if __name__ == "__main__":
    sys.stdout.write(document())
