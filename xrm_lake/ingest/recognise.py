"""
Recognise delivered files and plan their import: which type each is of, and what becomes of each column.

Files are planned together: what one of them calls `account` may be the name, or the id, of a record of another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from xrm_lake.ingest.known_presets import chosen_roles
from xrm_lake.ingest.mapping.cell_formats import with_formats
from xrm_lake.ingest.mapping.columns import plan_columns
from xrm_lake.ingest.mapping.complete import complete
from xrm_lake.ingest.mapping.date_order import share_order
from xrm_lake.ingest.mapping.discover import Discovery, discover
from xrm_lake.ingest.mapping.from_preset import plan_known
from xrm_lake.ingest.mapping.header import file_words
from xrm_lake.ingest.mapping.identify import Identity, identify
from xrm_lake.ingest.mapping.known import Known, folded_names, of_known_types
from xrm_lake.ingest.mapping.order import in_order
from xrm_lake.ingest.mapping.overrides import check_headers, told_columns
from xrm_lake.ingest.mapping.own_key import own_key, told_key
from xrm_lake.ingest.mapping.plan_notes import notes_on
from xrm_lake.ingest.mapping.propose import propose_type
from xrm_lake.ingest.mapping.references import Reference
from xrm_lake.ingest.mapping.same_ids import keep_apart, of_own_source, with_sources
from xrm_lake.ingest.mapping.sample import look
from xrm_lake.ingest.mapping.sources import Sourced, name_sources
from xrm_lake.ingest.mapping.type_rank import guess_type
from xrm_lake.ingest.mapping.vocabulary import Vocabulary, vocabulary
from xrm_lake.ingest.parts import Part, parts_of
from xrm_lake.ingest.plan import ColumnPlan, FilePlan, Planned
from xrm_lake.ingest.preset import Role
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.strangers import as_before, refuse_strangers, without_empty
from xrm_lake.ingest.taken_apart import taken_apart
from xrm_lake.model.additions import NO_ADDITIONS
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.results import LeftOut

__all__ = ["plan_files", "plan_import", "propose_type"]


def plan_files(deliveries: Iterable[Delivery], catalog: Catalog, **options: Any) -> list[FilePlan]:
    """The plans of `plan_import`, with its options, where the model is not to gain anything."""
    return list(plan_import(deliveries, catalog, **options).plans)


def plan_import(
    deliveries: Iterable[Delivery],
    catalog: Catalog,
    *,
    type: str | None = None,
    preset: str | None = None,
    presets: Sequence[Role] | None = None,
    source: str | None = None,
    key: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    known_names: Callable[[str], set[str]] | None = None,
    propose: bool = False,
    called: str = "",
    saved_type: Callable[[Delivery], str | None] | None = None,
) -> Planned:
    """
    A plan for each delivery, in the order to load them: what is linked to comes before what names it.

    `type`, `preset` (a system, `system/role`, a preset's file, or `none`), `source` and `key` (headers or fields) hold for all of
    them; `presets` are those there are, by default those that come with xrm_lake. `mapping` says of single columns what they
    are, as `HEADER` to a field, `key`, `extra`, `ignore` or `link:NAME[:TYPE[:BY]]`. A file with records of two types, told apart
    by a column, gets a plan for each.
    `known_names` gives the names that the lake has for a type, so that columns that hold them are seen to be links; `saved_type`
    the type that a file was taken for before, for one that does not show it.

    With `propose` also what the model lacks: types, fields and links for what has no place in it. No table is refused then:
    what fits no type becomes one, or links, or more of the records of another table, and what has no rows is left out.
    `called` is what the delivery as a whole is called, such as its folder.

    Raises ImportRefused, of all files at once, if there is no plausible type for one; UnknownName for a type, preset,
    column, field or link type that is not there.
    """
    words = vocabulary(catalog)
    roles, told = chosen_roles(preset, presets)
    parts = [part for delivery in deliveries for part in parts_of(delivery, roles, type=type, told=told)]
    parts, left_out = _with_rows(parts) if propose else (parts, [])
    identities = [_identified(part, roles, told, words, type) for part in parts]
    if saved_type:
        identities = [as_before(each, saved_type, words) for each in identities]
    identities, empty = without_empty(identities)
    left_out += empty
    check_headers([identity.table for identity in identities], mapping or {})
    found: Discovery | None = None
    if propose:
        looked = taken_apart(identities, words)
        found = discover([_with_columns(each, words) for each in looked], words, called=called)
        left_out += [LeftOut(each.table.delivery.name, each.problem) for each in found.identities if each.problem]
        words, identities = vocabulary(found.draft.catalog), found.identities
    else:
        refuse_strangers(identities)
        identities = [_with_columns(each, words) for each in identities]
    refers = found.references if found else []
    systems = [source] * len(identities) if source else _sources(identities, refers, called)
    sources = keep_apart(identities, systems, refers, words.catalog)
    plans = []
    for place, (identity, name) in enumerate(zip(identities, sources, strict=True)):
        if identity.problem:
            continue
        known = _known(identities, sources, name, words, of_known_types(known_names, catalog))
        columns = _columns(identity, known, words, mapping or {})
        if found is not None:
            columns = complete(place, columns, found, words)
        plans.append((place, identity, name, with_sources(columns, place, refers, sources)))
    additions = found.draft.additions if found else NO_ADDITIONS
    words = vocabulary(additions.applied_to(catalog)) if additions else words
    made = {
        place: of_own_source(_plan(identity, name, columns, words, key), systems[place])
        for place, identity, name, columns in plans
    }
    after = {id(made[part]): id(made[each.to]) for part, each in found.parts.items()} if found else {}
    return Planned(tuple(in_order(list(made.values()), after)), additions, tuple(left_out))


def _with_rows(parts: Sequence[Part]) -> tuple[list[Part], list[LeftOut]]:
    empty = [LeftOut(part.delivery.name, "it has no rows") for part in parts if part.delivery.counted == 0]
    return [part for part in parts if part.delivery.counted], empty


def _identified(part: Part, roles: Sequence[Role], told: bool, words: Vocabulary, type: str | None) -> Identity:
    mine = (part.role,) if part.role else roles
    return identify(look(part.delivery), words, type=type, roles=mine, told=told or bool(part.role))


def _sources(identities: Sequence[Identity], references: Sequence[Reference], called: str) -> list[str]:
    """The source of each table; tables that refer to one another, or came in one folder, share it."""
    together = [(each.table, to) for each in references for to in (each.to, *each.also)]
    return name_sources(_sourced(identities), together, called=called)


def _with_columns(identity: Identity, words: Vocabulary) -> Identity:
    """The identity with a first plan of its columns, if it has none yet (its type was given)."""
    if identity.columns or identity.problem:
        return identity
    guess = guess_type(identity.table, words.catalog.type(identity.type), words)
    return replace(identity, columns=guess.columns, sort=guess.sort)


def _sourced(identities: Sequence[Identity]) -> list[Sourced]:
    """The tables with their own ids, by which they are seen to belong together; a table alone needs none."""
    alone = len(identities) < 2
    return [
        Sourced(
            identity.table,
            identity.role.source if identity.role else None,
            None if alone or not identity.type else _ids(identity),
        )
        for identity in identities
    ]


def _ids(identity: Identity) -> pl.Series | None:
    keys = [column.position for column in identity.columns if column.to == "key"]
    return identity.table.texts(keys[0]) if len(keys) == 1 else None


def _known(
    identities: Sequence[Identity],
    sources: Sequence[str],
    source: str,
    words: Vocabulary,
    known_names: Callable[[str], set[str]] | None,
) -> Known:
    """What the records of all tables are called, and the ids of those of the same source."""
    ids: dict[str, tuple[pl.Series, ...]] = {}
    names: dict[str, tuple[pl.Series, ...]] = {}
    for identity, its_source in zip(identities, sources, strict=True):
        if not identity.type:
            continue
        own = _ids(identity) if its_source == source else None
        if own is not None:
            ids[identity.type] = (*ids.get(identity.type, ()), own)
        caption = words.catalog.type(identity.type).caption
        called = [column.position for column in identity.columns if column.to == "field" and column.field in caption]
        if len(called) == 1:
            names[identity.type] = (*names.get(identity.type, ()), folded_names(identity.table.texts(called[0])))
    return Known(ids, names, known_names)


def _as_key(column: ColumnPlan) -> ColumnPlan:
    """A column that was told to be the key, which need not be kept beside the fields, too."""
    return replace(column, to="key", reason="as told") if column.to == "extra" else column


def _plan(
    identity: Identity, source: str, columns: Sequence[ColumnPlan], words: Vocabulary, key: Sequence[str]
) -> FilePlan:
    positions, note = own_key(identity.table, columns, identity.type, words.catalog)
    if key:
        positions, note = told_key(identity.table, columns, key), ""
        columns = [_as_key(column) if column.position in positions else column for column in columns]
    constants, notes = _constants(identity, columns, words)
    begin = next((c.link.to_types for c in columns if c.to == "end" and c.link and c.link.direction == "in"), ("",))
    return FilePlan(
        delivery=identity.table.delivery,
        type=identity.type or (begin[0] if begin else ""),
        source=source,
        preset=identity.role.full_name if identity.role else None,
        expected=identity.role.expected if identity.role else None,
        shape="links" if identity.link_type else "records",
        link_type=identity.link_type,
        columns=tuple(columns),
        key=positions,
        constants=constants,
        score=identity.score,
        runner_up=identity.runner_up,
        notes=tuple(filter(None, (note, *notes, *notes_on(identity, columns)))),
    )


def _columns(identity: Identity, known: Known, words: Vocabulary, mapping: Mapping[str, str]) -> list[ColumnPlan]:
    """All columns, settled: what the user says, then the preset, then header, content and the other tables."""
    table = identity.table
    if identity.junction:
        return list(identity.junction.columns)
    if identity.role and not identity.type:
        return _ends_first(plan_known(table, identity.role, known, words))
    entity_type = identity.sort or words.catalog.type(identity.type)
    told = told_columns(table, mapping, entity_type, known, words)
    spoken = {column.position for column in told}
    if identity.settled:
        planned = [column for column in identity.columns if column.position not in spoken]
    elif identity.role:
        taken = {(column.to, column.field) for column in told if column.to in ("field", "key")}
        planned = [
            replace(column, to="extra", field="", reason="another column was named for it")
            if (column.to, column.field) in taken
            else column
            for column in plan_known(table, identity.role, known, words)
            if column.position not in spoken
        ]
    else:
        rest = [column for column in table.columns if column.position not in spoken]
        planned = plan_columns(rest, entity_type, known, words, taken=told)
    columns = sorted([*told, *planned], key=lambda column: column.position)
    fields = words.fields_of(entity_type)
    return with_formats(share_order(columns, table, fields), table, fields)


def _ends_first(columns: Iterable[ColumnPlan]) -> list[ColumnPlan]:
    def place(column: ColumnPlan) -> tuple[bool, bool, int]:
        begins = column.link is not None and column.link.direction == "in"
        return column.to != "end", not begins, column.position

    return sorted(columns, key=place)


def _constants(
    identity: Identity, columns: Iterable[ColumnPlan], words: Vocabulary
) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """Values for all rows: what the preset or the file's name tells, and defaults of required fields, with a note on these."""
    if not identity.type:
        return (), []
    filled = {column.field for column in columns if column.to == "field"}
    found = words.constants(file_words(identity.table.delivery.name), identity.type)
    found |= dict(identity.role.constants) if identity.role else {}
    defaults = {name: value for name, value in words.defaults(identity.type).items() if name not in filled}
    notes = [
        f"No column tells the {name} of a {identity.type}: all rows get {value!r}." for name, value in defaults.items()
    ]
    kept = {name: value for name, value in (defaults | found).items() if name not in filled}
    fields = {field.name for field in words.catalog.fields_for_import(identity.type)}
    return tuple((name, value) for name, value in kept.items() if name in fields), notes
