"""Open pairs: what the last match run guessed and nobody has answered yet."""

# Which types were ever matched, whether or not a pair was found.
MATCHED = "select source as type from batch where kind = 'match' union select type from match"

# Records that are merged are asked about as one: an answer on any two of their members is an answer on them.
OPEN_PAIRS = """
    with answered as (
        select least(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as one,
               greatest(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as other
        from (
            -- The batch that is being written has no row yet: it counts.
            select v.left_id, v.right_id, arg_max(v.verdict, v.seq) as verdict
            from verdict v left join batch b on b.batch_id = v.decision_id
            where b.undone_by is null group by v.left_id, v.right_id
        ) s
        join entity l on l.id = s.left_id join entity r on r.id = s.right_id
        where s.verdict in ('different', 'unsure')
    ), guessed as (
        select m.type, m.left_id, m.right_id, l.source_key as left_key, r.source_key as right_key, m.score, m.evidence,
               least(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as one,
               greatest(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as other
        from match m
        join entity l on l.id = m.left_id and l.deleted_at is null
        join entity r on r.id = m.right_id and r.deleted_at is null
    )
    select g.* from guessed g
    where g.one <> g.other and not exists (from answered a where a.one = g.one and a.other = g.other)
"""
"""
A query: type, left_id, right_id, left_key, right_key, score, evidence, and `one` and `other`, the older and the younger of
the two clusters: each the id of a golden record, or that of a record that stands alone.
"""
