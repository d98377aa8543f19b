"""The page: chat, library, source pane."""
