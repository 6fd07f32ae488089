"""Runs one notebook from a fresh kernel and tells its progress as lines of JSON.

Usage: execute_notebook.py NOTEBOOK RESULT CONNECTION_FILE
"""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError


def tell(**facts):
    print(json.dumps(facts), flush=True)


def text_of(cell):
    """What a reader sees of a cell's outputs, as far as it is text."""
    parts = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            parts.append(output.text)
        elif output.output_type == "error":
            parts.append("\n".join(output.traceback) or f"{output.ename}: {output.evalue}")
        else:
            data = output.get("data", {})
            parts.append(data.get("text/plain") or data.get("text/markdown") or data.get("text/html") or "")
    return "\n".join(parts)


def end_with_parent(parent):
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def describe(notebook, code, cell, message):
    if cell is None:
        return {"number": 0, "source": "", "error": "", "message": message}
    number = code.index(notebook.cells.index(cell)) + 1
    return {"number": number, "source": cell.source, "error": text_of(cell).strip(), "message": message}


def main(source, result, connection_file):
    notebook = nbformat.read(source, as_version=4)
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]

    current = None

    def on_cell_execute(cell, cell_index):
        nonlocal current
        current = cell
        tell(event="cell", number=code.index(cell_index) + 1, of=len(code))

    manager = AsyncKernelManager(kernel_name="tslab", connection_file=connection_file)
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=None,
        resources={"metadata": {"path": str(Path(source).parent)}},
        on_cell_execute=on_cell_execute,
    )
    # Otherwise the client would leave the kernel that it was given running.
    client.owns_km = True
    failure = None
    try:
        client.execute()
    except CellExecutionError:
        failure = ""
    except DeadKernelError:
        failure = "The kernel died."
    Path(result).parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, result)
    tell(
        event="end",
        cells=len(code),
        text=[text_of(notebook.cells[index]) for index in code],
        failed=None if failure is None else describe(notebook, code, current, failure),
    )
    return 0 if failure is None else 1


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    sys.exit(main(*sys.argv[1:]))
