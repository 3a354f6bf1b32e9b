"""An archive as a whole: copied, restored, moved, counted, thinned."""
