"""GET /: the page, and its files below /page. They hold nothing of anybody's, so they need no key."""

from typing import Annotated, Final

from fastapi import APIRouter, Header, Response
from starlette.exceptions import HTTPException

from gateway.page.files import INDEX, read_page_files

router = APIRouter(include_in_schema=False)

_FILES: Final = read_page_files()
#: Scripts and styles of our own alone, requests to ourselves alone, and no text that becomes markup.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
#: A browser keeps nothing of a page on which texts were typed, its history included.
_PAGE_HEADERS: Final = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
#: Asked for anew each time, so that files of two versions never meet.
_FILE_CACHE: Final = "no-cache"
IfNoneMatch = Annotated[str | None, Header()]


@router.get("/")
async def get_page() -> Response:
    page = _FILES[INDEX]
    return Response(page.content, media_type=page.media_type, headers=_PAGE_HEADERS)


@router.get("/page/{name}")
async def get_page_file(name: str, if_none_match: IfNoneMatch = None) -> Response:
    file = _FILES.get(name)
    if file is None or name == INDEX:
        raise HTTPException(404)
    headers = {"Cache-Control": _FILE_CACHE, "ETag": file.etag}
    if if_none_match is not None and file.etag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
