"""Small programs in a folder, to be found instead of the real ones."""

from __future__ import annotations

import sys
from pathlib import Path

_SERVER = """
import http.server, json, os, urllib.parse

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"version": "0.33.0", "models": []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

print("listening", flush=True)
address = urllib.parse.urlsplit(os.environ["OLLAMA_HOST"])
http.server.HTTPServer((address.hostname, address.port), Handler).serve_forever()
"""


def program(folder: Path, name: str, source: str) -> Path:
    """Put a Python program called `name` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{source}", encoding="utf-8")
    path.chmod(0o755)
    return path


def ollama(folder: Path) -> Path:
    """An `ollama` whose `serve` answers at the address in `OLLAMA_HOST`, with no models."""
    return program(folder, "ollama", _SERVER)
