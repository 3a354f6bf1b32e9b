"""A capture is saved: what is known of it, what it is, and the rows that say so.

capture_facts   what is looked at: a capture with its addresses and hashes, and what is known of it
lookup          the rows of what is known
authority       who may say what an article is
dedup           new, the same, an edit, a copy, or no article
save_plan       what is to be stored
backdated       what a recording from before changes
residence       where an article lives
size_limit      how large a page may be that is kept though it is no article
directives      what its publisher forbids, as the capture says it
persist         the rows that carry the plan out
versions        the versions that it adds, revives or confirms
settling        how the pages of its addresses are left: the lease ends, and what is due when
edit_rows       what each version changed, in a few words
stories         articles that are one text, linked as they are saved
"""
