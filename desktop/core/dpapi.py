"""Windows keeps a secret for this PC (DPAPI, machine scope): whoever uses this Windows may read it, no other Windows."""

import ctypes
import sys
from typing import Any

_NO_WINDOW, _FOR_THIS_PC = 0x1, 0x4

if sys.platform == "win32":
    from ctypes import wintypes

    class _Blob(ctypes.Structure):
        _fields_ = (("size", wintypes.DWORD), ("at", ctypes.c_void_p))

    _crypt = ctypes.WinDLL("crypt32", use_last_error=True)
    _kernel = ctypes.WinDLL("kernel32")
    _kernel.LocalFree.argtypes = (ctypes.c_void_p,)
    _kernel.LocalFree.restype = ctypes.c_void_p
    # Content, a description, more entropy, reserved, a prompt, flags, the result.
    _NONE = (ctypes.c_void_p,) * 4
    for _call in (_crypt.CryptProtectData, _crypt.CryptUnprotectData):
        _call.argtypes = (ctypes.POINTER(_Blob), *_NONE, wintypes.DWORD, ctypes.POINTER(_Blob))
        _call.restype = wintypes.BOOL

    def protected(content: bytes) -> bytes:
        """Raises OSError."""
        return _asked(_crypt.CryptProtectData, content, _NO_WINDOW | _FOR_THIS_PC)

    def unprotected(content: bytes) -> bytes:
        """Raises OSError for what another Windows protected."""
        return _asked(_crypt.CryptUnprotectData, content, _NO_WINDOW)

    def _asked(call: Any, content: bytes, flags: int) -> bytes:
        kept = ctypes.create_string_buffer(content, max(1, len(content)))
        given, found = _Blob(len(content), ctypes.addressof(kept)), _Blob()
        if not call(ctypes.byref(given), None, None, None, None, flags, ctypes.byref(found)):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            return ctypes.string_at(found.at, found.size)
        finally:
            _kernel.LocalFree(found.at)

else:

    def protected(content: bytes) -> bytes:
        raise OSError("only Windows has DPAPI")

    def unprotected(content: bytes) -> bytes:
        raise OSError("only Windows has DPAPI")
