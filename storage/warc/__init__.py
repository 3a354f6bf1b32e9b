"""Web archive files, read: WARC (ISO 28500), plain, by gzip or by zstd, and WACZ.

    heads      the named fields of one record
    budget     how much work one file may make
    members    what is not compressed, and gzip: where members begin and end, and the next one is
    frames     the same of zstd
    cursor     what members unfold to, as one row of bytes
    reading    a stream of bytes → its records, each whole or named as damaged
    opening    a file → the streams in it: one, or those of a WACZ
    record_index  where in a file the record of an address, an id or a payload is
    import_log files that are imported: how far each is, and what is stored of them already

warcio writes records (``storage.export.web_archive.warc``). What reads them is our own: of 601
whole records in 76 damaged files (``benchmarks/archive/warc_readers.py``) warcio 1.8 loses 311,
fastwarc 2.0 loses 267, and ``reading`` none. warcio ends at the first damaged member and reads no
zstd; fastwarc ends at the first wrong length, garbage between records or broken member. Neither
names what it passes over, or bounds the work that a file may make."""
