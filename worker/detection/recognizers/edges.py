"""What may stand beside a value: kept in one place, so that no number is cut out of a longer one."""

#: Before a number: no letter, digit or underscore, none of base64's and paths' signs, no digit with a separator.
NUMBER_START = r"(?<![\w/+=@%])(?<!\d[.,:\-])"
#: After a number.
NUMBER_END = r"(?![\w@=%])(?![-./,:]\d)"
#: Around codes of letters and digits.
CODE_START = r"(?<![\w/+=@%#*])(?<!\w[.\-])"
CODE_END = r"(?![\w@=%*])(?![-./]\w)"
#: One separator within a number; typographic blanks included.
GAP = r"[ .\-\u00a0\u202f\u2009]?"
BLANK = r"[ \u00a0\u202f\u2009]"
