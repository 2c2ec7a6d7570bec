"""What FastAPI hands to routes."""

from typing import Annotated, cast

from fastapi import Depends, Request

from gateway.access.caller import Caller
from gateway.services import Services

# All `async`, though nothing is awaited: FastAPI sends any other function to a thread, and two such trips a request
# cost a burst of clients half of the gateway's time (`bench/waiting.py`).


async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


async def _caller(request: Request) -> Caller:
    # Put there by gateway/access/entrance.py before any body was read.
    return cast(Caller, request.state.caller)


async def _client(request: Request) -> str:
    return cast(Caller, request.state.caller).client


Context = Annotated[Services, Depends(_services)]
#: Who asks: client, key and scopes.
Identity = Annotated[Caller, Depends(_caller)]
#: Whose jobs the caller may see; another client's do not exist for it.
Client = Annotated[str, Depends(_client)]
