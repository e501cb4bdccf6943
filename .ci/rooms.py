#!/usr/bin/env python3
"""Checks the areas and rooms of docs/architecture.md: dependencies point downward, there are no
circular dependencies, and no file has more than 400 lines.

A file depends on another file of its crate if it names one of its items. `pub use` is followed to
the file that defines the item. Every violation is reported at once.
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

MAX_LINES = 400
# Files that may be longer, and why.
LINE_LIMIT_EXCEPTIONS = {
    "persistence/src/schema.rs": "all tables, because any two can be joined",
}

# The areas, lowest first. Each may use the areas before it.
AREAS = ["ground", "identity", "organizations", "medicaid", "applications", "work", "platform"]
# The rooms of the server, lowest first, and which lower rooms each may use.
SERVER = {
    "portal": set(),
    "http": {"portal"},
    "background": {"portal"},
    "transfer": {"portal"},
    "operations": {"http", "portal"},
    "sandbox": {"operations", "background", "transfer", "http", "portal"},
    "server": {"sandbox", "operations", "background", "transfer", "http", "portal"},
    "cli": {"server", "sandbox", "background", "transfer", "portal"},
}
CRATES = {"domain": "portal_domain", "persistence": "portal_persistence", "api": "portal_api", "tests": "portal_tests"}

DEFINES = re.compile(
    r"^(?:pub(?:\([a-z: ]+\))? )?(?:const |async |unsafe )*(?:struct|enum|fn|const|static|type|trait|mod|union|macro_rules!)\s+(\w+)",
    re.M,
)
REEXPORT = re.compile(r"^pub(?:\([a-z: ]+\))? use ([^;]+);", re.M)


class Crate:
    """The files of one crate by module path, with the items that they define and reexport."""

    def __init__(self, folder, files):
        self.modules = {}
        for path, text in files.items():
            parts = list(Path(path).relative_to(folder).with_suffix("").parts)
            if parts == ["main"]:
                continue
            if parts[-1] in ("mod", "lib"):
                parts.pop()
            self.modules[tuple(parts)] = path
        self.text = {path: without_comments(text) for path, text in files.items()}
        self.of = {path: module for module, path in self.modules.items()}

    def resolve(self, module, names, seen=()):
        """The file that defines the item at `names`, seen from `module`; None outside the crate."""
        module, names = tuple(module), list(names)
        while names and module + (names[0],) in self.modules:
            module += (names.pop(0),)
        if module not in self.modules:
            return None
        path = self.modules[module]
        if not names or names[0] in ("self", "*"):
            return path
        text = self.text[path]
        if names[0] in DEFINES.findall(text):
            return path
        if (module, names[0]) in seen:
            return path
        for tree in REEXPORT.findall(text):
            for exported in expand(tree):
                if exported[-1] == "*":
                    inner = self.absolute(module, exported[:-1])
                    found = inner is not None and self.resolve(inner, names, (*seen, (module, names[0])))
                    if found and names[0] in DEFINES.findall(self.text[found]):
                        return found
                elif exported[-1] == names[0]:
                    inner = self.absolute(module, exported)
                    if inner is not None:
                        return self.resolve((), inner, (*seen, (module, names[0])))
        return path

    def absolute(self, module, names):
        """`names` as a path from the crate root, or None if they name another crate."""
        names, module = list(names), list(module)
        if names and names[0] == "crate":
            return names[1:]
        if names and names[0] == "self":
            return module + names[1:]
        if names and names[0] == "super":
            while names and names[0] == "super":
                names.pop(0)
                if not module:
                    return None
                module.pop()
            return module + names
        if names and tuple(module) + (names[0],) in self.modules:
            return module + names
        return None

    def dependencies(self):
        """Each dependency of one file on another, as a pair."""
        found = set()
        for path, text in self.text.items():
            module = self.of.get(path, ())
            for names in paths(text):
                inner = self.absolute(module, names)
                if inner is None:
                    continue
                target = self.resolve((), inner)
                if target is None or target == path:
                    continue
                # A `mod.rs` may name the files of its folder.
                if is_module_root(path) and self.of[target][: len(module)] == module:
                    continue
                found.add((path, target))
        return found


def is_module_root(path):
    return path.endswith(("/mod.rs", "/lib.rs"))


def without_comments(text):
    """The text without comments, strings, and unit tests, whose paths do not count."""
    text = re.sub(r"^#\[cfg\(test\)\]\n(?:pub(?:\([a-z]+\))? )?mod tests \{\n.*?^\}\n", "", text, flags=re.M | re.S)
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)


def expand(tree):
    """The paths in a use tree such as `a::{b, c::d as e}`."""
    tree = tree.strip()
    opening = tree.find("{")
    if opening < 0:
        return [[part.strip() for part in re.sub(r"\s+as\s+\w+", "", tree).split("::") if part.strip()]]
    prefix = [part.strip() for part in tree[:opening].split("::") if part.strip()]
    inner, depth, piece, result = tree[opening + 1 : tree.rfind("}")], 0, "", []
    for character in inner + ",":
        if character == "," and depth == 0:
            if piece.strip():
                result += [prefix + names for names in expand(piece)]
            piece = ""
            continue
        depth += (character == "{") - (character == "}")
        piece += character
    return result


def paths(text):
    """Every path in a file, in `use` and elsewhere."""
    result = []
    for tree in re.findall(r"^\s*(?:pub(?:\([a-z: ]+\))? )?use ([^;]+);", text, re.M):
        result += expand(tree)
    for path in re.findall(r"\b((?:crate|super|self)(?:::\w+)+)", text):
        result.append(path.split("::"))
    return result


def cycles(dependencies):
    """The strongly connected components with more than one file (Tarjan's algorithm)."""
    edges = defaultdict(set)
    for start, end in dependencies:
        edges[start].add(end)
    index, low, stack, on_stack, result, counter = {}, {}, [], set(), [], [0]

    def visit(node):
        index[node] = low[node] = counter[0]
        counter[0] += 1
        stack.append(node)
        on_stack.add(node)
        for other in edges[node]:
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in on_stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = []
            while True:
                last = stack.pop()
                on_stack.remove(last)
                group.append(last)
                if last == node:
                    break
            if len(group) > 1:
                result.append(sorted(group))

    sys.setrecursionlimit(10_000)
    for node in sorted(set(edges) | {end for _, end in dependencies}):
        if node not in index:
            visit(node)
    return result


def area_of(crate, path):
    """The area of a file, or None."""
    parts = Path(path).parts
    place = 3 if crate == "api" and parts[2] == "operations" else 2
    return parts[place] if len(parts) > place and parts[place] in AREAS else None


def violation(crate, start, end):
    """Why a file may not depend on another, or None."""
    if crate == "api":
        rooms = [Path(path).parts[2] for path in (start, end)]
        if rooms[0] == "main.rs" or rooms[1] == "lib.rs":
            return None
        if (rooms[0], end) == ("operations", "api/src/portal/state.rs"):
            return "operations must use the database through a guard"
        if rooms[0] != rooms[1]:
            return None if rooms[1] in SERVER.get(rooms[0], ()) else f"{rooms[0]} may not use {rooms[1]}"
        if rooms[0] != "operations":
            return None
    areas = [area_of(crate, path) for path in (start, end)]
    if areas[1] is None:
        return None
    if areas[0] is None:
        # Only `mod.rs` and `lib.rs` may name areas from outside.
        return None if is_module_root(start) else f"a file beside the areas may not use {areas[1]}"
    if AREAS.index(areas[1]) > AREAS.index(areas[0]):
        return f"{areas[0]} may not use {areas[1]}"
    return None


def main():
    listed = subprocess.run(["git", "ls-files", "-z", "*.rs"], check=True, stdout=subprocess.PIPE, text=True).stdout
    names = [name for name in listed.split("\0") if name and Path(name).exists()]
    violations = []
    for crate in CRATES:
        folder = f"{crate}/src"
        inside = [name for name in names if name.startswith(folder + "/") and not name.endswith("_tests.rs")]
        files = {name: Path(name).read_text() for name in inside}
        dependencies = Crate(folder, files).dependencies()
        if crate != "tests":
            for start, end in sorted(dependencies):
                if reason := violation(crate, start, end):
                    violations.append(f"{start} -> {end}: {reason}")
        for group in cycles(dependencies):
            violations.append(f"circular dependency in {crate}: {', '.join(group)}")
    for name in names:
        lines = Path(name).read_text().count("\n")
        if lines > MAX_LINES and name not in LINE_LIMIT_EXCEPTIONS:
            violations.append(f"{name} has {lines} lines, more than {MAX_LINES}")
        if lines <= MAX_LINES and name in LINE_LIMIT_EXCEPTIONS:
            violations.append(f"{name} no longer exceeds the limit: remove it from LINE_LIMIT_EXCEPTIONS")
    for line in violations:
        print(line, file=sys.stderr)
    if violations:
        sys.exit(1)
    print(f"{len(names)} files: no violations of areas, rooms, or lengths")


if __name__ == "__main__":
    main()
