"""What a text is said to mean must be there: a value that a field allows, or a stage, unless a new stage is asked for."""

from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.model.catalog import Catalog

# Before a stage that is to be made.
NEW = "+"


def as_compared(text: str) -> str:
    """
    A text of a source as it is compared with what was said of it: whatever its case and the spaces around it.

    >>> as_compared(" STRASSE ") == as_compared("Straße")
    True
    """
    return text.strip().casefold()


def meaning(catalog: Catalog, type_name: str, field_name: str, said: str) -> str:
    """
    What a text of a source is read as, where `said` was said of it; of a stage that is to be made (`+Trial`), its name.

    Where any value will do, and where the field is yet to be made, that is `said`. Raises Misuse, with the nearest there are, if it is neither a
    stage of the type nor a value that the field allows.
    """
    if not said.strip() or not catalog.has_type(type_name):
        return said
    field = next((each for each in catalog.fields_for_import(type_name) if each.name == field_name), None)
    owners = [catalog.type(name) for name in (type_name, *catalog.type(type_name).party_types)]
    staged = next((owner for owner in owners if owner.stage_field == field_name and owner.stages), None)
    known = [stage.name for stage in staged.stages] if staged else list(field.allowed) if field else []
    if not known:
        return said
    name = said.strip()
    if staged and name.startswith(NEW) and name[1:].strip():
        return name[1:].strip()
    found = next((each for each in known if as_compared(each) == as_compared(name)), None)
    if found is not None:
        return found
    what = f"stage of {type_name}" if staged else f"value of {field_name} of {type_name}"
    more = f'To make it a new stage, say "{NEW}{name}".' if staged else "To allow it, add it to the field first."
    raise Misuse(f"{UnknownName(what, name, known)} {more} Nothing was changed.")
