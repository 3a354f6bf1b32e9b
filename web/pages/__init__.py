"""What each page shows: a module for each family, from a request to a template's values."""
