"""MLLP: every way in which a receiver or network can fail ends in one true word about the message."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from downtime.exchange.er7 import Segment, message_text
from downtime.exchange.mllp import MllpConnection, MllpTarget
from downtime.exchange.outcome import Delivery, Outcome

VT, FS = b"\x0b", b"\x1c\r"


def message(number: str, text: str = "words") -> str:
    head = Segment("MSH", {3: "DOWNTIME", 9: ("ORU", "R01", "ORU_R01"), 10: number, 11: "T", 12: "2.5.1"})
    return message_text([head, Segment("NTE", {1: "1", 3: text})])


def acknowledgement(number: str, code: str = "AA", words: str = "") -> bytes:
    return VT + f"MSH|^~\\&|THEM||||||ACK|9|T|2.5.1\rMSA|{code}|{number}|{words}\r".encode() + FS


def whole_message(connection: socket.socket, got: bytes = b"") -> bytes:
    while FS not in got:
        part = connection.recv(65536)
        if not part:
            return got
        got += part
    return got


@contextmanager
def receiver(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A receiver on loopback that treats each connection as told."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                with suppress(OSError):
                    behave(connection)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def sent(behave: Callable[[socket.socket], None], *, answer_seconds: float = 5.0) -> Outcome:
    with receiver(behave) as port, MllpConnection(MllpTarget("127.0.0.1", port, 5.0, answer_seconds)) as connection:
        return connection.send(message("7"))


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def test_accepted_and_refused_come_with_the_receivers_words() -> None:
    def refuse(connection: socket.socket) -> None:
        whole_message(connection)
        connection.sendall(acknowledgement("7", "AE", "no such patient"))

    assert sent(refuse) == Outcome(
        Delivery.REFUSED, "AE: no such patient", "MSH|^~\\&|THEM||||||ACK|9|T|2.5.1\rMSA|AE|7|no such patient\r"
    )

    def accept(connection: socket.socket) -> None:
        whole_message(connection)
        connection.sendall(acknowledgement("7"))

    assert sent(accept).delivery is Delivery.ACKNOWLEDGED


def test_nothing_left_when_nobody_listens() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    with MllpConnection(MllpTarget("127.0.0.1", port)) as connection:
        assert connection.send(message("7")).delivery is Delivery.NOT_SENT


@pytest.mark.parametrize("when", ["in the message", "after the message", "in the answer"])
def test_a_connection_that_breaks_leaves_it_unknown(when: str) -> None:
    def behave(connection: socket.socket) -> None:
        if when == "in the message":
            connection.recv(5)
        else:
            whole_message(connection)
        if when == "in the answer":
            connection.sendall(acknowledgement("7")[:20])
        else:
            reset(connection)

    assert sent(behave).delivery is Delivery.UNKNOWN


@pytest.mark.parametrize(
    "answer",
    [
        acknowledgement("8"),
        acknowledgement("7", "XX"),
        VT + b"garbage" + FS,
        b"MSA|AA|7\r" + FS,
        VT + b"MSH|^~\\&|\rMSA|AA\r" + FS,
        VT + bytes(range(14, 256)) + FS,
    ],
)
def test_an_answer_that_is_not_to_this_message_leaves_it_unknown(answer: bytes) -> None:
    def behave(connection: socket.socket) -> None:
        whole_message(connection)
        connection.sendall(answer)

    assert sent(behave).delivery is Delivery.UNKNOWN


def test_silence_and_a_slow_drip_end_in_unknown() -> None:
    hold = threading.Event()

    def silent(connection: socket.socket) -> None:
        whole_message(connection)
        hold.wait(5)

    assert sent(silent, answer_seconds=0.2).delivery is Delivery.UNKNOWN
    hold.set()
    go_on = threading.Event()

    def drip(connection: socket.socket) -> None:
        whole_message(connection)
        for byte in acknowledgement("7")[:-2] * 50:
            if go_on.wait(0.02):
                return
            connection.sendall(bytes([byte]))

    assert sent(drip, answer_seconds=0.3).delivery is Delivery.UNKNOWN
    go_on.set()


def test_an_answer_in_pieces_is_put_together() -> None:
    def behave(connection: socket.socket) -> None:
        whole_message(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in acknowledgement("7"):
            connection.sendall(bytes([byte]))

    assert sent(behave).delivery is Delivery.ACKNOWLEDGED


def test_one_connection_takes_many_messages_also_when_their_answers_come_together() -> None:
    seen: list[bytes] = []

    def behave(connection: socket.socket) -> None:
        while got := whole_message(connection):
            seen.append(got)
            # This receiver says again what it said of all earlier messages, as one in the field does.
            number = got.split(b"|")[9].decode()
            connection.sendall(b"".join(acknowledgement(str(one)) for one in range(1, int(number) + 1)))

    with receiver(behave) as port, MllpConnection(MllpTarget("127.0.0.1", port)) as connection:
        outcomes = [connection.send(message(str(number))).delivery for number in range(1, 6)]
    assert outcomes == [Delivery.ACKNOWLEDGED] * 5
    assert len(seen) == 5


def test_a_receiver_that_hangs_up_after_each_message_costs_none() -> None:
    def behave(connection: socket.socket) -> None:
        number = whole_message(connection).split(b"|")[9].decode()
        connection.sendall(acknowledgement(number))

    with receiver(behave) as port, MllpConnection(MllpTarget("127.0.0.1", port)) as connection:
        for number in range(1, 6):
            outcome = connection.send(message(str(number)))
            # Whether the hang-up is seen in time is the network's to decide; a second copy is never sent.
            assert outcome.delivery in (Delivery.ACKNOWLEDGED, Delivery.UNKNOWN)


def test_text_in_any_script_arrives_byte_for_byte() -> None:
    texts: list[str] = []

    def behave(connection: socket.socket) -> None:
        got = whole_message(connection)
        texts.append(got.decode().split("NTE|1||")[1])
        connection.sendall(acknowledgement("7"))

    with receiver(behave) as port, MllpConnection(MllpTarget("127.0.0.1", port)) as connection:
        assert connection.send(message("7", "Żółć 山田 مرحبا " + "x" * 32_000)).delivery is Delivery.ACKNOWLEDGED
    assert texts[0].startswith("Żółć 山田 مرحبا " + "x" * 32_000)


def test_what_the_encoding_cannot_write_is_not_sent() -> None:
    with MllpConnection(MllpTarget("127.0.0.1", 1, encoding="latin-1")) as connection:
        outcome = connection.send(message("7", "山田"))
    assert outcome.delivery is Delivery.NOT_SENT
    assert "cannot be written" in outcome.why
