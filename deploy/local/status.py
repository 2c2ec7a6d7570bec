"""`make status`: the command `python -m gateway.status` on the Valkey of `make run`."""

from deploy.local.keys import become

if __name__ == "__main__":
    become("gateway.status")
