"""A PostgreSQL server of the tests' own: on loopback, with passwords, in a temporary folder, gone at the end.

A test file takes it by `from postgres import postgres_url`. Each process of tests starts one, once.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import missing

USER, PASSWORD = "workbench", "s3cret:p@ss/word"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB")


def programs():
    """The folder of the newest server's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    initdb = found[-1] if found else shutil.which("initdb")
    return Path(initdb).parent if initdb else None


def account():
    """Settings of a process that is not root, because the server refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    entries = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = entries.get("postgres") or entries["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def end_with_parent():
    """Let Linux stop the server when the tests are killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


class Server:
    """A running server."""

    def __init__(self, folder, bin):
        self.folder, self.bin, self.account, self.process = Path(folder), bin, account(), None
        try:
            self._initialise()
            # Another process may take the port in between.
            if not any(self._start() for _ in range(3)):
                raise RuntimeError((self.folder / "log").read_text("utf-8"))
        except BaseException:
            self.stop()
            raise

    def _initialise(self):
        secret = self.folder / "password"
        secret.write_text(PASSWORD, "utf-8")
        if self.account:
            for path in (secret, self.folder):
                os.chown(path, self.account["user"], self.account["group"])
        command = [self.bin / "initdb", "--no-sync", "--auth=scram-sha-256", f"--username={USER}"]
        command += [f"--pwfile={secret}", "--encoding=UTF8", "--locale=C", "-D", self.folder / "data"]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, **self.account)
        if done.returncode:
            raise RuntimeError(done.stderr)

    def _start(self):
        """Start and wait until the server takes connections; False if it ended instead."""
        self.port = free_port()
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", "lc_messages=C", *QUICK]
        settings.append(f"unix_socket_directories={self.folder}")
        options = [part for setting in settings for part in ("-c", setting)]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.folder / "data", *options],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent if sys.platform == "linux" else None,
                **self.account,
            )
        until = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < until:
            if "ready to accept connections" in (self.folder / "log").read_text("utf-8"):
                return True
            time.sleep(0.05)
        return False

    def stop(self):
        """Stop at once, whatever connections a failed test left open."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start(config):
    """Start the server, or say why not; it is stopped when pytest ends, whatever happened."""
    bin = programs()
    if bin is None:
        missing("PostgreSQL", "no initdb under /usr/lib/postgresql/*/bin or on the PATH")
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        missing("PostgreSQL", f"its driver: {error}; pip install 'segmentation-workbench[postgresql]'")
    server = Server(tempfile.mkdtemp(prefix="pg-"), bin)
    config.add_cleanup(server.stop)
    return server


KEY = pytest.StashKey()


@pytest.fixture(scope="session")
def postgres_url(pytestconfig):
    """The address of an empty database, `postgresql://user:password@127.0.0.1:port/postgres`."""
    if KEY not in pytestconfig.stash:  # files that import this fixture have one server together
        pytestconfig.stash[KEY] = start(pytestconfig)
    port = pytestconfig.stash[KEY].port
    return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/postgres"


@pytest.fixture
def postgres_database(postgres_url):
    """The address of a new, empty database on that server, for one test."""
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        number = connection.execute("SELECT count(*) FROM pg_database").fetchone()[0]
        connection.execute(f"CREATE DATABASE test_{number}")
    return postgres_url.removesuffix("postgres") + f"test_{number}"
