"""What a worker process holds: models loaded in the parent before it forks, connections made in each child after it."""

import gc
import os
import secrets
import socket
from typing import Final

from shared.cipher import KeyRing
from shared.jobs.store import SyncStore
from shared.log import get_logger
from shared.model_catalogue import AUTO
from shared.options import Options
from shared.redis import connect_sync
from shared.settings import Settings
from shared.traces.opening import open_traces
from worker.anonymization.scope import ScopeKeys
from worker.context import Context
from worker.detection.inference.network import network_of
from worker.engine import EngineRequest, process
from worker.original_contract import find_entities
from worker.pipelines import LoadedModel
from worker.shutdown import Shutdown

#: Containers may share a host's name, and count their processes alike; made before the fork, it is one for a worker.
_MACHINE: Final = f"{socket.gethostname()}/{secrets.token_hex(4)}"
#: The one global of the worker: set once in the parent, so that children share its pages.
_preloaded: dict[str, LoadedModel] = {}


#: Enough to have every table compiled, every list read and the language detector loaded.
_WARM_UP: Final = {
    "en": "Mr John Smith of Acme Ltd, born on 3 May 1975, wrote from 12 High Street, London: +44 20 7946 0958.",
    "fr": "Mme Marie Dupont, née le 3 mai 1975 à Lyon, habite 12 rue de la Paix, 75002 Paris ; tél. 01 99 00 12 34.",
}


def preload(models: dict[str, LoadedModel], key_ring: KeyRing) -> None:
    """Keep the models, work once with each, and freeze all: what is made before the fork is shared by the children.

    Without the freeze the collector would touch, and so copy, the pages of every object in every child.
    """
    _preloaded.update(models)
    for model in models.values():
        if network_of(model.nlp) is None:
            get_logger().warning("ner_left_to_spacy", model=model.key)
    _warm_up(models, ScopeKeys.for_scope(key_ring.keys[0], "warm-up", "warm-up", "job"))
    gc.collect()
    gc.freeze()


def _warm_up(models: dict[str, LoadedModel], keys: ScopeKeys) -> None:
    options = Options()
    for model in models.values():
        language = model.served.language
        text = _WARM_UP.get(language, _WARM_UP["en"])
        find_entities([text], model)
        requests = [EngineRequest(text, name, options, keys) for name in (language, AUTO)]
        process(requests, {language: model.nlp}, {language: model.key})


def child_name(process_id: int) -> str:
    """What a process of a worker is called in job records."""
    return f"{_MACHINE}:{process_id}"


def node_name(process_id: int) -> str:
    """What a worker is called in job records, by its main process."""
    return f"{_MACHINE}:{process_id}"


def make_context(settings: Settings, key_ring: KeyRing, shutdown: Shutdown) -> Context:
    """For the calling process, with a connection of its own."""
    return Context(
        settings=settings,
        store=SyncStore(connect_sync(settings)),
        key_ring=key_ring,
        models=_preloaded,
        worker=child_name(os.getpid()),
        node=node_name(os.getppid()),
        shutdown=shutdown,
        traces=open_traces(settings, "worker"),
    )
