"""A notice as a mail, through the server that its user names."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime
from queue import Empty, SimpleQueue

from commands.cleaning import clean
from commands.notices.message import DeliveryError, Message
from commands.settings.notices import MailChannel
from scraper.fetch.client import make_tls_context
from scraper.threads import start_thread

TIME_LIMIT = 60.0
STEP_LIMIT = 30.0
"""Seconds for each answer of the server; ``TIME_LIMIT`` is for all of them."""
LONGEST_REPLY = 120


def send(channel: MailChannel, message: Message) -> None:
    """Raises ``DeliveryError``.

    In a thread that nobody waits for longer than the limit: a server that drips its answers, and
    one whose name takes minutes to be looked up, hold nothing up.
    """
    mail = make_mail(channel, message)
    ended: SimpleQueue[Exception | None] = SimpleQueue()

    def work() -> None:
        try:
            _send(channel, mail)
        except Exception as error:  # noqa: BLE001 - raised again below
            ended.put(error)
        else:
            ended.put(None)

    start_thread(work)
    try:
        error = ended.get(timeout=TIME_LIMIT)
    except Empty:
        problem = f"{channel.host}: it was not done within {TIME_LIMIT:g} s"
        raise DeliveryError(problem, is_down=True) from None
    if error is not None:
        raise _explain(channel, error) from None


def make_mail(channel: MailChannel, message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.to)
    mail["Subject"] = message.title
    mail["Date"] = format_datetime(message.made_at)
    mail["Message-ID"] = f"<{message.key}@kliping.invalid>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
    mail.set_content(message.text)
    return mail


def _send(channel: MailChannel, mail: EmailMessage) -> None:
    place = (channel.host, channel.port)
    if channel.encryption == "tls":
        tls = make_tls_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=STEP_LIMIT, context=tls)
    else:
        server = smtplib.SMTP(*place, timeout=STEP_LIMIT)
    try:
        if channel.encryption == "starttls":
            server.starttls(context=make_tls_context())
        if channel.user is not None and channel.password is not None:
            server.login(channel.user, channel.password)
        server.send_message(mail)
    finally:
        with suppress(smtplib.SMTPException, OSError):  # it is sent, or the reason is known
            server.quit()
        server.close()


def _explain(channel: MailChannel, error: Exception) -> Exception:
    """In one line without the password; an error of ours as it is."""
    refused = (smtplib.SMTPDataError, smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        what = f"it refuses a recipient ({_reply(channel, code, reply)})"
    elif isinstance(error, smtplib.SMTPAuthenticationError):
        what = f"it refuses user or password (SMTP {error.smtp_code})"
    elif isinstance(error, smtplib.SMTPResponseException):
        what = _reply(channel, error.smtp_code, error.smtp_error)
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        what = f"it does not offer what is asked for: {error}"
    elif isinstance(error, smtplib.SMTPServerDisconnected):
        what = "the connection was closed"
    elif isinstance(error, ssl.SSLCertVerificationError):
        what = f"its certificate is not valid ({error.verify_message})"
    elif isinstance(error, TimeoutError):
        what = "no answer in time"
    elif isinstance(error, OSError):
        what = (error.strerror or type(error).__name__).lower()
    elif isinstance(error, (smtplib.SMTPException, UnicodeError, ValueError)):
        what = f"the mail cannot be sent ({type(error).__name__})"
    else:
        return error
    place = f"{channel.host}:{channel.port}"
    return DeliveryError(f"{place}: {what}", is_down=not isinstance(error, refused))


def _reply(channel: MailChannel, code: int, reply: bytes | str) -> str:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    if channel.password:
        said = said.replace(channel.password, "…")
    return f"SMTP {code}: {clean(said)[:LONGEST_REPLY]}"
