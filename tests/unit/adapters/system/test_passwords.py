"""argon2id off the loop."""

from __future__ import annotations

import asyncio
from typing import Literal

import argon2
import pytest

from airdesk.adapters.system import Argon2Passwords
from airdesk.core.kernel import DirectoryBusy, limits


def test_a_hash_names_its_parameters_and_fits_its_password_alone() -> None:
    async def scene() -> None:
        passwords = Argon2Passwords()
        made = await passwords.hash("correct horse 电池")
        assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert made != await passwords.hash("correct horse 电池")
        assert await passwords.verify(made, "correct horse 电池")
        for wrong in ("", "correct horse", "x" * 100_000, "\ud800"):
            assert not await passwords.verify(made, wrong)
        passwords.close()

    asyncio.run(scene())


@pytest.mark.parametrize("stored", ["", "nonsense", "5f4dcc3b5aa765d61d8327deb882cf99"])
def test_what_is_no_hash_fits_nothing(stored: str) -> None:
    """Nobody's password, a broken row, MD5 of "password"."""

    async def scene() -> None:
        passwords = Argon2Passwords()
        for tried in ("", "password", stored):
            assert not await passwords.verify(stored, tried)
        passwords.close()

    asyncio.run(scene())


def test_nobodys_password_costs_a_real_check() -> None:
    """The time of a log-in must not tell whether the e-mail is somebody's."""
    checked: list[str] = []

    class Watched(argon2.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            checked.append(str(hash))
            return super().verify(hash, password)

    async def scene() -> None:
        passwords = Argon2Passwords()
        passwords._hasher = Watched(2, 19 * 1024, 1)
        assert not await passwords.verify("", "x")
        assert not await passwords.verify("", "y" * 100_000)
        passwords.close()

    asyncio.run(scene())
    assert [argon2.extract_parameters(one) for one in checked] == [
        argon2.extract_parameters(argon2.PasswordHasher(2, 19 * 1024, 1).hash("z"))
    ] * 2


def test_weaker_parameters_are_outdated() -> None:
    passwords = Argon2Passwords()
    assert passwords.is_outdated(argon2.PasswordHasher(1, 8 * 1024, 1).hash("x"))
    assert not passwords.is_outdated(argon2.PasswordHasher(2, 19 * 1024, 1).hash("x"))
    assert not passwords.is_outdated("nonsense")
    passwords.close()


def test_the_loop_runs_on_and_the_line_is_bounded() -> None:
    async def scene() -> None:
        passwords = Argon2Passwords()
        turns = 0

        async def count_turns() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        counting = asyncio.ensure_future(count_turns())
        room = limits.HASHES_AT_ONCE + limits.HASHES_WAITING_MAX
        first = [asyncio.ensure_future(passwords.verify("", "x")) for _ in range(room)]
        await asyncio.sleep(0)
        with pytest.raises(DirectoryBusy):
            await passwords.verify("", "x")
        await first[0]
        assert turns > 2
        counting.cancel()
        for one in first:
            one.cancel()
        passwords.close()

    asyncio.run(scene())
