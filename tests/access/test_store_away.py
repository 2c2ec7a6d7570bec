"""Keys when Redis is away, and when it comes back."""

from pathlib import Path

from gateway.access.scopes import Scope
from shared.api_keys import revoke_key
from tests.access.service import Guarded, id_of, problem_of
from tests.services.processes import eventually
from tests.services.stack import Stack


def test_nobody_gets_in_while_keys_cannot_be_looked_at_and_they_outlive_a_kill(tmp_path: Path) -> None:
    stack = Stack(tmp_path, {"AUTH": "keys"})
    try:
        guarded = Guarded(stack)
        key, revoked = guarded.new_client(Scope.JOBS_READ), guarded.new_client(Scope.JOBS_READ)
        guarded.run(revoke_key(id_of(revoked)))
        guarded.get(key, "/v1/entity-types")
        stack.valkey.kill()
        for sent in (key, revoked):
            answer = guarded.ask(sent, "GET", "/v1/entity-types")
            assert (answer.status_code, problem_of(answer)) == (503, "store-unavailable")
        assert guarded.ask(None, "GET", "/v1/entity-types").status_code == 401
        assert guarded.ask(None, "GET", "/health/live").status_code == 200
        stack.valkey.start_again()
        eventually(
            lambda: guarded.ask(key, "GET", "/v1/entity-types").status_code == 200,
            what="the gateway is connected again",
        )
        guarded.get(revoked, "/v1/entity-types", status=401)
    finally:
        stack.end()
