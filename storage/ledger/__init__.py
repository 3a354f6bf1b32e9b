"""The crawl, read: what was listed and what became of it; how sources fare."""
