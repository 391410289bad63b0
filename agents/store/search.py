"""Full-text search over the messages of all runs."""

from __future__ import annotations

from agents.store.codec import clean
from agents.store.readers import Readers
from agents.store.rows import SearchHit

# The newest first: by row number, which the index is sorted by. By rank, a common word would take a second.
_SEARCH = """
    SELECT events.run, events.seq, json_extract(events.body, '$.speaker') AS speaker,
           snippet(found, 0, '‹', '›', '…', 16) AS snippet
    FROM found JOIN events ON events.id = found.rowid JOIN runs ON runs.id = events.run
    WHERE found MATCH :query AND NOT hidden ORDER BY found.rowid DESC LIMIT :limit
"""


def query(words: str, *, unfinished: bool) -> str:
    """What the user typed, as an FTS5 query for messages with all of its words; empty without any.

    Every word is a quoted string, so that nothing in it is an operator. `unfinished`: of the last word only
    the beginning was typed.
    """
    found = [word for word in clean(words).replace("\0", " ").split() if any(map(str.isalnum, word))]
    quoted = ['"{}"'.format(word.replace('"', '""')) for word in found]
    return " ".join(quoted) + ("*" if quoted and unfinished else "")


def search(readers: Readers, words: str, limit: int) -> list[SearchHit]:
    """The newest messages, `limit` at most, that contain all of `words`.

    Only when there is none, the last word is taken for the beginning of one: that costs the reading of all
    words that begin so.
    """
    if not query(words, unfinished=False):
        return []
    database = readers.database()
    for unfinished in (False, True):
        asked = {"query": query(words, unfinished=unfinished), "limit": limit}
        if found := [SearchHit(**row) for row in database.query(_SEARCH, asked)]:
            return found
    return []
