"""The model extended within a batch that brings records, so that both come or neither."""

from xrm_lake.model.additions import Additions
from xrm_lake.store.catalog_io import write_link_types
from xrm_lake.store.declarable import check_field, check_link_type, refuse_taken
from xrm_lake.store.model import create_types, write_type
from xrm_lake.store.views import add_column
from xrm_lake.store.write import Batch


def extend_model(batch: Batch, additions: Additions) -> None:
    """
    Add types, fields and link types; the batch and its later companions go on with the extended catalog.

    Raises InvalidDeclaration if a name is taken or something cannot be; the batch must not be kept then.
    """
    if additions.types:
        create_types(batch, list(additions.types))
        batch.extend(Additions(types=additions.types).applied_to(batch.catalog))
    for name in additions.changed_types:
        _grow(batch, name, additions)
    catalog = Additions(link_types=additions.link_types).applied_to(batch.catalog)
    for link in additions.link_types:
        check_link_type(catalog, link)
    if additions.link_types:
        write_link_types(batch, list(additions.link_types))
    batch.extend(catalog)


def _grow(batch: Batch, name: str, additions: Additions) -> None:
    before = batch.catalog.type(name)
    gained = additions.grown(before).fields[len(before.fields) :]
    refuse_taken("field", [field.name for field in gained], [field.name for field in before.fields])
    for field in gained:
        check_field(field)
        add_column(batch, name, field)
    # The batch goes on with it: the views of roles show the fields of their parties, as they are now.
    write_type(batch, additions.grown(before))
