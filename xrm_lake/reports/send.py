"""
Send a report by mail, over the server that the environment names; never without one.

XRM_SMTP_HOST, XRM_SMTP_FROM, and if need be XRM_SMTP_PORT, XRM_SMTP_USER, XRM_SMTP_PASSWORD and XRM_SMTP_SECURITY (starttls, the
default; tls; none). The password is read when it is needed, and neither logged nor kept.
"""

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage

from xrm_lake.errors import Misuse, XrmError
from xrm_lake.reports.page import Page
from xrm_lake.reports.render import render
from xrm_lake.reports.render.mail import mail_of

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SECONDS = 30
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True)
class Server:
    """The server that takes mails, and in whose name they are sent; the password is in no text of it."""

    host: str
    port: int
    sender: str
    security: str
    user: str = ""
    password: str = field(default="", repr=False)


def server_of(environment: Mapping[str, str]) -> Server:
    """The server that the environment names. Raises Misuse if it names none, or not all that is needed."""
    given = {
        name: environment.get(f"XRM_SMTP_{name}", "").strip() for name in ("HOST", "FROM", "PORT", "USER", "SECURITY")
    }
    if not given["HOST"] or not given["FROM"]:
        raise Misuse(
            "No mail was sent: no mail server is configured. Set XRM_SMTP_HOST and XRM_SMTP_FROM (and XRM_SMTP_USER, XRM_SMTP_PASSWORD),"
            " or send the .eml file from your mail program."
        )
    security = given["SECURITY"].casefold() or "starttls"
    if security not in _PORTS:
        raise Misuse(f"No mail was sent: XRM_SMTP_SECURITY is one of {', '.join(_PORTS)}.")
    port = given["PORT"] or str(_PORTS[security])
    if not port.isdigit():
        raise Misuse("No mail was sent: XRM_SMTP_PORT is a number.")
    password = environment.get("XRM_SMTP_PASSWORD", "")
    if password and security == "none":
        raise Misuse(
            "No mail was sent: a password is not sent over a connection that anybody can read. Set XRM_SMTP_SECURITY."
        )
    return Server(given["HOST"], int(port), _checked(given["FROM"]), security, given["USER"], password)


def send_page(page: Page, receivers: Sequence[str], server: Server) -> None:
    """
    Send a page with its workbook to these addresses.

    Raises Misuse for what is no address, MailFailed if the server does not take it, or not for all of them.
    """
    message = addressed(page, receivers, server.sender)
    try:
        with _connected(server) as connection:
            refused = connection.send_message(message)
    except (OSError, smtplib.SMTPException) as problem:
        raise MailFailed(server.host, _reason(problem)) from None
    if refused:
        raise MailFailed(server.host, f"{len(refused)} of {len(receivers)} receivers were refused")


def addressed(page: Page, receivers: Sequence[str], sender: str) -> EmailMessage:
    """The page as a message from somebody to somebody, with its workbook."""
    message = mail_of(page)
    del message["X-Unsent"]
    message["From"] = sender
    message["To"] = ", ".join(_checked(each) for each in receivers)
    workbook = render(page, "xlsx")
    assert isinstance(workbook, bytes)
    message.add_attachment(workbook, *_XLSX, filename=f"{page.name}-{page.as_of}.xlsx")
    return message


class MailFailed(XrmError):
    """A mail server did not take a mail."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"The mail server {host} did not take the mail: {reason}. The report itself was written.")


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    if server.security == "starttls":
        connection.starttls(context=context)
    if server.user:
        connection.login(server.user, server.password)
    return connection


def _checked(address: str) -> str:
    try:
        return str(Address(addr_spec=address.strip()).addr_spec)
    except (ValueError, IndexError):
        raise Misuse("No mail was sent: what was given as an address is none, such as ann@example.org.") from None


def _reason(problem: Exception) -> str:
    """Why, without what the server said: it may repeat what it was sent."""
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"it answered {problem.smtp_code}"
    return type(problem).__name__
