"""The web server: cheroot, because it serves and stops properly on Windows too, and speaks TLS without anything else.

Waitress has no TLS, gunicorn no Windows, Django's own server is not meant for work. Requests run in threads: they wait
for the disk and for the database; whatever needs the processor for long runs in processes (`workers`).
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server

from downtime.errors import ConfigError, UsageError, WriteError

# Thirty clerks save a field every second or two, and pages ask for news; a thread costs a database connection.
THREADS = 16
MOST_BODY_BYTES = 2 * 1024**3
SHUTDOWN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the certificate chain and its private key lie, as PEM files."""

    chain: Path
    key: Path


def check_address(host: str, certificate: Certificate | None) -> None:
    """Refuse to serve anything but this computer without TLS; raises UsageError with the remedy."""
    if certificate is None and not is_loopback(host):
        raise UsageError(
            f"the desk does not serve {host} without TLS",
            why="passwords and patient data would cross the network in the clear",
            do="give --certificate and --certificate-key, or serve this computer alone (--host 127.0.0.1)",
        )


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach the address."""
    from ipaddress import ip_address

    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def make_server(application: Callable[..., Any], host: str, port: int, certificate: Certificate | None) -> Server:
    """A server that is bound to its address and serves once `serve` is called; raises WriteError if it is taken."""
    server = Server((host, port), application, numthreads=THREADS, server_name="downtime", request_queue_size=128)
    server.shutdown_timeout = SHUTDOWN_SECONDS
    server.max_request_body_size = MOST_BODY_BYTES
    if certificate is not None:
        server.ssl_adapter = _tls(certificate)
    try:
        server.prepare()
    except OSError as error:
        raise WriteError(
            f"the address {host}:{port} cannot be served",
            why=str(error.__cause__ or error),
            do="another desk may run there already; stop it, or choose another --port",
        ) from error
    return server


def _tls(certificate: Certificate) -> BuiltinSSLAdapter:
    try:
        adapter = BuiltinSSLAdapter(str(certificate.chain), str(certificate.key))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            "the certificate cannot be used",
            where=str(certificate.chain),
            why=getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error),
            do="give the chain as --certificate and its private key as --certificate-key, both as PEM files",
        ) from error
    adapter.context.minimum_version = ssl.TLSVersion.TLSv1_2
    return adapter
