"""Reports of mail servers about mails that were not delivered, shaped like real ones."""

from email import message_from_string
from email.message import Message

TO = "ana@reader.example"


POSTFIX = """Return-Path: <>
Delivered-To: {returned_to}
Date: Mon, 23 Nov 2026 18:00:05 +0000 (UTC)
From: MAILER-DAEMON@mx.clinic.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {returned_to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"

--B1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.clinic.example.

I'm sorry to have to inform you that your message could not be delivered.

<{final}>: host mx.reader.example[192.0.2.7] said: {reply} (in reply to RCPT TO command)

--B1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.clinic.example
X-Postfix-Queue-ID: 4Cf5
Arrival-Date: Mon, 23 Nov 2026 18:00:01 +0000 (UTC)

Final-Recipient: rfc822; {final}
{original_line}Action: {action}
Status: {status}
Remote-MTA: dns; mx.reader.example
Diagnostic-Code: {reply}

--B1
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: clinic@clinic.example
To: ana@reader.example
Subject: Booked: Tuesday

Dear Ana, 5.1.1 user unknown

--B1--
"""


def dsn(
    *,
    status: str = "5.1.1",
    reply: str = "smtp; 550 5.1.1 <ana@reader.example>: user unknown",
    action: str = "failed",
    final: str = TO,
    original: str = "",
    returned_to: str = "bounces@clinic.example",
) -> Message:
    """A delivery status notification as Postfix writes it (RFC 3464)."""
    original_line = f"Original-Recipient: rfc822;{original}\n" if original else ""
    values = {"status": status, "reply": reply, "action": action, "final": final}
    return message_from_string(
        POSTFIX.format(returned_to=returned_to, original_line=original_line, **values)
    )


EXIM = """Return-path: <>
Envelope-to: {returned_to}
X-Failed-Recipients: ana@reader.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.clinic.example>
To: {returned_to}
Content-Type: multipart/report; report-type=delivery-status; boundary=1699-eximdsn-1
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender

--1699-eximdsn-1
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ana@reader.example
    host mx.reader.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<ana@reader.example>:
    550 No such user here

--1699-eximdsn-1
Content-type: message/delivery-status

Reporting-MTA: dns; mx.clinic.example

Action: failed
Final-Recipient: rfc822;ana@reader.example
Status: 5.0.0
Remote-MTA: dns; mx.reader.example
Diagnostic-Code: smtp; 550 No such user here

--1699-eximdsn-1
Content-type: message/rfc822

From: clinic@clinic.example
Subject: Booked

--1699-eximdsn-1--
"""

OLD_EXIM = """Return-path: <>
Envelope-to: {returned_to}
X-Failed-Recipients: ana@reader.example
From: Mail Delivery System <Mailer-Daemon@old.example>
To: {returned_to}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ana@reader.example
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

Subject: Booked
"""

EXCHANGE = """From: <postmaster@reader.example>
To: {returned_to}
Subject: Undeliverable: Booked: Tuesday
Content-Type: multipart/report; report-type=delivery-status; boundary="_E1_"
MIME-Version: 1.0
Auto-Submitted: auto-replied

--_E1_
Content-Type: text/html; charset="us-ascii"

<html><body>Your message to ana@reader.example couldn't be delivered. ana wasn't found at
reader.example.</body></html>

--_E1_
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01MB0001.eurprd01.prod.exchangelabs.example
Received-From-MTA: dns;mx.clinic.example
Arrival-Date: Mon, 23 Nov 2026 18:00:05 +0000

Final-Recipient: rfc822;Ana@Reader.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient Ana@Reader.example
 not found by SMTP address lookup

--_E1_
Content-Type: message/rfc822

Subject: Booked

--_E1_--
"""

GMAIL = """Delivered-To: {returned_to}
X-Failed-Recipients: ana@reader.example
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: {returned_to}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
MIME-Version: 1.0
Content-Type: multipart/report; boundary="000000000000a1"; report-type=delivery-status

--000000000000a1
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to ana@reader.example because the address couldn't be found, or is
unable to receive mail.

--000000000000a1
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.example
Arrival-Date: Mon, 23 Nov 2026 10:00:05 -0800 (PST)
X-Original-Message-ID: <1@clinic.example>

Final-Recipient: rfc822; ana@reader.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.reader.example. (192.0.2.7, the server for the domain reader.example.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please
 550-5.1.1 try double-checking the recipient's email address for typos or
 550 5.1.1 unnecessary spaces.
Last-Attempt-Date: Mon, 23 Nov 2026 10:00:06 -0800 (PST)

--000000000000a1
Content-Type: message/rfc822

Subject: Booked

--000000000000a1--
"""

QMAIL = """Return-Path: <>
Delivered-To: {returned_to}
From: MAILER-DAEMON@qmail.example
To: {returned_to}
Subject: failure notice

Hi. This is the qmail-send program at qmail.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ana@reader.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Subject: Booked
"""

ABSENT = """From: Ana Reader <ana@reader.example>
To: {returned_to}
Subject: Out of office: Booked: Tuesday
Auto-Submitted: auto-replied

I am away until Monday. The user unknown to me will answer. <ana@reader.example>
"""

ANSWER = """From: Ana Reader <ana@reader.example>
To: {returned_to}
Subject: Re: Booked

Thank you! My old mailbox bob@reader.example does not exist any more.
"""

NO_SUCH_MAILBOX = {
    "exim": EXIM, "old exim": OLD_EXIM, "exchange": EXCHANGE, "gmail": GMAIL, "qmail": QMAIL,
}  # fmt: skip
NOT_REPORTS = {"absent": ABSENT, "answer": ANSWER}


def report(text: str, returned_to: str = "bounces@clinic.example") -> Message:
    """Return one of the texts above as a message that was sent to an address."""
    return message_from_string(text.replace("{returned_to}", returned_to))
