"""The words that a scenario may use beyond its own: parts, workloads, faults and measures.

`scenarios` imports no other package of ours; whoever loads a scenario passes these words in.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo
from pydantic.config import JsonDict

from scenarios.model import Check, DatasetSpec, FaultUse, Scenario

if TYPE_CHECKING:
    from scenarios.businesses import Written
    from scenarios.problems import Problem


@dataclass(frozen=True)
class Named:
    """A dataset column, or a field of records, that parameters name or that somebody reads."""

    loc: tuple[str | int, ...]
    """Where it is, below the parameters."""
    column: str
    dataset: str | None = None
    """The dataset that must have it; None when there is no dataset, and only the names in `also` are valid."""
    also: frozenset[str] = frozenset()
    """Valid names beside the dataset's columns."""
    reader: str | None = None
    """Who reads it although no parameter names it."""
    key: bool = False
    """Whether it is named by a key, and not by a value."""
    clean: bool = False
    """Whether it is read as it was before dirt renamed columns."""


class Params(BaseModel):
    """Base class for parameters of parts, workloads, faults and measures: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)

    def named(self) -> Iterable[Named]:
        """Return the columns that these parameters name or need, so that lint can check them."""
        return ()


WRITTEN: Final = "x-written"
"""Key in a model's `json_schema_extra` for the schema of what authors write, where it differs from the model's."""

FIXED: Final[JsonDict] = {"fixed": True}
"""`json_schema_extra` of a part's parameter that stays the same for the whole lap: no phase can `set` it."""

FILES = "files"
"""Key in the validation context under which a site process says where the scenario's folder `site/` is."""


def _located(path: PurePath, info: ValidationInfo) -> PurePath:
    folder = info.context.get(FILES) if isinstance(info.context, dict) else None
    return Path(folder) / path if folder is not None else path


SiteFile = Annotated[PurePath, AfterValidator(_located), Field(examples=["schema.sql"])]
"""A file in the scenario's folder `site/`; lint checks that it exists, and a part receives its full path."""


class RegisteredKind(Protocol):
    """What every registered kind has: a name and the model of its parameters."""

    @property
    def name(self) -> str: ...
    @property
    def params(self) -> type[BaseModel]: ...


W = TypeVar("W", bound=RegisteredKind)
V = TypeVar("V")


_PACKAGE = "fdelab"


class UnknownWord(LookupError):
    """A name that no registered kind has; the message lists those that exist."""


@dataclass(frozen=True)
class Broken:
    """A plug-in that cannot be used: its package, its entry point, and the reason."""

    package: str
    point: str
    """`group: name = module:attribute`, as the package declares it."""
    why: str

    def __str__(self) -> str:
        return f"package {self.package} cannot be used ({self.point}): {self.why}"


def loaded(home: str) -> Any:
    """Return what stands at `module:NAME`. Raises `ImportError`, and `AttributeError` where there is no such name."""
    module, _, name = home.partition(":")
    return getattr(import_module(module), name)


def _fits(point: EntryPoint) -> None:
    """Raise `ValueError` for a package that says that it needs another version of this one."""
    if point.dist is None:
        return
    from packaging.requirements import Requirement

    ours = version(_PACKAGE)
    for needs in map(Requirement, point.dist.requires or ()):
        if needs.name.lower() == _PACKAGE and not needs.specifier.contains(ours, prereleases=True):
            raise ValueError(f"it is for {_PACKAGE} {needs.specifier}, and this is {ours}")


class Registry(Mapping[str, W]):
    """Kinds by name: our own first, then those that installed packages add by entry point.

    Each of our own is given by its home, `module:NAME`, and is loaded when it is used, so that a process imports the
    libraries of the kinds that its scenario names and of no others. Packages are searched once a name is asked for
    that none of our own has, or all names are.

    A package whose entry point cannot be loaded, or whose name is already taken, is listed in `broken`, and does not
    affect the others.
    """

    def __init__(self, noun: str, homes: Mapping[str, str], group: str | None = None) -> None:
        self.noun = noun
        self._homes = homes
        self._group = group
        self._loaded: dict[str, W] = {}

    @property
    def broken(self) -> list[Broken]:
        """The plug-ins that cannot be used."""
        return self._plugged[1]

    @cached_property
    def _plugged(self) -> tuple[dict[str, W], list[Broken]]:
        """What packages bring, and what of it cannot be used."""
        words: dict[str, W] = {}
        broken: list[Broken] = []
        for point in entry_points(group=self._group) if self._group else ():
            found = self._plug(point, words)
            if isinstance(found, Broken):
                broken.append(found)
            else:
                words[found.name] = found
        return words, broken

    def _plug(self, point: EntryPoint, others: Mapping[str, W]) -> W | Broken:
        """Return what a package brings, or why it cannot be used."""
        try:
            _fits(point)
            word: Any = point.load()
            name, params = word.name, word.params
            if not (isinstance(name, str) and isinstance(params, type) and issubclass(params, BaseModel)):
                raise TypeError(f"{point.value} has no name and no model of parameters, as a {self.noun} has")
            if name in self._homes or name in others:
                raise ValueError(f"there is a {self.noun} {name!r} already")
        except Exception as error:  # noqa: BLE001 - whatever somebody else's package does when it is imported
            package = f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.module
            why = f"{type(error).__name__}: {error}"
            return Broken(package, f"{point.group}: {point.name} = {point.value}", why[:300])
        found: W = word
        return found

    def __getitem__(self, name: str) -> W:
        if name in self._loaded:
            return self._loaded[name]
        if name in self._homes:
            word: W = loaded(self._homes[name])
            # Whoever looks the name of a kind up must find that kind.
            assert word.name == name, f"{self._homes[name]} is named {word.name!r}, not {name!r}"
            return self._loaded.setdefault(name, word)
        try:
            return self._plugged[0][name]
        except KeyError:
            near = get_close_matches(name, self, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            lost = "".join(f"; {broken}" for broken in self.broken)
            raise UnknownWord(
                f"unknown {self.noun} {name!r}{hint} (there are: {', '.join(sorted(self))}){lost}"
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._homes or name in self._plugged[0]

    def __iter__(self) -> Iterator[str]:
        return chain(self._homes, self._plugged[0])

    def __len__(self) -> int:
        return len(self._homes) + len(self._plugged[0])


class Told(Mapping[str, V], Generic[W, V]):
    """Something of each kind of a registry, by name; a kind is loaded when it is asked for."""

    def __init__(self, kinds: Mapping[str, W], of: Callable[[W], V]) -> None:
        self._kinds, self._of = kinds, of

    def __getitem__(self, name: str) -> V:
        if name not in self._kinds:
            raise KeyError(name)
        return self._of(self._kinds[name])

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


class Those(Container[str], Generic[W]):
    """The names of the kinds that something holds of; a kind is loaded when its name is looked for."""

    def __init__(self, kinds: Mapping[str, W], holds: Callable[[W], bool]) -> None:
        self._kinds, self._holds = kinds, holds

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._kinds and self._holds(self._kinds[name])


Columns = Mapping[str, str]
"""A table's columns by name, each with its type: `text`, `integer`, `real` or `boolean`."""

Tables = Mapping[str, Columns]


class TableColumns(dict[str, str]):
    """`Columns` that know whether any of them is the customer's, so that it can be `told` to whoever failed a check."""

    def __init__(self, kinds: Mapping[str, str], *, told: bool) -> None:
        super().__init__(kinds)
        self.told = told


@dataclass(frozen=True)
class Mismatch:
    """A reference in a block to something that does not exist or fit: where, below that block, and what to do."""

    loc: tuple[str | int, ...]
    message: str
    suggestion: str | None = None
    key: bool = False
    """Whether the key is wrong, and not its value."""


ANY: Final = ...
"""Stands in a document like those that a part answers for what may be anything."""


@dataclass(frozen=True)
class Around:
    """What the parameters of a part may refer to in the scenario."""

    columns: Callable[[str], frozenset[str] | None]
    """Returns the columns of a dataset, as its readers get it; None where it is not there, or is wrong itself."""
    text: Callable[[PurePath], str | None]
    """Returns the text of a file in the scenario's folder `site/`; None where it cannot be read."""


@dataclass(frozen=True)
class Vocabulary:
    """Everything that lint needs to know about the other packages."""

    parts: Mapping[str, type[BaseModel]]
    workloads: Mapping[str, type[BaseModel]]
    faults: Mapping[str, type[BaseModel]]
    measures: Mapping[str, type[BaseModel]]
    units: Mapping[str, str]
    """Unit of each measure's value: `share`, `seconds`, `count`, `money`, `per-second`, or `any`."""
    tables: Tables
    """The core tables, which every world writes."""
    part_tables: Mapping[str, Tables]
    """The additional tables of each kind of part."""
    workload_tables: Mapping[str, Tables]
    """The additional tables of each kind of workload."""
    about: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What each kind is, in a sentence: by `part`, `workload`, `fault`, `measure`, `column` and `dirt`, by name."""
    broken: Callable[[], tuple[Broken, ...]] = lambda: ()
    """Returns the plug-ins that cannot be used, so that the words they bring are unknown."""
    accounts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The ledger accounts that each kind of workload books on, if it says so."""
    unbounded: Container[str] = frozenset()
    """Measures whose value can be below 0, or above 1 as a share."""
    outage_faults: Container[str] = frozenset()
    """Faults whose victims get no answer, or none that counts as one."""
    outage_seconds: Callable[[FaultUse, float, float], float] = lambda _use, on, _patience: on
    """Given a fault's use, the wall seconds that it is on, and a client's time-out in wall seconds: for how many
    seconds, counted from the beginning, a client surely gets no answer."""
    question: Callable[[Check, Tables], str | None] = lambda _check, _tables: None
    """Asks a check's question of empty tables; returns what is wrong with it, or None."""
    target_problem: Callable[[FaultUse, str | None], str | None] = lambda _use, _part: None
    """Given a fault's use and the kind of part (None for a service), returns why the fault cannot hit it, or None."""
    part_mismatches: Callable[[str, BaseModel, Around], Iterable[Mismatch]] = lambda _part, _params, _around: ()
    """Given a kind of part and its parameters, returns names in them that are not there, such as columns in SQL."""
    changed_fields: Callable[[Scenario, FaultUse, Around], Iterable[Mismatch]] = lambda _scenario, _use, _around: ()
    """Given a fault's use, returns fields that it changes and no answer over its link has, by place below the fault."""
    process_faults: Container[str] = frozenset()
    """Faults that hit a service's process, and not a link."""
    runtimes: Callable[[str], Mapping[str, str]] = lambda _fault: {}
    """The runtimes that cannot carry a fault out, each with the reason."""
    alone: Container[str] = frozenset()
    """Kinds of part that always run in a process of their own."""
    protocols: Mapping[str, str] = field(default_factory=dict)
    """What each kind of part speaks: `http` or `tcp`."""
    columns: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    """Kinds of dataset columns."""
    dirt: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    """Kinds of dirt in datasets."""
    delivered: Callable[[Mapping[str, DatasetSpec], str], frozenset[str]] = lambda specs, name: frozenset(
        specs[name].columns
    )
    """The columns of a dataset as its readers get it, including both names of those that dirt adds or renames."""
    dataset_mismatches: Callable[[Mapping[str, DatasetSpec]], Iterable[Mismatch]] = lambda _specs: ()
    """References between datasets and to their columns that do not hold."""
    skills: frozenset[str] = frozenset()
    """Skills that the curriculum explains; empty: any skill is accepted."""
    gaps: frozenset[str] = frozenset()
    """Gaps that the curriculum explains; empty: any gap is accepted."""
    installed: Container[str] = frozenset()
    """The workloads that no scenario brings."""
    widened: "Callable[[Vocabulary, Scenario], Vocabulary]" = lambda words, _scenario: words
    """Returns these words with those that a scenario brings itself: the workloads of its folder `business/`."""
    business: "Callable[[Written, Scenario], Iterable[Problem]]" = lambda _written, _scenario: ()
    """What is wrong with a business of a scenario's own, beyond its shape."""
    incident: Callable[[Scenario, Path], Iterable[Mismatch]] = lambda _scenario, _folder: ()
    """References of the `brief` block that do not hold for the incident in the scenario's folder, if there is one."""
