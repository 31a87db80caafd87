"""Names of types, fields and link types: stable slugs that need no quoting, and how to make one from a label."""

import re
import unicodedata

from xrm_lake.errors import InvalidDeclaration

MAX_LENGTH = 60
# Names that end in an underscore are free for columns that are worked out on the way.
SLUG = re.compile(r"[a-z](?:[a-z0-9_]{0,58}[a-z0-9])?")

# A type's live rows are a view of its own name beside these tables, so none of them can be a type.
SYSTEM_TABLES = (
    "batch", "batch_plan", "change", "cross_match", "delivered_plan", "delivered_row", "entity", "entity_type", "field",
    "figure_override", "fix_proposal", "fix_refusal", "held_row", "issue",
    "issue_count", "job", "link", "link_type", "looked_at", "match", "match_count", "matcher", "measure", "measure_state", "meta",
    "own_check", "pending_link", "pin",
    "reject", "saved_mapping", "schema_migration", "search_doc", "snapshot", "stage", "trend", "value_map", "verdict",
)  # fmt: skip

# What every record table carries besides its fields, and what a role's view adds.
SYSTEM_COLUMNS = ("id", "live", "extra", "updated_at", "golden_id", "party_id", "party_type", "party")

# The link from a record to the user who looks after it.
OWNED_BY = "owned_by"

# DuckDB 2.0's words that fail as a bare name (categories `reserved` and `type_function` of duckdb_keywords()).
RESERVED_WORDS = frozenset(
    """
    all analyse analyze and any array as asc asymmetric at both by case cast check collate column constraint create
    default deferrable desc describe distinct do else end except false fetch for foreign from group having in
    initially intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer
    pivot_wider placing primary qualify references returning select show some summarize symmetric table then to
    trailing true union unique unpivot using variadic when where window with
    anti asof authorization binary collation columns concurrently cross freeze full generated glob ilike inner is
    isnull join left like map natural notnull outer overlaps positional right semi similar struct tablesample
    try_cast tuple unpack verbose
    """.split()  # noqa: SIM905
)


def check_name(what: str, name: str) -> str:
    """
    The name itself, if a type, field or link type may bear it.

    Raises InvalidDeclaration with a name that would do.
    """
    problem = _problem(what, name)
    if problem:
        raise InvalidDeclaration(f"A {what} cannot be named {name!r}: {problem}. Try {slug(name, what)!r}.")
    return name


def slug(label: str, what: str = "field") -> str:
    """
    A valid name made from any label.

    >>> slug("Close Date (planned)"), slug("Größe in m²"), slug("at"), slug("match", "type")
    ('close_date_planned', 'grosse_in_m2', 'at_value', 'match_record')
    """
    text = unicodedata.normalize("NFKD", label.replace("ß", "ss"))
    text = "".join(char for char in text if not unicodedata.combining(char)).lower()
    text = re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:MAX_LENGTH].rstrip("_")
    if not text or not text[0].isalpha():
        text = f"{what}_{text}".rstrip("_").replace(" ", "_")
    if _problem(what, text):
        suffix = "_value" if what == "field" else "_record"
        text = text[: MAX_LENGTH - len(suffix)] + suffix
    return text


def quoted(name: str) -> str:
    """
    The name as an SQL identifier, whatever it holds.

    >>> quoted('close_date'), quoted('a"b')
    ('"close_date"', '"a""b"')
    """
    return '"' + name.replace('"', '""') + '"'


def _problem(what: str, name: str) -> str | None:
    if not SLUG.fullmatch(name):
        return "a name is lower-case letters, digits and underscores, begins with a letter, ends in a letter or digit, and has at most 60"
    if name in RESERVED_WORDS:
        return "it is a reserved word of SQL"
    if what == "type" and (name in SYSTEM_TABLES or name.startswith(("rec_", "duckdb_", "sqlite_", "pg_"))):
        return "the lake keeps a table of its own under that name"
    if what == "field" and name in SYSTEM_COLUMNS:
        return "every record has a column of its own under that name"
    return None
