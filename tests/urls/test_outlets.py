"""Whose an address is: outlets on shared hosts, and the domain that pace knows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scraper.urls import canonical_url, domain_of, host_of, levelled_host, site_of
from tests.tables import each_row

# An address, its outlet, the domain of its machines.
OUTLETS = [
    ("https://anna.medium.com/a-story-1", "anna.medium.com", "medium.com"),
    ("https://bert.medium.com/a-story-2", "bert.medium.com", "medium.com"),
    ("https://www.anna.medium.com/", "anna.medium.com", "medium.com"),
    ("https://medium.com/", "medium.com", "medium.com"),
    ("https://www.medium.com/", "medium.com", "medium.com"),
    ("https://m.livejournal.com/read", "livejournal.com", "livejournal.com"),
    ("https://anna.substack.com/p/one", "anna.substack.com", "substack.com"),
    ("https://anna.ghost.io/one/", "anna.ghost.io", "ghost.io"),
    ("https://journal.hypotheses.org/12", "journal.hypotheses.org", "hypotheses.org"),
    ("https://en.anna.wordpress.com/", "anna.wordpress.com", "wordpress.com"),
    ("https://anna.tistory.com/3", "anna.tistory.com", "tistory.com"),
    ("http://anna.blogfa.com/post/3", "anna.blogfa.com", "blogfa.com"),
    ("https://anna.hatenablog.com/", "anna.hatenablog.com", "anna.hatenablog.com"),
    ("https://anna.exblog.jp/1/", "anna.exblog.jp", "exblog.jp"),
    ("http://anna.blog12.fc2.com/blog-entry-1.html", "anna.blog12.fc2.com", "fc2.com"),
    ("http://anna.fc2.com/", "anna.fc2.com", "fc2.com"),
    ("https://anna.blogspot.com/2026/11/a.html", "anna.blogspot.com", "anna.blogspot.com"),
    ("https://anna.blogspot.com.br/2026/11/a.html", "anna.blogspot.com.br", "blogspot.com.br"),
    ("https://anna.github.io/a", "anna.github.io", "anna.github.io"),
    ("https://a.blob.core.windows.net/a", "a.blob.core.windows.net", "a.blob.core.windows.net"),
    ("https://wire.go.com/a", "wire.go.com", "go.com"),
    ("https://anna.canalblog.com./a", "anna.canalblog.com", "canalblog.com"),
    ("https://ANNA.Over-Blog.com:443/a", "anna.over-blog.com", "over-blog.com"),
    ("https://www-paper-example.cdn.ampproject.org/c/s/paper.example/a",
     "www-paper-example.cdn.ampproject.org", "ampproject.org"),
    # what is no shared host
    ("https://news.paper.example/a", "paper.example", "paper.example"),
    ("https://www.paper.co.id/a", "paper.co.id", "paper.co.id"),
    ("https://notmedium.com/a", "notmedium.com", "notmedium.com"),
    ("https://medium.com.example/a", "com.example", "com.example"),
    ("http://localhost:8000/", "localhost", "localhost"),
    ("http://192.0.2.7:8000/", "192.0.2.7", "192.0.2.7"),
    ("http://[2001:db8::1]:8000/", "2001:db8::1", "2001:db8::1"),
]  # fmt: skip


@each_row(("address", "outlet", "domain"), OUTLETS)
def test_outlet_and_domain(address: str, outlet: str, domain: str) -> None:
    assert site_of(address) == outlet
    assert domain_of(address) == domain


@each_row(
    ("address", "levelled"),
    [
        ("https://www.paper.example/a", "paper.example"),
        ("http://amp.m.paper.example:80/a", "paper.example"),
        ("https://mobile.paper.example:8443/a", "paper.example:8443"),
        ("https://news.paper.example/a", "news.paper.example"),
        ("https://Paper.Example./a", "paper.example"),
        ("https://www.co.id/a", "www.co.id"),
        ("https://m.anna.medium.com/a", "anna.medium.com"),
        ("http://[::1]:8000/a", "[::1]:8000"),
    ],
)
def test_hosts_of_one_page_are_levelled(address: str, levelled: str) -> None:
    assert levelled_host(address) == levelled


@given(
    st.lists(
        st.sampled_from(["www", "m", "amp", "news", "anna", "medium", "fc2", "co", "github"]),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["com", "co.uk", "io", "example"]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
)
def test_an_address_and_its_canonical_form_are_of_one_outlet(
    labels: list[str], end: str, port: str
) -> None:
    address = f"https://{'.'.join(labels)}.{end}{port}/a"
    assert site_of(canonical_url(address)) == site_of(address)
    assert levelled_host(address) == host_of(canonical_url(address))
    assert site_of(address).endswith(domain_of(canonical_url(address)))
