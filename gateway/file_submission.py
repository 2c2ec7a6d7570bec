"""A file that is sent as a job: streamed into the store in sealed pieces, never whole in this process."""

from dataclasses import dataclass

from fastapi import Request

from gateway.admission import admit_file
from gateway.job_request import FileJobRequest, parse
from gateway.services import Services
from gateway.submission import STAGED_MS, Admitted
from gateway.upload import Upload, UploadLimits, read_upload
from shared.cipher import Field, JobCipher
from shared.errors import ServiceError
from shared.jobs.payload import UploadedFile
from shared.jobs.reads import drop_staged, stage, stage_for
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Received:
    """A file whose pieces are stored under the key of a job that is not there yet."""

    job_id: str
    client: str
    cipher: JobCipher
    wrapped_key: bytes
    upload: Upload
    pieces: int

    @property
    def fingerprint(self) -> bytes:
        """What must be the same for a request to be the same: the file and what stands beside it."""
        return b"\n".join((self.upload.sha256.encode(), self.upload.kind.encode(), self.upload.request_json or b""))

    async def admit(self, services: Services) -> Admitted:
        """Raises as `admit_file`, and InvalidRequest; what was stored is dropped then."""
        upload = self.upload
        file = UploadedFile(kind=upload.kind, size_bytes=upload.size_bytes, pieces=self.pieces)
        try:
            request = parse(FileJobRequest, upload.request_json or b"{}")
            return await admit_file(
                request,
                file.model_copy(update={"options": request.file}),
                self.job_id,
                (self.cipher, self.wrapped_key),
                services,
            )
        except ServiceError:
            await self.drop(services)
            raise

    async def drop(self, services: Services) -> None:
        await services.store.run(drop_staged(self.job_id))


def is_upload(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().lstrip().startswith("multipart/")


def upload_limits(settings: Settings) -> UploadLimits:
    return UploadLimits(max_file_bytes=settings.max_file_bytes)


async def receive(request: Request, job_id: str, client: str, services: Services) -> Received:
    """Raises whatever is wrong with the upload, StoreUnavailable; what was stored is dropped then."""
    cipher, wrapped_key = services.key_ring.new_job(client, job_id)
    pieces = 0

    async def keep(piece: bytes) -> None:
        nonlocal pieces
        commands = [stage("file", job_id, str(pieces), cipher.seal(Field.FILE, piece, str(pieces)))]
        await services.store.run_all([*commands, stage_for("file", job_id, STAGED_MS)])
        pieces += 1

    try:
        upload = await read_upload(request, on_file_piece=keep, limits=upload_limits(services.settings))
    except ServiceError:
        await services.store.run(drop_staged(job_id))
        raise
    return Received(job_id, client, cipher, wrapped_key, upload, pieces)
