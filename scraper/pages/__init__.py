"""One page, from its answer to a capture that can be saved.

capture          is it a page, what does it say, what did we have before
page_reader      a page read in the sandbox, with its further pages
single_page      a site's rule knows the address that shows all of an article
first_page       a later page, met alone: the way back to the first one
parts            an article that is cut into several pages, joined into one
variants         a page with little text, beside its AMP or print version
revisits         the first page has not changed: its further pages are asked about
lead_image       the image of an article that was filed
recorded         a recorded answer, as a WARC holds it
record_importer  recorded pages, on the way of every page
reextraction     stored pages, read again with the rules of today
"""
