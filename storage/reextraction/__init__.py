"""Re-extraction: stored pages read again with the rules of today.

candidates          which pages are read, and what is stored of them
findings            what today's reading of a page comes to. Pure
reextraction_run    a run over the candidates: previewed, or applied in chunks and resumed
applying            today's reading of an article takes the place of the stored one
undoing             … and is taken back
"""
