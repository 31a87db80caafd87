"""What stands in a column of an export: a value in the system's own style, an id, a name, a list of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256

import pycountry

from tests.ingest.systems.firm import Firm
from xrm_lake.demo.generate.exports.ids import salesforce_ids
from xrm_lake.demo.generate.words import cultures

Ids = Callable[[str, int], str]


@dataclass(frozen=True)
class Cell:
    """
    How a column is filled: from the column `of` of the firm's frame, written by `write`.

    `field` is the lake's field that it must land in (empty: none that is compared), `link` the link type, `to` the type at its other
    end, `by_name` whether it is told by name, so that it may mean several. `key` marks the record's own id.
    """

    of: str = ""
    write: Callable[[str], object] = str
    field: str = ""
    link: str = ""
    to: str = ""
    by_name: bool = False
    key: bool = False
    shown: str = "id"
    join: Callable[[list[str]], str] = ";".join
    constant: str | None = None


KEY = Cell(key=True)


def value(field: str, write: Callable[[str], object] = str, *, of: str = "") -> Cell:
    """A value of a field."""
    return Cell(of=of or field, write=write, field=field)


def aside(of: str, write: Callable[[str], object] = str) -> Cell:
    """A value that stands in the file, but is no field to compare."""
    return Cell(of=of, write=write)


def always(text: str) -> Cell:
    """The same text in every row."""
    return Cell(constant=text)


def ref(link: str, to: str, *, of: str = "", join: Callable[[list[str]], str] = ";".join) -> Cell:
    """The ids of the records at the other end of a link."""
    return Cell(of=of or link, link=link, to=to, join=join)


def named(link: str, to: str, *, of: str = "", shown: str = "name") -> Cell:
    """The name (or another field, such as the e-mail) of the record at the other end of a link."""
    return Cell(of=of or link, link=link, to=to, by_name=shown == "name", shown=shown)


def shown(of: str, to: str, shown: str = "name") -> Cell:
    """The name of a record beside its id: it stands in the file, the link comes from the id."""
    return Cell(of=of, to=to, shown=shown)


def text_of(cell: Cell, firm: Firm, record: dict[str, object], own_id: str, ids: Ids) -> object:
    """What stands in the cell of one record."""
    if cell.key:
        return own_id
    if cell.constant is not None:
        return cell.constant
    if not cell.to:
        told = str(record[cell.of])
        return cell.write(told) if told else ""
    rows = ends(record, cell)
    if cell.shown == "id":
        return cell.join([ids(cell.to, row) for row in rows]) if rows else ""
    if cell.shown == "name":
        return cell.join([firm.names(cell.to)[row] for row in rows])
    return cell.join([str(firm.records[cell.to][cell.shown][row]) for row in rows])


def ends(record: dict[str, object], cell: Cell) -> list[int]:
    """The rows of the records that a cell names."""
    told = record[cell.of]
    return [] if told is None else list(told) if isinstance(told, list) else [int(str(told))]


# Dates and times as systems write them.
def minute(day: str) -> str:
    """`2025-03-01 00:00`, without a zone: HubSpot."""
    return f"{day} 00:00" if len(day) == 10 else day[:16]


def second(moment: str) -> str:
    """`2025-03-01 10:00:00`: Zoho, Odoo, EspoCRM, Pipedrive."""
    return moment if len(moment) > 10 else f"{moment} 00:00:00"


def iso(moment: str) -> str:
    """`2025-03-01T10:00:00.000Z`: Salesforce, Twenty."""
    return second(moment).replace(" ", "T") + ".000Z"


def american(moment: str) -> str:
    """`03/25/2025`, with a time `03/25/2025 10:00`: SuiteCRM, in the format of its user."""
    day = f"{moment[5:7]}/{moment[8:10]}/{moment[:4]}"
    return f"{day} {moment[11:16]}" if len(moment) > 10 else day


def cell_date(moment: str) -> object:
    """A date of a workbook: Dynamics."""
    return date.fromisoformat(moment) if len(moment) == 10 else datetime.fromisoformat(moment)


# Words and numbers as systems write them.
def yes_no(yes: str, no: str) -> Callable[[str], str]:
    """A boolean in words."""
    return lambda told: yes if told == "true" else no


@cache
def _countries() -> dict[str, str]:
    return {each.code: each.country[0] for each in cultures()}


def country(code: str) -> str:
    """The country in English."""
    return _countries()[code]


def alpha_3(code: str) -> str:
    """The country by its three letters."""
    return str(pycountry.countries.get(alpha_2=code).alpha_3)


def grouped(amount: str) -> str:
    """`12,345.00`."""
    return f"{float(amount):,.2f}"


def number(amount: str) -> object:
    """A number of a workbook."""
    return float(amount)


def constant_case(stage: str) -> str:
    """`WON`: how Twenty names the options of a select."""
    return stage.upper().replace(" ", "_")


def semicolons(tags: str) -> str:
    """`Press;Board`: Zoho."""
    return tags.replace(", ", ";")


def tight(tags: str) -> str:
    """`Press,Board`: Odoo."""
    return tags.replace(", ", ",")


def json_list(items: list[str]) -> str:
    """A list of EspoCRM."""
    return json.dumps(items)


def calling_code(phone: str) -> str:
    """`+49` of a number that is written `+49 30 123456`."""
    return phone.split(" ")[0]


def national(phone: str) -> str:
    """The number without its calling code."""
    return "".join(phone.split(" ")[1:])


# Ids as systems give them.
_PLACE = {name: place for place, name in enumerate(("user", "organisation", "person", "deal", "activity", "task"), 1)}


def running(first: int, step: int = 7) -> Ids:
    """Running numbers, each type from its own: HubSpot, Pipedrive."""

    def made(type: str, row: int) -> str:
        return str(first + _PLACE[type] * 100_000 + row * step)

    return made


def salesforce(type: str, row: int) -> str:
    """18 characters that begin with the prefix of the object."""
    prefix = {"user": "005", "organisation": "001", "person": "003", "deal": "006", "activity": "00U", "task": "00T"}
    return str(salesforce_ids(prefix[type], 1, start=row)[0])


def guid(system: str) -> Ids:
    """36 characters."""

    def made(type: str, row: int) -> str:
        digits = sha256(f"{system} {type} {row}".encode()).hexdigest()
        return "-".join((digits[:8], digits[8:12], "4" + digits[13:16], "a" + digits[17:20], digits[20:32]))

    return made


def hexadecimal(type: str, row: int) -> str:
    """17 hexadecimal digits: EspoCRM."""
    return sha256(f"espo {type} {row}".encode()).hexdigest()[:17]


def zoho(type: str, row: int) -> str:
    """`zcrm_` and digits."""
    return f"zcrm_5083970000{_PLACE[type]}{row * 13 + 1001:07d}"


def odoo(type: str, row: int) -> str:
    """The external id that an export makes up."""
    model = {
        "user": "res_users",
        "organisation": "res_partner",
        "person": "res_partner",
        "deal": "crm_lead",
        "activity": "calendar_event",
    }
    digits = sha256(f"odoo {type} {row}".encode()).hexdigest()[:8]
    return f"__export__.{model[type]}_{_PLACE[type] * 1000 + row}_{digits}"
