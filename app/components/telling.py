"""Records offered as answers to one question, told apart by more than a name that they may share."""

from collections.abc import Iterable

import served
from components.text import plain

from xrm_lake.model.results import RecordView
from xrm_lake.store.read import show_record

_MOST = 2
# Long texts describe a record; they do not tell it from another at a glance.
_LONGEST = 40


def told_apart(ids: Iterable[int]) -> dict[int, str]:
    """
    Each record's caption with its type and number, and the first two of its values in which these records differ.

    Ready for a place that reads markdown; in the order of the ids.
    """
    views = {id: served.remembered(show_record, id) for id in ids}
    return {id: _told(view, list(views.values())) for id, view in views.items()}


def _told(view: RecordView, views: list[RecordView]) -> str:
    label = served.lake().catalog.type(view.type).label
    marks = [plain(value) for value in _differing(view, views)][:_MOST]
    return f"{plain(view.caption)} :gray[· {' · '.join([*marks, f'{plain(label)} #{view.id}'])}]"


def _differing(view: RecordView, views: list[RecordView]) -> list[object]:
    others = [other for other in views if other.id != view.id]
    return [
        value
        for name, value in view.values.items()
        if value not in (None, "", view.caption)
        and len(str(value)) <= _LONGEST
        and all(other.values.get(name) != value for other in others)
    ]
