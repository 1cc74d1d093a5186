"""How each site writes, as the WMS has it: nothing is guessed, and nothing is written down here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

HALLS = "SELECT site, delimiter, encoding, dates, zone FROM wms.halls"


@dataclass(frozen=True)
class Dialect:
    """One site's."""

    comma: str
    letters: str
    stamp: str
    zone: str = "UTC"

    def text(self, line: bytes) -> str:
        """A line. Old handhelds write as their gateway does and new ones UTF-8; no old word with an accent is UTF-8."""
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            return line.decode(self.letters, "backslashreplace")

    def utc(self, text: str) -> datetime:
        """Their clock on the wall as WMS time. Raises `ValueError`."""
        wall = datetime.strptime(text, self.stamp)
        return wall - (wall.replace(tzinfo=ZoneInfo(self.zone)).utcoffset() or timedelta())
