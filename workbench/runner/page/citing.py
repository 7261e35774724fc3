"""How to cite a report: as a sentence and in BibTeX, from the project's CITATION.cff."""

import re
from pathlib import Path
from typing import Any, TypedDict

import yaml

from workbench.runner.record.record import Provenance


class Citation(TypedDict):
    """What a project's file says of it."""

    authors: list[str]
    title: str
    version: str | None
    license: str | None


def read(file: Path) -> Citation | None:
    """Read how a project is to be cited; None where there is no such file, or it does not say so."""
    if not file.exists():
        return None
    try:
        cited = yaml.safe_load(file.read_text("utf-8"))
        authors = [_author(author) for author in cited["authors"]]
        title = str(cited["title"])
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        return None
    version, terms = (str(cited[key]) if key in cited else None for key in ("version", "license"))
    return {"authors": authors, "title": title, "version": version, "license": terms}


def _author(author: dict[str, Any]) -> str:
    return author.get("name") or f"{author['family-names']}, {author['given-names']}"


def sentence(cited: Citation) -> str:
    """Cite a project in a sentence.

    Examples
    --------
    >>> sentence({"authors": ["A, B"], "title": "T", "version": "1.0", "license": None})
    'A, B: T, version 1.0.'
    """
    told = [f"{'; '.join(cited['authors'])}: {cited['title']}"]
    told += [f"version {cited['version']}"] if cited["version"] else []
    return ". ".join([", ".join(told), *([cited["license"]] if cited["license"] else [])]) + "."


def bibtex(cited: Citation, name: str, title: str, provenance: Provenance) -> str:
    """Cite a report in BibTeX: the project's authors, the report's title, version and commit.

    Examples
    --------
    >>> run = {"started": "2026-01-02T03:04:05+00:00", "commit": "0123456789abcdef"}
    >>> cited = {"authors": ["A & co"], "title": "T", "version": "1.0", "license": None}
    >>> print(bibtex(cited, "my-study", "Mine", run))
    @misc{my-study-2026,
      author = {{A \\& co}},
      title = {Mine},
      howpublished = {T, version 1.0, commit 0123456789},
      year = {2026},
      note = {Run of 2026-01-02}
    }
    """
    year = provenance["started"][:4]
    version = f", version {cited['version']}" if cited["version"] else ""
    commit = f", commit {provenance['commit'][:10]}" if provenance["commit"] else ""
    # a name without a comma is an organisation's, which BibTeX must not take apart
    people = " and ".join(_escaped(a) if "," in a else f"{{{_escaped(a)}}}" for a in cited["authors"])
    fields = {"author": people, "title": _escaped(title)}
    fields["howpublished"] = _escaped(f"{cited['title']}{version}{commit}")
    fields |= {"year": year, "note": f"Run of {provenance['started'][:10]}"}
    body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return f"@misc{{{re.sub('[^A-Za-z0-9-]+', '-', name)}-{year},\n{body}\n}}"


def _escaped(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text)
