"""What the model gains for an import: written with the records, and told in words."""

from collections.abc import Iterable

from xrm_lake.model.additions import Additions
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import Field
from xrm_lake.store.extend import extend_model
from xrm_lake.store.write import Batch

_SHOWN = 6


def gain(batch: Batch, additions: Additions) -> None:
    """
    Give the model what an import needs, within its transaction.

    It stands in a batch of its own, of the kind `model`: undoing the import takes back records, not the model they are of.
    """
    own = batch.companion(kind="model")
    extend_model(own, additions)
    own.totals["note"] = "for an import: " + "; ".join(_counts(additions))
    batch.extend(own.catalog)


def gained(additions: Additions, before: Catalog) -> tuple[str, ...]:
    """Each addition in a sentence: types first, then fields of types that are there, then links."""
    known = {link.name for link in before.link_types}
    said = [f"type {item.name}: {_fields(item.fields)}" for item in additions.types]
    said += [f"fields of {name}: {_fields(additions.fields_of(name))}" for name in additions.changed_types]
    for link in additions.link_types:
        verb = "link (wider)" if link.name in known else "link"
        fields = f": {_fields(link.fields)}" if link.fields else ""
        said.append(f"{verb} {link.name}: {' or '.join(link.from_types)} → {' or '.join(link.to_types)}{fields}")
    return tuple(said)


def _fields(fields: Iterable[Field]) -> str:
    words = [f"{field.name} ({field.kind}{_options(field)})" for field in fields]
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN + 1 else ""
    return ", ".join(words[:_SHOWN] if more else words) + more


def _options(field: Field) -> str:
    return f" of {len(field.allowed)}" if field.allowed else ""


def _counts(additions: Additions) -> list[str]:
    counts = (
        (len(additions.types), "type", "types"),
        (len(additions.fields), "field", "fields"),
        (len(additions.link_types), "link type", "link types"),
    )
    return [f"{number} {one if number == 1 else many}" for number, one, many in counts if number]
