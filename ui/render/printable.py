"""Text that is safe to print: it contains nothing that a terminal would obey."""


def printable(line: object) -> str:
    """Return a line with every control character replaced."""
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in str(line))
