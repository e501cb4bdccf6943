#!/usr/bin/env python3
"""Checks the locked dependencies: layers of the workspace, licenses, sources, and banned crates.

Reads the output of `cargo metadata`, and reports every violation at once.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict

# Each crate, the crates that it must not depend on directly or indirectly, and why. Only normal
# dependencies count.
FORBIDDEN_TRANSITIVELY = [
    ("portal-domain", r"diesel.*|actix-.*|tokio|lettre|rand|getrandom", "rules use no database, HTTP, clock, or randomness"),
    ("portal-persistence", r"actix-.*|utoipa-actix-web|utoipa-swagger-ui", "storage does not use HTTP"),
]
# Each crate, the crates that it must not depend on directly, and why.
FORBIDDEN_DIRECTLY = [
    ("portal-api", r"diesel.*|libsqlite3-sys|pq-sys", "only portal-persistence uses SQL"),
    ("portal-persistence", r"portal-api|portal-tests", "dependencies point downward"),
    ("portal-domain", r"portal-.*", "dependencies point downward"),
]
ALLOWED_LICENSES = set(
    "MIT MIT-0 Apache-2.0 BSD-2-Clause BSD-3-Clause ISC Unicode-3.0 Zlib 0BSD BSL-1.0 CC0-1.0 Unlicense "
    "CDLA-Permissive-2.0 PostgreSQL".split()
)
# Crates that must not be in Cargo.lock, and why.
BANNED = {
    "rsa": "RUSTSEC-2023-0071 has no fix",
    "openssl-sys": "the build must not need system libraries",
    "native-tls": "the build must not need system libraries",
}
REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"


def license_allowed(expression):
    """Whether the allowed licenses satisfy an SPDX expression. A slash means OR, as in old manifests."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    position = 0

    def peek():
        return tokens[position] if position < len(tokens) else None

    def take():
        nonlocal position
        position += 1
        return tokens[position - 1]

    def parse_or():
        result = parse_and()
        while peek() == "OR":
            take()
            right = parse_and()
            result = result or right
        return result

    def parse_and():
        result = parse_term()
        while peek() == "AND":
            take()
            right = parse_term()
            result = result and right
        return result

    def parse_term():
        token = take() if peek() is not None else ""
        if token == "(":
            result = parse_or()
            if peek() != ")":
                raise ValueError("a parenthesis is not closed in the expression")
            take()
            return result
        if token in ("", ")", "AND", "OR", "WITH"):
            raise ValueError("the expression lacks a license")
        if peek() == "WITH":
            take()
            # A license with an exception must be listed as such.
            return f"{token} WITH {take()}" in ALLOWED_LICENSES
        return token in ALLOWED_LICENSES

    result = parse_or()
    if position != len(tokens):
        raise ValueError(f"unexpected {tokens[position]!r} in the expression")
    return result


def check(metadata):
    violations = []
    packages = {package["id"]: package for package in metadata["packages"]}
    members = {packages[key]["name"]: key for key in metadata["workspace_members"]}

    edges = defaultdict(list)
    for node in metadata["resolve"]["nodes"]:
        for dependency in node["deps"]:
            # `kind` is null for normal dependencies. Tests and build scripts are not restricted.
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                edges[node["id"]].append(dependency["pkg"])

    def path_to(start, forbidden):
        """The shortest dependency chain from `start` to a forbidden crate, or None."""
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

    for crate, forbidden, reason in FORBIDDEN_TRANSITIVELY:
        if crate not in members:
            violations.append(f"{crate} is not in the workspace")
        elif chain := path_to(members[crate], forbidden):
            violations.append(f"{chain}: {reason}")
    for crate, forbidden, reason in FORBIDDEN_DIRECTLY:
        dependencies = packages[members[crate]]["dependencies"] if crate in members else []
        for dependency in dependencies:
            if dependency["kind"] is None and re.fullmatch(forbidden, dependency["name"]):
                violations.append(f"{crate} depends on {dependency['name']}: {reason}")

    for package in packages.values():
        title = f"{package['name']} {package['version']}"
        if package["name"] in BANNED:
            violations.append(f"{title} is banned: {BANNED[package['name']]}")
        if package["source"] is None:
            if package["id"] not in metadata["workspace_members"]:
                violations.append(f"{title} comes from a path outside the workspace")
        elif package["source"] != REGISTRY:
            violations.append(f"{title} comes from {package['source']}, not from crates.io")
        try:
            if not package["license"]:
                violations.append(f"{title} has no license")
            elif not license_allowed(package["license"]):
                violations.append(f"{title} has the license {package['license']}, which is not allowed")
        except ValueError as error:
            violations.append(f"{title} has an invalid license, {package['license']}: {error}")
    return violations, len(packages)


def main():
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    violations, count = check(metadata)
    for violation in violations:
        print(violation, file=sys.stderr)
    if violations:
        sys.exit(1)
    print(f"{count} packages: no violations of layers, licenses, or sources")


if __name__ == "__main__":
    main()
