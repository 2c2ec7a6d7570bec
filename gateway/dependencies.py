"""What FastAPI hands to routes."""

from typing import Annotated, Final, cast

from fastapi import Depends, Request

from gateway.services import Services

#: Every caller's client until there are API keys.
ANONYMOUS: Final = "anonymous"


# Both `async`, though nothing is awaited: FastAPI sends any other function to a thread, and two such trips a request
# cost a burst of clients half of the gateway's time (`bench/waiting.py`).


async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def _client() -> str:
    return ANONYMOUS


Context = Annotated[Services, Depends(_services)]
#: Whose jobs the caller may see; another client's do not exist for it.
Client = Annotated[str, Depends(_client)]
