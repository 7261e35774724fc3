"""What the cells put out, brought into the form in which a report keeps it: joined, repeatable, not endless.

Nothing is left out silently: what a reader does not see is counted where it would stand.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

# What one cell may show, half of it from its beginning and half from its end. Pictures are not counted.
LINES = 2_000
CHARACTERS = 400_000
OUTPUTS = 2_000
MESSAGE = 2_000  # characters of an exception's own words
OURS = "application/vnd.workbench."  # records that a report is made of; never left out
# They tell nothing and differ from run to run.
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,16}(?=[>,&])")
_KERNEL = re.compile(r"\bipykernel_\d+(?=/)")


def settle(cell: NotebookNode, private: str = "") -> None:
    """Bring the outputs of a cell that will receive no more into their final form.

    Parameters
    ----------
    cell : NotebookNode
        Changed in place.
    private : str
        Folder of this run alone; its name would differ in the next.
    """
    cell.outputs = _joined(cell.outputs)
    for output in cell.outputs:
        _each_text(output, lambda text: steady(text, private))
    cell.outputs = _capped([piece for output in cell.outputs for piece in _without_bulk(output)])


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join neighbouring pieces of printed output; a line that was rewritten keeps its last state.

    nbclient's own way of joining takes time that grows with the square of the longest line.
    """
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else NotebookNode()
        if output.output_type == "stream" == last.get("output_type") and output.name == last.name:
            last["text"].append(output.text)
        else:
            joined.append(output)
            if output.output_type == "stream":
                output["text"] = [output.text]
    for output in joined:
        if output.output_type == "stream":
            lines = "".join(output["text"]).replace("\r\n", "\n").split("\n")
            output["text"] = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return joined


def steady(text: str, private: str = "") -> str:
    """Hide what differs between two runs of the same code: addresses in memory, the kernel's own folders.

    Half a character, which no file can hold, becomes its escape.

    Examples
    --------
    >>> steady("<function f at 0x7f3a5c0b1d00>, ipykernel_4711/1.py")
    '<function f at 0x…>, ipykernel/1.py'
    """
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    text = text.replace(private, "…") if private else text
    return _KERNEL.sub("ipykernel", _ADDRESS.sub("0x…", text))


def _each_text(output: NotebookNode, change: Callable[[str], str]) -> None:
    if output.output_type == "stream":
        output["text"] = change(output.text)
    elif output.output_type == "error":
        output["evalue"], output["traceback"] = change(output.evalue), [change(t) for t in output.traceback]
    else:
        for mime, content in output.data.items():
            if mime.startswith("text/") and isinstance(content, str):
                output.data[mime] = change(content)


def shorten(text: str, characters: int) -> str:
    """Leave out the middle of a text that is too long, and say how much it was.

    Examples
    --------
    >>> shorten("a" * 30, 10)
    'aaaaa[20 characters hidden]aaaaa'
    """
    half, hidden = characters // 2, len(text) - characters
    return f"{text[:half]}[{hidden:,} characters hidden]{text[-half:]}" if hidden > 0 else text


def _without_bulk(output: NotebookNode) -> list[NotebookNode]:
    """The output without representations too large for a page, its text in their place, and a note."""
    if output.output_type == "error":
        output["evalue"] = shorten(output.evalue, MESSAGE)
        output["traceback"] = [shorten("\n".join(output.traceback), CHARACTERS // 2)]
    bulky = {
        mime: size
        for mime, content in output.get("data", {}).items()
        if mime != "text/plain" and _counted(mime) and (size := _length(content)) > CHARACTERS // 2
    }
    for mime in bulky:
        del output.data[mime]
    notes = [_note(f"{mime} of {size:,} characters hidden") for mime, size in bulky.items()]
    return [output, *notes] if output.get("data", True) else notes


def _counted(mime: str) -> bool:
    return not mime.startswith(("image/", OURS))


def _length(content: Any) -> int:
    return len(content) if isinstance(content, str) else len(json.dumps(content))


def _note(text: str) -> NotebookNode:
    return new_output("display_data", {"text/plain": f"[{text}]"}, metadata={"workbench": {"hidden": True}})


def _capped(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """All outputs if a reader can take them in; else their beginning, what is hidden, and their end."""
    sizes = [_size(output) for output in outputs]
    if all(sum(size) <= most for size, most in zip(zip(*sizes, strict=True), _budget(1), strict=False)):
        return outputs
    head, rest = _take(outputs, backwards=False)
    tail, hidden = _take(rest[::-1], backwards=True)
    records = [o for o in hidden if any(mime.startswith(OURS) for mime in o.get("data", {}))]
    return [*head, *([_note(_told(hidden))] if hidden else []), *records[::-1], *tail[::-1]]


def _budget(share: int) -> list[int]:
    return [OUTPUTS // share, LINES // share, CHARACTERS // share]


def _size(output: NotebookNode) -> tuple[int, int, int]:
    """Outputs, lines shown and characters; a table's lines are its markup's, so they do not count."""
    text = _plain(output)
    rich = [m for m in output.get("data", {}) if m.startswith(("text/html", "image/"))]
    characters = sum(_length(c) for m, c in output.get("data", {}).items() if _counted(m)) or len(text)
    return 1, 0 if rich else _lines(text), characters


def _plain(output: NotebookNode) -> str:
    if output.output_type == "error":
        return "\n".join(output.traceback)
    text = output.text if output.output_type == "stream" else output.data.get("text/plain", "")
    return text if isinstance(text, str) else json.dumps(text)


def _lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n")) if text else 0


def _take(outputs: list[NotebookNode], *, backwards: bool) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Take outputs while they fit; the first that does not is cut if it is text. Return also what is left."""
    left, taken = _budget(2), []
    for number, output in enumerate(outputs):
        size = _size(output)
        if any(s > most for s, most in zip(size, left, strict=True)):
            part, remainder = _cut(output, left, backwards=backwards)
            return taken + part, remainder + outputs[number + 1 :]
        taken.append(output)
        left = [most - s for s, most in zip(size, left, strict=True)]
    return taken, []


def _cut(
    output: NotebookNode, left: list[int], *, backwards: bool
) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Cut a text output at what is left of the budget: the part to show, and the remainder."""
    number, lines, characters = left
    if output.output_type == "error" or set(output.get("data", {})) - {"text/plain"} or not number:
        return [], [output]
    text = _plain(output)
    pieces = text.splitlines(keepends=True)
    part = "".join(pieces[-lines:] if backwards else pieces[:lines]) if lines else ""
    part = part[max(len(part) - characters, 0) :] if backwards else part[:characters]
    rest = text[: len(text) - len(part)] if backwards else text[len(part) :]
    return [_with_text(output, t) for t in [part] if t], [_with_text(output, t) for t in [rest] if t]


def _with_text(output: NotebookNode, text: str) -> NotebookNode:
    if output.output_type == "stream":
        return new_output("stream", name=output.name, text=text)
    return new_output("display_data", {"text/plain": text}, metadata=output.metadata)


def _told(hidden: list[NotebookNode]) -> str:
    """Say how much is hidden, in the unit that tells most."""
    lines, characters = sum(_size(o)[1] for o in hidden), sum(_size(o)[2] for o in hidden)
    if lines < 2 and len(hidden) < 2:
        return f"{characters:,} characters hidden"
    told = [f"{lines:,} lines"] * bool(lines) + [f"{len(hidden):,} outputs"] * (len(hidden) > 1)
    return f"{' of '.join(told)} hidden"
