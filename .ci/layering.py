#!/usr/bin/env python3
"""Holds the locked dependencies to the rules of the house: who may depend on what, licences, sources, banned crates.

The workspace is read from `cargo metadata`; everything that is wrong is reported at once.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict

# The crate, what it may not reach by any path of normal dependencies, and why.
MAY_NOT_REACH = [
    ("portal-domain", r"diesel.*|actix-.*|tokio|lettre|rand|getrandom", "the rules know no database, HTTP, time or randomness"),
    ("portal-persistence", r"actix-.*|utoipa-actix-web|utoipa-swagger-ui", "storage knows no HTTP"),
]
# The crate, what it may not name among its own dependencies, and why.
MAY_NOT_NAME = [
    ("portal-api", r"diesel.*|libsqlite3-sys|pq-sys", "only portal-persistence knows SQL"),
    ("portal-persistence", r"portal-api|portal-tests", "arrows point one way"),
    ("portal-domain", r"portal-.*", "arrows point one way"),
]
LICENCES = set(
    "MIT MIT-0 Apache-2.0 BSD-2-Clause BSD-3-Clause ISC Unicode-3.0 Zlib 0BSD BSL-1.0 CC0-1.0 Unlicense "
    "CDLA-Permissive-2.0 PostgreSQL".split()
)
# Crates that may not be locked at all, and why.
BANNED = {
    "rsa": "RUSTSEC-2023-0071 has no fix",
    "openssl-sys": "no system library is needed",
    "native-tls": "no system library is needed",
}
REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"


def licence_allowed(expression):
    """Whether an SPDX expression (also the old form with slashes) can be met with the licences that are allowed."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    position = 0

    def peek():
        return tokens[position] if position < len(tokens) else None

    def take():
        nonlocal position
        position += 1
        return tokens[position - 1]

    def either():
        result = both()
        while peek() == "OR":
            take()
            right = both()
            result = result or right
        return result

    def both():
        result = single()
        while peek() == "AND":
            take()
            right = single()
            result = result and right
        return result

    def single():
        token = take() if peek() is not None else ""
        if token == "(":
            result = either()
            if peek() != ")":
                raise ValueError("a parenthesis is not closed")
            take()
            return result
        if token in ("", ")", "AND", "OR", "WITH"):
            raise ValueError("a licence is missing")
        if peek() == "WITH":
            take()
            # An exception only permits more; but none is on the list, so it is taken for a licence of its own.
            return f"{token} WITH {take()}" in LICENCES
        return token in LICENCES

    result = either()
    if position != len(tokens):
        raise ValueError(f"cannot read on from {tokens[position]!r}")
    return result


def check(metadata):
    faults = []
    packages = {package["id"]: package for package in metadata["packages"]}
    members = {packages[key]["name"]: key for key in metadata["workspace_members"]}

    edges = defaultdict(list)
    for node in metadata["resolve"]["nodes"]:
        for dependency in node["deps"]:
            # `kind` is null for a normal dependency; tests and build scripts may use what they like.
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                edges[node["id"]].append(dependency["pkg"])

    def path_to(start, forbidden):
        """The shortest chain of names from `start` to a forbidden crate, or None."""
        came_from, queue = {start: None}, [start]
        for key in queue:
            if key != start and re.fullmatch(forbidden, packages[key]["name"]):
                chain = []
                while key is not None:
                    chain.append(packages[key]["name"])
                    key = came_from[key]
                return " -> ".join(reversed(chain))
            for target in edges[key]:
                if target not in came_from:
                    came_from[target] = key
                    queue.append(target)
        return None

    for crate, forbidden, why in MAY_NOT_REACH:
        if crate not in members:
            faults.append(f"{crate} is not in the workspace")
        elif chain := path_to(members[crate], forbidden):
            faults.append(f"{chain}: {why}")
    for crate, forbidden, why in MAY_NOT_NAME:
        named = packages[members[crate]]["dependencies"] if crate in members else []
        for dependency in named:
            if dependency["kind"] is None and re.fullmatch(forbidden, dependency["name"]):
                faults.append(f"{crate} names {dependency['name']}: {why}")

    for package in packages.values():
        title = f"{package['name']} {package['version']}"
        if package["name"] in BANNED:
            faults.append(f"{title} is banned: {BANNED[package['name']]}")
        if package["source"] is None:
            if package["id"] not in metadata["workspace_members"]:
                faults.append(f"{title} comes from a path outside the workspace")
        elif package["source"] != REGISTRY:
            faults.append(f"{title} comes from {package['source']}, not from crates.io")
        try:
            if not package["license"]:
                faults.append(f"{title} states no licence")
            elif not licence_allowed(package["license"]):
                faults.append(f"{title} has the licence {package['license']}, which is not allowed")
        except ValueError as error:
            faults.append(f"{title} has the licence {package['license']}: {error}")
    return faults, len(packages)


def main():
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    faults, count = check(metadata)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        sys.exit(1)
    print(f"{count} packages: layers, licences and sources are in order")


if __name__ == "__main__":
    main()
