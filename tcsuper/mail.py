"""The way out for e-mail: one connection to the mail server of the settings."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from tcsuper.settings import MailServer

NoSuchAddress = smtplib.SMTPRecipientsRefused
PATIENCE = 30
"""Seconds that a mail server may take to answer."""


@contextmanager
def posting(server: MailServer) -> Iterator[Callable[[EmailMessage], object]]:
    """Gives what hands over one message. Raises OSError (smtplib's own errors are such) when the server cannot be
    reached, is not the one its certificate names, or takes no mail from us."""
    trusted = ssl.create_default_context()
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=trusted)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    with connection:
        if server.security == "starttls":
            connection.starttls(context=trusted)
        if server.user:
            connection.login(server.user, server.password)
        yield connection.send_message
