"""The sandbox as the runs need it: tokens of personas, and data worth asking for.

Run as a program, it acts once as the manager so that there is a reassignment and a notice of it, and writes the ids of what
exists into the directory of its argument: one dictionary for each kind of id, for Schemathesis to draw from.
"""

import json
import os
import pathlib
import sys
import urllib.request

BASE = os.environ["SANDBOX_URL"]
MANAGER = "ca-admin-manager"
RECEIVER = "second-credentialing-agent"


def call(method, path, token=None, body=None):
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def token(persona):
    return call("POST", f"/api/v1/sandbox/personas/{persona}/token")["access_token"]


def main(directory):
    manager, receiver = token(MANAGER), token(RECEIVER)

    def items(path, by=manager):
        return call("GET", path, by)["items"]

    organization = items("/api/v1/organizations")[0]["id"]
    home = f"/api/v1/organizations/{organization}"
    agents = {agent["name"]: agent for agent in items(f"{home}/credentialing-agents")}
    source = max(agents.values(), key=lambda agent: agent["open"]["total"])
    receiver_name = call("GET", "/api/v1/me", receiver)["name"]
    work = items(f"{home}/work-assignments?agent_id={source['id']}")
    movable = [row for row in work if any(a["action"] == "reassign" and a["allowed"] for a in row["actions"])]
    moved = call("POST", f"{home}/reassignments", manager, {
        "from_agent_id": source["id"],
        "to_agent_id": agents[receiver_name]["id"],
        "items": [{"id": row["id"], "version": row["version"]} for row in movable[:1]],
    })
    # Sessions for the runs to end, beside the ones that they use.
    for _ in range(5):
        token(MANAGER)

    dictionaries = {
        "organizations": [organization],
        "agents": [agent["id"] for agent in agents.values()],
        "sources": [source["id"]],
        "receivers": [agents[receiver_name]["id"]],
        "applications": [row["id"] for row in work],
        "reassignments": [moved["id"]],
        "notifications": [notice["id"] for notice in items("/api/v1/notifications", receiver)],
        "sessions": [session["id"] for session in items("/api/v1/me/sessions")],
    }
    for name, ids in dictionaries.items():
        assert ids, f"the sandbox has no {name}"
        text = "".join(f'"{one}"\n' for one in ids)
        pathlib.Path(directory, f"{name}.dict").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
