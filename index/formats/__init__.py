"""One module per format: bytes in, `Item`s out; raises SourceError, in one clear sentence, for an unreadable file."""
