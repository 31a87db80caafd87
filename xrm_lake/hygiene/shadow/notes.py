"""Pasted notes (S3): mails and lists that are copied into a note, and what is written down long after it happened."""

from datetime import date

from xrm_lake.history.lifetime import HAPPENED, moments
from xrm_lake.hygiene.decay.figure import share
from xrm_lake.hygiene.shadow.sign import Sign, of_share, unknown
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

LONG, MARKS, LATE_DAYS = 1_500, 3, 7
PASTED, LATE = 0.10, 0.20
# A date, or a line that begins as the head of a mail.
MARK = (
    r"(?m)\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
    r"|^(?:From|To|Cc|Sent|Subject|Date|Von|An|Gesendet|Betreff|Datum|De|À|Envoyé|Objet|Para|Enviado|Asunto):"
)


def pasted(state: State, _since: date) -> list[Sign]:
    """
    Notes with more than 1,500 characters, or three or more dates and heads of mails / all notes, of each type of what happened.

    Source: quality.md §2.3, S3. Raised above 10 %. Cannot be told where no note is kept.
    """
    signs = []
    for item in _happenings(state):
        texts = [field.name for field in item.active_fields if field.kind == "long_text" and not field.many]
        if not texts:
            continue
        note = "concat_ws(chr(10), " + ", ".join(quoted(name) for name in texts) + ")"
        row = state.query(
            f"""
            with noted as (select id, {note} as note from {state.records(item.name)} where live),
            judged as (
                select id, length(note) > {LONG} or len(regexp_extract_all(note, $mark)) >= {MARKS} as pasted
                from noted where length(note) > 0
            )
            select count(*) as n, count(*) filter (where pasted) as pasted, (list(id order by id) filter (where pasted))[:100] as ids
            from judged
            """,
            mark=MARK,
        ).one()
        if row and row["n"]:
            figure = share("pasted", row["pasted"], row["n"], PASTED, "of the notes are pasted mails or lists")
            signs.append(of_share("S3", figure, row["ids"] or (), type=item.name))
    return signs or [unknown("S3", "pasted", "no notes are kept")]


def backfilled(state: State, since: date) -> list[Sign]:
    """
    What people entered here more than 7 days after it happened / all that they entered here since a day.

    Source: quality.md §2.3, S3. Raised above 20 %. When what came by import was written down, nobody knows: it is not counted.
    """
    signs = []
    for item in _happenings(state):
        row = state.query(
            f"""
            select count(*) as n, count(*) filter (where late) as late, (list(id order by id) filter (where late))[:100] as ids from (
                select r.id, e.created_at > r.{quoted(HAPPENED)}::timestamp + interval {LATE_DAYS} days as late
                from {state.records(item.name)} r join {state.entity} e on e.id = r.id
                join {state.batch} b on b.batch_id = e.batch_id and b.kind = 'edit'
                where r.live and r.{quoted(HAPPENED)} is not null and e.created_at >= $since::date + interval 1 day
            )
            """,
            since=since,
        ).one()
        if row and row["n"]:
            words = f"were entered more than {LATE_DAYS} days after they happened"
            signs.append(
                of_share(
                    "S3", share("backfilled", row["late"], row["n"], LATE, words), row["ids"] or (), type=item.name
                )
            )
    return signs or [unknown("S3", "backfilled", "nothing that happened was entered here by a person")]


def _happenings(state: State) -> list[EntityType]:
    return [item for item in state.catalog.active_types if moments(item, [HAPPENED])]
