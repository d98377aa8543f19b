"""Text that a terminal shows and does not obey."""


def plain(line: object) -> str:
    """Return a line without control characters."""
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in str(line))
