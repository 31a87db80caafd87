"""Records that are nearly called so: for people to look at, never to be taken unasked."""

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.identify import name_sql
from xrm_lake.store.lake import Lake
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

NEAR_RECORDS = pl.Schema(
    {"n": pl.Int64(), "candidates": pl.List(pl.Int64()), "scores": pl.List(pl.Float64()), "unseen": pl.Boolean()}
)
# A word that begins more records than this tells few from the others; such words are looked at last, the rarer ones first.
_MOST_IN_BLOCK = 2_000
# How many pairs are compared because of such words alone: some seconds.
_MOST_PAIRS = 4_000_000
AT_LEAST = 0.88
_FIND = """
with w as (select n, {wanted} from wanted),
     r as (select r.id, {records} from {table} r where r.live),
     wb as (select n, block from (select n, {blocks} from w) where block <> ''),
     rb as (select id, block from (select id, {blocks} from r) where block in (select block from wb)),
     crowds as (select block, count(*) as records, count(*) > $most_in_block as crowded from rb group by block),
     turns as (select n, block, crowded, sum(if(crowded, records, 0)) over (
                 order by crowded, records, n, block rows unbounded preceding) as compared
               from wb join crowds using (block)),
     pairs as (select distinct t.n, rb.id from turns t join rb using (block)
               where not t.crowded or t.compared <= $most_pairs),
     scored as (select w.n, r.id, round(least({scores}), 3) as score
                from pairs p join w on w.n = p.n join r on r.id = p.id and {equal}),
     found as (select n, list(id order by score desc, id)[:$most] as candidates,
                      list(score order by score desc, id)[:$most] as scores
               from scored where score >= $at_least group by n),
     unseen as (select distinct n from turns where crowded and compared > $most_pairs)
select n, coalesce(f.candidates, []) as candidates, coalesce(f.scores, []) as scores, u.n is not null as unseen
from found f full join unseen u using (n) order by n
"""


def near_records(
    reader: Lake | Batch,
    entity_type: EntityType,
    rows: pl.DataFrame,
    names: list[str],
    near: list[str],
    *,
    most: int = 5,
) -> pl.DataFrame:
    """
    For each row the live records that it is nearly like, best first (frame NEAR_RECORDS); rows without one are left out, unless
    they are `unseen`: words of theirs are so common that not all records which have them were looked at.

    `rows` has n and the fields `names`; of those the fields `near` may be written otherwise, the rest are equal. A score is the lowest of
    those of the fields: the Jaro-Winkler similarity of their texts without case and accents, in the order written or with their words
    in the order of the alphabet, from 0.88 to 1. The records looked at share the first three letters of a word of the first of `near`.
    """
    wanted = rows.select("n", *names).drop_nulls()
    if wanted.is_empty():
        return pl.DataFrame(schema=NEAR_RECORDS)
    nearly = [place for place, name in enumerate(names) if name in near]
    fields = {field.name: field for field in entity_type.fields}

    def folded(alias: str) -> str:
        texts = {name: name_sql(text_of(fields[name], f"{alias}.{quoted(name)}")) for name in names}
        whole = [f"{text} as f{place}" for place, text in enumerate(texts.values())]
        return ", ".join(
            [*whole, *(f"array_to_string(list_sort(string_split(f{place}, ' ')), ' ') as s{place}" for place in nearly)]
        )

    equal = " and ".join(["true", *(f"w.f{place} = r.f{place}" for place in range(len(names)) if place not in nearly)])
    scores = ", ".join(
        f"greatest(jaro_winkler_similarity(w.f{place}, r.f{place}), jaro_winkler_similarity(w.s{place}, r.s{place}))"
        for place in nearly
    )
    first = f"f{names.index(near[0])}"
    blocks = f"unnest(list_distinct(list_transform(string_split({first}, ' '), lambda word: left(word, 3)))) as block"
    with reader.frame("wanted", wanted):
        found = reader.query(
            _FIND.format(
                wanted=folded("wanted"),
                records=folded("r"),
                table=table_of(entity_type.name),
                blocks=blocks,
                scores=scores,
                equal=equal,
            ),
            most=most,
            most_in_block=_MOST_IN_BLOCK,
            most_pairs=_MOST_PAIRS,
            at_least=AT_LEAST,
        ).frame()
    return found.cast(NEAR_RECORDS)
