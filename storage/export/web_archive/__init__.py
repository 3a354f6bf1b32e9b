"""The formats that are made of stored pages: WARC, and WACZ around it.

warc_source   which pages of an article go into the file
warc          the records of a WARC file
cdxj          the index of a WACZ
wacz          a WARC file, its index and a list of its pages, in one ZIP
"""
