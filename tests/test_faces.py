"""What a face offers says its types: every parameter and every result is annotated."""

import importlib
import inspect
from pathlib import Path
from types import ModuleType

import pytest

import workbench

PACKAGE = Path(workbench.__file__).parent
FAMILIES = (
    "ahp",
    "anp",
    "cbr",
    "churn",
    "complaints",
    "events",
    "grading",
    "grey",
    "openings",
    "plots",
    "privacy",
    "retention",
    "rfm",
    "sales",
    "segments",
    "service",
    "trees",
)
FACES = [*FAMILIES, "addresses", "checks"]


def offered(module, seen=()):
    """Yield the name and the object of every function and class of ours that a module offers."""
    names = getattr(module, "__all__", None) or [
        name for name, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__
    ]
    for name in names:
        thing = getattr(module, name)
        if isinstance(thing, ModuleType):
            yield from offered(thing)
        elif inspect.isroutine(thing) or inspect.isclass(thing):
            yield f"{module.__name__}.{name}", thing


def functions(name, thing):
    """Yield a function, or the public methods that a class of ours defines."""
    if inspect.isroutine(thing):
        yield name, thing
        return
    for key, method in vars(thing).items():
        public = not key.startswith("_") or (key == "__init__" and not issubclass(thing, tuple))
        if isinstance(method, property):
            method = method.fget
        if public and inspect.isfunction(method) and method.__module__.startswith("workbench"):
            yield f"{name}.{key}", method


ALL = {
    name: function
    for face in FACES
    for place, thing in offered(importlib.import_module(f"workbench.{face}"))
    if thing.__module__.startswith("workbench")
    for name, function in functions(place, thing)
}


def test_the_faces_are_those_of_the_families():
    others = {"checks", "cli", "data", "lab", "publish", "runner"}  # these have tests of their own
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert set(FAMILIES) <= packages
    assert len(ALL) > 120
    assert packages - set(FAMILIES) - others <= {"claims"}


@pytest.mark.parametrize("name", ALL)
def test_every_parameter_and_the_result_are_annotated(name):
    signature = inspect.signature(ALL[name])
    bare = [
        key
        for i, (key, parameter) in enumerate(signature.parameters.items())
        if parameter.annotation is parameter.empty and not (i == 0 and key in ("self", "cls"))
    ]
    assert bare == []
    assert signature.return_annotation is not signature.empty


@pytest.mark.parametrize("face", FAMILIES)
def test_what_a_face_lists_is_public_and_documented(face):
    for name, thing in offered(importlib.import_module(f"workbench.{face}")):
        assert inspect.getdoc(thing), name
