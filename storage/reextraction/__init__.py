"""Re-extraction: stored pages read again with the rules of today.

candidates   which pages are read, and what is stored of them
findings     what reading one of them comes to. Pure
staging      what was found, stored so that it may be told before it is applied
goes         a re-extraction from its beginning to its end: begin, apply, undo
applying     one article's reading takes the place of the stored one
returning    … and is taken back
"""
