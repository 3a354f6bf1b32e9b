"""What the packages exchange; imports nothing of the project but addresses and errors.

types    one frozen dataclass for each step: link, request, response, article, capture, decision
jobs     what the frontier hands to a run and takes back
images   which image some bytes are
events   what a run says while it goes on
health   what the health of a source is judged by, and its alarms
times    times as ISO 8601
blocks   what all that renders an article's blocks begins with
markdown an article as Markdown
"""
