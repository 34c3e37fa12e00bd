"""Single sign-on: the organisation's own sign-in proves who somebody is, and opens a sign-in of ours.

What counts is a fresh answer, signed by the one provider that is set up, about a person whose name there an
administrator has entered for their account. From then on it is a sign-in like any other: ours to limit and to end.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from tcsuper.access import account_is_open
from tcsuper.clock import now, today
from tcsuper.database import writing
from tcsuper.errors import NotAllowed
from tcsuper.models import Account, Door
from tcsuper.rules.sign_in import is_fresh
from tcsuper.services.sign_in import REFUSED, open_sign_in, record_failure
from tcsuper.settings import SingleSignOn, single_sign_on


def is_answer_fresh(claims: Mapping[str, Any]) -> bool:
    """Whether the provider signed this just now, after asking just now. Streamlit keeps an answer for thirty days."""
    times = [claims[name] for name in ("iat", "auth_time") if claims.get(name) is not None]
    return "iat" in claims and all(is_fresh(time, now()) for time in times)


def attempt_with_answer(claims: Mapping[str, Any]) -> str:
    """Sign in by the provider's verified answer: returns a handover, or raises NotAllowed with the same sentence as the
    other door. The second factor is not asked for again when the answer itself says that there was one."""
    provider = single_sign_on()
    if provider is None or claims.get("iss") != provider.issuer or not is_answer_fresh(claims):
        raise NotAllowed(REFUSED)
    with writing() as db:
        handover = _let_in(db, provider, claims)
    if handover is None:
        raise NotAllowed(REFUSED)
    return handover


def _let_in(db: Session, provider: SingleSignOn, claims: Mapping[str, Any]) -> str | None:
    known_as = name_at(provider, str(claims.get("sub") or ""))
    account = db.exec(select(Account).where(Account.single_sign_on == known_as)).first() if known_as else None
    if account is not None and account_is_open(account, today()):
        return open_sign_in(db, account, door=Door.SINGLE_SIGN_ON, code_given=_had_two_factors(provider, claims))
    record_failure(db, account=account, step=Door.SINGLE_SIGN_ON.value)
    return None


def name_at(provider: SingleSignOn, subject: str) -> str:
    """How an account remembers whom a provider knows: its address, and its name for them. Empty without a name."""
    return f"{provider.issuer} {subject}" if subject else ""


def _had_two_factors(provider: SingleSignOn, claims: Mapping[str, Any]) -> bool:
    methods = claims.get("amr")
    return (isinstance(methods, list) and "mfa" in methods) or claims.get("acr") in provider.strong_acr
