"""Many records at once, and people of whom some are twins."""

from typing import Any

import polars as pl

from xrm_lake.store.bulk import insert_records
from xrm_lake.store.lake import Lake

GIVEN = (
    "Ann",
    "Bob",
    "Carla",
    "Dieter",
    "Eva",
    "Fritz",
    "Gina",
    "Hugo",
    "Ines",
    "Jan",
    "Kira",
    "Lars",
    "Mona",
    "Nils",
    "Olga",
)
FAMILY = (
    "Meier",
    "Schulz",
    "Novak",
    "Rossi",
    "Dupont",
    "Berg",
    "Stone",
    "Okafor",
    "Lindgren",
    "Moreau",
    "Kaya",
    "Young",
    "Haas",
)


def add_many(lake: Lake, type_name: str, rows: list[dict[str, Any]], *, source: str = "crm") -> list[int]:
    """Add records as an import would; gives their ids. A row's `key_` is its key in its source."""
    with lake.write("import", source=source) as batch:
        first = batch.new_entities(len(rows))
        ids = [first + 2 * place for place in range(len(rows))]
        frame = pl.DataFrame(
            [
                {name: value for name, value in row.items() if name != "key_"}
                | {"id": id, "source_key": row.get("key_", f"k{id}"), "extra": None}
                for id, row in zip(ids, rows, strict=True)
            ],
            infer_schema_length=None,
        ).with_columns(pl.col("extra").cast(pl.String))
        insert_records(batch, lake.catalog.type(type_name), frame, source=source)
    return ids


def someone(place: int) -> dict[str, Any]:
    """A person like no other, by a number."""
    given, family = GIVEN[place % len(GIVEN)], FAMILY[place // len(GIVEN) % len(FAMILY)]
    mail = f"{given}.{family}{place}@example.org".lower()
    return {
        "full_name": f"{given} {family}", "given_name": given, "family_name": family, "email": mail,
        "phone": f"+49228{1000000 + 37 * place}", "city": ("Bonn", "Wien", "Bern", "Lyon")[place % 4],
    }  # fmt: skip


def add_twins(lake: Lake, *, twins: int = 4, others: int = 120) -> tuple[list[tuple[int, int]], list[int]]:
    """People of whom the first few are there twice; gives the pairs of twins and the ids of the others."""
    ids = add_many(lake, "person", [someone(place // 2) for place in range(2 * twins)])
    rest = add_many(lake, "person", [someone(twins + place) for place in range(others)])
    return list(zip(ids[::2], ids[1::2], strict=True)), rest


def guess(lake: Lake, type_name: str, pairs: dict[tuple[int, int], float]) -> None:
    """Put down these scores as what the last match run found."""
    rows = [(0, type_name, left, right, score, score >= 0.99, "[]") for (left, right), score in pairs.items()]
    schema = ["run_id", "type", "left_id", "right_id", "score", "sure", "evidence"]
    with lake.write("match") as batch:
        batch.execute("delete from match where type = $type", type=type_name)
        batch.append("match", pl.DataFrame(rows, schema=schema, orient="row"))
