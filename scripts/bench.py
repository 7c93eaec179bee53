"""Measures speed and memory and writes docs/benchmarks.md.

    python scripts/bench.py [scoring] [imports] [printing] [queries] [pages] [desk] [analysis] [jobs]

Without names everything is measured. The databases are made once and kept in var/bench.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from benchmarks import analysis, desk, imports, jobs, pages, printing, queries, report, scoring  # noqa: E402

PARTS = {
    "scoring": scoring,
    "imports": imports,
    "printing": printing,
    "queries": queries,
    "pages": pages,
    "desk": desk,
    "analysis": analysis,
    "jobs": jobs,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    chosen = parser.parse_args().parts or list(PARTS)
    measured = []
    for name in chosen:
        for row in PARTS[name].measure():
            print(report.line(row), flush=True)
            measured.append(row)
    if len(chosen) == len(PARTS):
        (ROOT / "docs" / "benchmarks.md").write_text(report.page(measured), encoding="utf-8")
        print("written: docs/benchmarks.md")
    sys.exit(any(not row.kept for row in measured))


if __name__ == "__main__":
    main()
