"""The table of legal moves, and its form in Lua."""

import re

import pytest

from shared.jobs.script import script
from shared.jobs.states import LEGAL_MOVES, State, legal_moves_as_lua

TERMINAL = {State.SUCCEEDED, State.FAILED, State.CANCELED, State.EXPIRED}


def test_every_state_has_its_row() -> None:
    assert set(LEGAL_MOVES) == set(State)


@pytest.mark.parametrize("state", State)
def test_an_end_is_an_end(state: State) -> None:
    assert state.is_terminal is (state in TERMINAL)
    assert state not in LEGAL_MOVES[state], "no state moves to itself"


@pytest.mark.parametrize("state", sorted(set(State) - TERMINAL))
def test_cancel_and_expiry_are_open_to_all_that_has_not_ended(state: State) -> None:
    assert {State.CANCELED, State.EXPIRED} <= LEGAL_MOVES[state]


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.FAILED])
def test_only_a_running_job_succeeds_or_fails(state: State) -> None:
    assert [source for source, targets in LEGAL_MOVES.items() if state in targets] == [State.RUNNING]


def test_the_moves_as_lua_say_the_same() -> None:
    written = legal_moves_as_lua()
    assert written.startswith("{queued={canceled=true,expired=true,running=true},")
    rows = {
        source: set(re.findall(r"(\w+)=true", targets))
        for source, targets in re.findall(r"(\w+)=\{([^{}]*)\}", written)
    }
    assert rows == {str(source): set(map(str, targets)) for source, targets in LEGAL_MOVES.items()}


def test_the_script_has_every_place_filled() -> None:
    assert legal_moves_as_lua() in script()
    assert set(re.findall(r"@[A-Z_]+@", script())) <= {"@NAMES@"}, "its own comment names the kind"
