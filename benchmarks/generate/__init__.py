"""
Tables of contacts and companies with known duplicates, of any size, from a seed.

The truth stands in the column `cluster` by construction: entities are drawn first, with what makes
different ones look alike, and then written down once or several times, with what makes one look different.
"""
