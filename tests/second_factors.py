"""A second factor without an authenticator: the key in hand, and the code that it shows now or at another time."""

import pyotp

from tcsuper.clock import now
from tcsuper.database import reading, writing
from tcsuper.models import SecondFactor
from tcsuper.rules.sign_in import STEP_SECONDS
from tcsuper.sealing import seal, unseal


def with_second_factor(account_id: int) -> str:
    """One that is set up and counts; gives its key."""
    seed = pyotp.random_base32()
    with writing() as db:
        factor = SecondFactor(account_id=account_id, sealed_seed=b"", confirmed_at=now())
        seal(factor, "sealed_seed", seed)
        db.add(factor)
    return seed


def key_of(account_id: int) -> str:
    """The key that this account was given, confirmed or not."""
    with reading() as db:
        return unseal(db.get_one(SecondFactor, account_id), "sealed_seed")


def code_of(seed: str, steps_later: int = 0) -> str:
    return pyotp.TOTP(seed).at(int(now().timestamp()) + steps_later * STEP_SECONDS)


def forget_last_code(account_id: int) -> None:
    """As if half a minute had passed since the last code: the same one counts again."""
    with writing() as db:
        db.get_one(SecondFactor, account_id).last_step = 0
