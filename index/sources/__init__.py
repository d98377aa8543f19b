"""Sources of articles: fetching, file type detection and reading of files, folders and web addresses."""
