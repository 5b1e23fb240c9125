"""Every key, seal and hash of the program, behind these few functions (sync.md 3.5, 3.6, 4).

Suite 0: SHA-256, Ed25519, age-X25519, argon2id and AES-256-GCM. All of it is library code; another suite
would be another version of this one module.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any

import pyrage
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# Without I, L, O and U: a code is read from paper and over the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("ILOU", "110V")


class WrongPassword(Exception):
    """The slot does not open with this password."""


class SealBroken(Exception):
    """The age part does not decrypt: not for this key, or changed on the way."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess of a password costs. Kept in each slot, so that it may grow with the machines."""

    passes: int = 3
    kibibytes: int = 64 * 1024
    lanes: int = 4


FOR_OFFICES = Cost()
_MOST = Cost(16, 1024 * 1024, 16)  # of a slot that asks for more, somebody wants to use up the memory
_SLOT = b"hh/slot/1"


def digest(*parts: bytes) -> bytes:
    """SHA-256 over the parts one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def random_key() -> bytes:
    return secrets.token_bytes(32)


def new_signing_key() -> tuple[bytes, bytes]:
    """A new Ed25519 pair: secret, public (32 bytes each)."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def sign(secret: bytes, context: bytes, message: bytes) -> bytes:
    """Ed25519 over `context` and `message`. The context ("hh/seg/1") keeps one kind of signature from serving as another."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(context + message)


def verified(public: bytes, context: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, context + message)
    except (InvalidSignature, ValueError):
        return False
    return True


def new_sealing_key() -> tuple[str, str]:
    """A new age-X25519 pair: identity (secret), recipient (public)."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def seal(recipients: Sequence[str], source: IO[bytes], target: IO[bytes]) -> None:
    """Encrypt `source` to the recipients, streaming. Raises what reading `source` or writing `target` raised."""
    keys = [pyrage.x25519.Recipient.from_str(r) for r in recipients]
    read, written = _Keeping(source), _Keeping(target)
    try:
        pyrage.encrypt_io(read, written, keys)
    except pyrage.EncryptError as cause:
        raise read.error or written.error or cause from cause


def is_recipient(text: str) -> bool:
    """Whether something can be sealed to this."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


class _Keeping:
    """A file that keeps the error it failed with: the age library passes on no more than its text."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        return bytes(self._kept(self._file.read, size))

    def write(self, data: bytes) -> int:
        return int(self._kept(self._file.write, data))

    def flush(self) -> None:
        self._kept(self._file.flush)

    def _kept(self, call: Callable[..., Any], *arguments: Any) -> Any:
        if self.error is not None:
            raise self.error
        try:
            return call(*arguments)
        except BaseException as cause:
            self.error = cause
            raise


def unseal(identity: str, source: IO[bytes], target: Any) -> None:
    """Decrypt, streaming. What `target` gets before the end is not yet known to be complete.

    Raises SealBroken, and what reading `source` or writing `target` raised.
    """
    read, written = _Keeping(source), _Keeping(target)
    try:
        pyrage.decrypt_io(read, written, [pyrage.x25519.Identity.from_str(identity)])
    except BaseException as cause:
        if kept := read.error or written.error:
            raise kept from None
        if isinstance(cause, (pyrage.DecryptError, OSError, ValueError)):
            raise SealBroken(str(cause)) from cause
        raise


def wrap(
    secret: bytes, password: str, cost: Cost = FOR_OFFICES, about: str = "", machine: bytes = b""
) -> dict[str, Any]:
    """A key slot: `secret` under a password, ready for JSON. It opens only for the same `about` (whose slot it is), and
    with `machine` only for who has that too."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    box = AESGCM(_stretch(password, salt, cost, machine)).encrypt(nonce, secret, _SLOT + about.encode())
    return {"cost": asdict(cost), "salt": salt.hex(), "nonce": nonce.hex(), "box": box.hex()}


def unwrap(slot: dict[str, Any], password: str, about: str = "", machine: bytes = b"") -> bytes:
    """The secret of a slot. Raises WrongPassword, also for a slot that was tampered with."""
    try:
        key = _stretch(password, bytes.fromhex(slot["salt"]), _bearable(Cost(**slot["cost"])), machine)
        box, nonce = bytes.fromhex(slot["box"]), bytes.fromhex(slot["nonce"])
        return AESGCM(key).decrypt(nonce, box, _SLOT + about.encode())
    except (InvalidTag, ValueError, KeyError, TypeError, OverflowError, MemoryError) as cause:
        raise WrongPassword from cause


def new_recovery_code() -> str:
    """160 random bits as eight groups of four letters and digits, to be written on paper."""
    text = base64.b32encode(secrets.token_bytes(20)).decode()
    text = text.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET))
    return "-".join(text[i : i + 4] for i in range(0, 32, 4))


def plain_recovery_code(typed: str) -> str:
    """The code as typed by a hand that read paper: without spaces and dashes, look-alikes put right."""
    return "".join(typed.upper().translate(LOOKALIKES).split()).replace("-", "")


def fingerprint(*public: bytes) -> str:
    """Twelve digits over public keys, to be compared over the telephone (sync.md 2.10)."""
    number = int.from_bytes(digest(b"hh/fingerprint/1", *public)[:8], "big") % 10**12
    return f"{number:012d}"


def _bearable(cost: Cost) -> Cost:
    if cost.passes > _MOST.passes or cost.kibibytes > _MOST.kibibytes or cost.lanes > _MOST.lanes:
        raise ValueError("a slot that costs too much")
    return cost


def _stretch(password: str, salt: bytes, cost: Cost, machine: bytes) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.kibibytes)
    stretched = kdf.derive(password.encode())
    if not machine:
        return stretched
    return HKDF(SHA256(), 32, salt=None, info=b"hh/kek/1").derive(stretched + machine)


BLOB_EXTRA = 16  # bytes that locking adds: the tag of GCM


def lock_blob(key: bytes, sha256: bytes, content: bytes) -> bytes:
    """AES-256-GCM under a key of its own for each content, so that the fixed nonce is used once (sync.md 4)."""
    return AESGCM(_blob_key(key, sha256)).encrypt(bytes(12), content, b"hh/blob/1" + sha256)


def open_blob(key: bytes, sha256: bytes, box: bytes) -> bytes:
    """The content of a blob. Raises SealBroken when the file was changed or belongs to another office."""
    try:
        return AESGCM(_blob_key(key, sha256)).decrypt(bytes(12), box, b"hh/blob/1" + sha256)
    except (InvalidTag, ValueError) as cause:
        raise SealBroken from cause


def blob_name(key: bytes, sha256: bytes) -> str:
    """Under which name a blob lies on the disk: who does not have the key cannot ask whether a picture is there."""
    return hmac.new(key, b"hh/blob-name/1" + sha256, hashlib.sha256).hexdigest()


def _blob_key(key: bytes, sha256: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"hh/blob-key/1" + sha256).derive(key)
