"""What a table is, before its columns are settled: a known export, links, records of a type, or nothing plausible."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from xrm_lake.ingest.mapping.from_preset import plan_known
from xrm_lake.ingest.mapping.header import file_words
from xrm_lake.ingest.mapping.junction import Junction, find_junction
from xrm_lake.ingest.mapping.known import Known
from xrm_lake.ingest.mapping.sample import Table
from xrm_lake.ingest.mapping.type_rank import AHEAD, NEAR, PLAUSIBLE, Guess, rank_types
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.ingest.preset import ANY, Recognised, Role, detect
from xrm_lake.model.entity_type import EntityType


@dataclass(frozen=True)
class Identity:
    """
    What a table is. `columns` is a first plan of them, made without looking at other tables; `sort` the type as the rows show
    it, which for a role of people and organisations is a role of one of them.

    Exactly one of `type` (records), `junction` or a `role` of links is there, or `problem` says why the table has no place.
    `settled` says that `columns` are final but for what the user says of them; `doubt` what else the table may be.
    """

    table: Table
    type: str = ""
    sort: EntityType | None = None
    role: Role | None = None
    junction: Junction | None = None
    columns: tuple[ColumnPlan, ...] = ()
    score: float = 0.0
    runner_up: str = ""
    problem: str = ""
    guesses: tuple[Guess, ...] = field(default=(), repr=False)
    settled: bool = False
    doubt: str = ""

    @property
    def link_type(self) -> str:
        """The link type of a table of links; else empty."""
        return self.junction.link_type if self.junction else self.role.link_type if self.role else ""

    @property
    def undecided(self) -> bool:
        """Whether the table may be one of two known exports, and nothing tells which."""
        return bool(self.problem and self.table.columns) and not self.role and not self.guesses

    @property
    def guess(self) -> str:
        """The type that the table looks most like, with its score, in words; empty if like none."""
        return _say(self.guesses[0]) if self.guesses else ""


def identify(
    table: Table,
    vocabulary: Vocabulary,
    *,
    type: str | None = None,
    roles: Sequence[Role] = (),
    told: bool = False,
) -> Identity:
    """
    What a table is. A `type` that is given is not doubted; the `roles` of presets are tried before all else, and are not
    doubted either if they were `told`.
    """
    if not table.columns:
        return Identity(table, problem="it has no columns")
    known = _by_preset(
        table, vocabulary, [role for role in roles if type in (None, role.type) or role.type == ANY], type, told
    )
    if known is not None:
        return known
    if type is not None:
        return Identity(table, type=vocabulary.catalog.type(type).name, score=1.0)
    return _by_look(table, vocabulary)


def _by_preset(
    table: Table, vocabulary: Vocabulary, roles: Sequence[Role], type: str | None, told: bool
) -> Identity | None:
    found = detect(table.delivery.headers, roles, told=told)
    if found is None:
        return None
    role, catalog = found.role, vocabulary.catalog
    if found.alike:
        return Identity(table, problem=_alike(found))
    if role.refuse:
        return Identity(table, role=role, problem=role.refuse)
    if role.type == ANY:
        looked = Identity(table, type=type) if type else _by_look(table, vocabulary)
        if not looked.type:
            return looked
        role = replace(role, type=looked.type)
    if role.type and not catalog.has_type(role.type):
        return None
    if role.link_type and role.link_type not in {link.name for link in catalog.link_types if not link.retired}:
        return None
    columns = tuple(plan_known(table, role, Known(), vocabulary))
    score = round(0.7 + 0.3 * found.share, 3)
    return Identity(
        table, type=role.type, role=role, columns=columns, score=score, runner_up=found.other, doubt=found.doubt
    )


def _alike(found: Recognised) -> str:
    other = found.runner_up.full_name if found.runner_up else ""
    return (
        f"its headers are those of {found.role.full_name} as much as those of {other}:"
        f" say which with --preset {found.role.full_name} or --preset {other}"
    )


def _by_look(table: Table, vocabulary: Vocabulary) -> Identity:
    guesses = tuple(rank_types(table, vocabulary))
    junction = find_junction(table, vocabulary)
    best, second = guesses[0] if guesses else None, guesses[1] if len(guesses) > 1 else None
    if junction and (best is None or best.points < PLAUSIBLE):
        return Identity(table, junction=junction, columns=junction.columns, score=junction.score, runner_up=_say(best))
    if best is None or best.points < PLAUSIBLE:
        return Identity(table, problem=_unlikely(best), guesses=guesses)
    close = second is not None and best.points - second.points < AHEAD * best.points
    if second is not None and close and not _one_role(best.type, second.type, vocabulary):
        problem = f"it may be {best.type} ({best.score:.2f}) or {second.type} ({second.score:.2f})"
        return Identity(table, problem=problem, guesses=guesses)
    return Identity(
        table,
        type=best.type,
        sort=best.sort,
        columns=best.columns,
        score=best.score,
        runner_up=_say(second),
        guesses=guesses,
        doubt=_near(table, best, second, vocabulary),
    )


def _near(table: Table, best: Guess, second: Guess | None, vocabulary: Vocabulary) -> str:
    """What else people may be than what they are taken for, where nearly as much speaks for it and the table's name does not tell."""
    if second is None or {best.type, second.type} != {"person", "user"} or second.points < NEAR * best.points:
        return ""
    called = vocabulary.called(file_words(table.delivery.name), best.type)
    return "" if called else f"it may be {_say(second)}, too"


def _one_role(best: str, second: str, vocabulary: Vocabulary) -> bool:
    """Whether one of two types is a role of the other: then they differ by the role's own fields alone."""
    one, other = vocabulary.catalog.type(best), vocabulary.catalog.type(second)
    return best in other.party_types or second in one.party_types


def _say(guess: Guess | None) -> str:
    return f"{guess.type} ({guess.score:.2f})" if guess else ""


def _unlikely(guess: Guess | None) -> str:
    if guess is None:
        return "its columns are those of no type"
    lacks = f", but no column for {' and '.join(guess.missing)}" if guess.missing else ""
    return f"it looks most like {guess.type} ({guess.score:.2f}){lacks}"
