"""Numbers, times and states in words, the same everywhere in the window. No Qt."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.i18n import marked, tr
from app.told import titled

if TYPE_CHECKING:  # the first paint needs these words, but no events
    from agents.events import RunState

STATE_WORDS: dict[RunState, str] = {
    "running": marked("running"),
    "paused": marked("paused"),
    "stopped": marked("stopped"),
    "succeeded": marked("succeeded"),
    "failed": marked("failed"),
}
INTERRUPTED = marked("interrupted")
ASKING = marked("asks you")
MONTHS = (
    marked("Jan"),
    marked("Feb"),
    marked("Mar"),
    marked("Apr"),
    marked("May"),
    marked("Jun"),
    marked("Jul"),
    marked("Aug"),
    marked("Sep"),
    marked("Oct"),
    marked("Nov"),
    marked("Dec"),
)


CONSENTS: dict[str, str] = {
    "yes": marked("Run once"),
    "always": marked("Always in this project"),
    "no": marked("Not now"),
    "never": marked("Never in this project"),
}
"""The four answers about a program, by the word that is kept of each."""
INSTALL_ONCE = marked("Install once")


def consent_in_words(said: str, *, installs: bool) -> str:
    """A consent as people read it; whatever else was said passes as it is."""
    known = CONSENTS.get(said.strip().lower())
    return tr(INSTALL_ONCE) if installs and said == "yes" else tr(known) if known else said


def state_word(state: RunState, driven: bool) -> str:
    """A stored run's state; one that says it runs while nobody drives it was interrupted.

    It is an English word, which `tr` translates where it is shown: looks are known by it, too.
    """
    if state in ("running", "paused") and not driven:
        return INTERRUPTED
    return STATE_WORDS[state]


def ago(at: float, now: float) -> str:
    """A moment as seen from `now`: minutes and hours today, else the date."""
    seconds = max(0.0, now - at)
    if seconds < 60:
        return tr("now")
    if seconds < 3600:
        return tr("{count} min", count=int(seconds // 60))
    then, today = datetime.fromtimestamp(at).astimezone(), datetime.fromtimestamp(now).astimezone()
    if then.date() == today.date():
        return tr("{count} h", count=int(seconds // 3600))
    written = tr("{month} {day}", month=tr(MONTHS[then.month - 1]), day=then.day)
    return written if then.year == today.year else tr("{date}, {year}", date=written, year=then.year)


def clock(seconds: float) -> str:
    """A duration as `3:12` or `1:03:12`."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def thousands(count: int) -> str:
    """A count as `950`, `6.1k`, `42k` or `1.2M`."""
    if count < 1000:
        return str(count)
    if count < 9_950:
        return f"{count / 1000:.1f}k"
    if count < 999_500:
        return f"{count / 1000:.0f}k"
    return f"{count / 1_000_000:.1f}M"


def gigabytes(size: int) -> str:
    """A size in bytes as `18 GB`."""
    return f"{size / 1e9:.0f} GB" if size >= 9.95e9 else f"{size / 1e9:.1f} GB"


def size_word(size: float) -> str:
    """A size in bytes as `640 kB`, `38 MB`, `4.7 GB` or `18 GB`."""
    if size < 1e6:
        return f"{size / 1e3:.0f} kB"
    return f"{size / 1e6:.0f} MB" if size < 999.5e6 else gigabytes(round(size))


def short_path(folder: Path) -> str:
    """A folder with `~` for one's home."""
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except ValueError:
        return str(folder)


def speaker_word(agent: str) -> str:
    """An agent's role by its path alone, for where the run that would tell it is not open."""
    from agents.events import USER  # noqa: PLC0415

    return tr("You") if agent == USER else titled(agent.rpartition("/")[2].replace("-", " ").title())


def model_at(model: str, host: str) -> str:
    """A model with the server that replied, where one is known."""
    return tr("{model} at {host}", model=model, host=host) if host else tr(model)
