import sys

import pytest
import sqlalchemy as sa
from postgres import PASSWORD, free_port, postgres_url  # noqa: F401

from workbench.addresses import CaseBaseError, connect, masked
from workbench.cbr.store.case_base import CaseBase


def refusal(url):
    """The one line that an address gives; an error of another kind, or a second line, fails the test."""
    with pytest.raises(CaseBaseError, match=r"\A[^\n]+\.\Z") as caught:
        CaseBase(url, indicators=["a"])
    assert caught.value.__suppress_context__ or caught.value.__context__ is None  # no longer tale beside it
    return str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "cases.db",
        "",
        None,
        3,
        "postgresql:/h/d",
        "postgresql://user:hunter2",  # a password in the place of the port
        "postgresql://u:hun@ter2@h/d",  # would be host ter2@h
        "postgresql://u:hun@h/ter2@h/d",
    ],
)
def test_an_address_that_cannot_be_read_says_what_is_allowed_and_repeats_nothing(url):
    assert refusal(url).startswith(
        "The database's address cannot be read. Allowed are sqlite:// (in memory), "
    )
    assert "ter2" not in refusal(url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresq://u:hunter2@h/d", "'postgresq'; did you mean 'postgresql'? Known: sqlite, "),
        ("postgresql+psycpg://u:hunter2@h/d", "'postgresql+psycpg'; did you mean 'postgresql+psycopg'? "),
        ("nosuch://u:hunter2@h/d", "'nosuch'. Known: sqlite, "),
    ],
)
def test_an_unknown_database_is_named(url, message):
    assert refusal(url).startswith(f"Unknown database {message}")
    assert "hunter2" not in refusal(url)


def test_a_missing_driver_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = refusal("postgresql://u:hunter2@h/d")
    assert said.startswith("The driver of postgresql+psycopg is not installed (")
    assert said.endswith("): pip install 'segmentation-workbench[postgresql]'.")
    monkeypatch.setitem(sys.modules, "pymysql", None)
    assert refusal("mysql+pymysql://u:hunter2@h/d").endswith("): pip install pymysql.")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_that_does_not_answer_is_told_with_the_password_masked(scheme):
    pytest.importorskip("psycopg")
    port = free_port()
    said = refusal(f"{scheme}://u:hunter2@127.0.0.1:{port}/d?sslpassword=swordfish")
    shown = f"postgresql+psycopg://u:***@127.0.0.1:{port}/d?sslpassword=***"
    assert said.startswith(f"The database at {shown} failed: ")
    assert "refused" in said
    assert said.endswith("(check host and port, and that the server runs).")
    assert "hunter2" not in said
    assert "swordfish" not in said


def test_a_password_that_a_driver_repeats_is_masked():
    pytest.importorskip("psycopg")
    said = refusal(
        "postgresql://u:hunter2@127.0.0.1/d?hunter2=1"
    )  # an option that psycopg names when it refuses
    assert "invalid connection option" in said
    assert said.split(" failed: ")[1].count("***") == 1
    assert "hunter2" not in said.split(" failed: ")[1]


def test_the_server_s_refusals_are_told_in_one_line(postgres_url):  # noqa: F811
    address = sa.make_url(postgres_url)
    wrong = address.set(password="hunter2")
    for url in (wrong, wrong.render_as_string(hide_password=False)):
        assert "password authentication failed for user" in refusal(url)
        assert refusal(url).endswith("(check user and password).")
        assert "hunter2" not in refusal(url)
    assert 'database "nosuch" does not exist' in refusal(address.set(database="nosuch"))
    assert PASSWORD not in refusal(address.set(database="nosuch"))


def test_a_password_of_any_letters_works_and_is_not_shown(postgres_url):  # noqa: F811
    with CaseBase(postgres_url, indicators=["a"], table="passwords") as base:
        assert repr(base).startswith("CaseBase('postgresql+psycopg://workbench:***@127.0.0.1:")
        assert base.add({"a": 1.0, "class": "x"}) == 1


def test_a_file_that_cannot_be_used_says_why(tmp_path):
    said = refusal(f"sqlite:///{tmp_path}/missing/cases.db")
    assert said.endswith("unable to open database file (check that its folder exists and may be written).")
    (tmp_path / "text.db").write_text("x" * 2000, "utf-8")
    assert "file is not a database (the file is something else" in refusal(f"sqlite:///{tmp_path}/text.db")
    assert "unable to open database file" in refusal(f"sqlite:///{tmp_path}")
    assert "Invalid SQLite URL" in refusal("sqlite://cases.db")


def test_a_file_that_may_only_be_read_is_read(tmp_path):
    with CaseBase(f"sqlite:///{tmp_path}/cases.db", indicators=["a"]) as base:
        base.add({"a": 1.0, "class": "x"})
    with CaseBase(f"sqlite:///file:{tmp_path}/cases.db?mode=ro&uri=true") as base:
        assert base.get(1) == {"a": 1.0, "class": "x"}
        with pytest.raises(CaseBaseError, match="readonly database .the file may only be read"):
            base.add({"a": 1.0, "class": "x"})


def test_a_good_address_answers():
    engine = connect("sqlite://")
    assert masked(engine.url) == "sqlite://"
    engine.dispose()
