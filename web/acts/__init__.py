"""What acting needs of its own: who may (``door``), and the acts that are under way (``jobs``)."""
