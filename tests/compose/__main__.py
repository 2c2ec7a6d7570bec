"""`python -m tests.compose`: builds the images that the tests run, and says how large they are."""

import sys
import tempfile
import time
from pathlib import Path

from tests.compose.composition import Composition
from tests.compose.engine import BUILD_SECRET, CADDY_IMAGE, IMAGES, MODELS, STAND_IN, docker, has_image, inspect


def main() -> int:
    """Caddy's is built only where it is missing: the real one is used where it was pulled."""
    begin = time.monotonic()
    if not has_image(CADDY_IMAGE):
        docker("build", "--quiet", "--tag", CADDY_IMAGE, str(STAND_IN))
    with tempfile.TemporaryDirectory() as folder:
        made = Composition(Path(folder), {"MODELS": MODELS})
        made.compose("build", "--quiet", environment=dict.fromkeys(made.secrets, BUILD_SECRET))
    for name in IMAGES.values():
        image = inspect("image", name)
        base = image["Config"]["Labels"]["org.opencontainers.image.base.name"]
        own = image["Size"] - inspect("image", base)["Size"]
        sys.stdout.write(f"{name}: {own / 1e6:.0f} MB beside its base {base}, {image['Size'] / 1e6:.0f} MB in all\n")
    sys.stdout.write(f"built in {time.monotonic() - begin:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
