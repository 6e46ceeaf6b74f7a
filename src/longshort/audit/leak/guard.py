"""A process between longshort and a program of somebody else's, which ends all that the program starts.

It is run as a file, by the standard library alone. It makes a temporary folder and names it on stdout; then each line
on stdin is a program to run and each line on stdout what came of it, all as JSON. When stdin ends, because longshort
is done or gone, it ends what still runs and removes the folder: nothing is left behind, however longshort ended.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import IO, Any

KEPT = 4096  # bytes of the end of what a program said
_LOOK_S = 0.05
_PATIENCE_S = 5.0  # for processes that do not die, such as another user's
_PR_SET_CHILD_SUBREAPER = 36


def run(request: dict[str, Any], stopped: Event) -> dict[str, Any]:
    """Run the `words` in the `folder` until they end, `timeout` seconds pass or file `out` exceeds `most` bytes.

    Give the `end` ("own", "late", "large", "stopped"), the exit `code` (negative: the signal) and the last bytes
    `said`, on stderr or else on stdout; or why the program did not start, as `refused`.
    """
    try:
        child = subprocess.Popen(
            request["words"], cwd=request["folder"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        return {"refused": error.strerror or str(error)}
    try:
        said, errors = _drained(child.stdout), _drained(child.stderr)
        end = _wait(child, request, stopped)
    finally:
        _end(child)
    for thread in (said[0], errors[0]):
        thread.join(1)
    text = (bytes(errors[1]).strip() or bytes(said[1]).strip()).decode("utf-8", errors="replace")
    return {"end": end, "code": child.returncode, "said": text}


def _wait(child: "subprocess.Popen[bytes]", request: dict[str, Any], stopped: Event) -> str:
    """Wait for a child and say how it ended, or why it must."""
    until, out = time.monotonic() + request["timeout"], Path(request["out"])
    while not stopped.is_set():
        with suppress(subprocess.TimeoutExpired):
            child.wait(_LOOK_S)
            return "own"
        if time.monotonic() > until:
            return "late"
        with suppress(OSError):
            if out.stat().st_size > request["most"]:
                return "large"
    return "stopped"


def _drained(stream: IO[bytes] | None) -> tuple[Thread, bytearray]:
    """Read a stream to its end in a thread, and keep its last bytes."""
    tail = bytearray()

    def drain() -> None:
        while stream is not None and (chunk := os.read(stream.fileno(), 1 << 16)):
            tail.extend(chunk)
            del tail[:-KEPT]

    thread = Thread(target=drain, daemon=True)
    thread.start()
    return thread, tail


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End a child and all that it started, also what has left its group or lost its parent."""
    if sys.platform == "win32":
        child.kill()
        child.wait()
        return
    with suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    until = time.monotonic() + _PATIENCE_S
    while (groups := _groups_below()) and time.monotonic() < until:
        for group in groups:
            with suppress(OSError):
                os.killpg(group, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.001)


def _adopt() -> None:
    """Let this process become the parent of those below it that lose theirs; Linux alone can do that."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _groups_below() -> set[int]:
    """Find the process groups of all processes below this one; none where the system does not show them."""
    parents: dict[int, tuple[int, int]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, IndexError):
            state = place.read_text(errors="replace").rpartition(")")[2].split()
            parents[int(place.parent.name)] = int(state[1]), int(state[2])
    below, more = {os.getpid()}, {os.getpid()}
    while more:
        more = {pid for pid, (parent, _) in parents.items() if parent in more} - below
        below |= more
    return {parents[pid][1] for pid in below if pid in parents and pid != os.getpid()} - {os.getpgrp()}


def main(place: str) -> None:
    """Make a folder in a place, do what stdin asks for, and clean up."""
    _adopt()
    folder = tempfile.mkdtemp(prefix="longshort-", dir=place)
    stopped: Event = Event()
    requests: SimpleQueue[dict[str, Any] | None] = SimpleQueue()

    def stop(*_: object) -> None:
        stopped.set()
        requests.put(None)

    def listen() -> None:
        for line in sys.stdin:
            requests.put(json.loads(line))
        stop()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    Thread(target=listen, daemon=True).start()
    try:
        print(json.dumps(folder), flush=True)
        while (request := requests.get()) is not None:
            print(json.dumps(run(request, stopped)), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)  # the listening thread may still wait for a line


if __name__ == "__main__":
    main(sys.argv[1])
