"""
Sight: who may see figures about named persons.

How often an owner of records neglects or re-dates them says something about a person at work, and in many places must not be shown to
anybody without agreement. So nobody sees it until the lake says who may. It decides what is shown, not what can be read: whoever
owns the file can read all of it, and whoever is let to a server reads as the user who runs it.
"""

import polars as pl

from xrm_lake.errors import Refused, UnknownName
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import set_setting, settings_of

VIEWER = "viewer."
VIEWERS = pl.Schema({"user": pl.String(), "allowed_by": pl.String(), "allowed_at": pl.Datetime("us")})


def sees_people(lake: Lake) -> bool:
    """Whether the user of this open lake may see figures about named persons; false until somebody has allowed it."""
    return lake.user in settings_of(lake, VIEWER)


def list_viewers(lake: Lake) -> pl.DataFrame:
    """Who may see figures about named persons, by name (frame VIEWERS): user, allowed_by and allowed_at (UTC)."""
    rows = [(user, *said.split(" ", 1)[::-1]) for user, said in sorted(settings_of(lake, VIEWER).items())]
    return pl.DataFrame(rows, schema=["user", "allowed_by", "allowed_at"], orient="row").select(
        pl.col("user", "allowed_by").cast(pl.String), pl.col("allowed_at").cast(pl.String).str.to_datetime(time_unit="us")
    ).cast(VIEWERS)  # fmt: skip


def allow_viewer(lake: Lake, user: str, *, by: str | None = None) -> int:
    """
    Let a user see figures about named persons; gives the batch.

    The maker of the lake may allow anybody, himself included, and so may whoever is allowed already. Raises Refused for others, and for
    a user without a name. Allowing again changes nothing but who did it and when.
    """
    _refuse_strangers(lake)
    if not user.strip():
        raise Refused("A viewer needs a name: that of a user of this computer. Nothing was changed.")
    with lake.write("model", by=by) as batch:
        batch.totals["note"] = "who may see figures about persons: one more"
        set_setting(batch, VIEWER + user.strip(), f"{batch.at.isoformat()} {batch.by}")
        return batch.id


def disallow_viewer(lake: Lake, user: str, *, by: str | None = None) -> int:
    """Let a user see figures about named persons no more; gives the batch. Raises UnknownName if he may not now, Refused as `allow_viewer`."""
    known = settings_of(lake, VIEWER)
    if user not in known:
        raise UnknownName("viewer", user, known)
    if user != lake.user:
        _refuse_strangers(lake)
    with lake.write("model", by=by) as batch:
        batch.totals["note"] = "who may see figures about persons: one less"
        set_setting(batch, VIEWER + user, None)
        return batch.id


def maker_of(lake: Lake) -> str:
    """Who made the lake: the user of its first batch, or of the lake as it is open while it has none."""
    return str(lake.query("select arg_min(made_by, batch_id) from batch").value() or lake.user)


def _refuse_strangers(lake: Lake) -> None:
    if lake.user != maker_of(lake) and not sees_people(lake):
        raise Refused(
            "Only the maker of this lake, and those who may see figures about persons, can say who may. Nothing was changed."
            " Who may now: xrm viewers"
        )
