"""The scripted evaluation: question sets, metrics, runs and reports."""
