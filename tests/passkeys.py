"""A software passkey, for tests without a browser."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.utils.http import int_to_base36
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    """Return base64url without padding, as browsers encode it."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Passkey:
    """One credential. `flags` without VERIFIED is a key that did not verify the person."""

    host: str = "testserver"
    flags: int = PRESENT | VERIFIED
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def made(self, options: dict[str, Any]) -> str:
        """Return the browser's response to a registration."""
        about = self._data(ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id
        about += cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": about})
        asked = options["creation_options"]["publicKey"]["challenge"]
        return self._answer(
            clientDataJSON=text(self._client("webauthn.create", asked)),
            attestationObject=text(attestation),
        )

    def used(self, options: dict[str, Any], *, user: int, challenge: str = "") -> str:
        """Return the browser's response to a sign-in."""
        asked = challenge or options["request_options"]["publicKey"]["challenge"]
        client, about = self._client("webauthn.get", asked), self._data(0)
        signature = self.key.sign(about + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=text(client),
            authenticatorData=text(about),
            signature=text(signature),
            userHandle=text(int_to_base36(user).encode()),
        )

    def _data(self, more: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | more]) + bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        origin = f"https://{self.host}"
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()

    def _answer(self, **response: str) -> str:
        known = text(self.id)
        return json.dumps(
            {
                "id": known,
                "rawId": known,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": response,
            }
        )


def stored_data(passkey: Passkey) -> dict[str, Any]:
    """Return what the site stores of a passkey, for a row created directly."""
    challenge = {"creation_options": {"publicKey": {"challenge": text(b"any")}}}
    return {"name": "My phone", "credential": json.loads(passkey.made(challenge))}
