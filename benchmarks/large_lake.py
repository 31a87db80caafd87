"""
A lake of a million contacts, and the same columns in a bare database beside it: what the benchmarks of the store measure.

    python -m benchmarks.large_lake FOLDER [--records N]

The type `contact` is made at run time with 20 fields. Each contact has three links to one of N / 5 organisations, as a
pair of duplicates would in an export of a CRM. Everything is drawn from hashes, so that every run makes the same lake.
"""

import argparse
import shutil
import time
from pathlib import Path

import duckdb
import polars as pl

from xrm_lake.model.entity_type import EntityType, Field, LinkType
from xrm_lake.store.bulk import insert_links, insert_records
from xrm_lake.store.engine import STORAGE_VERSION
from xrm_lake.store.lake import Lake
from xrm_lake.store.model import add_link_type, add_type
from xrm_lake.store.open import init_lake

CHUNK = 250_000
STATUSES = ("new", "active", "dormant", "lost")

CONTACT = EntityType(
    "contact",
    "Contact",
    "Contacts",
    caption=("full_name",),
    fields=(
        Field("full_name", "Name", "full_name", level="required", keep="longest"),
        Field("given_name", "Given name", "given_name", level="expected"),
        Field("family_name", "Family name", "family_name", level="expected"),
        Field("email", "E-mail", "email", level="expected"),
        Field("phone", "Phone", "phone", level="expected"),
        Field("street", "Street", "street", group="address"),
        Field("postal_code", "Postal code", "postal_code", group="address"),
        Field("city", "City", "city", group="address"),
        Field("country", "Country", "country", group="address"),
        Field("company", "Company", "company_name"),
        Field("job_title", "Job title", "text", keep="most_recent"),
        Field("status", "Status", "choice", allowed=STATUSES),
        Field("score", "Score", "integer"),
        Field("revenue", "Revenue", "money"),
        Field("birth_date", "Date of birth", "date"),
        Field("created_on", "Created on", "date", keep="smallest"),
        Field("last_contact", "Last contact", "datetime"),
        Field("opt_out", "No e-mail", "boolean", keep="most_restrictive"),
        Field("website", "Website", "url"),
        Field("notes", "Notes", "long_text"),
    ),
)

# Two of a pair, 2 n and 2 n + 1, are one person who is spelled in two ways.
VALUES = """
select given || ' ' || family as full_name, given as given_name, family as family_name,
       if(h % 20 = 0, null, if(h % 97 = 0, 'no mail',
           lower(given) || '.' || lower(family) || p || '@firm' || (p % 5000) || '.example')) as email,
       if(h % 4 = 0, null, '+49' || (1000000000 + p * 7919 % 8999999999)) as phone,
       ['High Street', 'Church Road', 'Station Road', 'Mill Lane', 'Park Avenue'][1 + p % 5] || ' ' || (1 + p % 250) as street,
       lpad((p * 37 % 99999)::varchar, 5, '0') as postal_code,
       'City ' || (p * 31 % 2500) as city, ['DE', 'AT', 'CH', 'FR', 'NL'][1 + p % 5] as country,
       'Firm ' || (p % $firms) as company,
       ['Clerk', 'Head of sales', 'Engineer', 'Buyer', 'Consultant', 'Director'][1 + h % 6] as job_title,
       ['new', 'active', 'dormant', 'lost'][1 + h % 4] as status, h % 1000 as score, (h % 10000000 / 100)::decimal(18, 2) as revenue,
       if(h % 3 = 0, null, date '1950-01-01' + (p % 20000)::integer) as birth_date,
       date '2015-01-01' + (h % 4000)::integer as created_on,
       timestamp '2020-01-01' + to_seconds((h % 180000000)::bigint) as last_contact,
       h % 50 = 0 as opt_out, if(h % 2 = 0, null, 'https://firm' || (p % 5000) || '.example') as website,
       if(h % 5 = 0, 'Met at the fair, wants an offer for ' || (h % 900) || ' pieces.', null) as notes
from (
    select n, p, h, if(n % 2 = 1 and h % 3 = 0, left(first, 1) || '.', first) as given, last as family
    from (
        select n, n // 2 as p, (hash(n) >> 8)::bigint as h,
               ['Ann', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gül', 'Hana', 'Ivo', 'Jule'][1 + n // 2 % 10] as first,
               ['Abel', 'Berg', 'Çelik', 'Dahl', 'Ernst', 'Fuchs', 'Groß', 'Haas'][1 + n // 20 % 8] || (n // 160 % 700) as last
        from (select unnest(range($first, $last)) as n)
    )
)
"""


def contacts(first: int, last: int, firms: int) -> pl.DataFrame:
    """The values of the contacts from `first` up to `last`, in the types of their fields."""
    relation = duckdb.connect().execute(VALUES, {"first": first, "last": last, "firms": firms})
    found = pl.from_arrow(relation.to_arrow_table())
    assert isinstance(found, pl.DataFrame)
    return found


def make_lake(folder: Path, records: int) -> tuple[Lake, float]:
    """A new lake with that many contacts, their organisations and links; and the cpu seconds that the contacts took."""
    lake = init_lake(folder, user="bench")
    add_type(lake, CONTACT)
    for name in ("employed_by", "advised_by", "invoiced_to"):
        add_link_type(lake, LinkType(name, name.replace("_", " "), f"has {name}", ("contact",), ("organisation",)))
    firms = records // 5
    seconds, first_contact = 0.0, 0
    with lake.write("import", source="bench") as batch:
        first_firm = batch.new_entities(firms)
        names = pl.DataFrame({"id": pl.int_range(first_firm, first_firm + 2 * firms, 2, eager=True)})
        rows = names.with_columns(
            name=pl.format("Firm {}", (pl.col("id") - first_firm) // 2),
            source_key=pl.col("id").cast(pl.String),
            extra=pl.lit(None, pl.String),
        )
        insert_records(batch, batch.catalog.type("organisation"), rows, source="bench")
    with lake.write("import", source="bench") as batch:
        for start in range(0, records, CHUNK):
            part = contacts(start, min(start + CHUNK, records), firms)
            began = time.process_time()
            first = batch.new_entities(part.height)
            first_contact = first_contact or first
            ids = pl.int_range(first, first + 2 * part.height, 2, eager=True)
            keyed = part.with_columns(id=ids, source_key=ids.cast(pl.String), extra=pl.lit(None, pl.String))
            insert_records(batch, batch.catalog.type("contact"), keyed, source="bench")
            seconds += time.process_time() - began
        began = time.process_time()
    lake.checkpoint()
    seconds += time.process_time() - began
    _link(lake, first_contact, first_firm, records, firms)
    lake.checkpoint()
    return lake, seconds


def make_bare(file: Path, records: int) -> float:
    """The same contacts, created as a table of a bare database of the same format; the cpu seconds that took."""
    bare = open_bare(file)
    bare.execute("create sequence seq")
    seconds = 0.0
    for start in range(0, records, CHUNK):
        part = contacts(start, min(start + CHUNK, records), records // 5)
        began = time.process_time()
        bare.register("part", part.to_arrow())
        first = 1 + 2 * start
        source = f"select {first} + 2 * (row_number() over () - 1) as id, * from part"
        bare.execute(f"insert into contact {source}" if start else f"create table contact as {source}")
        bare.unregister("part")
        seconds += time.process_time() - began
    began = time.process_time()
    bare.execute("checkpoint bare")
    bare.close()
    return seconds + time.process_time() - began


def open_bare(file: Path) -> duckdb.DuckDBPyConnection:
    """The bare database."""
    bare = duckdb.connect()
    bare.execute(f"attach '{file}' as bare (storage_version '{STORAGE_VERSION}')")
    bare.execute("use bare")
    return bare


def _link(lake: Lake, first_contact: int, first_firm: int, records: int, firms: int) -> None:
    with lake.write("import", source="bench") as batch:
        for place, name in enumerate(("employed_by", "advised_by", "invoiced_to")):
            for start in range(0, records, CHUNK):
                numbers = pl.int_range(start, min(start + CHUNK, records), eager=True)
                links = pl.DataFrame(
                    {
                        "type": pl.Series([name]).new_from_index(0, numbers.len()),
                        "from_id": first_contact + 2 * numbers,
                        "to_id": first_firm + 2 * ((numbers // 2 + place * 17) % firms),
                    }
                ).with_columns(fields=pl.lit(None, pl.String), since=pl.lit(None, pl.Date), until=pl.lit(None, pl.Date))
                insert_links(batch, links)


def main() -> None:
    """Make both in a folder that is given, and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    arguments.folder.mkdir(parents=True)
    bare = make_bare(arguments.folder / "bare.duckdb", arguments.records)
    lake, seconds = make_lake(arguments.folder / "large.xrm", arguments.records)
    lake.close()
    print(f"bare {bare:.1f} cpu-s, lake {seconds:.1f} cpu-s: {seconds / bare:.2f} ×")


if __name__ == "__main__":
    main()
