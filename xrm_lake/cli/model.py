"""Commands for the model, in three groups: type, field, linktype."""

from typing import Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, Group, command
from xrm_lake.cli.values import settings_of
from xrm_lake.errors import RetypeRefused

_LABEL = "What people call it.  [default: from its name]"


@click.group(
    "type", cls=Group, examples=["xrm type add book --field title:text:required --field price:money --caption title"]
)
def type_group() -> None:
    """Types of record: add, rename, change, retire."""


@click.group("field", cls=Group, examples=["xrm field add person birthday --kind date"])
def field_group() -> None:
    """Fields of a type: add, rename, change, retype, retire."""


@click.group(
    "linktype", cls=Group, examples=["xrm linktype add knows --inverse 'is known by' --from person --to person"]
)
def link_type_group() -> None:
    """Ways to join records: add, rename, change, retire."""


@command("add", "xrm type add book --field title:text:required --field price:money --caption title")
@click.argument("name")
@click.option("--label", help=_LABEL)
@click.option("--plural", help="What people call many of it.  [default: the label and an s]")
@click.option("--field", "fields", multiple=True, metavar="NAME:KIND[:LEVEL]", help="A field; may be repeated.")
@click.option("--caption", multiple=True, metavar="FIELD", help="What a record is called by; may be repeated.")
@click.option(
    "--role-of", type=click.Choice(["person", "organisation", "both"]), help="Whose role it is, if it is one."
)
@click.option("--set", "settings", multiple=True, metavar="SETTING=VALUE", help="Any other setting; may be repeated.")
def add_type(door: Door, name: str, fields: tuple[str, ...], settings: tuple[str, ...], **given: Any) -> None:
    """Add a type of record; prints the batch."""
    from xrm_lake.model.entity_type import EntityType

    label = given["label"] or _words(name)
    declared = EntityType(
        name=name,
        label=label,
        plural=given["plural"] or label + "s",
        fields=tuple(_field(place, text) for place, text in enumerate(fields, 1)),
        caption=given["caption"],
        role_of=given["role_of"],
        **settings_of(EntityType, settings),
    )
    door.show_id("batch_id", door.call("add_type", declared))


def _field(place: int, text: str) -> Any:
    from xrm_lake.model.entity_type import Field

    name, _, rest = text.partition(":")
    kind, _, level = rest.partition(":")
    if not kind:
        raise click.UsageError("A field is given as NAME:KIND or NAME:KIND:LEVEL, such as title:text:required.")
    return Field(name, _words(name), kind, level=level or "optional", position=place)  # type: ignore[arg-type]


@command("rename", "xrm type rename organisation Company --plural Companies")
@click.argument("name")
@click.argument("label")
@click.option("--plural", help="What people call many of it.  [default: the label and an s]")
def rename_type(door: Door, name: str, label: str, plural: str | None) -> None:
    """Give a type another label; its name, which queries use, stays."""
    door.show_id("batch_id", door.call("rename_type", name, label=label, plural=plural))


@command("change", "xrm type change person staleness_days=180 required_links=works_for")
@click.argument("name")
@click.argument("settings", nargs=-1, required=True, metavar="SETTING=VALUE...")
def change_type(door: Door, name: str, settings: tuple[str, ...]) -> None:
    """Change what a type says of itself: icon, aspect, caption, staleness_days, required_links and others."""
    from xrm_lake.model.entity_type import EntityType

    door.show_id("batch_id", door.call("change_type", name, **settings_of(EntityType, settings)))


@command("show", "xrm type show person")
@click.argument("name")
def show_type(door: Door, name: str) -> None:
    """The fields of a type."""
    door.show(door.call("fields", name))


@command("retire", "xrm type retire campaign", "xrm type retire campaign --back")
@click.argument("name")
@click.option("--back", is_flag=True, help="Bring it back into use.")
def retire_type(door: Door, name: str, back: bool) -> None:
    """Take a type out of use; its records are kept."""
    door.show_id("batch_id", door.call("retire_type", name, retired=not back))


@command(
    "add",
    "xrm field add person birthday --kind date",
    "xrm field add deal loss_reason --kind choice --allow price --allow timing",
)
@click.argument("type_name", metavar="TYPE")
@click.argument("name")
@click.option("--kind", required=True, help="What sort of value: text, email, date, money, choice and so on.")
@click.option("--label", help=_LABEL)
@click.option("--level", type=click.Choice(["required", "expected", "optional"]), default="optional", show_default=True)
@click.option("--allow", multiple=True, metavar="VALUE", help="A value that it accepts; may be repeated.")
@click.option("--many", is_flag=True, help="It holds a list of values.")
@click.option("--unique", is_flag=True, help="No two records may have the same value.")
@click.option("--set", "settings", multiple=True, metavar="SETTING=VALUE", help="Any other setting; may be repeated.")
def add_field(door: Door, type_name: str, name: str, settings: tuple[str, ...], **given: Any) -> None:
    """Give a type one more field, empty in all its records; prints the batch."""
    from xrm_lake.model.entity_type import Field

    allowed = given.pop("allow")
    given["label"] = given["label"] or _words(name)
    declared = Field(name=name, allowed=allowed, **given, **settings_of(Field, settings))
    door.show_id("batch_id", door.call("add_field", type_name, declared))


@command("rename", "xrm field rename person phone Telephone")
@click.argument("type_name", metavar="TYPE")
@click.argument("name")
@click.argument("label")
def rename_field(door: Door, type_name: str, name: str, label: str) -> None:
    """Give a field another label; its name, which queries use, stays."""
    door.show_id("batch_id", door.call("rename_field", type_name, name, label=label))


@command("change", "xrm field change person email level=expected owner=Sales")
@click.argument("type_name", metavar="TYPE")
@click.argument("name")
@click.argument("settings", nargs=-1, required=True, metavar="SETTING=VALUE...")
def change_field(door: Door, type_name: str, name: str, settings: tuple[str, ...]) -> None:
    """Change what a field says of itself: label, level, allowed, unique, keep, owner, meaning and others."""
    from xrm_lake.model.entity_type import Field

    door.show_id("batch_id", door.call("change_field", type_name, name, **settings_of(Field, settings)))


@command("retype", "xrm field retype deal close_date date --dry-run")
@click.argument("type_name", metavar="TYPE")
@click.argument("name")
@click.argument("kind")
@click.option("--dry-run", is_flag=True, help="Only list the values that would fail.")
@click.option("--force", is_flag=True, help="Do it even if values fail; they are kept as raw text.")
def retype_field(door: Door, *, type_name: str, name: str, kind: str, dry_run: bool, force: bool) -> int:
    """
    Give a field another kind of value.

    Prints the values that do not survive, with their counts; exit code 1 on a dry run that finds any.
    """
    try:
        result = door.call("retype_field", type_name, name, kind, dry_run=dry_run, force=force)
    except RetypeRefused as problem:
        raise RetypeRefused(f"{problem} On the command line: --dry-run, --force.") from problem
    door.show(result.failing)
    convert = output.counted(result.converted, "record converts", "records convert")
    door.say(f"{convert}, {result.failed:,} fail." + (" Nothing was changed." if dry_run else ""))
    return 1 if dry_run and result.failed else 0


@command("retire", "xrm field retire person fax", "xrm field retire person fax --back")
@click.argument("type_name", metavar="TYPE")
@click.argument("name")
@click.option("--back", is_flag=True, help="Bring it back into use.")
def retire_field(door: Door, type_name: str, name: str, back: bool) -> None:
    """Take a field out of use; its values are kept."""
    door.show_id("batch_id", door.call("retire_field", type_name, name, retired=not back))


@command("add", "xrm linktype add knows --inverse 'is known by' --from person --to person")
@click.argument("name")
@click.option("--label", help="How it reads from the first record.  [default: from its name]")
@click.option("--inverse", required=True, help="How it reads from the second record.")
@click.option(
    "--from",
    "from_types",
    multiple=True,
    metavar="TYPE",
    help="A type it may leave from; may be repeated.  [default: any]",
)
@click.option(
    "--to", "to_types", multiple=True, metavar="TYPE", help="A type it may lead to; may be repeated.  [default: any]"
)
@click.option(
    "--cardinality",
    type=click.Choice(["one", "many"]),
    default="many",
    show_default=True,
    help="How many may leave one record.",
)
def add_link_type(door: Door, name: str, label: str | None, **given: Any) -> None:
    """Add a way to join records; prints the batch."""
    from xrm_lake.model.entity_type import LinkType

    door.show_id("batch_id", door.call("add_link_type", LinkType(name, label or name.replace("_", " "), **given)))


@command("rename", "xrm linktype rename works_for 'is employed by' --inverse employs")
@click.argument("name")
@click.argument("label")
@click.option("--inverse", help="How it reads from the second record.  [default: as before]")
def rename_link_type(door: Door, name: str, label: str, inverse: str | None) -> None:
    """Give a link type other words; its name, which queries use, stays."""
    door.show_id("batch_id", door.call("rename_link_type", name, label=label, inverse=inverse))


@command("change", "xrm linktype change works_for cardinality=one")
@click.argument("name")
@click.argument("settings", nargs=-1, required=True, metavar="SETTING=VALUE...")
def change_link_type(door: Door, name: str, settings: tuple[str, ...]) -> None:
    """Change what a link type says of itself: inverse, from_types, to_types, cardinality, meaning."""
    from xrm_lake.model.entity_type import LinkType

    door.show_id("batch_id", door.call("change_link_type", name, **settings_of(LinkType, settings)))


@command("retire", "xrm linktype retire knows", "xrm linktype retire knows --back")
@click.argument("name")
@click.option("--back", is_flag=True, help="Bring it back into use.")
def retire_link_type(door: Door, name: str, back: bool) -> None:
    """Take a link type out of use; its links are kept."""
    door.show_id("batch_id", door.call("retire_link_type", name, retired=not back))


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


for _group, _commands in (
    (type_group, (add_type, show_type, rename_type, change_type, retire_type)),
    (field_group, (add_field, rename_field, change_field, retype_field, retire_field)),
    (link_type_group, (add_link_type, rename_link_type, change_link_type, retire_link_type)),
):
    for _command in _commands:
        _group.add_command(_command)
