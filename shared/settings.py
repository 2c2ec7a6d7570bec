"""Every setting of the service, from the environment, read once at the start of a process."""

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.settings_protection import Count, ProtectionSettings, Seconds, by_commas

_BROKERS: Final = frozenset({"amqp", "amqps", "redis", "rediss"})


class Settings(ProtectionSettings):
    """Units stand in the names; `python -m shared.settings` prints the table of docs/settings.md."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    # --- where things are
    redis_url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")
    """Redis or Valkey: job records, payloads, results and Celery's queues. `make run` starts one when it is not set."""
    broker_url: SecretStr | None = None
    """Celery's queues elsewhere: RabbitMQ (amqp://, amqps://), or another Redis. Unset: REDIS_URL."""
    host: str = "127.0.0.1"
    """Address that the gateway listens on."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    """Port that the gateway listens on."""
    gateway_processes: Count = 1
    """Processes that serve HOST:PORT together; one that dies is replaced. One serves 200 requests a second and more."""
    data_dir: Path = Path(".data")
    """Folder for what `make run` keeps: the embedded Valkey's append-only file, the key file, health files."""
    encryption_keys: SecretStr | None = None
    """Base64 keys of 32 bytes by commas: the first encrypts, all decrypt. Unset: a key file (0600) in DATA_DIR."""

    # --- who may do what
    auth: Literal["none", "keys"] = "none"
    """Whether requests need an API key. `none` is refused at the start where HOST is not a loopback address."""
    api_key_pepper: SecretStr | None = None
    """32 bytes in base64 that API keys are hashed with; unset: a file (0600) in DATA_DIR. Without it no key counts."""
    rate_limit_per_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 100.0
    """Requests a second of one client, with AUTH=keys; 0: no limit. A client may have limits of its own."""
    rate_burst: Count = 200
    """Requests that a client which asked nothing for a while may send at once."""
    rate_characters_per_minute: Annotated[int, Field(ge=0)] = 0
    """Code points a minute that one client may submit, with AUTH=keys; a file counts by its bytes; 0: no limit."""
    max_client_jobs: Annotated[int, Field(ge=0)] = 10_000
    """Jobs of one client, queued or running at once, with AUTH=keys: half of MAX_QUEUE_DEPTH; 0: no limit."""

    # --- models and processes
    models: Annotated[tuple[str, ...], NoDecode] = ("en_sm", "fr_sm")
    """Models that a worker loads and serves, by commas: language_size, or name=package for any other spaCy pipeline."""
    role: Literal["anonymize", "deliver"] = "anonymize"
    """What `python -m worker` does: anonymize, or deliver webhooks (the courier, which loads no model)."""
    worker_processes: Count = Field(default_factory=lambda: len(os.sched_getaffinity(0)))
    """Processes of a worker; the default is one a core."""

    # --- what a request may hold
    max_text_chars: Count = 1_000_000
    """Longest text, in code points; spaCy's own limit is the same."""
    max_body_bytes: Count = 8_000_000
    """Largest request body: a text of MAX_TEXT_CHARS with every character written as a JSON escape is 6 MB."""

    max_documents: Count = 10_000
    """Most documents of one job."""
    max_file_bytes: Count = 50_000_000
    """Largest uploaded file; a worker holds one in memory while it reads or writes it."""
    max_unpacked_bytes: Count = 200_000_000
    """Most bytes that a packed file (gz, docx) may hold."""
    max_metadata_bytes: Count = 10_000
    """Largest `metadata` of a job, as JSON."""
    max_queue_depth: Count = 20_000
    """A lane in which so many units of work wait takes no more: 503."""

    # --- waiting
    sync_wait_s: Seconds = 30.0
    """How long POST /entities waits for its job before it answers 202."""
    max_wait_s: Seconds = 60.0
    """Cap of `Prefer: wait=N`."""
    sse_heartbeat_s: Seconds = 15.0
    """A stream of events on which nothing was sent for so long gets a comment, so that no proxy closes it."""
    require_durable: bool = False
    """Refuse a job (503) whose record the store does not confirm to be on disk; else its `durability` says `memory`."""
    store_timeout_s: Seconds = 2.0
    """Longest wait for one answer of Redis; a client gets its 503 within 3 s."""

    # --- the job's life
    retention_s: Seconds = 86_400.0
    """How long a result is kept after its job's end."""
    receipt_s: Seconds = 31_536_000.0
    """How long the receipt of an erased job is kept, and its address answers 410."""
    aof_rewrite_s: Seconds = 3600.0
    """What was erased is gone from the store's append-only file too after so long: it is written anew."""
    idempotency_s: Seconds = 86_400.0
    """How long an Idempotency-Key is remembered."""
    max_queued_s: Seconds = 86_400.0
    """A job that no worker took for so long is `expired`."""
    lease_s: Seconds = 15.0
    """A claimed job goes back to its lane when its worker has not renewed the lease for so long."""
    max_attempts: Annotated[int, Field(ge=2)] = 3
    """A job that killed its worker so many times fails as poison; at least 2: once may be a batch-mate's doing."""
    batch_max_jobs: Count = 16
    """Jobs that one claim takes: more of them gain throughput and lengthen the wait of the first."""
    batch_max_chars: Count = 100_000
    """Characters that one claim takes, so that many long texts do not wait for each other; one text may be longer."""
    part_max_documents: Count = 256
    """Documents of one part; a job that fits into one part is small, all others are bulk."""
    part_max_chars: Count = 30_000
    """Code points of one part (one document may be longer): about 0.3 s of work, which is what a small job may wait."""
    long_chars: Count = 100_000
    """A unit of so many code points is long: one process of a worker always stays free of them."""
    drain_s: Seconds = 1.0
    """A task goes on claiming batches for so long before it lets other models' messages have its process."""
    task_time_limit_s: Seconds = 120.0
    """A process is killed that works for longer on a text of MAX_TEXT_CHARS (about 8 s); short ones have a quarter."""
    max_job_memory_mb: Count = 2_000
    """Memory that a batch may take beyond its process's models; 1,000,000 characters take 110 MB, a large file more."""
    max_child_memory_mb: Count = 300
    """A process that keeps more than this for itself after a task is replaced."""
    worker_max_tasks: Count = 20_000
    """A child is replaced after so many tasks, against slow growth."""
    grace_s: Seconds = 25.0
    """What runs when a worker is told to end may run on for so long; then it is another worker's."""

    # --- presence and repair
    heartbeat_s: Seconds = 2.0
    """How often a worker announces its models."""
    worker_lost_s: Seconds = 10.0
    """A worker that has not announced itself for so long is not counted as alive."""
    reconcile_s: Seconds = 2.0
    """How often lost leases and lost messages are looked for."""
    hint_lost_s: Seconds = 10.0
    """A message that has been under way for so long is taken for lost and sent again; a doubled one does nothing."""

    # --- webhooks
    webhook_allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Private hosts (host or host:port, by commas) that webhooks may go to, by plain http and on any port too."""
    webhook_allow_http: bool = False
    """Webhooks may go to any public host by plain http, on port 80."""
    webhook_timeout_s: Seconds = 20.0
    """Longest time for one attempt, from the name server's answer to the end of the endpoint's."""
    webhook_name_servers: Annotated[tuple[str, ...], NoDecode] = ()
    """Name servers (address or address:port, by commas) that the courier asks instead of the system's resolver."""
    webhook_ca_file: Path | None = None
    """File of PEM certificates that the courier trusts besides the system's."""
    webhook_schedule_scale: Seconds = 1.0
    """Factor of the pauses between attempts (5 s to 24 h); less than 1 is for tests."""
    webhook_disable_after_s: Seconds = 432_000.0
    """An endpoint at which every attempt failed for so long is disabled."""
    delivery_retention_s: Seconds = 604_800.0
    """How long a delivery can be looked at and made again after its last attempt."""
    delivery_lease_s: Seconds = 60.0
    """An attempt whose courier has said nothing for so long is made again; must be longer than WEBHOOK_TIMEOUT_S."""
    courier_threads: Annotated[int, Field(ge=10)] = 16
    """Deliveries that a courier makes at once. Of one client there are at most 8, so 10 are the least."""
    courier_tick_s: Seconds = 0.25
    """How often a courier looks for due deliveries."""
    public_url: str = ""
    """What clients reach the gateway by (https://host), before the links in webhooks; unset: links are paths."""

    # --- audit
    audit_retention_s: Seconds = 31_536_000.0
    """How long an entry of the audit log is kept."""
    audit_max_entries: Count = 1_000_000
    """Most entries of the audit log (about 310 MB of Redis's memory); the oldest go first."""
    audit_chain_s: Seconds = 1.0
    """How often what was noted is chained and signed; until then it can be taken out unseen."""

    # --- metrics
    metrics_token: Annotated[SecretStr, Field(min_length=16)] | None = None
    """What opens /metrics (`Authorization: Bearer`) of gateway, worker and courier. Unset: a key's `metrics:read`."""
    metrics_host: str = "127.0.0.1"
    """Address on which a worker or courier answers for its metrics."""
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Port on which a worker or courier answers for its metrics; unset: none does. The gateway answers on PORT."""

    # --- logs
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level that is written."""
    log_format: Literal["json", "console"] = "json"
    """One JSON object a line, or columns for people."""
    traces_url: Annotated[str, Field(pattern="^(https?://[^/].*)?$")] = ""
    """Traces go to this OTLP/HTTP collector (http://collector:4318); needs requirements/traces.txt. Unset: none."""

    @field_validator("models", "webhook_allowed_hosts", "webhook_name_servers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return by_commas(value)

    @field_validator("broker_url")
    @classmethod
    def _is_a_known_broker(cls, value: SecretStr | None) -> SecretStr | None:
        url = value.get_secret_value() if value else ""
        if url and urlsplit(url).scheme not in _BROKERS:
            raise ValueError("is amqp://, amqps://, redis:// or rediss://")
        # Compose gives an empty one where none is set.
        return value if url else None


@cache
def get_settings() -> Settings:
    """The settings of this process.

    Raises ValueError with one line that names the variables that are wrong, and never repeats a value.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = (f"{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors(include_input=False))
        raise ValueError("wrong settings: " + "; ".join(faults)) from None


def as_markdown() -> str:
    """The table of docs/settings.md."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    # pydantic has those of the class above first.
    fields = sorted(Settings.model_fields.items(), key=lambda each: each[0] in ProtectionSettings.model_fields)
    for name, field in fields:
        default = "one a core" if name == "worker_processes" else field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        if isinstance(default, tuple):
            default = ",".join(default)
        shown = "" if default == "" else f"`{default}`"
        rows.append(f"| `{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(as_markdown())  # noqa: T201  the command's output
