"""The server's host key, derived from a word: the deployment knows it before the server is up.

Only a simulation may do so: whoever knows the word knows the key.
"""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def _key(word: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"sftp-drop host key {word}".encode()).digest())


def private(word: str) -> bytes:
    """Return the private key in OpenSSH's format."""
    return _key(word).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def public(word: str) -> str:
    """Return the public key as in a line of known_hosts: `ssh-ed25519 AAAA…`."""
    return _key(word).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
