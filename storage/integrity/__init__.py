"""What was fetched when, and that nothing of it changed since: digests, entries, the chain."""
