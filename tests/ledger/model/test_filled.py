"""A value whose slots are filled at once is the value that its dataclass would make."""

import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from ledger.model.filled import filled


@dataclass(frozen=True, slots=True)
class Plain:
    """As Python makes it."""

    name: str
    size: int = 1
    parts: list[int] = field(default_factory=list)
    double: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        assert self.size > 0, "a size is positive"
        object.__setattr__(self, "double", 2 * self.size)


@filled
@dataclass(frozen=True, slots=True)
class Filled:
    """The same fields, filled."""

    name: str
    size: int = 1
    parts: list[int] = field(default_factory=list)
    double: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        assert self.size > 0, "a size is positive"
        object.__setattr__(self, "double", 2 * self.size)


CALLS = [
    (("a",), {}),
    (("a", 7), {}),
    (("a",), {"size": 3, "parts": [1]}),
    ((), {"parts": [], "name": "b"}),
]


@pytest.mark.parametrize(("given", "named"), CALLS)
def test_a_filled_value_is_the_same_value(given, named):
    plain, quick = Plain(*given, **named), Filled(*given, **named)
    assert [getattr(quick, one.name) for one in fields(Filled)] == [
        getattr(plain, one.name) for one in fields(Plain)
    ]
    assert repr(quick) == repr(plain).replace("Plain", "Filled")
    assert quick == Filled(*given, **named) != replace(quick, name="other")
    assert pickle.loads(pickle.dumps(quick)) == quick


def test_its_parameters_are_those_of_the_fields():
    plain, quick = (inspect.signature(kind) for kind in (Plain, Filled))
    assert [(one.name, one.kind, one.annotation) for one in quick.parameters.values()] == [
        (one.name, one.kind, one.annotation) for one in plain.parameters.values()
    ]
    assert quick.parameters["size"].default == 1


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), (("a", 1, [], 4), {}), (("a",), {"other": 1}), (("a",), {"name": "b"})],
)
def test_what_a_dataclass_does_not_take_is_not_taken(given, named):
    for kind in (Plain, Filled):
        with pytest.raises(TypeError, match=rf"{kind.__name__}\.__init__\(\)"):
            kind(*given, **named)


def test_its_checks_are_made_and_it_stays_frozen():
    with pytest.raises(AssertionError, match="positive"):
        Filled("a", 0)
    with pytest.raises(AssertionError, match="positive"):
        replace(Filled("a"), size=0)
    one = Filled("a")
    with pytest.raises(FrozenInstanceError):
        one.size = 2  # type: ignore[misc]  # that it cannot be set is the point
    with pytest.raises(FrozenInstanceError):
        del one.name


def test_what_is_made_for_one_value_is_not_shared():
    first, second = Filled("a"), Filled("b")
    first.parts.append(1)
    assert second.parts == []
