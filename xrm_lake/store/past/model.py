"""The model and the settings as they were declared at the end of a day: what the ledger says was there before the first later change."""

from xrm_lake.model.catalog import Catalog
from xrm_lake.store.declared import model_of_texts, texts_of_model
from xrm_lake.store.past.moment import Moment
from xrm_lake.store.settings import settings_of


def catalog_then(moment: Moment) -> Catalog:
    """
    The types and link types at the end of the day; those that were declared later are not in it.

    A lake's ledger tells declarations from the version on that knows migration 0011; what was declared before counts as always there.
    """
    before = _before(moment, "declare")
    if not before:
        return moment.reader.catalog
    return model_of_texts(_patched(texts_of_model(moment.reader.catalog), before))


def settings_then(moment: Moment, prefix: str) -> dict[str, str]:
    """All settings at the end of the day whose key begins so, by the rest of their key."""
    before = {
        key.removeprefix(prefix): old for key, old in _before(moment, "setting").items() if key.startswith(prefix)
    }
    return _patched(settings_of(moment.reader, prefix), before)


def _before(moment: Moment, op: str) -> dict[str, str | None]:
    return dict(
        moment.reader.query(
            f"select field, arg_min_null(old, seq) from change where op = $op and made_at >= {moment.end} group by field",
            op=op,
        ).rows()
    )


def _patched(now: dict[str, str], before: dict[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in (now | before).items() if value is not None}
