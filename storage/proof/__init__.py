"""What proves the archive, written in the transaction of what it proves.

digests   of rows and pages
entries   what was fetched when, sealed in batches into a chain (``integrity`` checks it)
"""
