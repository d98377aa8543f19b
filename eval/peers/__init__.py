"""onrecord beside other programs."""
