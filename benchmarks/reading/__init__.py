"""What the pages of the reading room cost."""
