"""What the columns of a planned file become: the sides of a row, its links, and how each column is read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from xrm_lake.errors import UnknownName
from xrm_lake.ingest.clean import Cleaner, cleaner, doubts
from xrm_lake.ingest.plan import OWN, ColumnPlan, FilePlan
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import DEFAULTS

# Files that programs write for programs: no spreadsheet computes what stands in them.
_OF_PROGRAMS = (".json", ".jsonl", ".ndjson", ".parquet")
_NO_STAGE = 'is no stage; if it is to be a new one, import the file with --value "{0}:NAME=+NAME"'
# A link's own dates; they stand beside its fields.
LINK_DATES = (Field("since", "Since", "date"), Field("until", "Until", "date"))


@dataclass(frozen=True)
class Side:
    """
    One of the records that a row becomes: the record itself (`r.`), and for a role its party (`p.`).

    The prefix marks its columns in the landed frame. `extra` are name and position of columns kept beside the fields. An `exact`
    side says all of its fields itself, and at `told_extra` as JSON what stands beside them: nothing is worked out from one another.
    """

    entity_type: EntityType
    prefix: str
    columns: tuple[tuple[ColumnPlan, Cleaner], ...]
    constants: Mapping[str, str]
    extra: tuple[tuple[str, int], ...] = ()
    exact: bool = False
    told_extra: int | None = None

    def header(self, field: str) -> str:
        """The header of the column that fills a field, or the field's label."""
        label = next(item.label for item in self.entity_type.fields if item.name == field)
        return next(
            (column.header for column, read in self.columns if read.field.name == field and column.header), label
        )


@dataclass(frozen=True)
class Layout:
    """All that a row becomes. For a table of links there is one side, whose type is the link's and whose fields are its own."""

    plan: FilePlan
    sides: tuple[Side, ...]
    links: tuple[ColumnPlan, ...]
    notes: tuple[str, ...]

    @property
    def record(self) -> Side:
        """The side of the record itself."""
        return self.sides[0]

    @property
    def party(self) -> Side | None:
        """The side of a role's party."""
        return self.sides[1] if len(self.sides) > 1 else None


def lay_out(plan: FilePlan, catalog: Catalog) -> Layout:
    """Say what each column of a planned file becomes. Raises UnknownName if the plan names a field that is not there."""
    if plan.shape == "links":
        declared = catalog.link_type(plan.link_type)
        holder = EntityType(declared.name, declared.label, declared.label, fields=(*declared.fields, *LINK_DATES))
        own = list(plan.columns_to("link_field"))
        # Of a link there is no record to come back to, so the id that its system gave it is kept with it.
        keys = list(plan.columns_to("key"))
        sides = (_side(plan, holder, "r.", own, extra=_extra(plan, own, also=keys)),)
        ends = tuple(column for end in plan.ends for column in end)
        return Layout(plan, sides, ends, _doubts(sides))
    record = catalog.type(plan.type)
    party = _party_type(plan, catalog, record)
    own, others = _split(plan, record, party)
    both = [_side(plan, record, "r.", own, extra=_extra(plan, own, others))]
    if party is not None:
        both.append(_side(plan, party, "p.", others))
    notes = (*_doubts(tuple(both)), *(() if plan.preset == OWN else _unfilled(tuple(both))))
    return Layout(plan, tuple(both), tuple(plan.columns_to("link")), notes)


def _party_type(plan: FilePlan, catalog: Catalog, record: EntityType) -> EntityType | None:
    """The party of a file of roles: the type that knows most of its fields."""
    if record.role_of is None:
        return None
    told = next(
        (dict(column.options).get("type") for column in plan.columns_to("own") if column.field == "party"), None
    )
    if told is not None:
        return catalog.type(told)
    named = {column.field for column in plan.columns_to("field")} | {name for name, _ in plan.constants}

    def known(party: EntityType) -> int:
        return sum(field.name in named for field in party.active_fields)

    return max((catalog.type(name) for name in record.party_types), key=known)


def _split(plan: FilePlan, record: EntityType, party: EntityType | None) -> tuple[list[ColumnPlan], list[ColumnPlan]]:
    """The columns of the record's fields and those of its party's; a second column for one field goes to neither."""
    own: list[ColumnPlan] = []
    others: list[ColumnPlan] = []
    taken: set[str] = set()
    mine = {field.name for field in record.active_fields}
    theirs = {field.name for field in party.active_fields} if party else set()
    for column in plan.columns:
        if not column.field or column.to not in ("field", "key") or column.field in taken:
            continue
        taken.add(column.field)
        if column.field in mine:
            own.append(column)
        elif column.field in theirs:
            others.append(column)
        else:
            raise UnknownName(f"field of {record.name}", column.field, mine | theirs)
    return own, others


def _side(
    plan: FilePlan,
    entity_type: EntityType,
    prefix: str,
    columns: list[ColumnPlan],
    *,
    extra: tuple[tuple[str, int], ...] = (),
) -> Side:
    fields = {field.name: field for field in entity_type.fields}
    read = tuple((column, _reader(plan, entity_type, fields[column.field], column)) for column in columns)
    constants = {name: text for name, text in plan.constants if name in fields}
    exact = plan.preset == OWN
    return Side(entity_type, prefix, read, constants, extra, exact, plan.own.get("extra") if prefix == "r." else None)


def _reader(plan: FilePlan, entity_type: EntityType, field: Field, column: ColumnPlan) -> Cleaner:
    """How a column of a field is read. Of a stage that a person wrote into an export and that is none, nobody has said that it is to be one."""
    is_stage = field.name == entity_type.stage_field
    read = cleaner(
        field,
        plan.delivery.staged,
        f"c{column.position}",
        given=_given(plan, field) | dict(column.options),
        choices=tuple(stage.name for stage in entity_type.stages) if is_stage else (),
        told=plan.values.get(field.name, {}),
        guarded=plan.delivery.kept.suffix.lower() not in _OF_PROGRAMS,
    )
    return replace(read, only_known=_NO_STAGE.format(field.name)) if is_stage and plan.hand else read


def _given(plan: FilePlan, field: Field) -> dict[str, str]:
    """What the file as a whole says of how numbers are written; a column of its own may say more."""
    if field.kind in ("money", "number", "percent", "integer") and plan.delivery.dialect.decimal:
        return {"decimal": plan.delivery.dialect.decimal}
    return dict(DEFAULTS)


def _extra(
    plan: FilePlan, *mapped: Iterable[ColumnPlan], also: Iterable[ColumnPlan] = ()
) -> tuple[tuple[str, int], ...]:
    """Names and positions of what is kept as written: columns without a place, and second ones for a field."""
    placed = {column.position for columns in mapped for column in columns}
    kept = [
        column
        for column in plan.columns
        if column.to == "extra" or (column.to == "field" and column.position not in placed) or column in also
    ]
    names: list[tuple[str, int]] = []
    taken = {"_raw"}
    for column in kept:
        base = column.header.strip() or f"column {column.position + 1}"
        name, number = base, 2
        while name in taken:
            name, number = f"{base} ({number})", number + 1
        taken.add(name)
        names.append((name, column.position))
    return tuple(names)


def _unfilled(sides: tuple[Side, ...]) -> tuple[str, ...]:
    """A sentence for each field that a type requires and that no column fills; a party that only a link names is said nothing of."""
    return tuple(
        f"No column gives the {field.label.lower()} of a {side.entity_type.label.lower()}, which is required: new ones come in without it."
        for side in sides
        if side.prefix == "r." or side.columns
        for field in side.entity_type.active_fields
        if field.level == "required" and field.name not in _filled(side)
    )


def _filled(side: Side) -> set[str]:
    """The fields of a side that a column or a constant fills; parts of a name fill the whole of it."""
    names = {read.field.name for _, read in side.columns} | set(side.constants)
    kinds = {field.kind for field in side.entity_type.active_fields if field.name in names}
    whole = {field.name for field in side.entity_type.active_fields if field.kind == "full_name"}
    return names | whole if kinds & {"given_name", "family_name"} else names


def _doubts(sides: tuple[Side, ...]) -> tuple[str, ...]:
    return tuple(
        doubt
        for side in sides
        for column, read in side.columns
        for doubt in doubts(column.header, read.field.kind, read.options)
    )
