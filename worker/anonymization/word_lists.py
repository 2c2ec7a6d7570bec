"""Lists of words, written as running text: a hundred quoted words are no easier to read."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in their order."""
    return tuple(text.split())
