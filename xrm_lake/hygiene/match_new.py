"""
Match what is new: records that came or were changed since the last run, against all others.

The cost grows with what is new. The model stays that of the last full run, and so do the pairs in which no
changed record takes part. Where that would give a poor answer, all is matched anew, and the answer says why.
"""

import polars as pl

from xrm_lake.errors import Refused
from xrm_lake.hygiene.in_words import with_sentence
from xrm_lake.hygiene.known import Known, recall
from xrm_lake.hygiene.match import LOWEST, list_matches, match, remove_pairs, replace_pairs
from xrm_lake.hygiene.news import find_news
from xrm_lake.hygiene.open_pairs import OPEN_PAIRS
from xrm_lake.hygiene.touched import touched_since
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import NewMatches
from xrm_lake.store.lake import Lake
from xrm_lake.store.matcher import last_batch, last_change, read_matcher, unlisted_partners

_GROWTH = 0.2  # of the records that the model was learned from
_GROWN = "more than a fifth of the records came or were changed since all were matched"
_STOOD_FOR = "records that stood for many identical ones were changed since all were matched"
_LAST_RUN = "select max(batch_id) from batch where kind = 'match' and source = $type"
_COUNT = "select count(*) from entity where type = $type and deleted_at is null and source is distinct from 'golden'"


def match_new(
    lake: Lake, type: str, *, at_least: float = 0.5, by: str | None = None, progress: Progress = quiet
) -> NewMatches:
    """
    Match the records of a type that came or were changed since its last match run; the pairs of all others stay.

    Gives the pairs in which these records take part, as `match` does. All is matched anew, and `anew` says why, if no
    run was made yet, its fields, its index or the version are not what they were, or more than a fifth is new since.
    Raises Misuse if no field of the type tells records apart.
    """
    entity_type = lake.catalog.type(type)
    # Asked before the records are read: what is changed meanwhile is looked at again by the next run.
    seq, judged = last_change(lake), last_batch(lake)
    known = recall(lake, entity_type)
    if not isinstance(known, str) and lake.query(_LAST_RUN, type=type).value() != known.matcher.batch_id:
        known = "the last match run was of another sort"
    touched = [] if isinstance(known, str) else touched_since(lake, entity_type, known.matcher.seq, judged=known.judged)
    copies = [] if isinstance(known, str) else unlisted_partners(lake, type, touched)
    anew = known if isinstance(known, str) else _too_many(known, touched, copies)
    if isinstance(known, str) or anew is not None:
        pairs = match(lake, type, at_least=at_least, by=by, progress=progress)
        return NewMatches(pairs, lake.query(_COUNT, type=type).value(), anew)
    if not touched:
        return NewMatches(list_matches(lake, type, limit=0), 0, None)
    news = find_news(lake, entity_type, known, [*touched, *copies], at_least=min(at_least, LOWEST), progress=progress)
    with lake.write("match", by=by, source=type) as batch:
        if read_matcher(batch, type) != known.matcher:
            raise Refused(f"Another match run of {type} ended meanwhile. Nothing was changed. Run it again.")
        batch.totals["note"] = f"{type}: {news.pairs.height} pairs of {len(touched)} records that are new or changed"
        batch.totals["doubt"] = known.kept.fallback
        remove_pairs(batch, type, touched)
        replace_pairs(batch, type, news.pairs)
        news.write(batch, seq=seq, judged=judged)
    return NewMatches(_open_of_run(lake, batch.id, at_least), len(touched), None)


def _too_many(known: Known, touched: list[int], copies: list[int]) -> str | None:
    """Why all is to be matched anew, if it is; `copies` hang on those that were touched."""
    most = _GROWTH * known.matcher.records - known.matcher.later
    if len(touched) > most:
        return _GROWN
    return _STOOD_FOR if len(touched) + len(copies) > most else None


def _open_of_run(lake: Lake, run_id: int, at_least: float) -> pl.DataFrame:
    found = lake.query(
        f"""
        select left_id, right_id, left_key, right_key, score, sure, brought_by, evidence from ({OPEN_PAIRS})
        where run_id = $run_id and score >= $at_least order by score desc, left_id, right_id
        """,
        run_id=run_id,
        at_least=at_least,
    ).frame()
    return with_sentence(found)
