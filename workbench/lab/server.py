"""What the browser asks Jupyter's server for; every answer is JSON, but for the pages of reports."""

import asyncio
import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from workbench.lab import making, saving
from workbench.runner import project as project_
from workbench.runner.plan import copies
from workbench.runner.record.verdict import Refused

PATIENCE = 25.0  # seconds that a request waits for news of a run; then the browser asks again
SANDBOX = (
    "sandbox allow-scripts allow-downloads allow-popups allow-modals"  # a report is not to reach the server
)


def load(app: Any) -> None:
    """Add the handlers to Jupyter's server."""
    options = {"root": Path(app.root_dir).resolve(), "reports": making.Reports()}
    routes: list[tuple[str, type[web.RequestHandler]]] = [
        ("welcome", Welcome),
        ("form", Form),
        ("report", NewReport),
        (r"report/([\w-]+)", Report),
        ("new", New),
    ]
    found: list[Any] = [
        (url_path_join(app.web_app.settings["base_url"], "workbench", route), handler, options)
        for route, handler in routes
    ]
    page = url_path_join(app.web_app.settings["base_url"], "workbench", r"page/([^/]+\.html)")
    app.web_app.add_handlers(".*$", [*found, (page, Page, {"root": options["root"]})])
    app.contents_manager.register_pre_save_hook(saving.keep)


class Handler(APIHandler):
    """What the handlers have in common: which notebook is meant, and a refusal as an answer."""

    def initialize(self, root: Path, reports: making.Reports) -> None:
        """Take the folder that Jupyter serves, and the reports in the making."""
        self.root, self.reports = root, reports

    def notebook(self, path: str) -> Path:
        """The notebook that the browser names, which has to lie where Jupyter serves."""
        found = (self.root / path.strip("/")).resolve()
        if not (found.is_relative_to(self.root) and found.suffix == ".ipynb"):
            raise Refused(f"{path}: not a notebook that this server shows")
        return found

    async def answer(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Call, in a thread; a refusal is an answer, too."""
        try:
            told = await asyncio.get_running_loop().run_in_executor(None, functools.partial(call, *arguments))
        except (Refused, project_.places.PlacesError) as error:
            told = {"refused": str(error)}
        self.finish(json.dumps(told, ensure_ascii=False))


class Welcome(Handler):
    """The first page."""

    @web.authenticated
    async def get(self) -> None:
        """What it shows."""
        await self.answer(self._cards)

    def _cards(self) -> dict[str, Any]:
        from workbench.lab import welcome

        return welcome.cards(project_.find(self.root), self.root)


class Form(Handler):
    """The form of a notebook."""

    @web.authenticated
    async def get(self) -> None:
        """Its fields."""
        await self.answer(self._describe, self.get_query_argument("notebook"))

    @web.authenticated
    async def post(self) -> None:
        """What is wrong with what was typed."""
        await self.answer(self._look, self.get_json_body())

    def _describe(self, path: str) -> dict[str, Any]:
        from workbench.lab import forms, welcome

        notebook = self.notebook(path)
        cards = welcome.cards(project_.find(notebook.parent), self.root)["groups"]
        latest = (card["report"] for group in cards for card in group["cards"] if card["path"] == path)
        running = self.reports.of(notebook)
        return forms.describe(notebook) | {"latest": next(latest, None), "running": running}

    def _look(self, asked: dict[str, Any]) -> dict[str, Any]:
        from workbench.lab import forms

        looked = forms.look(self.notebook(asked["notebook"]), asked["values"], asked.get("name", ""))
        told = {"problems": looked.problems, "refused": looked.refused, "concerned": looked.concerned}
        return told | (
            {"command": forms.command(looked.plan), "name": looked.plan.name} if looked.plan else {}
        )


class NewReport(Handler):
    """A report to be made."""

    @web.authenticated
    async def post(self) -> None:
        """Begin it; the answer is its key."""
        asked = self.get_json_body() or {}
        try:
            notebook = self.notebook(asked["notebook"])
        except Refused as error:
            self.finish({"refused": str(error)})
            return
        values, name = asked["values"], asked.get("name", "")
        key = await self.reports.start(notebook, values, name, force=asked.get("force") is True)
        self.finish({"key": key})


class Report(Handler):
    """A report in the making."""

    def _making(self, key: str) -> making.Making:
        if key not in self.reports.known:
            raise web.HTTPError(404, "this server makes no such report")
        return self.reports.known[key]

    @web.authenticated
    async def get(self, key: str) -> None:
        """The events after those that the browser has seen."""
        events = await self._making(key).after(int(self.get_query_argument("seen", "0")), PATIENCE)
        self.finish({"events": events})

    @web.authenticated
    async def delete(self, key: str) -> None:
        """Stop it."""
        self._making(key).stop()
        self.finish({})


class New(Handler):
    """A notebook of one's own."""

    @web.authenticated
    async def post(self) -> None:
        """Begin it, from a study or an analysis, or as a study of its own; the answer is its path."""
        await self.answer(self._begin, self.get_json_body())

    def _begin(self, asked: dict[str, Any]) -> dict[str, Any]:
        from workbench.lab import welcome

        name, model = asked["name"].strip(), asked.get("study")
        made = copies.copy(model, name) if model else copies.begin(name)[0]
        return {"path": welcome.seen_from(made, self.root)}


class Page(JupyterHandler):
    """The page of a report, which runs its own script and reaches nothing else."""

    def initialize(self, root: Path) -> None:
        """Take the folder that Jupyter serves."""
        self.root = root

    @property
    def content_security_policy(self) -> str:
        """In a sandbox: what a notebook put into its report has no business with this server."""
        return f"{super().content_security_policy}; {SANDBOX}"

    @web.authenticated
    def get(self, name: str) -> None:
        """The page."""
        file = project_.find(self.root).reports / name
        if not file.is_file():
            raise web.HTTPError(404, f"there is no report {name}")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(file.read_bytes())
