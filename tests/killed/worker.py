"""Processes that do what they are told, one verb after the other, until somebody kills them.

`python -m tests.killed.worker [FLAW]` loads the project once. For each line “begin” it forks a process, which
opens its own connection to the database, says “ready” with its number and that of the connection, takes
orders as JSON, a line each, and says “done” with the number of the order once its transaction is committed.
When it has died the process above says “gone”. With a flaw one of the verbs is done wrongly, as
`tests.killed.flaws` has it.
"""

from __future__ import annotations

import json
import os
import sys
import traceback

import django


def main() -> None:
    """Begin processes until standard input ends."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from tests.killed import acts, flaws

    acts.warm()
    flaw = flaws.begin(sys.argv[1] if len(sys.argv) > 1 else "")
    while line := heard():
        # Anything else is what a dead process has not read.
        if line == b"begin\n":
            child = os.fork()
            if not child:
                work(acts, flaw)
            os.waitpid(child, 0)
            tell("gone")


def work(acts, flaw) -> None:
    """Carry out orders until somebody kills this process."""
    try:
        tell(f"ready {os.getpid()} {acts.backend()}")
        while line := heard():
            order = json.loads(line)
            with flaw(lambda order=order: tell(f"done {order['number']}")) as told:
                acts.ACTS[order["verb"]](order)
            if not told:
                tell(f"done {order['number']}")
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(1)


def heard() -> bytes:
    """The next line, and not a byte beyond it, which would be another's; nothing at the end."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            return b""
        line += byte
    return line


def tell(line: str) -> None:
    """A line of which not a part stays behind when the process dies."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
