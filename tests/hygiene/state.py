"""All that is derived from verdicts, as one comparable value."""

from typing import Any

from xrm_lake.store.lake import Lake
from xrm_lake.store.views import table_of


def derived_state(lake: Lake) -> dict[str, list[tuple[Any, ...]]]:
    """The golden records, the live flags, the derived ends of links and the search texts, in a fixed order."""
    state = {
        item.name: lake.query(f"select * from {table_of(item.name)} order by id").rows() for item in lake.catalog.types
    }
    state["entity"] = lake.query("select * from entity order by id").rows()
    state["link"] = lake.query("select * from link order by id").rows()
    state["search"] = lake.query("select * from search_doc order by id").rows()
    return state
