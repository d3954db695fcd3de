"""Points in time as defaults have them: the database shows `'1970-01-01'` as `'1970-01-01 00:00:00+00'`."""

from __future__ import annotations

import re

_LITERAL = re.compile(
    r"(?:timestamptz|timestamp|datetime|date|time)?(?:with(?:out)?timezone)?"
    r"'(?P<date>\d{4}-\d\d-\d\d)?t?(?P<time>\d\d:\d\d(?::\d\d)?)?(?P<fraction>\.\d*)?"
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
        text = "'1970-01-01 00:00:00+00'".replace(" ", "")
    found = _LITERAL.fullmatch(text)
    if found is None or not (found["date"] or found["time"]):
        return None
    time = found["time"] or "00:00"
    time = time if time.count(":") > 1 else f"{time}:00"
    zone = found["zone"]
    if zone is not None:
        zone = zone.replace(":", "").removesuffix("00").replace("z", "+") or "+"
        zone = "utc" if set(zone) <= set("+-0") else zone
    return (found["date"] or "", time, (found["fraction"] or "").strip(".0")), zone
