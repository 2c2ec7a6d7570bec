"""Real paragraphs of the TAB data set (not in this repository)."""

import json
import sys
from pathlib import Path


def paragraphs(data: Path, *, least_words: int = 60, most_words: int = 120) -> list[str]:
    """English court paragraphs of about 90 words, in the order of the file. Exits with one line without the data."""
    files = sorted((data / "tab").glob("tab_*.jsonl"))
    if not files:
        sys.exit(f"bench: no data in {data}/tab; give the folder with DATA=... (README, Measuring)")
    found = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            for paragraph in json.loads(line)["text"].split("\n"):
                if least_words <= len(paragraph.split()) <= most_words:
                    found.append(paragraph)
    return found
