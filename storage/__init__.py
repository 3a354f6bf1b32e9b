"""kliping's archive: everything that was fetched and filed, in one database.

``engine.open_engine`` opens (creates, upgrades) it. ``archive.Archive`` is the one public way to
write what a page brought; ``frontier``, ``hosts`` and ``sources`` keep the crawl's own state;
``library`` reads. Importing this package loads no HTML parser and no HTTP client.
"""
