"""A software bill of materials (CycloneDX, JSON): `python -m tests.bill_of_materials FILE`.

Troupe is installed without its tools into an environment of its own, and what is then there is written down
with versions, licences and who needs whom, by cyclonedx-bom.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.support.uv import ROOT, uv


def write_bill(file: Path) -> int:
    """Write the bill; how many components it has."""
    with tempfile.TemporaryDirectory() as folder:
        uv("sync", "-q", "--no-default-groups", "--no-editable", environment=folder)
        uv(
            *("run", "-q", "--group", "supply", "cyclonedx-py", "environment", folder),
            *(
                "--pyproject",
                str(ROOT / "pyproject.toml"),
                "--mc-type",
                "application",
            ),
            *("--output-reproducible", "--output-format", "JSON", "--output-file", str(file.resolve())),
        )
    bill = json.loads(file.read_text("utf-8"))
    return len(bill.get("components", ()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    count = write_bill(Path(sys.argv[1]))
    sys.stdout.write(f"{count} components in {sys.argv[1]}\n")
