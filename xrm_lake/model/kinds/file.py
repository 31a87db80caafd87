"""A reference to a file: a path, a name or an address, kept as written."""

from .text import Text


class File(Text):
    """Where a file is; it says nothing about who is who."""

    name = "file"
    match_as = None
