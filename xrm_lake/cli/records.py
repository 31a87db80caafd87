"""Commands for records and links: types, records, show, history, search, sql, similar, add, set, delete, link, unlink."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.table import cell_text
from xrm_lake.cli.values import Day, Moment, assignments

if TYPE_CHECKING:
    from xrm_lake.model.results import RecordView


@command("types", "xrm types")
def types(door: Door) -> None:
    """The types of record, and how many records each has."""
    door.show(door.call("types"))


@command("contract", "xrm contract person > person.json")
@click.argument("type_name", metavar="TYPE")
def contract(door: Door, type_name: str) -> None:
    """
    What a frame of a type's records must be like, as a pandera schema in JSON, which is YAML too.

    In Python, contract(lake.catalog.type("person")) is the schema itself, for pipelines of your own.
    """
    click.echo(door.call("contract", type_name))


@command("records", 'xrm records deal --where "amount > 1000" --sort close_date --desc --limit 20')
@click.argument("type_name", metavar="TYPE")
@click.option("--where", metavar="EXPR", help="An SQL condition over the type's fields.")
@click.option("--text", metavar="WORDS", help="Words that a record must hold.")
@click.option("--sort", metavar="FIELD", help="The field to sort by.  [default: id]")
@click.option("--desc", "descending", is_flag=True, help="The largest first.")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="How many at most.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="How many to pass over.")
@click.option("--count", is_flag=True, help="Only how many there are.")
def records(door: Door, type_name: str, count: bool, where: str | None, text: str | None, **page: Any) -> None:
    """A page of a type's records."""
    if count:
        output.show_value("count", door.call("count", type_name, where=where, text=text), door.format)
        return
    found = door.call("records", type_name, where=where, text=text, **page)
    empty = [name for name in found.columns if found[name].null_count() == found.height] if found.height else []
    if door.format == "table" and empty:
        door.show(found.drop(empty))
        door.say(f"Without the columns that are empty here: {', '.join(empty)}.")
    else:
        door.show_found(found)
    if found.height and found.height == page["limit"]:
        door.say(f"There may be more: --offset {page['offset'] + found.height}, or a higher --limit.")


@command("show", "xrm show 41")
@click.argument("id", type=int)
def show(door: Door, id: int) -> None:
    """One record whole: its values, links, roles, and what it was merged from or into."""
    view = door.call("show", id)
    if door.format == "json":
        output.show_json(view)
    elif door.format == "csv":
        output.show_listing(_values(view), "csv")
    else:
        click.echo(f"{cell_text(view.caption)}  ({view.type} {view.id})\n")
        output.show_listing({name: value for name, value in _values(view).items() if value is not None}, "table")
        if view.links.height:
            click.echo()
            if view.deleted_at:
                click.echo("This record is out of use, and so are its links. They stand again when it is brought back:")
            output.show_frame(
                view.links.select("link_id", "words", "other_id", "other_type", "other", "since", "until"), "table"
            )


def _values(view: "RecordView") -> dict[str, Any]:
    """
    Fields by name, the party's with its type before them; what is kept beside the fields as `extra.NAME`, and the text
    of what could not be read as `FIELD (could not be read)`. What is no value stands in brackets.
    """
    party = view.party or {"type": "", "values": {}}
    about = {
        "(roles)": [f"{role['type']} {role['id']}" for role in view.roles],
        "(members)": list(view.members),
        "(merged into)": view.golden_id,
        "(deleted)": view.deleted_at,
        "(source)": view.source,
        "(source key)": view.source_key,
        "(created)": view.created_at,
        "(updated)": view.updated_at,
    }
    beside = {f"extra.{name}": value for name, value in view.extra.items() if name != "_raw"}
    unread = {f"{name} (could not be read)": text for name, text in view.extra.get("_raw", {}).items()}
    of_party = {f"{party['type']}.{name}": value for name, value in party["values"].items()}
    return {**view.values, **unread, **of_party, **beside, **{name: value for name, value in about.items() if value}}


@command("history", "xrm history 41")
@click.argument("id", type=int)
def history(door: Door, id: int) -> None:
    """What happened to a record, newest first."""
    door.show_found(door.call("history", id))


@command("search", "xrm search 'ann smith'")
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@click.option("--type", "type_name", metavar="TYPE", help="Only records of this type.")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="How many at most.")
def search(door: Door, words: tuple[str, ...], type_name: str | None, limit: int) -> None:
    """Records that hold all words of a text, whatever their case or accents."""
    door.show_found(door.call("search", " ".join(words), type=type_name, limit=limit))


@command("sql", 'xrm sql "select stage, count(*), sum(amount) from deal group by stage"')
@click.argument("statement")
@click.option("--limit", type=click.IntRange(min=0), help="How many rows at most.")
def sql(door: Door, statement: str, limit: int | None) -> None:
    """The answer to a read-only SQL statement; each type is a view of its live records."""
    door.show(door.call("sql", statement, limit=limit))


@command("similar", "xrm similar person full_name='Ann Smith' email=ann@example.org", "xrm similar person --without 41")
@click.argument("type_name", metavar="TYPE")
@click.argument("values", nargs=-1, metavar="[FIELD=VALUE...]")
@click.option("--without", type=int, metavar="ID", help="A record of this type, of which to find the like.")
@click.option(
    "--at-least", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="The lowest score to show."
)
@click.option("--limit", type=click.IntRange(min=0), default=5, show_default=True, help="How many at most.")
def similar(
    door: Door, *, type_name: str, values: tuple[str, ...], without: int | None, at_least: float, limit: int
) -> None:
    """The records that one of these values may be, before it is added; with --without, that record as changed by them."""
    if not values and without is None:
        raise click.UsageError("Say some values, or with --without which record.")
    found = door.call("similar", type_name, assignments(values), without=without, at_least=at_least, limit=limit)
    door.show_found(found.drop("evidence") if door.format == "table" else found)


@command("add", "xrm add person full_name='Ann Smith' email=ann@example.org")
@click.argument("type_name", metavar="TYPE")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
def add(door: Door, type_name: str, values: tuple[str, ...]) -> None:
    """Add a record; prints its id, and on stderr the records that it may be."""
    told = assignments(values)
    found = door.call("similar", type_name, told)
    door.show_id("id", door.call("add", type_name, told))
    for id, caption, score, reason in found.select("id", "caption", "score", "reason").iter_rows():
        likely = "" if score is None else f"score {min(score, 0.999):.3f}, "
        door.say(f"Similar: {cell_text(caption)} ({type_name} {id}): {likely}{reason}.")


@command("set", "xrm set 41 email=ann@example.org phone=")
@click.argument("id", type=int)
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option("--base", type=Moment(), help="`updated_at` as you saw it: refuse if the record was changed since.")
def set_(door: Door, id: int, values: tuple[str, ...], base: datetime | None) -> None:
    """Change fields of a record; a field without a value is cleared."""
    door.call("set", id, assignments(values), base=base)
    door.show_id("id", id)


@command("delete", "xrm delete 41")
@click.argument("id", type=int)
def delete(door: Door, id: int) -> None:
    """Take a record out of use; it is kept, and `xrm undo` of the batch that is printed brings it back."""
    door.show_id("batch_id", door.call("delete", id))


@command("link", "xrm link 41 works_for 7 --since 2017-03-01 title=Buyer")
@click.argument("from_id", type=int, metavar="ID")
@click.argument("link_type", metavar="LINKTYPE")
@click.argument("to_id", type=int, metavar="ID")
@click.argument("values", nargs=-1, metavar="[FIELD=VALUE...]")
@click.option("--since", type=Day(), help="From when.")
@click.option("--until", type=Day(), help="Until when.")
def link(
    door: Door,
    *,
    from_id: int,
    link_type: str,
    to_id: int,
    values: tuple[str, ...],
    since: date | None,
    until: date | None,
) -> None:
    """Join two records; prints the id of the link."""
    fields = assignments(values) or None
    door.show_id("link_id", door.call("link", from_id, link_type, to_id, fields=fields, since=since, until=until))


@command("unlink", "xrm unlink 12")
@click.argument("link_id", type=int, metavar="LINK")
def unlink(door: Door, link_id: int) -> None:
    """End a link, by the id that `xrm show` lists; prints the batch."""
    door.show_id("batch_id", door.call("unlink", link_id))
