"""A reconciliation as a page, and whether a page is still what was sealed."""

import base64
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.model.reconciliation import FORMAT, SEAL, Document, Verification, seal_of
from xrm_lake.reports.page import Block, Column, Metric, Note, Page, Section, Table
from xrm_lake.reports.render import render
from xrm_lake.store.lake import Lake

_MARK = "<!-- xrm_lake.reconciliation "
_SIDES = ("source", "lake", "explained", "difference")


def reconciliation_page(document: Document) -> Page:
    """The page of a sealed document: what differs first, then every number of each file with its two sides."""
    made_at = datetime.fromisoformat(document["made_at"])
    differences = int(document["differences"])
    numbers = sum(len(file["measures"]) for file in document["files"])
    head: list[Block] = [
        Section(
            "Result",
            (
                Metric("Numbers that differ", differences, num=differences, den=numbers),
                Metric("Records that differ", sum(file["differing"] for file in document["files"])),
                Metric("Files", len(document["files"])),
            ),
            layout="row",
        ),
        Note("alert", f"{differences} of {numbers} numbers differ.")
        if differences
        else Note("info", "Source and lake agree."),
    ]
    mark = document["lake"]
    seal = Note(
        "info",
        f"Seal {document[SEAL]}, of lake {mark['id']} after batch {mark['batch_id']}, change {mark['change_seq']}.",
    )
    return Page(
        name="reconciliation",
        title="Reconciliation",
        question="Does the lake have what the sources said?",
        subtitle=", ".join(file["file"] for file in document["files"]),
        blocks=(*head, *(_section(file) for file in document["files"]), seal),
        as_of=made_at.date(),
        made_at=made_at,
    )


def render_reconciliation(document: Document, form: str) -> str:
    """The document as `json`, or as `html`: a page that holds the document too, so that it can be verified by itself."""
    if form == "json":
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if form != "html":
        raise Misuse(f"A reconciliation is written as json or html, not as {form!r}. Nothing was written.")
    page = render(reconciliation_page(document), "html")
    assert isinstance(page, str)
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return f"{page}\n{_MARK}{base64.b64encode(text.encode()).decode()} -->\n"


def verify_reconciliation(lake: Lake, text: str) -> Verification:
    """
    Whether a reconciliation (the text of its JSON or HTML) is what this lake sealed: no figure changed, and no seal made elsewhere.

    Raises Misuse if the text is no reconciliation.
    """
    found = check_seal(text)
    seal = f"seal {document_of(text).get(SEAL)}"
    known = bool(lake.query("select count(*) from batch where kind = 'reconcile' and note = $note", note=seal).value())
    problems = found.problems if known else (*found.problems, "This lake gave no such seal.")
    return Verification(found.sealed, known, problems)


def check_seal(text: str) -> Verification:
    """As `verify_reconciliation`, without a lake: it tells that nothing was changed, and not who made it."""
    document = document_of(text)
    problems = []
    if seal_of(document) != document.get(SEAL):
        problems.append("The content is not what was sealed: a figure, a name or a checksum was changed.")
    elif text.lstrip().startswith("<") and text != render_reconciliation(document, "html"):
        problems.append("The page does not show what was sealed: its text was changed.")
    return Verification(not problems, None, tuple(problems))


def document_of(text: str) -> dict[str, Any]:
    """The document in the text of a page or of a JSON file. Raises Misuse if there is none."""
    _, mark, rest = text.rpartition(_MARK)
    try:
        held = base64.b64decode(rest.split(" -->")[0], validate=True).decode() if mark else text
        document = json.loads(held)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Misuse("This is no reconciliation of xrm_lake: neither its JSON nor its page.")
    return document


def _section(file: dict[str, Any]) -> Section:
    numbers = [
        [row["measure"], row["scope"], *(_figure(row[side]) for side in _SIDES), row["why"]] for row in file["measures"]
    ]
    rows = pl.DataFrame(numbers, schema=dict.fromkeys(("measure", "scope", *_SIDES, "why"), pl.String), orient="row")
    differs = pl.Series([Decimal(str(row["difference"])) != 0 for row in file["measures"]], dtype=pl.Boolean)
    columns = (
        Column("measure", "Number"), Column("scope", "Of"), *(Column(side, side.title(), align="right") for side in _SIDES),
        Column("why", "Explained by"),
    )  # fmt: skip
    imported_on = date.fromisoformat(file["imported_at"][:10])
    return Section(
        f"{file['file']}: {file['type']}, batch {file['batch_id']} of {imported_on}",
        (
            Table("Numbers that differ", rows.filter(differs), columns, empty="None."),
            _differing(file),
            Table("All numbers", rows, columns, cap=200),
            Note("info", f"The file's SHA-256 is {file['sha256']}; its source is {file['source']}."),
        ),
    )


def _figure(number: int | str) -> str:
    """With every digit: of two sums that differ by a cent, both are shown to the cent."""
    return f"{Decimal(str(number)):,f}"


def _differing(file: dict[str, Any]) -> Table:
    schema = {
        "record_id": pl.Int64, "key": pl.String, "field": pl.String, "amount": pl.String, "batch_id": pl.Int64,
        "changed_by": pl.String, "made_by": pl.String,
    }  # fmt: skip
    listed = pl.DataFrame([[row[name] for name in schema] for row in file["listed"]], schema=schema, orient="row")
    return Table(
        f"What differs, of {file['differing']} records",
        listed.with_columns(pl.col("field").fill_null("the record is not there")),
        (
            Column("record_id", "Record", align="right"), Column("key", "Key in the source"), Column("field", "Field"),
            Column("amount", "Less by", align="right"), Column("batch_id", "Changed in batch", align="right"),
            Column("changed_by", "By an"), Column("made_by", "Made by"),
        ),
        empty="Nothing differs.",
    )  # fmt: skip
