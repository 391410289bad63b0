from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from app.hosts import Host, hosts_text, read_hosts

hosts = st.lists(
    st.builds(
        Host,
        st.text(min_size=1).map(lambda text: f"n{text}".strip()),
        st.text(min_size=1).map(lambda text: f"h{text.replace('@', '')}"),
    ),
    unique_by=lambda host: host.address,
)


@given(hosts)
def test_hosts_are_remembered_as_they_are(known: list[Host]) -> None:
    assert read_hosts(hosts_text(known)) == known


def test_a_login_is_not_remembered() -> None:
    assert "geheim" not in hosts_text([Host("http://a:geheim@box", "http://a:geheim@box")])


@given(st.text())
def test_a_damaged_text_means_none_or_some(text: str) -> None:
    assert all(host.address for host in read_hosts(text))


def test_what_is_no_host_is_left_out() -> None:
    entries = [
        1,
        {"name": "a"},
        {"name": "", "address": "b"},
        {"name": "c", "address": "b"},
        {"address": " "},
    ]
    assert read_hosts(json.dumps(entries)) == [Host("b", "b")]
    assert read_hosts("{}") == []
