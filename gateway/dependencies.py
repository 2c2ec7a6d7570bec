"""What FastAPI hands to routes."""

from typing import Annotated, cast

from fastapi import Depends, Request

from gateway.submission import Services


def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


Context = Annotated[Services, Depends(_services)]
