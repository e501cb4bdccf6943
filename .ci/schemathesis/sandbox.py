"""The sandbox as the runs need it: tokens of personas, and data worth asking for.

Run as a program, it acts as the personas so that there is something of every kind, and writes the ids of what exists into the
directory of its argument: one dictionary for each kind of id, for Schemathesis to draw from.
"""

import json
import os
import pathlib
import sys
import time
import urllib.parse
import urllib.request

BASE = os.environ["SANDBOX_URL"]
MANAGER = "ca-admin-manager"
AGENT = "credentialing-agent"
RECEIVER = "second-credentialing-agent"
ADMINISTRATOR = "organization-administrator"
ACCOUNT_MANAGER = "account-manager"
ACCOUNT_ADMINISTRATOR = "account-administrator"
ACCOUNT_USER = "account-user"
REGISTRANT = "provider-registrant"
PLAN_STAFF = "plan-operator"
REVIEWER = "dms-reviewer"
SUPPORT = "support"
PASSWORD = "seven purple lanterns"


def call(method, path, token=None, body=None, file=None):
    """The answer to a request with that body, or with a PDF of those bytes."""
    headers = {}
    if body is not None or file is not None:
        headers["Content-Type"] = "application/json" if file is None else "application/pdf"
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    data = file if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def token(persona):
    return call("POST", f"/api/v1/sandbox/personas/{persona}/token")["access_token"]


def items(path, by):
    return call("GET", path, by)["items"]


def ids(rows):
    return [row["id"] for row in rows]


def organization_of(by):
    return call("GET", "/api/v1/me", by)["memberships"][0]["organization"]["id"]


def link_token(email, purpose):
    """The token of the newest mail with a link for that purpose; some are written a moment after they were asked for."""
    query = urllib.parse.urlencode({"recipient": email})
    for _ in range(100):
        for mail in call("GET", f"/api/v1/sandbox/mailbox?{query}")["items"]:
            link = mail.get("link", "")
            if f"/links/{purpose}#token=" in link:
                return link.split("#token=")[1]
        time.sleep(0.1)
    raise SystemExit(f"{email} got no {purpose} mail")


# The numbers of the sandbox's Medicaid IDs: the group's own, whose maintenances can be filed as they are, one for other
# applications, and those whose access the runs grant and remove.
OWN, LASTING, ACCESSED = "7100000001", "4444444", ("1111111", "2222222", "7100126126")


def filing(manager):
    """Applications wherever one may stand, for each step some that nothing else is done to; documents and calendars."""
    agent, reviewer = token(AGENT), token(REVIEWER)
    organization = organization_of(agent)
    home = f"/api/v1/organizations/{organization}"

    def started(**more):
        body = {"organization_id": organization, "application_type": "maintenance", **more}
        return call("POST", "/api/v1/applications", agent, body)["id"]

    def taken(by, step, applications, body=None):
        for one in applications:
            call("POST", f"/api/v1/applications/{one}/{step}", by, body)
        return applications

    def some(number, many=4):
        return [started(medicaid_id=number) for _ in range(many)]

    def filed():
        return taken(agent, "submit", some(OWN))

    nora = {"application_type": "enrollment", "category": "individual", "provider_type": "64"}
    nora |= {"first_name": "Nora", "last_name": "New"}
    stand = {
        "drafts": [started(**nora) for _ in range(2)] + some(LASTING, 2),
        "fileable": [*some(OWN), started(**nora)],
        "submitted": filed(),
        "returnable": filed(),
        "approvable": taken(reviewer, "start-review", filed()),
        "deniable": taken(reviewer, "start-review", filed()),
        "returned": taken(reviewer, "return", filed(), {"reason": "The license has expired."}),
        "documented": [started(**nora)],
    }
    rows = items("/api/v1/applications?limit=100", manager)
    stand["withdrawn"] = [row["id"] for row in rows if row["application_status"] == "withdrawn"]
    documents = f"/api/v1/applications/{stand['documented'][0]}/documents?document_type=license_copy"
    found = {
        number: call("POST", f"{home}/medicaid-ids/search", manager, {"medicaid_id": number})["id"]
        for number in (LASTING, *ACCESSED)
    }
    kept, *revocable = [call("POST", f"{home}/calendar-feeds", manager, {"name": f"Phone {n}"}) for n in range(4)]
    return stand | {
        "filed": ids(rows),
        "documents": [
            call("POST", f"{documents}&file_name=license{n}.pdf", agent, file=b"%PDF-1.7\n")["id"] for n in range(6)
        ],
        "calendar_feeds": ids(revocable),
        "calendar_tokens": [kept["url"].rsplit("/", 1)[1]],
        "medicaid_ids": list(found.values()),
        "accessed": [found[number] for number in ACCESSED],
        "medicaid_numbers": [LASTING, *ACCESSED],
    }


def work(manager, receiver):
    """Open work, some of which was reassigned."""
    organization = organization_of(manager)
    home = f"/api/v1/organizations/{organization}"
    agents = {agent["name"]: agent for agent in items(f"{home}/credentialing-agents", manager)}
    source = max(agents.values(), key=lambda agent: agent["open"]["total"])
    receiver_name = call("GET", "/api/v1/me", receiver)["name"]
    rows = items(f"{home}/work-assignments?agent_id={source['id']}", manager)
    movable = [row for row in rows if any(a["action"] == "reassign" and a["allowed"] for a in row["actions"])]
    moved = call("POST", f"{home}/reassignments", manager, {
        "from_agent_id": source["id"],
        "to_agent_id": agents[receiver_name]["id"],
        "items": [{"id": row["id"], "version": row["version"]} for row in movable[:1]],
    })
    # Sessions for the runs to end, beside the ones that they use.
    for _ in range(5):
        token(MANAGER)
    return {
        "organizations": [organization],
        "agents": ids(agents.values()),
        "sources": [source["id"]],
        "receivers": [agents[receiver_name]["id"]],
        "applications": ids(rows),
        "reassignments": [moved["id"]],
        "notifications": ids(items("/api/v1/notifications", receiver)),
        "sessions": ids(items("/api/v1/me/sessions", manager)),
    }


def group(manager):
    """Invitations that wait, one of them for the manager, and members for whatever may be done to members."""
    by = token(ADMINISTRATOR)
    home = f"/api/v1/organizations/{organization_of(by)}"

    def invited(email, role):
        invitation = call("POST", f"{home}/invitations", by, {"email": email, "role": role})["id"]
        return invitation, link_token(email, "invitation")

    members = []
    for number in range(3):
        _, link = invited(f"spare{number}@bluegrass.example", "account_user")
        name = {"first_name": "Spare", "last_name": "Member"}
        accepted = call("POST", "/api/v1/invitations/accept", body=name | {"token": link, "password": PASSWORD})
        members.append(accepted["membership_id"])
    waiting = [invited(f"waiting{number}@bluegrass.example", "account_user") for number in range(3)]
    waiting.append(invited(call("GET", "/api/v1/me", manager)["email"], "credentialing_agent"))
    return {
        "members": members,
        "invitations": [invitation for invitation, _ in waiting],
        "invitation_tokens": [link for _, link in waiting],
    }


def practice():
    """Members in every status, and the links that go to them and their account manager."""
    by = token(ACCOUNT_MANAGER)
    organization = organization_of(by)
    home = f"/api/v1/organizations/{organization}"
    manager = call("GET", "/api/v1/me", by)["email"]
    rows = [row for row in items(f"{home}/members", by) if row["email"] != manager]
    with_status = {row["status"]: row for row in rows}
    unverified, locked = with_status["unverified"], with_status["locked"]
    call("POST", f"{home}/members/{unverified['id']}/send-registration-email", by, {})
    call("POST", f"{home}/members/{locked['id']}/send-password-reset-email", by, {})
    rosa = {"plan": "lhcc", "tin": "72-7654321", "first_name": "Rosa", "last_name": "Field"}
    call("POST", "/api/v1/registrations", body=rosa | {"email": "rosa.field@riverbend.example"})
    plan = token(PLAN_STAFF)
    return {
        "practices": [organization],
        "practice_members": ids(rows),
        "registration_tokens": [link_token(unverified["email"], "registration")],
        "reset_tokens": [link_token(locked["email"], "password-reset")],
        "enable_tokens": [link_token(manager, "enable-user")],
        "registrations": ids(items("/api/v1/plan/registrations", plan)),
    }


def accounts():
    """An account with people to be invited, a linked account, and an association that waits for its second step."""
    by = token(ACCOUNT_ADMINISTRATOR)
    organization = organization_of(by)
    entries = []
    for number in range(3):
        entry = {"email": f"listed{number}@seaglass.example", "first_name": "Lee", "last_name": "Listed"}
        entry |= {"zip": "01930", "role": "account_user"}
        entries.append(call("POST", f"/api/v1/organizations/{organization}/invite-list", by, entry)["id"])
    registrant = token(REGISTRANT)
    claim = {"provider_type": "group", "group_name": "Harborlight Primary Care"}
    claim |= {"tax_id": "04-3555028", "provider_id": "CCA200417", "zip": "02210"}
    begun = call("POST", "/api/v1/me/linked-accounts", registrant, claim)
    agreement = begun["agreement"]["version"]
    acceptance = {"agreement_accepted": True, "agreement_version": agreement}
    path = f"/api/v1/me/linked-accounts/{begun['association_id']}/complete"
    linked = call("POST", path, registrant, acceptance)["membership_id"]
    claim = {"provider_type": "practitioner", "first_name": "Amara", "last_name": "Whitfield"}
    claim |= {"tax_id": "04-3555017", "provider_id": "CCA100234", "zip": "02108"}
    begun = call("POST", "/api/v1/provider-account-associations", registrant, claim)
    return {
        "accounts": [organization],
        "entries": entries,
        "linked": [linked],
        "associations": [begun["association_id"]],
        "agreements": [agreement],
    }


def system(manager):
    """A second factor that was begun, mails, and a run of a job."""
    by = token(PLAN_STAFF)
    call("POST", "/api/v1/system/jobs/member_inactivity/run", by, {"dry_run": False})
    return {
        "mfa_methods": [call("POST", "/api/v1/me/mfa-methods", manager, {"kind": "okta_verify"})["id"]],
        "mails": ids(items("/api/v1/system/mails", by)),
        "job_runs": ids(items("/api/v1/system/job-runs", by)),
    }


def stand_ins():
    """For each persona's membership that of somebody in the same organization who is nobody to sign in as."""
    personas = {persona["name"]: persona["email"] for persona in call("GET", "/api/v1/sandbox/personas")["items"]}
    # Nobody acts as this one.
    del personas[ACCOUNT_USER]
    found = {}
    for name in (ADMINISTRATOR, ACCOUNT_MANAGER, ACCOUNT_ADMINISTRATOR):
        by = token(name)
        rows = items(f"/api/v1/organizations/{organization_of(by)}/members", by)
        others = [row["id"] for row in rows if row["email"] not in personas.values()]
        found |= {row["id"]: others[0] for row in rows if row["email"] in personas.values()}
    return found


def main(directory):
    manager, receiver = token(MANAGER), token(RECEIVER)
    # One of the job aid's applications is withdrawn by itself.
    call("POST", "/api/v1/sandbox/clock/advance", body={"days": 26})
    dictionaries = work(manager, receiver) | filing(manager)
    dictionaries |= group(manager) | practice() | accounts() | system(manager)
    for name, entries in dictionaries.items():
        assert entries, f"the sandbox has no {name}"
        text = "".join(f'"{entry}"\n' for entry in entries)
        pathlib.Path(directory, f"{name}.dict").write_text(text, encoding="utf-8")
    pathlib.Path(directory, "stand-ins.json").write_text(json.dumps(stand_ins()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
