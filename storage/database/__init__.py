"""Opening a file or a server, checking and upgrading its schema, and what either says of itself."""
