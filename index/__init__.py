"""Article intake: loading, extraction, splitting into sentences and chunks, and storage in the library."""
