"""What names an ended job goes when its record does, as fast as jobs can end."""

from shared import keys
from shared.jobs.repair import reconcile
from shared.jobs.store import SyncStore
from tests.services.valkey import Server

#: More than end between two passes of the reconciler, which are two seconds apart.
ENDED = 1_500


def test_one_pass_forgets_all_that_ended_since_the_last_one(valkey: Server) -> None:
    redis = valkey.client()
    names = {f"job_{number:032x}": 1 for number in range(ENDED)}
    redis.zadd(keys.PREFIX + "jobs:client", names)
    redis.zadd(keys.PREFIX + "expiries", {f"client {name}": moment for name, moment in names.items()})
    SyncStore(redis).run(reconcile(max_attempts=3, hint_lost_ms=1_000, retention_ms=1_000))
    assert (redis.zcard(keys.PREFIX + "jobs:client"), redis.zcard(keys.PREFIX + "expiries")) == (0, 0)
