"""Files that are no data, as their names tell: among many files, in a folder or an archive, they are left out."""

from pathlib import PurePosixPath

# What is written for people or for programs; as text it could be taken for a table of one column.
_NO_DATA = {
    "a text for people": {".md", ".rst", ".adoc", ".tex", ".rtf", ".log"},
    "settings or a mapping, not a table": {".yml", ".yaml", ".toml", ".ini", ".cfg", ".conf", ".properties", ".lock"},
    "a program": {".py", ".js", ".ts", ".sh", ".bat", ".ps1", ".r", ".ipynb", ".apex", ".cls", ".css", ".jar"},
    "SQL statements, not a table; export the tables as CSV": {".sql"},
    "a web page or an XML document, not a table": {".html", ".htm", ".xml", ".xsd", ".svg"},
}
_FOR_PEOPLE = (
    "readme",
    "license",
    "licence",
    "changelog",
    "notice",
    "contributing",
    "authors",
    "makefile",
    "dockerfile",
)


def no_data(name: str) -> str:
    """
    Why a file is no data, as far as its name tells; empty if it may be.

    >>> no_data("export/README.txt"), no_data("contacts.txt")
    ('a text for people', '')
    """
    path = PurePosixPath(name)
    ending = path.suffix.lower()
    for reason, endings in _NO_DATA.items():
        if ending in endings:
            return reason
    return "a text for people" if ending in ("", ".txt") and path.stem.lower().startswith(_FOR_PEOPLE) else ""
