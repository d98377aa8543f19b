"""For scripts: question sets, metrics, runs and reports."""
