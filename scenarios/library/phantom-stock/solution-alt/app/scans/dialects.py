"""How each site writes: one class a site, and nothing is guessed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


class Dublin:
    """UTF-8, commas, ISO, and in winter UTC."""

    comma = ","
    stamp = "%Y-%m-%d %H:%M:%S"

    def text(self, line: bytes) -> str:
        return line.decode("utf-8", "backslashreplace")

    def utc(self, text: str) -> datetime:
        return datetime.strptime(text, self.stamp)


class Porto(Dublin):
    """Semicolons, day first; old handhelds write cp1252 and new ones UTF-8, and no cp1252 word of theirs is UTF-8."""

    comma = ";"
    stamp = "%d/%m/%Y %H:%M:%S"

    def text(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            return line.decode("cp1252", "backslashreplace")


class Halifax(Dublin):
    """Dublin's layout, and the clock on the wall."""

    zone = ZoneInfo("America/Halifax")

    def utc(self, text: str) -> datetime:
        wall = super().utc(text)
        offset = wall.replace(tzinfo=self.zone).utcoffset()
        return wall - (offset or timedelta())


SITES: dict[str, Dublin] = {"A": Dublin(), "B": Porto(), "C": Halifax()}
