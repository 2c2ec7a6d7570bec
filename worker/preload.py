"""What a worker process holds: models loaded in the parent before it forks, connections made in each child after it."""

import gc
import os
import socket

from shared.cipher import KeyRing
from shared.jobs.store import SyncStore
from shared.redis import connect_sync
from shared.settings import Settings
from worker.batch import Context
from worker.pipelines import LoadedModel

#: The one global of the worker: set once in the parent, so that children share its pages.
_preloaded: dict[str, LoadedModel] = {}


def preload(models: dict[str, LoadedModel]) -> None:
    """Keep the models and freeze them: the collector would else touch, and so copy, their pages in every child."""
    _preloaded.update(models)
    gc.collect()
    gc.freeze()


def make_context(settings: Settings, key_ring: KeyRing) -> Context:
    """For the calling process, with a connection of its own."""
    return Context(
        settings=settings,
        store=SyncStore(connect_sync(settings)),
        key_ring=key_ring,
        models=_preloaded,
        worker=f"{socket.gethostname()}:{os.getpid()}",
    )
