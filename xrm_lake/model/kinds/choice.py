"""One of a few values, such as a stage or a source."""

from .text import Text


class Choice(Text):
    """A value from a short list; the field's declaration says which are allowed."""

    name = "choice"
    match_as = "category"
