"""Sending one HL7 v2 message over MLLP, and saying truly what became of it.

MLLP (HL7 v2.5.1 appendix C.4): VT, the message, FS, CR. The one rule here: once a byte may have left this computer,
only an acknowledgement of this very message says what became of it. Everything else is ``unknown``, and the machine
never sends it again: no receiver is idempotent.
"""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Self

from downtime.exchange.acknowledgement import Acknowledgement, control_id_of, read_acknowledgement
from downtime.exchange.outcome import Delivery, Outcome

START, END = b"\x0b", b"\x1c\r"
MOST_ANSWER_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class MllpTarget:
    """Where to send: host, port, TLS or not, and for how long to wait for a connection and for an answer."""

    host: str
    port: int
    connect_seconds: float = 10.0
    answer_seconds: float = 30.0
    tls: ssl.SSLContext | None = None
    encoding: str = "utf-8"


@dataclass(slots=True)
class MllpConnection:
    """One connection, on which messages are sent one after another; closed whenever its state is in doubt."""

    target: MllpTarget
    _socket: socket.socket | None = None
    _rest: bytes = b""
    _sent_before: set[str] = field(default_factory=set)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, message: str) -> Outcome:
        """Send one message and wait for its acknowledgement; never raises for what a network or receiver does."""
        control_id = control_id_of(message)
        try:
            content = message.encode(self.target.encoding)
        except UnicodeEncodeError as error:
            return Outcome(Delivery.NOT_SENT, f"“{error.object[error.start]}” cannot be written in {error.encoding}")
        if START in content or END in content:
            return Outcome(Delivery.NOT_SENT, "the message holds the marks that end a message")
        try:
            connection = self._connected()
        except (OSError, ValueError) as error:
            self.close()
            return Outcome(Delivery.NOT_SENT, _told(error))
        try:
            connection.sendall(START + content + END)
        except OSError as error:
            self.close()
            return Outcome(Delivery.UNKNOWN, f"the connection broke while sending: {_told(error)}")
        outcome = self._answered(connection, control_id)
        if outcome.delivery is Delivery.UNKNOWN:
            self.close()
        self._sent_before.add(control_id)
        return outcome

    def close(self) -> None:
        """End the connection; the next message opens a new one."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def _connected(self) -> socket.socket:
        if self._socket is not None and _went_away(self._socket):
            self.close()
        if self._socket is None:
            target = self.target
            plain = socket.create_connection((target.host, target.port), timeout=target.connect_seconds)
            try:
                # TLS shakes hands here: a bad certificate is found before anything of a patient is sent.
                self._socket = target.tls.wrap_socket(plain, server_hostname=target.host) if target.tls else plain
            except OSError:
                plain.close()
                raise
        return self._socket

    def _answered(self, connection: socket.socket, control_id: str) -> Outcome:
        deadline = time.monotonic() + self.target.answer_seconds
        others = 0
        while True:
            frame = self._frame(connection, deadline)
            if isinstance(frame, Outcome):
                return frame
            answer = frame.decode(self.target.encoding, "replace")
            read = read_acknowledgement(answer)
            if not isinstance(read, Acknowledgement):
                return Outcome(Delivery.UNKNOWN, f"the answer is no acknowledgement: {read}", answer)
            if read.control_id == control_id:
                delivery = Delivery.ACKNOWLEDGED if read.accepted else Delivery.REFUSED
                return Outcome(delivery, read.why, answer)
            # Some receivers repeat what they said of earlier messages; anything else is not to be understood.
            others += 1
            if read.control_id not in self._sent_before or others > 1000:
                return Outcome(Delivery.UNKNOWN, f"the answer is for another message ({read.control_id[:40]})", answer)

    def _frame(self, connection: socket.socket, deadline: float) -> bytes | Outcome:
        """The next frame, whole; however it was cut up, and however many came together."""
        received = self._rest
        while END not in received:
            left = deadline - time.monotonic()
            if left <= 0:
                return Outcome(Delivery.UNKNOWN, f"no whole answer within {self.target.answer_seconds:g} s")
            try:
                connection.settimeout(left)
                part = connection.recv(65536)
            except TimeoutError:
                continue
            except OSError as error:
                return Outcome(Delivery.UNKNOWN, f"the connection broke before the answer: {_told(error)}")
            if not part:
                return Outcome(Delivery.UNKNOWN, "the receiver closed the connection before it answered")
            received += part
            if len(received) > MOST_ANSWER_BYTES:
                return Outcome(Delivery.UNKNOWN, f"the answer is longer than {MOST_ANSWER_BYTES:,} bytes")
        frame, self._rest = received.split(END, 1)
        start, begun, content = frame.rpartition(START)
        if not begun:
            return Outcome(Delivery.UNKNOWN, "the answer does not begin as one", start.decode("latin-1"))
        return content


def _went_away(connection: socket.socket) -> bool:
    """Whether the receiver has closed a kept connection; found before sending, it costs no message."""
    try:
        connection.settimeout(0)
        return connection.recv(1, socket.MSG_PEEK) == b"" if not isinstance(connection, ssl.SSLSocket) else False
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(None)


def _told(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
