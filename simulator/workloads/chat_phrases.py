"""What customers of a web shop write to its chat: topics, what makes a case difficult, and small talk."""

from typing import NamedTuple


class Topic(NamedTuple):
    """One reason to write; a bot answers it with one article."""

    article: str
    asks: tuple[str, ...]
    """Ways to ask; `{order}` is the order's number."""


TOPICS = {
    "delivery": Topic("help/where-is-my-parcel", (
        "Where is my parcel {order}?",
        "My order {order} has not arrived yet, when will it be delivered?",
        "The tracking of {order} has not moved since Monday. When does the parcel come?",
        "Can you tell me the delivery day of {order}?",
        "Is parcel {order} still on its way?",
        "I am waiting for the delivery of {order}.",
    )),
    "return": Topic("help/return-label", (
        "I want to send back {order}, where do I get the return label?",
        "How do I return the shoes from {order}?",
        "The size is wrong, I would like to return {order}.",
        "Please send me a return label for {order}.",
        "Does the return of {order} cost anything?",
        "How long can I send {order} back?",
    )),
    "refund": Topic("help/refund-times", (
        "When do I get my money back for {order}?",
        "I sent {order} back and my refund is not on my account.",
        "How long does the refund of {order} take?",
        "The refund for {order} is missing.",
        "You have had {order} for ten days, where is my money?",
        "Has the money for {order} been paid back to my card?",
    )),
    "cancel": Topic("help/cancel-an-order", (
        "I want to cancel order {order}.",
        "Please cancel {order}, I ordered it by mistake.",
        "Can I still cancel {order}?",
        "How do I cancel an order? It is {order}.",
        "I do not need {order} any more, please stop it.",
        "Cancellation of {order}, please confirm.",
    )),
    "address": Topic("help/change-address", (
        "I moved. Can you change the address of {order}?",
        "The street of {order} is wrong, please correct the address.",
        "Wrong house number in the address of {order}.",
        "Please ship {order} to my new address.",
        "How do I change the shipping address of {order}?",
        "The postcode in {order} has a typing error, can you change it?",
    )),
    "invoice": Topic("help/invoice-copy", (
        "I need the invoice for {order}.",
        "Where can I download the invoice of {order}?",
        "Please send me a copy of the invoice for {order} as PDF.",
        "There was no invoice in the parcel {order}.",
        "The invoice of {order} did not come by mail.",
        "Can I get a receipt for {order}?",
    )),
    "damaged": Topic("help/damaged-goods", (
        "The lamp from {order} is broken.",
        "{order} arrived damaged, the glass is broken.",
        "The zip of the jacket in {order} is defective.",
        "One cup in {order} is cracked, can I have a new one?",
        "{order} does not work, it is defective.",
        "The box of {order} was crushed and the content is damaged.",
    )),
    "voucher": Topic("help/redeem-voucher", (
        "My voucher code does not work for {order}.",
        "The discount code was not accepted in {order}.",
        "I forgot to enter my voucher in {order}.",
        "How do I redeem a voucher? It was for {order}.",
        "The shop says that my voucher code is expired, order {order}.",
        "The ten percent discount is missing in {order}.",
    )),
}  # fmt: skip


class Cue(NamedTuple):
    """Something in a message that makes the case difficult for a bot."""

    weight: float
    """How much it lowers the log-odds that the standard answer is enough."""
    says: tuple[str, ...]


CUES = {
    "again": Cue(2.8, (
        "I already wrote twice about this and nobody helped.",
        "This is my third message, last week I was promised a call.",
        "I contacted you before and got the same text as always.",
    )),
    "partly": Cue(3.0, (
        "Only two of the three items are concerned, the others are fine.",
        "One half came separately, the rest never did.",
        "It was split in two shipments and just one of them is the problem.",
    )),
    "paid": Cue(3.2, (
        "I paid one part with a gift card and the other by instalments.",
        "It was paid twice, once by card and once by instalments.",
        "My bank has reversed the direct debit in the meantime.",
    )),
    "abroad": Cue(2.5, (
        "It went to my sister in Norway and customs is involved.",
        "The recipient lives abroad and customs wants a paper.",
    )),
    "firm": Cue(2.5, (
        "It was bought by our firm and accounting needs another VAT number.",
        "Our accounting cannot book it with the VAT as it is.",
    )),
    "third": Cue(2.9, (
        "The carrier says that the neighbour signed, but the neighbour denies it.",
        "The carrier claims it is your fault and you claim it is theirs.",
    )),
}  # fmt: skip
"""A second topic in the same message is another difficulty: see `SECOND`."""

SECOND = 1.8
"""The weight of a second topic."""
AND = ("And another thing:", "Besides,", "By the way,", "At the same time:")

CHAT = (
    "Hello there.", "Good morning!", "Hi, I hope that you are well.", "I have been a customer for years.",
    "Thanks in advance for a quick answer.", "Kind regards.", "I use the app on my phone.", "It is for a birthday.",
    "I looked on your site and did not find it.", "Please help me.",
)  # fmt: skip
"""Small talk without meaning, which makes simple messages as long as difficult ones."""

COMPLAINTS = (
    "That did not help. {ask}",
    "No, that is not what I asked. {ask}",
    "This does not solve my problem. {ask}",
    "I have read that already, it did not help me. {ask}",
)
THANKS = ("Thanks, that solved it.", "Great, thank you!", "Perfect, that helped, thanks.")
