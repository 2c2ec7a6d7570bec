"""The command `anonymize`: arguments in, lines and an exit code out."""
