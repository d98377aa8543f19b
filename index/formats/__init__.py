"""One module a format: bytes in, `Extracted` out; a file that cannot be read raises SourceError in plain words."""
