#!/usr/bin/env python3
"""Checks the source files against the rooms of docs/architecture.md: arrows point down, there are no
circles, and no file has more than 400 lines.

An arrow is a path that one file of a crate writes to an item of another file of that crate, followed through `pub use`
to the file that defines the item. Everything that is wrong is reported at once.
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

LONGEST = 400
# Longer files, and why each is one file.
LONGER = {
    "persistence/src/schema.rs": "every table, one after the other; joins may name any two of them",
}

# The areas, lowest first: each may use those before it.
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


class Tree:
    """The files of one crate by module path, with what they define and hand on."""

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
        """`names` as a path from the root of the crate, or None when it is another crate's."""
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

    def arrows(self):
        """(from, to) for each file that names an item of another."""
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
                # A `mod.rs` lists what is in its folder.
                if is_list(path) and self.of[target][: len(module)] == module:
                    continue
                found.add((path, target))
        return found


def is_list(path):
    return path.endswith(("/mod.rs", "/lib.rs"))


def without_comments(text):
    """The text without comments, strings and unit tests, none of which make an arrow."""
    text = re.sub(r"^#\[cfg\(test\)\]\n(?:pub(?:\([a-z]+\))? )?mod tests \{\n.*?^\}\n", "", text, flags=re.M | re.S)
    text = re.sub(r"//[^\n]*", "", text)
    # Strings hold no paths.
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)


def expand(tree):
    """The paths in a use tree such as `a::{b, c::d as e}`."""
    tree = tree.strip()
    opening = tree.find("{")
    if opening < 0:
        return [[part.strip() for part in re.sub(r"\s+as\s+\w+", "", tree).split("::") if part.strip()]]
    prefix = [part.strip() for part in tree[:opening].split("::") if part.strip()]
    inner, depth, piece, result = tree[opening + 1 : tree.rfind("}")], 0, "", []
    for letter in inner + ",":
        if letter == "," and depth == 0:
            if piece.strip():
                result += [prefix + names for names in expand(piece)]
            piece = ""
            continue
        depth += (letter == "{") - (letter == "}")
        piece += letter
    return result


def paths(text):
    """Every path that a file writes, in `use` and elsewhere."""
    result = []
    for tree in re.findall(r"^\s*(?:pub(?:\([a-z: ]+\))? )?use ([^;]+);", text, re.M):
        result += expand(tree)
    for path in re.findall(r"\b((?:crate|super|self)(?:::\w+)+)", text):
        result.append(path.split("::"))
    return result


def circles(arrows):
    """The strongly connected sets of more than one file."""
    edges = defaultdict(set)
    for start, end in arrows:
        edges[start].add(end)
    index, low, stack, on, result, counter = {}, {}, [], set(), [], [0]

    def visit(node):
        index[node] = low[node] = counter[0]
        counter[0] += 1
        stack.append(node)
        on.add(node)
        for other in edges[node]:
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in on:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = []
            while True:
                last = stack.pop()
                on.remove(last)
                group.append(last)
                if last == node:
                    break
            if len(group) > 1:
                result.append(sorted(group))

    sys.setrecursionlimit(10_000)
    for node in sorted(set(edges) | {end for _, end in arrows}):
        if node not in index:
            visit(node)
    return result


def area_of(crate, path):
    """The area that a file of `domain`, `persistence` or the operations belongs to, or None."""
    parts = Path(path).parts
    place = 3 if crate == "api" and parts[2] == "operations" else 2
    return parts[place] if len(parts) > place and parts[place] in AREAS else None


def upward(crate, start, end):
    """Why the arrow points up, or None."""
    if crate == "api":
        rooms = [Path(path).parts[2] for path in (start, end)]
        if rooms[0] == "main.rs" or rooms[1] == "lib.rs":
            return None
        if (rooms[0], end) == ("operations", "api/src/portal/state.rs"):
            return "operations reach the database through the guard"
        if rooms[0] != rooms[1]:
            return None if rooms[1] in SERVER.get(rooms[0], ()) else f"{rooms[0]} may not use {rooms[1]}"
        if rooms[0] != "operations":
            return None
    areas = [area_of(crate, path) for path in (start, end)]
    if areas[1] is None:
        return None
    if areas[0] is None:
        # Beside the areas there is only machinery, which knows none of them, and the list of what a crate holds.
        return None if is_list(start) else f"machinery uses {areas[1]}"
    if AREAS.index(areas[1]) > AREAS.index(areas[0]):
        return f"{areas[0]} may not use {areas[1]}"
    return None


def main():
    listed = subprocess.run(["git", "ls-files", "-z", "*.rs"], check=True, stdout=subprocess.PIPE, text=True).stdout
    names = [name for name in listed.split("\0") if name and Path(name).exists()]
    wrong = []
    for crate in CRATES:
        folder = f"{crate}/src"
        inside = [name for name in names if name.startswith(folder + "/") and not name.endswith("_tests.rs")]
        files = {name: Path(name).read_text() for name in inside}
        arrows = Tree(folder, files).arrows()
        if crate != "tests":
            for start, end in sorted(arrows):
                if why := upward(crate, start, end):
                    wrong.append(f"{start} -> {end}: {why}")
        for group in circles(arrows):
            wrong.append(f"a circle in {crate}: {', '.join(group)}")
    for name in names:
        lines = Path(name).read_text().count("\n")
        if lines > LONGEST and name not in LONGER:
            wrong.append(f"{name} has {lines} lines, more than {LONGEST}")
        if lines <= LONGEST and name in LONGER:
            wrong.append(f"{name} is no longer too long: take it from the list")
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        sys.exit(1)
    print(f"{len(names)} files: rooms, arrows and lengths are in order")


if __name__ == "__main__":
    main()
