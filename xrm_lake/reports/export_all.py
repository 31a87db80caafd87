"""
Exporting a whole lake as a folder: a file for each type, one for each type of link, and the model, so that it can be brought into
an empty lake by one command.
"""

import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import polars as pl
import tomli_w

from xrm_lake.errors import LakeFull, Refused, UnknownName
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.exported import EXPORTED, Exported
from xrm_lake.model.own_file import LINKS, MANIFEST, MERGED, MODEL
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.template import export_template
from xrm_lake.reports.export import WRITERS, free_name, write_pieces
from xrm_lake.store.lake import Lake
from xrm_lake.store.outgoing import links_query, merged_query, one_moment
from xrm_lake.store.read import outgoing_pieces
from xrm_lake.store.search import captions_of

_Part = tuple[str, str, str, Iterator[pl.DataFrame]]


def export_all(
    lake: Lake, *, out: str | Path, format: str = "csv", replace: bool = False, progress: Progress = quiet
) -> Exported:
    """
    Write every type that has records, and every type of link that joins some, to the folder `out`, which is there whole or not at all.

    `format` is csv, xlsx, parquet, json or jsonl. `TYPE.csv` has the records in use, `merged/TYPE.csv` those that are merged into them,
    `links/NAME.csv` the links with their fields, `model/` the types as a template, `export.toml` what was written. All is of one moment.
    `xrm import` of the folder brings it back. With `replace` it takes the place of an earlier export in `out`.
    Raises UnknownName for another format, Refused if `out` is there already or a sheet cannot hold what is to be written, LakeFull
    if it cannot be written.
    """
    target, chosen = Path(out), format.lower()
    if chosen not in WRITERS:
        raise UnknownName("export format", chosen, WRITERS)
    _refuse_taken(target, replace=replace)
    beside = free_name(target)
    try:
        beside.mkdir(parents=True)
        files = _write(lake, beside, chosen, progress)
        _put_in_place(beside, target)
    except OSError as problem:
        raise LakeFull(f"{target} cannot be written: {problem.strerror or problem}. Nothing was written.") from problem
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Exported(target, files)


def _put_in_place(made: Path, target: Path) -> None:
    """The new folder under the target's name. The earlier one goes only when that is done, and comes back if it cannot be."""
    if not target.exists():
        made.rename(target)
        return
    earlier = free_name(target)
    target.rename(earlier)
    try:
        made.rename(target)
    except BaseException:
        earlier.rename(target)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _refuse_taken(target: Path, *, replace: bool) -> None:
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not replace:
        raise Refused(f"{target} is there already. Nothing was written. Choose another folder, or let it be replaced.")
    # Whatever else somebody keeps in a folder is not ours to throw away.
    if not (target / MANIFEST).is_file():
        raise Refused(
            f"{target} is no export of a lake: it has no {MANIFEST}. Nothing was written. Choose another folder."
        )


def _write(lake: Lake, folder: Path, form: str, progress: Progress) -> pl.DataFrame:
    rows: list[tuple[str, str, str, int]] = []
    with one_moment(lake):
        catalog = lake.catalog
        for what, above, name, pieces in _parts(lake, catalog):
            first = next(pieces)
            if first.is_empty():
                continue
            file = folder / above / f"{name}.{form}"
            file.parent.mkdir(exist_ok=True)
            with file.open("wb") as opened:
                height = write_pieces(form, chain([first], pieces), opened)
            rows.append((file.relative_to(folder).as_posix(), what, name, height))
            progress("Writing files", len(rows), None)
    export_template(catalog, folder / MODEL)
    files = pl.DataFrame(rows, schema=EXPORTED, orient="row")
    told = {"lake": lake.lake_id, "files": files.to_dicts()}
    (folder / MANIFEST).write_text(tomli_w.dumps(told), encoding="utf-8")
    return files


def _parts(lake: Lake, catalog: Catalog) -> Iterator[_Part]:
    """What is to be written, one after the other: what it is, its folder, its name, its rows."""
    for entity_type in catalog.active_types:
        yield "records", "", entity_type.name, outgoing_pieces(lake, entity_type.name, links=False)
        yield "merged", MERGED, entity_type.name, lake.query(merged_query(lake, entity_type)).pieces()
    for link in catalog.link_types:
        if not link.retired and link.name != "role_of":
            yield "links", LINKS, link.name, iter([_named(lake, lake.query(links_query(lake, link)).frame())])


def _named(lake: Lake, links: pl.DataFrame) -> pl.DataFrame:
    """The links with what their ends are called."""
    for end in ("from", "to"):
        types = links[f"xrm:{end}"].str.extract(r"^([^/]+)/", 1)
        called = captions_of(lake, links[end].to_list(), types.to_list()) if links.height else {}
        links = links.with_columns(pl.Series(end, [called[id] for id in links[end]], dtype=pl.String))
    return links
