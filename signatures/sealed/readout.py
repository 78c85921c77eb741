"""`readout.json`: what is read out of a bid, in a file of its own (SEALED_BID 3.2).

Apart from the offer, so that the public can check the read-out by one opening while CVs and trade
secrets stay closed. It is canonical JSON of {type, price, currency, delivery}: the client checks it
before it seals, since what cannot be read out after the closing nobody can mend.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel import canonical
from kernel.canonical import JsonValue
from kernel.money import Money
from kernel.refusal import Refused, refuse
from signatures.sealed.statements import read_canonical

FILE_NAME = "readout.json"
TYPE = "sunlit/readout/v1"
CITE = "SEALED_BID 3.2"
_KEYS = frozenset({"type", "price", "currency", "delivery"})
# Ours: a page of a read-out is read aloud, and `offer.json` holds the rest.
BYTES_MAX = 4 * 1024
DELIVERY_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True)
class ReadOut:
    """The total price and the promised delivery, as they are read out."""

    price: Money
    delivery: str = ""

    def encode(self) -> bytes:
        """The bytes of `readout.json`."""
        return canonical.encode(self.as_record())

    def as_record(self) -> dict[str, JsonValue]:
        """As the journal and the opened bid hold it."""
        return {
            "type": TYPE,
            "price": str(self.price),
            "currency": self.price.currency,
            "delivery": self.delivery,
        }


def read(raw: bytes, *, currency: str) -> ReadOut:
    """Read the file; `readout_malformed` for anything that is not exactly one.

    It is shown to everybody, so its text keeps the limits of statements: no control or direction
    characters that could make a price look like another. An amount has one spelling.
    """
    try:
        found = read_canonical(raw, BYTES_MAX)
        if not isinstance(found, dict) or found.keys() != _KEYS or found["type"] != TYPE:
            raise ValueError("not the keys of a read-out")
        price, said, delivery = found["price"], found["currency"], found["delivery"]
        if not (isinstance(price, str) and isinstance(delivery, str)) or said != currency:
            raise ValueError("not a price in the tender's currency")
        amount = Money.parse(price, currency)
        if amount.minor <= 0 or str(amount) != price:
            raise ValueError("not a price above zero, written with all its decimal places")
        if len(delivery) > DELIVERY_CHARACTERS_MAX:
            raise ValueError("the delivery is too long")
    except (ValueError, Refused) as problem:
        raise Refused(refuse("readout_malformed", CITE, problem=str(problem))) from problem
    return ReadOut(amount, delivery)
