"""onrecord compared with other programs."""
