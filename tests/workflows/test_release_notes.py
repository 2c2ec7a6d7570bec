"""A release is made only where tag, project and changelog agree."""

import pytest

from deploy.supply.release_notes import release_notes

PROJECT = '[project]\nname = "a"\nversion = "1.2.3"\n'
CHANGELOG = (
    "# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.3] - 2026-11-23\n\n### Added\n\n- this\n\n"
    "## [1.2.2] - 2026-01-01\n\n- that\n"
)


def test_the_section_of_the_version_is_the_notes() -> None:
    assert release_notes("v1.2.3", PROJECT, CHANGELOG) == "### Added\n\n- this\n"


@pytest.mark.parametrize(
    ("tag", "changelog", "says"),
    [
        ("v1.2.4", CHANGELOG, "the tag is v1.2.4, the version in pyproject.toml is 1.2.3"),
        ("1.2.3", CHANGELOG, "must agree"),
        ("v1.2.3", "# Changelog\n\n## [1.2.2] - 2026-01-01\n\n- that\n", "no section"),
        ("v1.2.3", "# Changelog\n\n## [1.2.3] - 2026-11-23\n\n## [1.2.2] - 2026-01-01\n\n- that\n", "no section"),
        ("v1.2.3", "# Changelog\n\n## [1.2.3] - unreleased\n\n- this\n", "no section"),
        ("v1.2.3", "# Changelog\n\n## [1x2.3] - 2026-11-23\n\n- this\n", "no section"),
    ],
)
def test_what_does_not_agree_is_refused(tag: str, changelog: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        release_notes(tag, PROJECT, changelog)
