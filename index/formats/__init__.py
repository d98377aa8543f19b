"""One module a format: bytes in, `Item` out; a file that cannot be read raises SourceError in plain words."""
