"""Running question sets through the engine."""
