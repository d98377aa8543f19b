"""Files, folders and addresses: fetched, their type detected, read."""
