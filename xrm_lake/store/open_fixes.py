"""Which proposed fixes are open: neither applied nor refused by a batch that stands."""

OPEN_FIXES = """
    select p.* from fix_proposal p left join batch b on b.batch_id = p.settled_by
    where p.settled_by is null or b.undone_by is not null
"""
