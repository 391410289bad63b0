"""Compiles the classes of tests of a Java project with its sources, and runs the `main` of each.

troupe_java PATH=CLASS... -- SOURCE...
"""

from __future__ import annotations

import shutil
import sys

from troupe_children import EACH, SECONDS, build_folder, ended, report, run

MEMORY = ["-Xmx1g", "-XX:+UseSerialGC"]


def main(arguments: list[str]) -> int:
    """Run the tests; the exit code."""
    told = report()
    at = arguments.index("--")
    tests = [argument.rpartition("=")[::2] for argument in arguments[:at]]
    classes = build_folder() / "test-classes"
    shutil.rmtree(classes, ignore_errors=True)
    compiler = ["javac", *(f"-J{option}" for option in MEMORY), "-encoding", "UTF-8", "-d", str(classes)]
    built = run([*compiler, *arguments[at + 1 :], *(path for path, _ in tests)], seconds=SECONDS)
    for path, name in tests:
        if built.code != 0:
            told.add(path, "failed", f"It could not be compiled.\n{built.output}")
            continue
        done = run(["java", *MEMORY, "-ea", "-cp", str(classes), name], seconds=EACH)
        told.add(
            path,
            "failed" if done.trouble else "passed",
            f"{done.output}\n{done.trouble}" if done.trouble else "",
        )
    return int(ended(told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
