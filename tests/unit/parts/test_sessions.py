import random
from datetime import datetime, timedelta

import pytest

from simulator.parts.soap_erp.errors import Code, ErpFault
from simulator.parts.soap_erp.params import ErpParams, Lockout
from simulator.parts.soap_erp.sessions import PASSWORD, USER, Sessions


class Watch:
    """Simulated time that moves when a test says so."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 8)

    def __call__(self) -> datetime:
        return self.time

    def passes(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def sessions(watch: Watch) -> Sessions:
    rules = ErpParams(calls=2, lockout=Lockout(after=3, within=1200, lasts=600))
    return Sessions(rules, watch, random.Random(1))


def login(sessions: Sessions, password: str = PASSWORD) -> str:
    return sessions.login(USER, password)


def refused(sessions: Sessions, password: str = PASSWORD) -> Code:
    with pytest.raises(ErpFault) as fault:
        login(sessions, password)
    return fault.value.code


def usable(sessions: Sessions, token: str) -> bool:
    try:
        with sessions.call(token):
            return True
    except ErpFault as fault:
        if fault.code != Code.SITZUNG_UNGUELTIG:
            raise
        return False


def test_only_so_many_are_open(sessions: Sessions) -> None:
    first, second = login(sessions), login(sessions)
    assert first != second
    assert refused(sessions) == Code.SITZUNGSLIMIT
    sessions.logout(first)
    assert sessions.open == 1
    assert usable(sessions, login(sessions))


def test_a_session_ends_so_long_after_its_login_used_or_not(sessions: Sessions, watch: Watch) -> None:
    token = login(sessions)
    watch.passes(minutes=29, seconds=59)
    assert usable(sessions, token)
    watch.passes(seconds=1)
    assert not usable(sessions, token)
    assert sessions.open == 0
    with pytest.raises(ErpFault):
        sessions.logout(token)


def test_a_call_holds_its_slot_also_when_its_session_ends(sessions: Sessions, watch: Watch) -> None:
    token = login(sessions)
    with sessions.call(token), sessions.call(token):
        with pytest.raises(ErpFault) as fault, sessions.call(token):
            pass
        assert fault.value.code == Code.ZU_VIELE_AUFRUFE
        assert fault.value.side == "Server"
        watch.passes(hours=1)
    assert not usable(sessions, token)


def test_a_call_that_fails_frees_its_slot(sessions: Sessions) -> None:
    token = login(sessions)
    for _ in range(3):
        with pytest.raises(RuntimeError), sessions.call(token):
            raise RuntimeError
    assert usable(sessions, token)


def test_too_many_refusals_lock_the_user_out_for_a_while(sessions: Sessions, watch: Watch) -> None:
    token = login(sessions)
    login(sessions)
    assert [refused(sessions) for _ in range(3)] == [Code.SITZUNGSLIMIT] * 3
    assert refused(sessions) == Code.KENNUNG_GESPERRT
    assert not usable(sessions, token)
    watch.passes(minutes=9, seconds=59)
    assert refused(sessions) == Code.KENNUNG_GESPERRT
    watch.passes(seconds=1)
    assert usable(sessions, login(sessions))


def test_refusals_that_are_far_apart_do_not(sessions: Sessions, watch: Watch) -> None:
    for _ in range(6):
        assert refused(sessions, "guess") == Code.ZUGANG_FALSCH
        watch.passes(minutes=11)
    assert usable(sessions, login(sessions))


def test_a_session_whose_token_was_lost_is_dropped(sessions: Sessions) -> None:
    token = login(sessions)
    sessions.drop(token)
    sessions.drop(token)
    assert sessions.open == 0


def test_new_rules_hold_from_now_on(sessions: Sessions, watch: Watch) -> None:
    old = login(sessions)
    sessions.rules = ErpParams(sessions=1, token=60)
    assert refused(sessions) == Code.SITZUNGSLIMIT
    watch.passes(minutes=2)
    assert usable(sessions, old)
