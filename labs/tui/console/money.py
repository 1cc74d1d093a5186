"""The money ticker: what the customer has lost in this lap, and what they would have with the deployment repaired."""

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from labs.tui.glyphs import meter
from labs.tui.help import Help
from labs.world.live.phrasing import amount

if TYPE_CHECKING:
    from labs.world.live.model import Books, Money

METER = 8


class Ticker(Static):
    """The sum, its two ends of the scale, the pace, and the largest accounts where there is room."""

    ABOUT: ClassVar = Help(
        "Money",
        "What this lap has cost the customer so far, in their currency. Reference: what a repaired deployment would "
        "have cost by now; untouched: the one that you were given. Both were measured on whole days, and are spread "
        "evenly over the graded hours.\n\nSome losses are only known when the lap is over, such as goods that were "
        "bought twice: then the sum jumps.",
    )

    can_focus = True
    _money: "Money | None" = None

    def __init__(self, id: str) -> None:  # noqa: A002 - as every widget calls it
        super().__init__(id=id, classes="panel")
        self.border_title = "Money"

    def show(self, money: "Money | None") -> None:
        """Show the books."""
        self._money = money
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        money = self._money
        if money is None:
            self.update("[$dim]nothing is booked yet[/]")
            return
        lines = [_sum(money), _pace(money), _scale("reference", money.reference), _scale("untouched", money.untouched)]
        room = self.content_size.height - len(lines) - 1
        if money.before is not None and room >= 0:
            lines.append(_scale(f"lap {money.before.lap}, whole", money.before.total))
        lines += _accounts(money.now, max(0, room))
        self.update(Content("\n").join(lines))


def _sum(money: "Money") -> Content:
    glyph, colour = ("▼", "error") if money.now.total < -0.5 else ("●", "success")
    text = f"[b ${colour}]{glyph} $sum $currency[/] [$dim]lap $lap[/]"
    return Content.from_markup(text, sum=amount(money.now.total), currency=money.currency, lap=money.now.lap)


def _pace(money: "Money") -> Content:
    if money.per_hour is None:
        return Content.from_markup("[$dim]losses do not count yet[/]")
    return Content.from_markup("[$accent]$pace[/] [$dim]per customer's hour[/]", pace=amount(money.per_hour))


def _scale(name: str, value: float | None) -> Content:
    said = "not measured" if value is None else amount(value)
    return Content.from_markup("[$dim]$name[/] $value", name=f"{name:<13}", value=f"{said:>12}")


def _accounts(books: "Books", most: int) -> list[Content]:
    sums = {account: sum(causes.values()) for account, causes in books.accounts.items()}
    worst = sorted((item for item in sums.items() if item[1] < 0), key=lambda item: item[1])[:most]
    return [
        meter(-value, -worst[0][1], METER, "accent")
        + Content.from_markup(" $value [$dim]$name[/]", value=f"{amount(value):>8}", name=name)
        for name, value in worst
    ]
