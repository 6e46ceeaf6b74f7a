"""`--watch`: a live page on this machine while a network trains. The one place that listens; nothing calls out."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from longshort.results.plain import to_json

if TYPE_CHECKING:
    from longshort.training.records import Record

LOOPBACK = "127.0.0.1"
PATIENCE = 2.0  # seconds for an open page, which asks twice a second, to ask for the last epoch
SILENCE = 10.0  # seconds after which a client that sends or takes nothing is let go
DIGITS = 15  # of a count of records
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:"


class Page:
    """Keep what was heard of training, and where it can be looked at."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._heard: list[dict[str, Any]] = []
        self._told: int | None = None  # how many records the last answer went up to; None where nobody asked yet
        self._lock = Lock()

    def hear(self, record: "Record") -> None:
        """Take in one record of one member's epoch; members may report from several threads."""
        heard = {
            "key": record.key,
            "epoch": record.epoch,
            "epochs": record.epochs,
            "train_loss": record.train_loss,
            "validation_loss": record.validation_loss,
            "gradient_norm": record.gradient_norm,
            "update_ratios": dict(record.update_ratios),
        }
        with self._lock:
            self._heard.append(heard)

    def since(self, seen: int) -> dict[str, Any]:
        """Give the records behind the first `seen` ones, and how many there are."""
        with self._lock:
            self._told = len(self._heard)
            return {"records": self._heard[seen:], "count": len(self._heard)}

    def all_told(self) -> bool:
        """Say whether whoever looks has been told of the last record; true where nobody looks."""
        with self._lock:
            return self._told is None or self._told == len(self._heard)


@contextmanager
def serving() -> Iterator[Page]:
    """Serve the page on a free port of the loopback interface until the block ends, and what it told was heard."""
    server = _Server((LOOPBACK, 0), _Handler)
    page = Page(f"http://{LOOPBACK}:{server.server_port}/")
    server.page = page  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield page
    finally:
        last = monotonic() + PATIENCE
        while not page.all_told() and monotonic() < last:
            sleep(0.05)
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """Answer each question in a thread of its own; whatever becomes of a question, training goes on in silence."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hung up: stderr belongs to the progress of training."""


class _Handler(BaseHTTPRequestHandler):
    """Answer with the page, or with the records that it has not seen yet; a client that falls silent is let go."""

    timeout = SILENCE

    def do_GET(self) -> None:
        """Answer one question, and only under this machine's own name."""
        page: Page = self.server.page  # type: ignore[attr-defined]
        asked = _parts(self.path)
        if self.headers.get("Host") not in _own_names(page):
            self._answer(403, "text/plain", b"This page is for this machine alone.\n")
        elif asked.path == "/":
            content = (files("longshort.report") / "templates" / "watch.html").read_bytes()
            self._answer(200, "text/html; charset=utf-8", content)
        elif asked.path == "/records":
            self._answer(200, "application/json", to_json(page.since(_seen(asked.query))))
        else:
            self._answer(404, "text/plain", b"There is nothing here.\n")

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind), ("Content-Length", str(len(content))), ("Cache-Control", "no-store"),
            ("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff"),
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: stderr belongs to the progress of training."""


def _parts(path: str) -> SplitResult:
    """Take an address apart; one that is none names nothing that is here."""
    try:
        return urlsplit(path)
    except ValueError:
        return urlsplit("/none")


def _seen(query: str) -> int:
    """Read how many records a page has seen; more digits than a count can have stand for all of them."""
    said = parse_qs(query).get("seen", ["0"])[0]
    return int(said[:DIGITS]) if said.isdecimal() else 0


def _own_names(page: Page) -> tuple[str, str]:
    """Name the hosts by which this machine asks itself: a page from elsewhere asks under another name."""
    port = page.address.rstrip("/").rpartition(":")[2]
    return f"{LOOPBACK}:{port}", f"localhost:{port}"
