"""How checks and batches are called, for people."""

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.metrics import METRICS

CHECKS = {
    "required_missing": "is missing, and needed", "expected_missing": "is missing", "malformed": "is badly formatted",
    "placeholder": "says nothing, as “n/a” does", "not_allowed": "has a value that is not allowed", "not_unique": "stands in another record too",
    "probable_duplicate": "Probably there already", "stale": "No sign of life for too long",
    "dangling_link": "A link leads to a deleted record", "unconfirmed": "was not confirmed for too long",
    "ends_before_start": "is before the start", "currency_missing": "has no currency",
    "foreign_domain": "is at another domain than the firm", "foreign_number": "is a number of another country",
    "foreign_postcode": "does not look like one of its country",
}  # fmt: skip
# What a check says beside a field, where its name stands already.
SHORT = {
    "required_missing": "needed", "expected_missing": "missing", "malformed": "badly formatted", "placeholder": "says nothing",
    "not_allowed": "not allowed", "not_unique": "not unique", "unconfirmed": "not confirmed for long", "ends_before_start": "before the start",
    "currency_missing": "no currency", "foreign_domain": "not the firm's domain", "foreign_number": "another country's",
    "foreign_postcode": "not of its country",
}  # fmt: skip
BATCHES = {
    "import": ("Import", "upload_file"), "edit": ("Edit", "edit"), "judge": ("Decision", "call_merge"),
    "model": ("Model", "account_tree"), "check": ("Check", "rule"), "match": ("Match", "radar"),
    "match_types": ("Match across types", "compare_arrows"),
    "reconcile": ("Reconciliation", "balance"),
    "snapshot": ("Snapshot", "photo_camera"), "undo": ("Undo", "undo"), "fix": ("Fix", "auto_fix_high"),
    "propose": ("Proposals", "lightbulb"),
}  # fmt: skip
OPS = {
    "create": "created", "set": "changed", "pin": "pinned", "source": "source changed", "answer": "conflict answered", "delete": "deleted",
    "restore": "brought back", "link": "linked", "unlink": "unlinked", "same": "judged the same", "different": "judged different",
    "unsure": "judged unsure", "open": "reopened", "same_thing": "judged the same thing", "two_roles": "judged two roles of one party",
    "extra": "noted beside",
}  # fmt: skip
PROBLEMS = {item.name: item.label for item in METRICS if item.sort == "problem"}


def check_words(entity_type: EntityType, check: str, field: str | None, message: str | None = None) -> str:
    """What a check says of a record, in words: its message, if it is one of one's own."""
    if message:
        return message
    if check.startswith("no_"):
        return f"Not linked: {check.removeprefix('no_').replace('_', ' ')} …"
    labels = {each.name: each.label for each in entity_type.fields}
    words = CHECKS.get(check, check.replace("_", " "))
    return f"{labels.get(field, field)} {words}" if field else words
