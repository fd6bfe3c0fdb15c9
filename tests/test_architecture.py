"""The house rules of docs/architecture.md that can be read off the files: levels, one door per write, sizes, nothing inline."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("registry", "validation", "ipsm_portal")

# Lowest first. A module may import from its own rung and from every rung above it in this list, never from one below.
# A name stands for the module and everything in it; the longest name that fits decides.
RUNGS = [
    ["ipsm_portal.versions", "ipsm_portal.keys", "ipsm_portal.logs"],
    ["registry.enums", "registry.numbers", "registry.sealing"],
    ["registry.reference"],
    ["registry.fields", "registry.fieldtypes"],
    ["validation.rules", "validation.linkage"],
    ["registry.models"],
    [
        "registry.permissions", "registry.privacy", "registry.audit",
        "registry.transactions", "registry.mutations", "registry.photos", "registry.keyguard",
    ],
    ["validation.models"],
    ["validation.candidates"],
    ["validation.assess"],
    ["registry.snapshots", "registry.workflow"],
    ["registry.cases", "registry.members", "registry.evidence", "registry.loading"],
    ["validation.decisions", "validation.recheck"],
    [
        "registry.jobs", "registry.exchange", "registry.access", "registry.entry", "registry.forms", "registry.filters",
        "registry.demo", "registry.health", "registry.checks", "validation.forms",
    ],
    [
        "registry.views", "registry.admin", "registry.templatetags", "registry.management",
        "validation.views", "validation.admin", "validation.templatetags", "validation.management",
    ],
    ["registry", "validation", "registry.apps", "validation.apps", "registry.urls", "validation.urls", "ipsm_portal"],
]  # fmt: skip
EDGE = RUNGS[-2]
# Level 0 knows no models, no database and no clock.
PURE = ("registry.enums", "registry.reference", "registry.fields", "registry.fieldtypes", "validation.rules", "validation.linkage")
IMPURE = ("django.db.connection", "django.db.transaction", "django.apps", "django.utils.timezone", "django.conf", "time", "random")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """Every module of the product but the migrations, by its dotted name."""
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    return {name_of(path): path for path in sorted(paths)}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text())


@cache
def imports(name: str) -> tuple[str, ...]:
    """Dotted names a module imports, whatever they are; `from a import b` is a.b where that is a module of ours, else a."""
    found = []
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(found)


def ours(name: str) -> Iterator[str]:
    for target in imports(name):
        if target in modules():
            yield target
        elif target.rpartition(".")[0] in modules():
            yield target.rpartition(".")[0]


def home(name: str) -> str:
    """The longest entry of RUNGS that a module belongs to."""
    entries = [entry for rung in RUNGS for entry in rung if name == entry or name.startswith(f"{entry}.")]
    return max(entries, key=len)


def rung(name: str) -> int:
    return next(number for number, rung in enumerate(RUNGS) if home(name) in rung)


def belongs(name: str, entries: list[str] | tuple[str, ...]) -> bool:
    return any(name == entry or name.startswith(f"{entry}.") for entry in entries)


def test_every_module_has_a_level():
    strays = [name for name in modules() if home(name) in ("registry", "validation") and name not in ("registry", "validation")]
    assert strays == [], "give these modules a rung in RUNGS"


def test_imports_point_down():
    wrong = [f"{name} -> {target}" for name in modules() for target in ours(name) if rung(target) > rung(name)]
    assert wrong == []


def test_the_edge_modules_do_not_know_each_other():
    """Views, admin, template tags and commands of a level speak through the levels below."""
    wrong = [
        f"{name} -> {target}"
        for name in modules()
        if home(name) in EDGE
        for target in ours(name)
        if home(target) in EDGE and home(target) != home(name)
    ]
    assert wrong == []


def test_the_leaves_know_no_models_no_database_and_no_clock():
    wrong = [f"{name} -> {target}" for name in modules() if belongs(name, PURE) for target in imports(name) if belongs(target, IMPURE)]
    clocks = [
        f"{name}:{node.lineno}"
        for name in modules()
        if belongs(name, PURE)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute) and reads_the_clock(node)
    ]
    assert wrong + clocks == []


def reads_the_clock(node: ast.Attribute) -> bool:
    today = node.attr == "today" and isinstance(node.value, ast.Name) and node.value.id in ("date", "datetime")
    return today or node.attr in ("now", "utcnow", "localdate")


def test_no_import_cycles():
    graph = {name: {target for target in ours(name) if target != name} for name in modules()}
    while leaves := [name for name, targets in graph.items() if not targets]:
        for leaf in leaves:
            del graph[leaf]
        for targets in graph.values():
            targets.difference_update(leaves)
    # What is left lies on a cycle or leads to one.
    assert graph == {}


def functions(name: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(name)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return node.end_lineno - node.lineno + 1


def test_no_import_inside_a_function():
    wrong = [
        f"{name}.{function.name}"
        for name in modules()
        if not name.endswith(".apps")
        for function in functions(name)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    ]
    assert wrong == []


def test_functions_are_short():
    limit = {name: 30 if ".views" in name else 50 for name in modules()}
    wrong = [f"{name}.{f.name}: {length(f)}" for name in modules() for f in functions(name) if length(f) > limit[name]]
    assert wrong == []


def test_files_are_short():
    scripts = list((ROOT / "scripts").glob("*.py"))
    sizes = {path: len(path.read_text().splitlines()) for path in [*modules().values(), *scripts]}
    assert {path.name: lines for path, lines in sizes.items() if lines > 500} == {}


def calls(name: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(name)) if isinstance(node, ast.Call))


def method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_the_edge_writes_only_through_the_doors():
    """Template tags are left out: `register.filter` is how Django names one."""
    edge = [name for name in modules() if home(name) in EDGE and ".templatetags" not in name]
    forbidden = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "filter"}
    wrong = [f"{name}:{call.lineno} .{method(call)}(" for name in edge for call in calls(name) if method(call) in forbidden]
    wrong += [f"{name} -> {target}" for name in edge for target in imports(name) if target.startswith("django.db.transaction")]
    assert wrong == []


def test_no_signal_receivers():
    wrong = [f"{name}:{call.lineno}" for name in modules() for call in calls(name) if method(call) == "receiver"]
    signals = ("django.db.models.signals", "django.dispatch")
    wrong += [f"{name} -> {target}" for name in modules() for target in imports(name) if target.startswith(signals)]
    assert wrong == []


def assigned(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [part for target in node.targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) and node.target else []


def is_case_state(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == "state" and "case" in ast.unparse(target.value).lower()


def test_the_state_of_a_case_is_assigned_in_one_function():
    """`case.state = ...` and `update(state=State...)`, in one function of workflow.py and nowhere else."""
    assigning = {
        (name, function.name)
        for name in modules()
        for function in functions(name)
        for node in ast.walk(function)
        if any(is_case_state(target) for target in assigned(node))
    }
    updating = {
        (name, function.name)
        for name in modules()
        for function in functions(name)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and method(call) == "update"
        for keyword in call.keywords
        if keyword.arg == "state" and re.match(r"State\.|target|\"(draf|di|ter|nonaktif)", ast.unparse(keyword.value).replace("'", '"'))
    }
    assert assigning == updating == {("registry.workflow", "_move")}


# --- pages


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def own_scripts() -> list[Path]:
    return sorted(path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts)


INLINE = {
    "script without src": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "javascript: address": re.compile(r"[\"']\s*javascript:", re.I),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape\s+off"),
    "another host": re.compile(r"\b(?:src|href|action|srcset|content)\s*=\s*[\"']\s*(?:https?:)?//", re.I),
}


@pytest.mark.parametrize("what", INLINE)
def test_nothing_inline_and_nothing_from_another_host_in_templates(what):
    wrong = [str(path.relative_to(ROOT)) for path in templates() if INLINE[what].search(path.read_text())]
    assert wrong == []


def test_nothing_from_another_host_in_static_files():
    foreign = re.compile(r"url\(\s*[\"']?(?:https?:)?//|@import|[\"'`]https?://(?!www\.w3\.org/)|<script", re.I)
    files = [path for path in (ROOT / "static").rglob("*") if path.suffix in (".css", ".js", ".svg")]
    assert [str(path.relative_to(ROOT)) for path in files if foreign.search(path.read_text())] == []


def test_templates_and_scripts_are_short():
    sizes = {path: len(path.read_text().splitlines()) for path in templates() + own_scripts()}
    assert {path.name: lines for path, lines in sizes.items() if lines > (200 if path.suffix == ".js" else 120)} == {}


# --- privacy


def test_no_number_of_sixteen_digits_in_the_product():
    """A NIK or No. KK, even an invented one, belongs into tests only."""
    folders = [ROOT / name for name in (*ROOMS, "templates", "static", "locale", "scripts", "docs")]
    kinds = (".py", ".html", ".js", ".css", ".po", ".md", ".csv", ".json")
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in kinds]
    run = re.compile(r"(?<![\d.A-Fa-f])\d{16}(?![\d.])")
    assert [str(path.relative_to(ROOT)) for path in [*files, ROOT / "README.md"] if path.exists() and run.search(path.read_text())] == []


def test_no_unfinished_marks():
    words = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    files = [*modules().values(), *templates(), *own_scripts(), *(ROOT / "scripts").glob("*.py")]
    assert [str(path.relative_to(ROOT)) for path in files if words.search(path.read_text())] == []
