"""Whether a source is read at all, judged by its polls: it is disabled, could never be read, cannot
be read any more, is not even polled, brings nothing, or turned over whole between two polls. Pure.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise, takewhile

from scraper.clock import in_message
from scraper.model.health import BY_HAND, HAS_OLDER, Alarm, History, Kind, PartSeen, PollSeen
from scraper.monitoring.causes import cause_of, without_address
from scraper.urls import host_of

FAILED_POLLS, FAILED_FOR = 3, timedelta(hours=6)
UNREAD_FOR = timedelta(days=1)
"""After which a source that was never read is wrong, however few its polls were."""
OVERDUE = timedelta(days=3)
"""Since it was due. Who crawls by hand may leave out a weekend."""
PART_IS_NEWS = timedelta(days=30)
"""After which a sitemap that its server took away is no alarm any more: the others go on."""
SILENT_NEWS = 10
SILENT_MIN = timedelta(hours=36)
SILENT_YOUNG = timedelta(hours=96)
"""Before three weeks are known, a long weekend of silence is not ruled out."""
YOUNG = timedelta(days=21)
NAMED = 3
"""Sitemaps that are named one by one."""


def judge_listing(history: History, now: datetime) -> list[Alarm]:
    """What is wrong with how a source is read; at most one alarm of a kind."""
    found = [
        judge_unread(history, now) or judge_polls(history, now),
        judge_overdue(history, now),
        _judge_parts(history, now),
        judge_silence(history),
        _judge_gaps(history),
    ]
    return [alarm for alarm in found if alarm is not None]


def judge_disabled(history: History) -> Alarm | None:
    """That a source is disabled; its ``cause`` tells whether a person did it."""
    if history.disabled_at is None:
        return None
    reason = history.disabled_reason or "no reason was noted"
    detail = f"it is no longer polled: {reason}"
    cause = BY_HAND if history.is_by_hand else ""
    return Alarm(Kind.DISABLED, history.disabled_at, detail, (history.url,), cause)


def note_listing(history: History, now: datetime) -> list[Alarm]:
    """What a person should know of a source that raises no alarm for it: it could not be read yet,
    its last polls failed, or a few of many sitemaps are not read."""
    notes: list[Alarm] = []
    if not (_was_read(history) or judge_unread(history, now) or judge_overdue(history, now)):
        error = history.polls[-1].error if history.polls else None
        why = "no crawl has polled it yet" if error is None else without_address(error)
        detail = f"it could not be read yet: {why}"
        cause = _cause(history, error or "")
        notes.append(Alarm(Kind.UNREACHABLE, history.added_at, detail, (history.url,), cause))
    elif _was_read(history) and not judge_polls(history, now):
        notes += _tell_failed_polls(history)
    if history.parts and not _judge_parts(history, now):
        notes.append(_tell_parts(history))
    return notes


# ------------------------------------------------------------------ polls


def judge_unread(history: History, now: datetime) -> Alarm | None:
    """Whether a source could not be read once since it was added: at three polls within six hours
    at least, or at fewer within a day."""
    polls = history.polls
    if not polls or _was_read(history):
        return None
    is_tried = len(polls) >= FAILED_POLLS and now - polls[0].at >= FAILED_FOR
    if not is_tried and now - history.added_at < UNREAD_FOR:
        return None
    error = polls[-1].error or ""
    tries = f"all {len(polls)} polls" if len(polls) > 1 else "its only poll"
    detail = f"it could never be read since it was added; {tries} failed: {without_address(error)}"
    return Alarm(Kind.UNREACHABLE, history.added_at, detail, (history.url,), _cause(history, error))


def _was_read(history: History) -> bool:
    return history.last_success_at is not None or any(one.error is None for one in history.polls)


def _cause(history: History, error: str) -> str:
    """Who was led into a private network by a redirect is not advised to open it."""
    cause = cause_of(error)
    is_led = cause == "private" and host_of(error.partition(": ")[0]) != history.host
    return "" if is_led else cause


def _failed_last(history: History) -> list[PollSeen]:
    """The last polls, as far as they failed; the last one first."""
    return list(takewhile(lambda poll: poll.error is not None, reversed(history.polls)))


def _tell_failed_polls(history: History) -> list[Alarm]:
    """That the last polls failed, before that is an alarm."""
    failed = _failed_last(history)
    if not failed:
        return []
    error = failed[0].error or ""
    polls = f"{len(failed)} poll{'s' if len(failed) > 1 else ''} failed"
    hours = int(FAILED_FOR / timedelta(hours=1))
    detail = f"{polls}: {without_address(error)}; alarm at {FAILED_POLLS} polls over {hours} h"
    return [Alarm(Kind.UNREACHABLE, failed[-1].at, detail, (history.url,), _cause(history, error))]


def judge_polls(history: History, now: datetime) -> Alarm | None:
    """Whether the last polls failed, three of them and for six hours at least."""
    failed = _failed_last(history)
    if len(failed) < FAILED_POLLS:
        return None
    since = failed[-1].at
    if len(failed) == len(history.polls):  # what came before is not known any more
        since = history.last_success_at or history.open.get(Kind.UNREACHABLE) or since
    if now - since < FAILED_FOR:
        return None
    error = failed[0].error or ""
    detail = f"the last {len(failed)} polls failed: {without_address(error)}"
    return Alarm(Kind.UNREACHABLE, since, detail, (history.url,), _cause(history, error))


def judge_overdue(history: History, now: datetime) -> Alarm | None:
    """Whether a source has long been due, and no crawl came: one that was never polled for a day,
    others for three."""
    due = history.due_at
    if due is None or now - due < (OVERDUE if history.polls else UNREAD_FOR):
        return None
    waits = "it has been due since then, and no crawl has polled it"
    detail = waits if history.polls else "no crawl has polled it since it was added"
    return Alarm(Kind.OVERDUE, due, detail, (history.url,))


def judge_silence(history: History) -> Alarm | None:
    """Whether polls that worked have brought nothing for longer than this source ever paused.

    Longer than four times its pause between two polls with news (19 of 20 are shorter), and half
    as long again as its second-longest one: weekends are known, and the longest may have been
    ours.
    """
    news = history.news
    worked = [poll.at for poll in history.polls if poll.error is None]
    if len(news) < SILENT_NEWS or not worked:
        return None
    silence = worked[-1] - news[-1]
    pauses = sorted(later - earlier for earlier, later in pairwise(news))
    usual, second = pauses[int(0.95 * (len(pauses) - 1))], pauses[-2]
    least = SILENT_YOUNG if news[-1] - news[0] < YOUNG else SILENT_MIN
    meanwhile = sum(1 for at in worked if at > news[-1])
    if silence <= max(least, 4 * usual, 1.5 * second) or meanwhile < FAILED_POLLS:
        return None
    detail = (
        f"it is read and lists nothing new, where a pause was seldom longer than {_in_hours(usual)}"
    )
    return Alarm(Kind.SILENT, news[-1], detail, (history.url,))


def _judge_gaps(history: History) -> Alarm | None:
    if not history.gaps:
        return None
    since, until = history.gaps[0]
    more = len(history.gaps) - 1
    span = f"{in_message(since)} and {in_message(until)}"
    detail = f"between its polls of {span} all that it lists was replaced: what came and went"
    detail += " between them was missed"
    detail += f", and so at {more} later poll{'s' if more > 1 else ''}" if more else ""
    cause = HAS_OLDER if history.has_older else ""
    return Alarm(Kind.GAP, since, detail, (history.url,), cause)


# ------------------------------------------------------------------ the sitemaps of an index


def _judge_parts(history: History, now: datetime) -> Alarm | None:
    """Of an index: sitemaps were disabled of late, and not by a person, or none is read."""
    lost = [
        one
        for one in history.parts
        if one.disabled_reason is not None and not one.is_by_hand and now - one.since < PART_IS_NEWS
    ]
    failing = [one for one in history.parts if one.disabled_reason is None]
    none_is_read = bool(failing) and not history.parts_read
    return _tell_parts(history) if lost or none_is_read else None


def _tell_parts(history: History) -> Alarm:
    parts = sorted(history.parts, key=lambda one: (one.disabled_reason is None, one.is_by_hand))
    number = history.parts_off + history.parts_read
    told = "; ".join(map(_tell_part, parts[:NAMED]))
    more = history.parts_off - len(parts[:NAMED])
    told += f"; and {more} more" if more else ""
    detail = f"{history.parts_off} of its {number} sitemaps are not read: {told}"
    cause = "" if parts[0].disabled_reason is None else Kind.DISABLED
    urls = tuple(one.url for one in parts[:NAMED])
    return Alarm(Kind.PARTS, min(one.since for one in parts), detail, urls, cause)


def _tell_part(part: PartSeen) -> str:
    since = f"since {part.since:%Y-%m-%d}"
    if part.disabled_reason is not None:
        return f"{part.name} is disabled {since}: {part.disabled_reason}"
    return f"{part.name} fails {since}: {without_address(part.error or '')}"


def _in_hours(time: timedelta) -> str:
    hours = max(round(time / timedelta(hours=1)), 1)
    if hours >= 72:
        return f"{round(hours / 24)} days"
    return "an hour" if hours == 1 else f"{hours} hours"
