"""The folder of a whole export: its model, and what this lake lacks of it."""

from dataclasses import replace
from pathlib import Path

from xrm_lake.model.additions import Additions
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import LinkType
from xrm_lake.model.own_file import MANIFEST, MODEL
from xrm_lake.model.results import LeftOut
from xrm_lake.model.template import read_template


def model_of(folder: Path) -> Catalog | None:
    """The model in the folder of a whole export; None for another folder. Raises InvalidDeclaration if it was spoilt."""
    if not (folder / MANIFEST).is_file() or not (folder / MODEL).is_dir():
        return None
    return read_template(folder / MODEL)


def is_of_model(left_out: LeftOut) -> bool:
    """Whether a file that holds no data is part of a whole export, and so no news."""
    return left_out.file == MANIFEST or left_out.file.startswith(f"{MODEL}/")


def lacking(catalog: Catalog, model: Catalog) -> Additions:
    """What a catalog lacks of a model: types, fields of types, link types and ends of theirs. What it says otherwise stays so."""
    types = tuple(each for each in model.types if not catalog.has_type(each.name))
    fields = tuple(
        (each.name, field)
        for each in model.types
        if catalog.has_type(each.name)
        for field in each.fields
        if field.name not in {known.name for known in catalog.type(each.name).fields}
    )
    links = [_wider(catalog, link) for link in model.link_types]
    return Additions(types, fields, tuple(link for link in links if link is not None))


def _wider(catalog: Catalog, link: LinkType) -> LinkType | None:
    """A link type with what it admits here and in the model; None if that is what it is here."""
    if not catalog.has_link_type(link.name):
        return link
    known = catalog.link_type(link.name)
    names = {field.name for field in known.fields}
    grown = replace(
        known,
        from_types=_all(known.from_types, link.from_types),
        to_types=_all(known.to_types, link.to_types),
        fields=(*known.fields, *(field for field in link.fields if field.name not in names)),
    )
    return None if grown == known else grown


def _all(here: tuple[str, ...], there: tuple[str, ...]) -> tuple[str, ...]:
    # No type named: any may be there.
    return tuple(dict.fromkeys((*here, *there))) if here and there else ()
