"""The house rules that a machine can hold."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PRODUCT, files_of, kept_files, nodes_of, read, tree_of

LONGEST_FUNCTION = 60
LONGEST_FILE = 260
#: Everything at the top of the repository; a file that finds no place below one of these has no home.
TOP_LEVEL = set(
    "gateway worker shared anonymize tests bench docs deploy requirements .github .ci Makefile README.md"
    " CONTRIBUTING.md CHANGELOG.md LICENSE SECURITY.md pyproject.toml .gitignore .gitattributes .importlinter"
    " .dockerignore Dockerfile.gateway Dockerfile.worker docker-compose.yaml docker-compose.prod.yaml"
    " docker-compose.override.example.yaml".split()
)
FULL_ROOMS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}
TEXT_FIELDS = {"text", "texts", "body", "payload", "document", "documents", "anonymized_text", "value", "match"}
LOG_METHODS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
#: In pieces, so that this file does not hold what it looks for.
PACKAGE_HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("python" + "hosted", "org"), ("npmjs", "org"))]
PACKAGE_HOSTS += [".".join(parts) for parts in (("npmjs", "com"), ("anaconda", "org"), ("unpkg", "com"))]
INDEX_OPTIONS = ("--index-url", "--extra-index-url", "--find-links", "--trusted-host")
_SUPPRESSION = re.compile(
    r"#\s*(?:noqa|type:\s*ignore)(?::\s*(?P<noqa>[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)|\[(?P<ignore>[\w,\s-]+)\])?(?P<why>.*)"
)


def test_no_function_is_too_long() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, node in nodes_of(*PRODUCT, "bench")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_is_too_long() -> None:
    files = files_of(*PRODUCT, "bench", suffixes=(".py", ".lua", ".sh"))
    assert [str(name) for name in files if len(read(name).splitlines()) > LONGEST_FILE] == []


def test_no_file_is_a_room_for_everything() -> None:
    found = [
        name for name in kept_files() if name.suffix == ".py" and FULL_ROOMS.intersection((name.stem, *name.parts))
    ]
    assert found == []


def test_every_suppression_says_why() -> None:
    """After its code, in a comment above, or where the same code first stands in the file."""
    found = [place for name in files_of(*PRODUCT, "bench", "tests") for place in unexplained(str(name), read(name))]
    assert found == []


@pytest.mark.parametrize(
    ("source", "is_fine"),
    [
        ("import a  # noqa: E402", False),
        ("import a  # noqa: E402  b must come first", True),
        ("import a  # noqa", False),
        ("# b must come first\nimport a  # noqa: E402", True),
        ("x = a()  # type: ignore[misc]", False),
        ("x = a()  # type: ignore", False),
        ("x = a()  # type: ignore[misc]  # a has no types", True),
        ("import a  # noqa: E402  why\nimport b  # noqa: E402", True),
        ("import a  # noqa: E402  why\nimport b  # noqa: S105", False),
        ("x = '# noqa'", True),
    ],
)
def test_a_reason_is_told_from_none(source: str, is_fine: bool) -> None:
    assert (not unexplained("a.py", source)) is is_fine


def unexplained(name: str, source: str) -> list[str]:
    found: list[str] = []
    explained: set[str] = set()
    comment_line = -1
    for line, comment, stands_alone in _comments(source):
        suppression = _SUPPRESSION.search(comment)
        if suppression is None:
            if stands_alone:
                comment_line = line
                # One comment for a whole file: "redis-py has no types: hence the ignores".
                explained.update({"type: ignore"} if re.search(r"\bignores\b", comment) else ())
            continue
        kind = "type: ignore" if "type:" in suppression[0].split("[")[0] else "noqa"
        codes = {code.strip() for code in (suppression["noqa"] or suppression["ignore"] or "").split(",")} - {""}
        is_explained = bool(suppression["why"].strip(" #")) or comment_line == line - 1 or kind in explained
        if codes and is_explained:
            explained |= codes
        elif not codes or not codes <= explained:
            found.append(f"{name}:{line}: {comment}")
    return found


def _comments(source: str) -> Iterator[tuple[int, str, bool]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string, token.line.lstrip().startswith("#")


def test_every_exception_is_caught_at_an_outer_edge_alone() -> None:
    found = []
    for name, node in nodes_of(*PRODUCT, "bench", "tests"):
        if not isinstance(node, ast.ExceptHandler) or not _catches_all(node.type):
            continue
        line = read(name).splitlines()[node.lineno - 1]
        if not re.search(r"# noqa: BLE001  \S", line):
            found.append(f"{name}:{node.lineno}")
    assert found == []


def _catches_all(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(each is None or getattr(each, "id", "") in {"Exception", "BaseException"} for each in kinds)


def test_no_file_names_a_package_host() -> None:
    """The machine's own configuration says where packages come from."""
    found = [
        f"{name}: {host}"
        for name in kept_files()
        for host in PACKAGE_HOSTS
        if host.encode() in Path(name).absolute().read_bytes()
    ]
    assert found == []


def test_no_requirement_names_an_index() -> None:
    found = [
        f"{name}: {option}"
        for name in files_of("requirements", suffixes=(".in", ".txt"))
        for option in INDEX_OPTIONS
        if option in read(name)
    ]
    assert found == []


def test_only_commands_print() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, node in nodes_of("gateway", "worker", "shared")
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print" and not _is_command(name)
    ]
    assert found == []


def _is_command(name: Path) -> bool:
    return name.stem == "__main__" or any(
        isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'" for node in tree_of(name).body
    )


def test_every_file_has_a_home() -> None:
    assert {name.parts[0] for name in kept_files()} - TOP_LEVEL == set()


def test_no_log_call_has_a_place_for_text() -> None:
    found = [
        f"{name}:{node.lineno}" for name, node in nodes_of(*PRODUCT) if isinstance(node, ast.Call) and logs_text(node)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("call", "could_be_text"),
    [
        ("get_logger().info('done', job_id=job_id)", False),
        ("get_logger().warning(event, jobs=len(jobs))", False),
        ("get_logger().info('done', text=job.text)", True),
        ("get_logger().info('done', seen=payload)", True),
        ("logger.info(f'done {text}')", True),
        ("log.error('failed: %s' % error)", True),
        ("get_logger().error('failed', why=str(error))", True),
        ("get_logger().bind(a=1).error('failed', payload=1)", True),
    ],
)
def test_a_log_call_with_text_is_seen(call: str, could_be_text: bool) -> None:
    (node,) = [node for node in ast.walk(ast.parse(call)) if isinstance(node, ast.Call) and _is_log(node)]
    assert logs_text(node) is could_be_text


def logs_text(call: ast.Call) -> bool:
    """A field named as text is, one that holds such a name or an error's message, or an event that is put together."""
    if not _is_log(call):
        return False
    if any(isinstance(each, ast.JoinedStr | ast.BinOp | ast.Call) for each in call.args):
        return True
    return any(field.arg in TEXT_FIELDS or _holds_text(field.value) for field in call.keywords)


def _holds_text(value: ast.expr) -> bool:
    last = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    says_error = isinstance(value, ast.Call) and getattr(value.func, "id", "") in {"str", "repr"}
    return last in TEXT_FIELDS or says_error or isinstance(value, ast.JoinedStr)


def _is_log(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in LOG_METHODS:
        return False
    return bool(re.search(r"\b(get_logger\(|getLogger\(|(logger|log|logging)\b)", ast.unparse(call.func.value)))
