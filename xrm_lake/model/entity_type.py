"""What things are: entity types with their fields and stages, and the link types that join them."""

from dataclasses import dataclass, field
from typing import Literal

Level = Literal["required", "expected", "optional"]
Outcome = Literal["open", "won", "lost"]
RoleOf = Literal["person", "organisation", "both"]
Cardinality = Literal["one", "many"]

# How a golden record chooses among its members' values; "" follows the kind's own rule.
KEEPS = (
    "", "most_recent", "most_frequent", "longest", "oldest", "most_trusted", "union", "most_restrictive", "largest",
    "smallest",
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """
    One column of a type; `name` is the stable slug that is also the physical column.

    `applies_if` is a condition over the fields of its type, such as `country in ('DE', 'FR')`: of other records, a value of it is
    neither needed nor missed. A value that nobody has confirmed for more than `fresh_days` is stale.
    """

    name: str
    label: str
    kind: str
    level: Level = "optional"
    many: bool = False
    allowed: tuple[str, ...] = ()
    unique: bool = False
    keep: str = ""
    currency_field: str = ""
    group: str = ""
    owner: str = ""
    meaning: str = ""
    position: int = 0
    retired: bool = False
    applies_if: str = ""
    fresh_days: int | None = None

    @property
    def is_required(self) -> bool:
        """Whether no record can be without it, whatever else it holds."""
        return self.level == "required" and not self.applies_if

    def __post_init__(self) -> None:
        # "Several of a few values" is a choice that holds many: one way to say it inside the house.
        if self.kind == "choices":
            object.__setattr__(self, "kind", "choice")
            object.__setattr__(self, "many", True)


@dataclass(frozen=True)
class Stage:
    """One step of a type's pipeline; `probability` (0..1) is the stated chance to win from here."""

    name: str
    position: int
    outcome: Outcome = "open"
    probability: float | None = None


@dataclass(frozen=True)
class EntityType:
    """A type of record. A role (`role_of`) holds only what belongs to the role and is joined to its party."""

    name: str
    label: str
    plural: str
    icon: str = ""
    aspect: str = "CRM"
    corridor: str = ""
    caption: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    stages: tuple[Stage, ...] = ()
    stage_field: str = ""
    staleness_days: int | None = None
    required_links: tuple[str, ...] = ()
    role_of: RoleOf | None = None
    meaning: str = ""
    position: int = 0
    retired: bool = False

    @property
    def active_fields(self) -> tuple[Field, ...]:
        """The fields in use, in their order."""
        return tuple(item for item in self.fields if not item.retired)

    @property
    def party_types(self) -> tuple[str, ...]:
        """The types that a role of this type may belong to; empty for a type that is no role."""
        if self.role_of is None:
            return ()
        return ("person", "organisation") if self.role_of == "both" else (self.role_of,)


@dataclass(frozen=True)
class LinkType:
    """
    How two records may be joined: `from` end, `to` end, both names, own fields.

    Empty `from_types` or `to_types` admit any type. `cardinality` says how many
    standing links of this type may leave one record.
    """

    name: str
    label: str
    inverse: str
    from_types: tuple[str, ...] = ()
    to_types: tuple[str, ...] = ()
    cardinality: Cardinality = "many"
    fields: tuple[Field, ...] = field(default=())
    meaning: str = ""
    retired: bool = False

    def joins(self, from_type: str, to_type: str) -> bool:
        """Whether a link of this type may run from the one type to the other."""
        return (not self.from_types or from_type in self.from_types) and (not self.to_types or to_type in self.to_types)
