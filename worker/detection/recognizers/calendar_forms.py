"""What written and numeric dates share."""

YEAR = r"(?:1[89]|20)\d\d"
BLANK = r"[ \u00a0\u202f]"
#: A time of day after a date.
CLOCK = (
    r"(?:[T ,]{1,2}(?:at |à )?\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?: ?(?i:[ap]\.?m\b\.?))?(?:Z|"
    r"[+-]\d{2}:?\d{2})?(?![\d:]))?"
)
