"""Parents and children: records of which one stands above the other are two, until somebody says that the link is wrong."""

import polars as pl

from xrm_lake.errors import ConflictingVerdict
from xrm_lake.store.components import components
from xrm_lake.store.write import Batch


def refuse_own_parents(batch: Batch, pairs: pl.DataFrame) -> None:
    """
    Raise ConflictingVerdict if one of these pairs, about to be one, would make a record its own parent.

    `pairs` has left_id and right_id. A link that one record may have only one of, to another of its type, tells its parent: the
    organisation that it is part of, the person that it reports to.
    """
    ranks = [
        item.name
        for item in batch.catalog.link_types
        if item.cardinality == "one" and set(item.from_types) & set(item.to_types)
    ]
    if not ranks:
        return
    with batch.frame("judged", pairs.select("left_id", "right_id")):
        units = batch.query(
            """
            select distinct coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)
            from judged j join entity l on l.id = j.left_id join entity r on r.id = j.right_id
            """
        ).rows()
    roots = components(units)
    links = batch.query(
        """
        select id, type, from_golden, to_golden from link where list_contains($ranks, type) and ended_at is null
          and list_contains($units::bigint[], from_golden) and list_contains($units::bigint[], to_golden) and from_golden <> to_golden
        order by id
        """,
        ranks=ranks,
        units=list(roots),
    )
    for id, type_name, child, parent in links.rows():
        if roots[child] == roots[parent]:
            raise ConflictingVerdict(
                f"Records {child} and {parent} would become one, but the first {batch.catalog.link_type(type_name).label} the second."
                f" Nothing was changed. If they are one all the same, end that link first: unlink {id}."
            )
