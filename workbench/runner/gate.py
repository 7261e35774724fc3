"""The gate that everything passes before it is published: personal data hold a page back, whatever its run's verdict.

Searched are a run's outputs in every form, its code, texts and record, and the page as it was rendered, for the own
identifiers of the data that it loaded (see `workbench.data.identifiers`) and for what `workbench.privacy` finds. What
was found is told by kind, place and number, never by value.
"""

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from workbench import privacy
from workbench.privacy import Index, Text
from workbench.runner.record.record import FoundPersonal, Personal

Value = TypeVar("Value")

OWN = "own identifier"
HIDDEN = "(withheld)"
PACKAGE = Path(__file__).resolve().parents[1]
CAPTION = re.compile(
    r"(table|figure|code|cell|code cell|output|表|图|点|输出|代码单元格) \d+"
)  # what every page is full of
ORDINARY = 3  # characters up to which a word of ours with a digit, such as Q1, is no identifier
NEVER_SHOWN = ("files", "inputs", "name", "personal")  # keys of a record without a word of the run's data
NOTHING: Personal = {"withheld": False, "allowed": None, "found": []}


class Withheld(Exception):
    """Personal data would have been published; `found` says of which kind, where and how many."""

    def __init__(self, found: list[FoundPersonal]) -> None:
        super().__init__(said(found))
        self.found = found


def said(found: Iterable[FoundPersonal]) -> str:
    """Say what was found, in one line.

    Examples
    --------
    >>> said([{"kind": "own identifier", "place": "code cell 3, output 1", "count": 2}])
    'personal data: 2 × own identifier in code cell 3, output 1'
    """
    told = [f"{each['count']} × {each['kind']} in {each['place']}" for each in found]
    more = f" and in {len(told) - 3} more places" if len(told) > 3 else ""
    return f"personal data: {'; '.join(told[:3])}{more}"


class Gate:
    """The gate of one run, or of one page about several.

    Parameters
    ----------
    folder : Path, optional
        Where the kernel leaves the fingerprints of identifiers.
    allowed : str, optional
        Why personal data may be published.
    known : callable, optional
        Texts whose words are no identifiers, such as the notebook before its run; called when something was found.
    private : iterable of Path
        Folders with named tables, whose own ids must not be published either.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        allowed: str | None = None,
        known: Callable[[], Iterable[str]] = tuple,
        private: Iterable[Path] = (),
    ) -> None:
        self.folder, self.allowed, self.known, self.private = folder, allowed, known, tuple(private)
        self.key = os.urandom(32)
        self._searched_for: Index | None = None
        self._told: dict[tuple[str, str], Counter[str]] = {}
        self._of_run: tuple[list[Path], Index | None] = [], None

    @cached_property
    def _of_tables(self) -> Index:
        return privacy.index((name for place in self.private for name in _own_ids(place)), self.key)

    @property
    def own(self) -> Index:
        """The run's own identifiers: as far as it has come, or as they were when its folder was last there."""
        files = sorted(self.folder.glob("*-*-*")) if self.folder and self.folder.is_dir() else []
        if files and files != self._of_run[0]:
            parts = {"own": privacy.index((), self.key), "shipped": privacy.index((), self.key)}
            for file in files:
                whose = file.name.partition("-")[0]
                parts[whose] = parts[whose].joined(Index.from_bytes(file.read_bytes(), self.key))
            self._of_run = files, parts["own"].without(parts["shipped"]).joined(self._of_tables)
        return self._of_run[1] or self._of_tables

    @cached_property
    def _words(self) -> tuple[frozenset[str], frozenset[str]]:
        """Words of the texts that were known before the run, and words of the package, which labels its outputs."""
        known = frozenset(word for text in self.known() for word in privacy.words(text))
        files = [file for ending in ("py", "j2", "js", "css") for file in PACKAGE.rglob(f"*.{ending}")]
        return known, frozenset(w for file in files for w in privacy.words(file.read_text("utf-8")))

    def _is_word(self, value: str) -> bool:
        """Whether a value that is an identifier, too, is an ordinary word, as "total" is."""
        if " " in value:
            return bool(CAPTION.fullmatch(value))
        if value.isdecimal() and len(value) >= privacy.LONG_NUMBER:
            return False
        known, ours = self._words
        forms = {value, value.upper()} if not value.isalpha() else {value}
        return bool(forms & known or ((value.isalpha() or len(value) <= ORDINARY) and forms & ours))

    def found(self, texts: Iterable[Text]) -> list[FoundPersonal]:
        """What personal data stand in texts."""
        counts: Counter[tuple[str, str]] = Counter()
        own = self.own
        if own is not self._searched_for:  # a page shows again what its notebook holds: it is searched once
            self._searched_for, self._told = own, {}
        for place, text, header in texts:
            told = self._told.get((text, header))
            if told is None:
                told = self._told[text, header] = self._kinds(text, header, own)
            for kind, number in told.items():
                counts[place, kind] += number
        return [{"kind": kind, "place": place, "count": n} for (place, kind), n in counts.items()]

    def _kinds(self, text: str, header: str, own: Index) -> Counter[str]:
        """How often each kind stands in a text."""
        counts = Counter(each.kind for each in privacy.find(text, header=header))
        counts[OWN] += sum(number for value, number in own.matches(text) if not self._is_word(value))
        return +counts

    def passed(
        self, record: Mapping[str, Any], notebook: Any, render: Callable[[Personal], str]
    ) -> tuple[str, Personal]:
        """Render a page, and let it pass.

        Parameters
        ----------
        record : dict
            Of a run or a sweep; what the JSON file will hold.
        notebook : NotebookNode or None
        render : callable
            Makes the page, given what it shall say of personal data.

        Returns
        -------
        page : str
        personal : Personal
            What was found and allowed.

        Raises
        ------
        Withheld
            Something was found and is not allowed.
        """
        found = self.found(_of_record(record))
        found += self.found(privacy.texts_of_notebook(notebook)) if notebook is not None else []
        told: Personal = {"withheld": False, "allowed": self.allowed, "found": found}
        page = render(told)
        if not found and (found := self.found(_of_page(page))):
            told["found"] = found
            page = render(told)
        if found and not self.allowed:
            raise Withheld(found)
        return page, told

    def without(self, value: Value) -> Value:
        """A JSON value with every text hidden that holds personal data."""
        hidden: Any = value
        if isinstance(value, dict):
            hidden = {self.without(k): v if k in NEVER_SHOWN else self._under(k, v) for k, v in value.items()}
        elif isinstance(value, list):
            hidden = [self.without(part) for part in value]
        elif isinstance(value, str) and self.found([Text("", value)]):
            hidden = HIDDEN
        return hidden

    def _under(self, key: str, value: Any) -> Any:
        """The value of a key, which is the heading of a text or of a number."""
        if isinstance(value, (dict, list)):
            return self.without(value)
        found = self.found(privacy.texts_of_json(value, "", key))
        return (HIDDEN if isinstance(value, str) else None) if found else value


def _of_record(record: Mapping[str, Any]) -> Iterator[Text]:
    """The texts of a record, each with a place that a reader knows."""
    for key, value in record.items():
        if key not in NEVER_SHOWN:
            yield from privacy.texts_of_json(value, PLACES.get(key, f"the record, {key}"), key)


PLACES = {"parameters": "the parameters", "changed": "the parameters", "error": "the message of the error",
          "reason": "the reason of the verdict", "title": "the title"}  # fmt: skip


def _of_page(page: str) -> Iterator[Text]:
    """The texts of a page, without its style and its script, which are ours."""
    bare = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.S)
    yield from (text._replace(place=f"the page, {text.place}") for text in privacy.texts_of_html(bare))


def _own_ids(folder: Path) -> Iterator[str]:
    """The own ids in the named tables of a report: those beside which a pseudonym stands."""
    for file in sorted(folder.glob("*.csv")):
        with open(file, newline="", encoding="utf-8-sig") as text:
            rows = csv.DictReader(text)
            if {"customer_id", "pseudonym"} <= set(rows.fieldnames or ()):
                yield from (row["customer_id"] for row in rows if row["customer_id"] != row["pseudonym"])


def known_of(notebook: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a notebook before its run: code and prose as their author wrote them."""
    for cell in notebook["cells"]:
        source = cell.get("source", "")
        yield source if isinstance(source, str) else "".join(source)
    yield json.dumps(notebook.get("metadata") or {}, ensure_ascii=False)
