"""The templates of pages and mails: every value that goes in is escaped, and one that is missing is a fault."""

from importlib.resources import files


def fill(name: str, /, **values: object) -> str:
    """The text of a template of `page_html/` with these values."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    return environment.from_string(said(name)).render(**values)


def said(name: str) -> str:
    """What stands in a file of `page_html/`."""
    return (files("xrm_lake.reports.render") / "page_html" / name).read_text(encoding="utf-8")


def safe(text: str) -> str:
    """Text of this project's own making, which is not to be escaped."""
    from markupsafe import Markup

    return Markup(text)
