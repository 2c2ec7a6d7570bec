"""A wrong clock for one process: a library of three functions, compiled here and preloaded there (ld.so(8))."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path


def has_compiler() -> bool:
    return shutil.which("cc") is not None


def skewed(folder: Path, seconds: int) -> Mapping[str, str]:
    """The environment of a process whose clock is so many seconds ahead; less than 0: behind."""
    library = folder / "skewed_clock.so"
    if not library.exists():
        source = Path(__file__).with_suffix(".c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "CLOCK_SKEW_S": str(seconds)}
