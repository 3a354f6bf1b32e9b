"""Full-text search: one query language, two compilers (SQLite's FTS5, PostgreSQL's tsquery).

What a person types is parsed (``query``), the text of articles and queries is brought into one form
(``segments``, ``latin``), what is no text but filters (host, language, day) becomes tokens of the
same index (``labels``). ``index`` keeps it true inside the archive's transactions, ``finder`` asks
it.
"""
