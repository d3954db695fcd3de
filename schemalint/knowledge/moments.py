"""Points in time as defaults have them: the database shows `'1970-01-01'` as `'1970-01-01 00:00:00+00'`."""

from __future__ import annotations

import re

_LITERAL = re.compile(
    r"(?:timestamptz|timestamp|datetime|date|time)?(?:with(?:out)?timezone)?"
    r"'(?P<date>\d{4}-\d\d-\d\d)?t?(?P<time>\d\d:\d\d(?::\d\d)?)?(?:\.(?P<fraction>\d*))?"
    r"(?P<zone>z|[+-]\d\d(?::?\d\d)?)?'"
)
_EPOCH = re.compile(r"(?:timestamptz|timestamp|date)?(?:with(?:out)?timezone)?'epoch'")


def moments_differ(one: str, other: str) -> bool | None:
    """Whether two literals are different points in time for certain; None where one of them is none.

    Both without spaces and in small letters. Where one does not say its zone, it is the server's.
    """
    first, second = _moment(one), _moment(other)
    if first is None or second is None:
        return None
    return first[0] != second[0] and (first[1] == second[1])


def _moment(text: str) -> tuple[tuple[str, str, str], str | None] | None:
    """The date, the time and the fraction of a second, and the zone."""
    if _EPOCH.fullmatch(text):
        text = "'1970-01-01t00:00:00+00'"
    found = _LITERAL.fullmatch(text)
    if found is None or not (found["date"] or found["time"]):
        return None
    time = found["time"] or "00:00"
    if time.count(":") == 1:
        time += ":00"
    fraction = (found["fraction"] or "").rstrip("0")
    return (found["date"] or "", time, fraction), _offset(found["zone"])


def _offset(zone: str | None) -> str | None:
    """An offset from UTC as sign, hours and minutes, however it is written."""
    if zone is None:
        return None
    offset = zone.removeprefix("z").replace(":", "").ljust(len("+0000"), "0")
    return offset if offset.strip("+-0") else "utc"
