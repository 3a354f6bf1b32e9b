"""Web archive files: WARC (ISO 28500), plain, by gzip or by zstd, and WACZ.

    members    where a file's compressed pieces begin and end; where to go on behind damage
    heads      the named fields of one record
    reading    a stream of bytes → its records, each whole or named as damaged
    opening    a file → the streams in it: one, or those of a WACZ
    places     where in a file the record of an address, an id or a payload is
    holdings   what of the archive is written: an article's stored pages
    writing    stored pages → WARC
    cdxj       the index of a WACZ
    wacz       stored pages → WACZ

Written and read here rather than by a library: warcio ends at the first damaged member, reads no
zstd, and writes header bytes as other ones; fastwarc ends at the first damaged member as well.
Both read in the tests what is written here.
"""
