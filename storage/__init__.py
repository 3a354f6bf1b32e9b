"""kliping's archive: everything that was fetched and filed, in one database.

From the entry point down; a layer imports only what is below it (contract 4 of import-linter):

    maintenance    the archive as a whole: backup, copy, forgetting, retention
    archive        a capture is saved, in one transaction    reextraction/  stored pages read again
    export/        formats to leave in                       integrity/     everything is verified
    saving/        what a capture is, and the rows that say so
    reading/       articles, edits, stories, watches         ledger/        the crawl's log, read
    search/        a query → articles
    frontier/      what is due, and who has taken it         warc/          web archives, read
    outbox         notices that wait to be delivered         rows           rows → records
    images         lead images of articles
    snapshots      stored pages
    proof/         digests, and the entries of the chain
    database/      opening, checking, upgrading a file or a server
    models/        the tables                                contents       what an article says
    fields         what is told of an article, in any form
    addresses, compression, records, temp_files, text/       leaves

Importing this package loads no HTML parser and no HTTP client.
"""
