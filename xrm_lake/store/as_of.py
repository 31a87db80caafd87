"""
A lake as it stood at the end of a day, rebuilt from the ledger.

Whatever measures or reports reads a `State` instead of the tables; so the same query answers for today and for any day that is past.
`state_now` is the real tables and costs nothing. `state_as_of` puts over them what differs from now, in temporary tables: the
less happened since, the less it costs. Law: it gives exactly what the tables held at the end of that day.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from xrm_lake.model.catalog import Catalog
from xrm_lake.store.lake import Lake
from xrm_lake.store.past.golden import clusters_then, golden_then
from xrm_lake.store.past.ledger import ledger_then
from xrm_lake.store.past.model import catalog_then
from xrm_lake.store.past.moment import Moment
from xrm_lake.store.past.spine import entities_then, links_then, lived_later, spine_patch
from xrm_lake.store.past.values import values_then
from xrm_lake.store.rows import Rows
from xrm_lake.store.settings import Reader
from xrm_lake.store.views import table_of


@dataclass(frozen=True)
class State:
    """
    Records, links and their history as they stood at the end of a day (UTC).

    `entity`, `link`, `change`, `batch` and `verdict` are names to read from in SQL, with the columns of the tables of those names;
    `catalog` has the types that were declared then. What is derived for other ends (search texts, matches, issues, pending links)
    is no part of it.
    """

    reader: Reader
    day: date
    catalog: Catalog
    entity: str = "entity"
    link: str = "link"
    change: str = "change"
    batch: str = "batch"
    verdict: str = "verdict"
    tables: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_past(self) -> bool:
        """Whether it was rebuilt from the ledger."""
        return self.change != "change"

    def records(self, type: str) -> str:
        """The name to read a type's records from: id, live, the fields, extra, updated_at. Raises UnknownName."""
        return self.tables.get(self.catalog.type(type).name, table_of(type))

    def query(self, sql: str, /, **values: object) -> Rows:
        """Ask, with the names of this state put into the statement by the caller."""
        return self.reader.query(sql, **values)


def state_now(reader: Reader, day: date) -> State:
    """The tables as they are, to be judged as of a day."""
    return State(reader, day, reader.catalog)


@contextmanager
def state_as_of(reader: Reader, day: date) -> Iterator[State]:
    """
    The lake as it stood at the end of a day, for as long as the `with` lasts; what was made for it is dropped then.

    Within a batch it sees what the batch sees. Of a lake that others write to meanwhile, use `past_of`.
    """
    moment = Moment(reader, day)
    yield _state(moment)
    # After an error nothing can be dropped any more: it goes when the transaction is rolled back.
    moment.drop()


@contextmanager
def past_of(lake: Lake, day: date) -> Iterator[State]:
    """As `state_as_of`, of a lake that is only read: nothing that others write while the `with` lasts is seen."""
    lake.query("begin").rows()
    try:
        with state_as_of(lake, day) as state:
            yield state
    finally:
        lake.query("rollback").rows()


def _state(moment: Moment) -> State:
    catalog = catalog_then(moment)
    ledger = ledger_then(moment)
    lived = lived_later(moment)
    clusters = clusters_then(moment, ledger, lived, catalog)
    spine = spine_patch(moment, lived, clusters)
    own = {item.name: values_then(moment, item, spine) for item in catalog.types}
    golden = {item.name: golden_then(moment, ledger, clusters, item, own[item.name]) for item in catalog.types}
    return State(
        moment.reader,
        moment.day,
        catalog,
        entity=entities_then(moment, spine, clusters),
        link=links_then(moment, spine),
        change=ledger.change,
        batch=ledger.batch,
        verdict=ledger.verdict,
        tables={name: _together(moment, name, own[name], golden[name]) for name in own},
    )


def _together(moment: Moment, type_name: str, own: str, golden: str | None) -> str:
    return own if golden is None else moment.view(f"rec_{type_name}", f"from {own} union all by name from {golden}")
