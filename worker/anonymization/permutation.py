"""Keyed permutations without a fixed point: numbers into numbers of the same range, one to one, never itself.

Let s be a Feistel permutation of 0..n-1 (bounded to the range by walking its cycles). Then s(s^-1(x) + 1 mod n) is a
permutation too, and one single cycle of length n: no x is its own image, for any key and any n above 1.
"""

import hmac
from collections.abc import Callable

#: Ten rounds, as the Feistel ciphers of NIST SP 800-38G (FF1).
_ROUNDS = 10


def permute(key: bytes, size: int, value: int) -> int:
    """The image of a value in 0..size-1; never the value itself when size is above 1."""
    return _forward(key, size, (_backward(key, size, value) + 1) % size)


def permute_within(key: bytes, size: int, value: int, belongs: Callable[[int], bool]) -> int | None:
    """The next value of the cycle that belongs to the same class as the value; None where it is alone in it.

    Following one cycle to the next member of a class is itself a permutation of that class.
    `belongs` must hold for `value`, and for enough others: the walk is as long as members are rare.
    """
    place = _backward(key, size, value)
    while True:
        place = (place + 1) % size
        image = _forward(key, size, place)
        if image == value:
            return None
        if belongs(image):
            return image


def _forward(key: bytes, size: int, value: int) -> int:
    bits = max(2, (size - 1).bit_length())
    while True:
        value = _feistel(key, bits, value, range(_ROUNDS))
        if value < size:
            return value


def _backward(key: bytes, size: int, value: int) -> int:
    bits = max(2, (size - 1).bit_length())
    while True:
        value = _feistel(key, bits, value, range(_ROUNDS - 1, -1, -1))
        if value < size:
            return value


def _feistel(key: bytes, bits: int, value: int, rounds: range) -> int:
    low_bits = bits // 2
    low_mask, high_mask = (1 << low_bits) - 1, (1 << (bits - low_bits)) - 1
    low, high = value & low_mask, value >> low_bits
    for turn in rounds:
        if turn % 2 == 0:
            high ^= _noise(key, bits, turn, low) & high_mask
        else:
            low ^= _noise(key, bits, turn, high) & low_mask
    return high << low_bits | low


def _noise(key: bytes, bits: int, turn: int, half: int) -> int:
    length = (bits + 7) // 8
    message = bits.to_bytes(4, "big") + bytes([turn]) + half.to_bytes(length, "big")
    noise = hmac.digest(key, message, "sha256")
    if length > len(noise):
        blocks = range((length - 1) // len(noise) + 1)
        noise = b"".join(hmac.digest(noise, block.to_bytes(4, "big"), "sha256") for block in blocks)
    return int.from_bytes(noise, "big")
