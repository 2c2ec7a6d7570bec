"""`python -m worker.catalogue operators > docs/operators.md`, and so `entity-types`: pages made from the tables."""

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType

from worker.catalogue import entity_types_page, operators_page

PAGES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {"operators": operators_page.page, "entity-types": entity_types_page.page}
)


def main() -> int:
    """2 for a page that there is none of."""
    name = " ".join(sys.argv[1:])
    if name not in PAGES:
        sys.stderr.write(f"python -m worker.catalogue {'|'.join(PAGES)}\n")
        return 2
    sys.stdout.write(PAGES[name]())
    return 0


if __name__ == "__main__":
    sys.exit(main())
