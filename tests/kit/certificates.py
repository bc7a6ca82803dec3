"""Certificates that a test makes itself."""

import ssl
import subprocess
from pathlib import Path


def self_signed(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """The certificate of `name` (`DNS:beans.example`, `IP:127.0.0.1`), to be trusted, and what a server has to have."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", f"/CN={name.partition(':')[2]}", "-addext", f"subjectAltName={name}"]
    made = ["openssl", "req", "-x509", *kind, *names, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context
