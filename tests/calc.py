"""A workbook changed in LibreOffice Calc, as somebody at a desk would: opened, typed into, saved as .xlsx.

Run by the system's own Python, which alone knows LibreOffice: `calc.py PIPE SOURCE TARGET CELLS`; CELLS is
JSON, a list of [column, row, what is typed], counted from 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

OFFICE, PYTHON = Path("/usr/bin/soffice"), Path("/usr/bin/python3")


def available() -> bool:
    """Whether LibreOffice and its Python are installed."""
    known = [OFFICE.exists(), PYTHON.exists()]
    asked = [PYTHON, "-c", "import uno"]
    return all(known) and not subprocess.run(asked, check=False, capture_output=True).returncode


def change(source: Path, target: Path, cells: list[tuple[int, int, str]]) -> None:
    """Start LibreOffice without a window, let it change the cells and save; it is ended in any case."""
    pipe = f"points{source.stat().st_ino}"
    profile = (source.parent / "profile").as_uri()
    command = [OFFICE, "--headless", "--norestore", f"-env:UserInstallation={profile}",
               f"--accept=pipe,name={pipe};urp"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as office:
        try:
            subprocess.run(
                [PYTHON, __file__, pipe, source, target, json.dumps(cells)], check=True, timeout=90
            )
            office.wait(20)
        finally:
            office.kill()


def work(pipe: str, source: str, target: str, cells: list[tuple[int, int, str]]) -> None:
    """Inside the system's Python: speak to LibreOffice."""
    import uno  # type: ignore[import-not-found]

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    desktop = _desktop(resolver, f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    document = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (_said(uno, "Hidden", True),))
    sheet = document.Sheets.getByIndex(0)
    for column, row, typed in cells:
        sheet.getCellByPosition(column, row).setFormula(typed)
    xlsx = _said(uno, "FilterName", "Calc MS Excel 2007 XML")
    document.storeToURL(Path(target).as_uri(), (xlsx,))
    document.close(True)
    desktop.terminate()


def _desktop(resolver: Any, address: str) -> Any:
    for _ in range(300):
        try:
            context = resolver.resolve(address)
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:  # it has not started yet
            time.sleep(0.2)
    raise TimeoutError("LibreOffice did not start")


def _said(uno: Any, name: str, value: Any) -> Any:
    said = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    said.Name, said.Value = name, value
    return said


if __name__ == "__main__":
    _program, name, opened, saved, changes = sys.argv
    work(name, opened, saved, json.loads(changes))
