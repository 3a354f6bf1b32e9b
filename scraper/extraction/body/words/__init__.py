"""What class names and lines say of a paragraph, by language.

class_words  class names → why an element is furniture
lines        phrases of lines that are no part of a text
"""
