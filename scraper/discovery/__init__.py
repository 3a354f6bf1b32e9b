"""What a source's document lists. Pure: bytes in, links out.

documents    feeds, JSON Feeds and sitemaps
front_page   a front or section page
offers       what a site offers to follow, and which of it is best
scope        what part of a site a feed or a section is about
choice       why an offer stands where it stands
wanted       which links of a source are wanted, where not all are
summary      what a source is, in words for a person
"""
