"""Where Troupe keeps what is its own."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from agents.paths import typed_path


def home_folder() -> Path:
    """Where Troupe keeps its database and projects: `TROUPE_HOME`, else the platform's user data folder."""
    given = os.environ.get("TROUPE_HOME", "").strip()
    return typed_path(given).resolve() if given else platformdirs.user_data_path("troupe", "troupe")
