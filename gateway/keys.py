"""`python -m gateway.keys`: API keys, made and unmade against Redis alone."""

import sys

from gateway.access.command import main

if __name__ == "__main__":
    sys.exit(main())
