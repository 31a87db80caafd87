r"""
Markup: the little Markdown that report prose is written in, and nothing more.

Paragraphs, lists (`- ` or `1. `), `**bold**`, `*italic*`, `` `code` ``, `[label](https://…)`, and a backslash
before any punctuation mark. Everything else is plain text, so HTML, images and scripts have no way through.
"""

import re
from dataclasses import dataclass
from typing import Literal

_INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|\*\*(?P<bold>(?! )(?:\\.|[^*\\\n])+(?<! ))\*\*"
    r"|\*(?P<italic>(?! )(?:\\.|[^*\\\n])+(?<! ))\*"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<!!)\[(?P<label>(?:\\.|[^\[\]\\\n])+)\]\((?P<url>https?://[^\s()<>]+)\)"
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ITEM = re.compile(r"^(?:[-*]|(?P<number>\d{1,3})\.) +(?P<text>.*)$")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

Style = Literal["plain", "bold", "italic", "code", "link"]


@dataclass(frozen=True)
class Span:
    """A run of text in one style; a link has an address."""

    text: str
    style: Style = "plain"
    url: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Spans that flow as one paragraph."""

    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Listing:
    """The items of a bulleted or numbered list."""

    items: tuple[tuple[Span, ...], ...]
    ordered: bool


def literal(value: object) -> str:
    r"""
    A value as markup that shows as exactly that value, on one line.

    >>> literal("Smith & <b>Sons</b> *Ltd*")
    'Smith \\& \\<b\\>Sons\\<\\/b\\> \\*Ltd\\*'
    """
    return _PUNCTUATION.sub(r"\\\1", " ".join(str(value).split()))


def spans(text: str) -> tuple[Span, ...]:
    """
    The styled runs of one line of markup.

    >>> [(span.style, span.text) for span in spans("Fix **12** deals")]
    [('plain', 'Fix '), ('bold', '12'), ('plain', ' deals')]
    """
    found: list[Span] = []
    at = 0
    for match in _INLINE.finditer(text):
        _add_plain(found, text[at : match.start()] + (match["escaped"] or ""))
        if match["label"]:
            found.append(Span(_unescape(match["label"]), "link", match["url"]))
        elif match["bold"]:
            found.append(Span(_unescape(match["bold"]), "bold"))
        elif match["italic"]:
            found.append(Span(_unescape(match["italic"]), "italic"))
        elif match["code"]:
            found.append(Span(match["code"], "code"))
        at = match.end()
    _add_plain(found, text[at:])
    return tuple(found)


def parse(markdown: str) -> tuple[Paragraph | Listing, ...]:
    """The paragraphs and lists of a text, in order."""
    parts: list[Paragraph | Listing] = []
    prose: list[str] = []
    items: list[re.Match[str]] = []
    for line in [*markdown.splitlines(), ""]:
        item = _ITEM.match(line.strip())
        if prose and (item or not line.strip()):
            parts.append(Paragraph(spans(" ".join(prose))))
            prose = []
        if items and not item:
            parts.append(Listing(tuple(spans(each["text"]) for each in items), bool(items[0]["number"])))
            items = []
        if item:
            items.append(item)
        elif line.strip():
            prose.append(line.strip())
    return tuple(parts)


def _unescape(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _add_plain(found: list[Span], text: str) -> None:
    if text and found and found[-1].style == "plain":
        found[-1] = Span(found[-1].text + text)
    elif text:
        found.append(Span(text))
