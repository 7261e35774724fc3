import json
import re
import subprocess

import pytest

from workbench.runner.record import masking, provenance


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgresql://ann:s3cret@db/cases", "postgresql://ann:***@db/cases"),
        ("two: a://b:c@d and e+f://g:h@i", "two: a://b:***@d and e+f://g:***@i"),
        ("http://localhost:8888/tree", "http://localhost:8888/tree"),
        ("mail ann@example.org at 10:30", "mail ann@example.org at 10:30"),
    ],
)
def test_mask(text, masked):
    assert masking.mask(text) == masked


def test_secrets_are_found_in_nested_values_as_written_and_as_decoded():
    values = {"a": ["x", {"b": "pg://u:p%40ss@h/d"}], "n": 3}
    assert masking.secrets(values) >= {"p%40ss", "p@ss"}


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("postgresql://u@h:1/x?password=TOPSECRET1", "TOPSECRET1"),
        ("postgresql://u:TOP/SECRET2@h:1/x", "TOP/SECRET2"),
        ("postgresql://u:TOP'SECRET3@h:1/x", "TOP'SECRET3"),
        ('postgresql://u:TOP"SECRET4@h:1/x', 'TOP"SECRET4'),
        ("postgresql://u:TOP@SECRET5@h:1/x", "TOP@SECRET5"),
        ("mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3DTOPSECRET6%3BUID%3Du", "TOPSECRET6"),
        ("postgresql://u:geheim%2FWörter@h/x", "geheim/Wörter"),
        ("host=db user=u password=TOPSECRET7 dbname=x", "TOPSECRET7"),
    ],
)
def test_a_password_of_any_characters_is_hidden_in_any_form(address, secret):
    given = {"case_base_url": address}
    hidden = masking.secrets(given)
    shown = [address, secret, repr(given), json.dumps(given), provenance.command("retail-cbr-grey", given)]
    masked = " ".join(masking.mask(text, hidden) for text in shown)
    assert not re.search("SECRET|geheim|rter", masked), masked
    assert "case_base_url" in masked


def test_a_known_secret_is_hidden_outside_addresses_too():
    assert masking.mask_all({"k": ["login p@ss failed"]}, {"p@ss"}) == {"k": ["login *** failed"]}


def test_masking_takes_time_in_proportion_to_the_text():
    """A quadratic pattern would need hours here; the text has no address, so it must come back unchanged."""
    text = "x" * 3_000_000
    assert masking.mask(text) == text


def test_the_command_repeats_the_run():
    given = {
        "n_clusters": 4,
        "data_file": "my file.csv",
        "columns": {"amount": "Paid"},
        "flag": True,
        "none": None,
    }
    assert provenance.command("telecom-rfm-ahp", given, ".venv/bin/workbench") == (
        ".venv/bin/workbench run telecom-rfm-ahp -p n_clusters=4 -p flag=true -p none=none "
        "--data 'my file.csv' --map amount=Paid"
    )


def test_commit_names_the_commit_and_the_changed_files(tmp_path):
    assert provenance.commit(tmp_path) == {"commit": None, "dirty": []}
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e@x"]
    (tmp_path / "a b.txt").write_text("1")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "m"]):
        subprocess.run([*git, *arguments], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    assert provenance.commit(tmp_path) == {"commit": head, "dirty": []}
    (tmp_path / "研究.txt").write_text("1")
    (tmp_path / "a b.txt").write_text("2")
    assert sorted(provenance.commit(tmp_path)["dirty"]) == ["a b.txt", "研究.txt"]


def test_versions_are_those_of_the_lock_file_or_of_all_that_is_installed(tmp_path):
    import numpy

    lock = tmp_path / "requirements.lock"
    everything = provenance.versions(lock)
    assert everything["numpy"] == numpy.__version__
    lock.write_text("numpy==0.0.1 \\\n    --hash=sha256:00\nno-such-package==1\n")
    found = provenance.versions(lock)
    assert list(found) == ["workbench", "numpy"]
    assert found["numpy"] == numpy.__version__
    assert len(everything) > 50
