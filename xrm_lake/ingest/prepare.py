"""What an import does before it writes: files read, and a plan for each of their tables, to be shown and overruled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from xrm_lake.errors import Misuse
from xrm_lake.ingest.folder import gather, read_gathered
from xrm_lake.ingest.known_presets import known_presets
from xrm_lake.ingest.known_source import of_known_sources, with_linked_sources
from xrm_lake.ingest.mend import is_mended, plan_mended
from xrm_lake.ingest.needed import needed
from xrm_lake.ingest.own.plan import comes_back, in_own_order, plan_own
from xrm_lake.ingest.own.whole import is_of_model, lacking, model_of
from xrm_lake.ingest.place import key_fields
from xrm_lake.ingest.plan import OWN, Planned
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.recognise import plan_import
from xrm_lake.ingest.saved_mapping import saved_type, with_saved
from xrm_lake.ingest.told_values import Told, with_values
from xrm_lake.model.additions import NO_ADDITIONS
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import LeftOut
from xrm_lake.store.identify import names_of
from xrm_lake.store.lake import Lake
from xrm_lake.store.sources import refuse_source


@dataclass(frozen=True)
class Delivered:
    """
    The tables of some files as they were read; `called` is the name of the folder they came in, empty if none was named.

    `model` is that of a whole export, if the folder is one.
    """

    tables: tuple[Delivery, ...]
    left_out: tuple[LeftOut, ...] = ()
    called: str = ""
    model: Catalog | None = None


@dataclass(frozen=True)
class Prepared:
    """Files as they were read, and what is planned for them."""

    delivered: Delivered
    planned: Planned


def read_delivered(
    lake: Lake, paths: Iterable[str | Path], *, sheet: str | int | None = None, progress: Progress = quiet
) -> Delivered:
    """
    Read files, and the files of folders; a copy of each is kept in the landing.

    Raises Misuse if none is named, ImportRefused for a file that is no table or cannot be read.
    """
    files = list(paths)
    if not files:
        raise Misuse("There is no file to import. Name one or more files, or a folder.")
    gathered = gather(files)
    tables, left_out = read_gathered(gathered, lake.landing, sheet=sheet, progress=progress)
    models = [model for each in files if Path(each).is_dir() and (model := model_of(Path(each))) is not None]
    if models:
        left_out = [each for each in left_out if not is_of_model(each)]
    return Delivered(tuple(tables), tuple(left_out), gathered.called, models[0] if models else None)


def plan_delivered(
    lake: Lake,
    delivered: Delivered,
    *,
    type: str | None = None,
    preset: str | None = None,
    source: str | None = None,
    key: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    propose: bool | None = None,
    values: Told | None = None,
    saved: bool = True,
) -> Planned:
    """
    What is planned for tables that were read, with the options of `import_files`; nothing is written.

    `saved=False` works all out anew, whatever was remembered of files with these headers.
    Raises ImportRefused if there is no plausible type for a table, Misuse if a type, field or preset is not known.
    """
    if source is not None:
        refuse_source(source)
    mended = [plan_mended(lake, table) for table in delivered.tables if is_mended(table)]
    others = [table for table in delivered.tables if not is_mended(table)]
    catalog, gains = lake.catalog, NO_ADDITIONS
    # Who says what the columns are wants them read so.
    if not (key or mapping or type or preset):
        back = [table for table in others if comes_back(table)]
        others = [table for table in others if not comes_back(table)]
        if back and delivered.model is not None:
            gains = lacking(catalog, delivered.model)
            catalog = gains.applied_to(catalog)
        own = [plan for table in back for plan in plan_own(table, catalog, lake_id=lake.lake_id, source=source)]
        mended += in_own_order(own, catalog)
    if mended and not others:
        return Planned(tuple(with_values(mended, values or {}, catalog)), gains, delivered.left_out)
    plan = partial(
        plan_import, others, catalog, type=type, preset=preset, presets=known_presets(lake.path), source=source,
        mapping=mapping, known_names=partial(names_of, lake), propose=bool(delivered.called) if propose is None else propose,
        called=delivered.called, saved_type=(lambda item: saved_type(lake, item, source)) if saved else None,
    )  # fmt: skip
    planned = plan()
    if saved and preset is None and not key:
        planned = _as_before(lake, planned, source, mapping)
    fields = key_fields(planned.plans, key)
    # Headers that are no field of a record can only be its id in the file.
    if key and fields is None:
        planned = plan(key=key)
    plans = tuple(
        each if is_mended(each.delivery) or each.preset == OWN else replace(each, match_on=fields or each.match_on)
        for each in with_values([*planned.plans, *mended], values or {}, catalog)
    )
    return replace(
        planned,
        plans=plans,
        additions=gains.and_then(planned.additions),
        left_out=(*delivered.left_out, *planned.left_out),
    )


def _as_before(lake: Lake, planned: Planned, source: str | None, told: Mapping[str, str] | None) -> Planned:
    """
    The plans of the source that they are a delivery of, if none was named, and read as its files were read before.

    What only the plans that gave way asked the model for is not made.
    """
    plans = planned.plans
    sourced = of_known_sources(lake, plans) if source is None else [(each, ()) for each in plans]
    fresh = [each for each, _ in sourced]
    as_before = with_linked_sources(with_saved(lake, fresh, told=told), fresh)
    found = replace(
        planned,
        plans=tuple(
            replace(each, notes=(*each.notes, *notes)) for each, (_, notes) in zip(as_before, sourced, strict=True)
        ),
    )
    return needed(found, lake.catalog) if any(each.mapping_id is not None for each in as_before) else found


def prepare(
    lake: Lake,
    paths: Iterable[str | Path],
    *,
    source: str | None = None,
    propose: bool | None = None,
    progress: Progress = quiet,
) -> Prepared:
    """Files read and planned, for somebody to look at before `load_planned` carries it out; else as `import_files`."""
    if source is not None:
        refuse_source(source)
    delivered = read_delivered(lake, paths, progress=progress)
    progress("Working out what each column means", 0, None)
    return Prepared(delivered, plan_delivered(lake, delivered, source=source, propose=propose))
