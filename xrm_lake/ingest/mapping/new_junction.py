"""Tables whose rows join two others by ids, and have no link type yet: they propose one, with a field for each other column."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xrm_lake.ingest.mapping.draft import Draft
from xrm_lake.ingest.mapping.header import file_words, words
from xrm_lake.ingest.mapping.junction import Junction
from xrm_lake.ingest.mapping.lexicon import lexicon, word_set
from xrm_lake.ingest.mapping.new_type import label_of
from xrm_lake.ingest.mapping.propose import propose_field, with_options
from xrm_lake.ingest.mapping.references import Keyed, Reference
from xrm_lake.ingest.mapping.sample import Column
from xrm_lake.ingest.plan import ColumnPlan, LinkTarget
from xrm_lake.model.additions import MADE
from xrm_lake.model.entity_type import Field, LinkType
from xrm_lake.model.names import slug

_ALWAYS, _FEW, _WRITTEN = 0.95, 3, 40


@dataclass(frozen=True)
class Join:
    """A table whose rows are links: the references to its two ends, and the columns that say something of the link."""

    begin: Reference
    end: Reference
    says: tuple[Column, ...]
    repeats: tuple[Column, ...]


def find_join(place: int, tables: Sequence[Keyed], references: Sequence[Reference]) -> Join | None:
    """
    How a table's rows join others, if that is all they do.

    Two columns name records in every row, no table names these rows, nothing in them is a name of their own, and either the
    file is called like a table of links (`order items`), or there is no own id but a general one, and little beside the ends.
    """
    mine = tables[place]
    ends = [each for each in references if each.table == place and each.column != mine.key]
    if len(ends) != 2 or any(each.to == place or each.also or each.separator for each in ends):
        return None
    if any(place in (each.to, *each.also) for each in references):
        return None
    columns = {column.position: column for column in mine.table.columns}
    if any(columns[each.column].filled < _ALWAYS * columns[each.column].seen for each in ends):
        return None
    used = {mine.key, *(each.column for each in ends)}
    rest = [column for column in mine.table.columns if column.position not in used and not column.content.empty]
    repeats = tuple(column for column in rest if _repeats(column, [tables[each.to] for each in ends]))
    says = tuple(column for column in rest if column not in repeats)
    if any(_is_own(column) for column in says):
        return None
    called = file_words(mine.table.delivery.name).split()[-1:]
    own = mine.key is not None and columns[mine.key].words not in word_set("own_ids")
    dated = any(column.content.share("date") > 0.5 for column in says)
    small = len(says) <= _FEW and not own and not dated
    return Join(ends[0], ends[1], says, repeats) if small or set(called) & word_set("joins") else None


def propose_junction(join: Join, mine: Keyed, types: tuple[str, str], draft: Draft) -> Junction:
    """The table as links of a type that is there by its name, or of a new one; `types` are those of its two ends."""
    label = label_of(mine.table)
    name = slug(label, "link type")
    there = draft.find_link(name)
    if there is not None and not there.joins(*types):
        name, there = slug(f"{types[0]} {label}", "link type"), None
        there = draft.find_link(name)
    fields, plans = _fields(join, there)
    if there is None or len(fields) > len(there.fields):
        draft.add_link(
            replace(there, fields=fields)
            if there
            else LinkType(name, label, f"{label} of", (types[0],), (types[1],), fields=fields, meaning=MADE)
        )
    plans += [
        ColumnPlan(
            column.position, column.header, "extra", score=0.0, reason="repeats what an end of the link is called"
        )
        for column in join.repeats
    ]
    placed = {plan.position for plan in plans} | {join.begin.column, join.end.column}
    for column in mine.table.columns:
        if column.position == mine.key:
            plans.append(ColumnPlan(column.position, column.header, "key", score=0.95))
        elif column.position not in placed:
            plans.append(ColumnPlan(column.position, column.header, "extra", score=0.0, reason="empty"))
    ends = [_end(join.begin, mine, name, types[0], begins=True), _end(join.end, mine, name, types[1], begins=False)]
    score = round((join.begin.score + join.end.score) / 2, 3)
    return Junction(name, types[0], (*ends, *plans), score)


def _end(reference: Reference, mine: Keyed, link: str, type_name: str, *, begins: bool) -> ColumnPlan:
    column = mine.table.columns[reference.column]
    target = LinkTarget(link, (type_name,), "id", "in" if begins else "out")
    reason = f"{reference.share:.0%} of its values are ids known here"
    return ColumnPlan(column.position, column.header, "end", link=target, score=reference.score, reason=reason)


def _fields(join: Join, there: LinkType | None) -> tuple[tuple[Field, ...], list[ColumnPlan]]:
    """The link type's fields, those for its columns among them, and the plans of these columns."""
    fields = list(there.fields) if there else []
    used = {field.name for field in fields}
    told = lexicon()["link_fields"]
    plans = []
    for column in join.says:
        dated = column.content.share("date") > 0.5
        name = next((name for name in ("since", "until") if dated and column.words in {name, *told[name]}), "")
        if not name:
            known = next((field for field in fields if words(field.label) == column.words), None)
            if known is None:
                proposed = propose_field(column, len(fields) + 1, used | {"since", "until"})
                known = replace(with_options(proposed, column), level="optional", unique=False)
                fields.append(known)
                used.add(known.name)
            name = known.name
        plans.append(ColumnPlan(column.position, column.header, "link_field", field=name, score=0.9))
    return tuple(fields), plans


def _repeats(column: Column, ends: Sequence[Keyed]) -> bool:
    """Whether a column holds what a record at one of the ends is called."""
    if column.content.share("words") < 0.5 or column.content.few:
        return False
    return any(
        int(column.values.is_in(other.values.implode()).sum()) >= 0.5 * len(column.values)
        for end in ends
        for other in end.table.columns
        if other.content.share("words") >= 0.5 and not other.content.few
    )


def _is_own(column: Column) -> bool:
    """Whether a column is what only a thing of its own has: a name, or a text that somebody has written."""
    last = column.words.split()[-1:]
    named = last in (["name"], ["title"], ["subject"]) and len(column.values) >= 0.8 * column.filled
    return named or (column.content.length > _WRITTEN and column.content.share("words") > 0.2)
