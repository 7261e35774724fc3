"""What a cell may hold beside Python, and what of it can fail without a trace.

The text of a cell shows most of it before a kernel starts; the kernel's own shell asks the same for what only
runs there: a magic without its sign, an alias, an option that stands in a variable.
"""

import ast
import shlex
from typing import Any

PROGRAMS = {"bash", "sh", "script", "python", "python3", "pypy", "perl", "ruby"}
TIMING = {"time", "timeit", "prun", "capture"}  # whose body is Python
ALLOWED = PROGRAMS | TIMING | {"run", "writefile", "file", "load_ext", "reload_ext", "autoreload", "aimport"}
ALLOWED |= {"matplotlib", "config", "precision", "pprint", "xmode", "colors", "who", "who_ls", "whos", "pwd"}
ALLOWED |= {"html", "HTML", "svg", "SVG", "markdown", "latex", "javascript", "js"}
ALLOWED |= {"lsmagic", "pinfo", "pinfo2", "pdef", "pdoc", "psource", "pfile", "psearch"}
SWALLOWING = ("--bg", "--no-raise-error")


def silent_failure(source: str) -> str | None:
    """Return what in a cell may fail without an exception, or change how cells run; None if nothing does.

    `!command`, `quit()`, magics that are not among those allowed or swallow an exit code, and `get_ipython()`,
    through which a notebook can rewrite the code of later cells.

    Examples
    --------
    >>> silent_failure("x = 1"), silent_failure("quit()")
    (None, 'quit()')
    """
    try:
        tree = ast.parse(source)
        plain = True
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        try:
            tree = ast.parse(TransformerManager().transform_cell(source))
        except SyntaxError:
            return None  # the kernel will say so
        plain = "get_ipython" in source
    found = (_silent(node, plain=plain) for node in ast.walk(tree))
    return next((what for what in found if what), None)


def _silent(node: ast.AST, *, plain: bool) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id="quit" | "exit")) | ast.Expr(value=ast.Name(id="quit" | "exit")):
            return ast.unparse(node)
        case (
            ast.Name(id="get_ipython") | ast.alias(name="get_ipython") | ast.Attribute(attr="get_ipython")
        ) if plain:
            return "get_ipython()"
        case ast.Call(
            func=ast.Attribute(attr="system" | "getoutput", value=ast.Call(func=ast.Name(id="get_ipython")))
        ):
            return "!" + "".join(str(a.value) for a in node.args if isinstance(a, ast.Constant))
        case ast.Call(
            func=ast.Attribute(attr="run_cell_magic" | "run_line_magic" as kind),
            args=[ast.Constant(value=m), *rest],
        ):
            texts = [str(a.value) for a in rest if isinstance(a, ast.Constant)]
            sign = "%%" if kind == "run_cell_magic" else "%"
            return _silent_magic(m, sign, texts)
    return None


def _silent_magic(magic: Any, sign: str, texts: list[str]) -> str | None:
    if magic not in ALLOWED:
        return f"{sign}{magic}"
    if texts and (option := swallowing(magic, texts[0])):
        return f"{sign}{magic} {option}"
    bodies = texts if magic in TIMING else []
    return next((what for what in map(silent_failure, bodies) if what), None)


def swallowing(magic: str, line: str) -> str | None:
    """The option, perhaps abbreviated, by which a magic would swallow a failure; None if there is none.

    Examples
    --------
    >>> swallowing("bash", "--no-r --out text"), swallowing("bash", "--norc")
    ('--no-r', None)
    """
    if magic not in PROGRAMS | TIMING:
        return None
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    return next((w for w in words if len(w) > 2 and any(o.startswith(w) for o in SWALLOWING)), None)
