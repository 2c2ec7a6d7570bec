"""The role `anonymize`: loads its models, forks a process a core, consumes its lanes' queues."""

import os

# One BLAS thread a process: the processes are the parallelism, and BLAS threads can hang after a fork.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import secrets  # noqa: E402  numpy reads the variables when it is imported
import socket  # noqa: E402
import sys  # noqa: E402

from shared.cipher import load_key_ring  # noqa: E402
from shared.errors import ModelNotInstalled  # noqa: E402
from shared.jobs.store import SyncStore  # noqa: E402
from shared.log import get_logger  # noqa: E402
from shared.messages import make_celery, queue  # noqa: E402
from shared.model_catalogue import lanes_of, parse_models  # noqa: E402
from shared.process import give_memory_back  # noqa: E402
from shared.redis import connect_sync  # noqa: E402
from shared.settings import Settings  # noqa: E402
from shared.traces.opening import open_traces  # noqa: E402
from worker.celery_worker import run_worker  # noqa: E402
from worker.limits import recycle_by_own_memory  # noqa: E402
from worker.metrics import tell_zeros  # noqa: E402
from worker.pipelines import load_models  # noqa: E402
from worker.preload import preload  # noqa: E402
from worker.shutdown import Shutdown  # noqa: E402
from worker.steps import Identity, add_steps  # noqa: E402
from worker.tasks import register_tasks  # noqa: E402
from worker.watch import add_watch  # noqa: E402


def main(settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT; running batches end first. 1 when it cannot start, with one line that says why."""
    try:
        # Each process opens its own; here it is seen whether they can, and the packages are loaded once for all.
        open_traces(settings, "worker")
        give_memory_back()
        models = parse_models(settings.models)
        loaded = load_models(models)
        key_ring = load_key_ring(settings)
    except (ModelNotInstalled, ValueError) as error:
        # Names of settings and packages only: nothing that a client sent.
        sys.stderr.write(f"worker: {error}\n")
        return 1
    preload(loaded, key_ring)
    tell_zeros(loaded)
    app = make_celery(settings)
    lanes = lanes_of(models)
    app.conf.task_queues = [queue(lane) for lane in lanes]
    name = f"worker-{secrets.token_hex(4)}@{socket.gethostname()}"
    shutdown = Shutdown()
    register_tasks(app, settings, key_ring, shutdown)
    identity = Identity(
        worker=name,
        lanes=lanes,
        models=tuple(model.served for model in loaded.values()),
        health_file=settings.data_dir / "worker.health",
    )
    store = SyncStore(connect_sync(settings))
    add_steps(app, store, settings, identity)
    add_watch(app, store, settings, shutdown)
    recycle_by_own_memory()
    get_logger().info("worker_starting", worker=name, models=list(loaded), processes=settings.worker_processes)
    return run_worker(app, name=name, pool="prefork", concurrency=settings.worker_processes)
