"""Scrapy with trafilatura and an SQLite pipeline, as its users write it.

    python crawl_scrapy.py LIST DATABASE [--keep-pages] [--shard N --shards M]

Each setting that differs from Scrapy's own is one that its documentation advises for a broad crawl
("Broad Crawls"), or turns off what a batch job does not use. robots.txt is obeyed.
"""

from __future__ import annotations

from typing import Any

import crawling  # first: it names the loopback
import scrapy  # type: ignore[import-not-found] # in the peer's environment alone
from adapters import Page, load_trafilatura
from scrapy.crawler import CrawlerProcess  # type: ignore[import-not-found]

SETTINGS = {
    "ROBOTSTXT_OBEY": True,
    "CONCURRENT_REQUESTS": 100,  # "Increase concurrency": 100 is the documentation's start
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,  # its default
    "DOWNLOAD_DELAY": 0,  # no pause, as for all contenders
    "AUTOTHROTTLE_ENABLED": False,
    "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.DownloaderAwarePriorityQueue",  # many hosts
    "REACTOR_THREADPOOL_MAXSIZE": 20,  # for looking up names
    "COOKIES_ENABLED": False,
    "RETRY_ENABLED": False,
    "REDIRECT_ENABLED": True,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "WARNING",  # "Reduce log level"
    "ITEM_PIPELINES": {"__main__.SqlitePipeline": 300},
}
OPTIONS = crawling.parse_arguments()


class ArticleSpider(scrapy.Spider):  # type: ignore[misc]
    name = "articles"
    start_urls = OPTIONS.urls

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._extract = load_trafilatura()

    def parse(self, response: Any) -> Any:
        page = Page(response.body, response.url, response.encoding)
        yield {"url": response.url, "page": response.body, "fields": self._extract(page)}


class SqlitePipeline:
    def open_spider(self) -> None:
        self._shelf = crawling.Shelf(OPTIONS.database, keeps_pages=OPTIONS.keep_pages)

    def process_item(self, item: Any) -> Any:
        self._shelf.put(item["url"], item["fields"], item["page"])
        return item

    def close_spider(self) -> None:
        self._shelf.close()


if __name__ == "__main__":
    process = CrawlerProcess(SETTINGS)
    process.crawl(ArticleSpider)
    process.start()
