"""Numbers as the ERP writes them."""


def parse_quantity(text: str) -> float:
    """The quantity in `1.250,00`."""
    return float(text.replace(".", "").replace(",", "."))


def format_quantity(quantity: int) -> str:
    """A quantity for the ERP, with a decimal comma; it takes nothing else since go-live (see README)."""
    return f"{quantity},00"
