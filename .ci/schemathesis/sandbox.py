"""Prepares the sandbox for Schemathesis: access tokens of personas, and test data.

As a program, it creates data of every kind as the personas. It writes the IDs of existing data to
the directory in its argument: one dictionary for each kind of ID, for Schemathesis to choose from.
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
    """The response to a request with this JSON body or PDF content."""
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


def items(path, user_token):
    return call("GET", path, user_token)["items"]


def ids(rows):
    return [row["id"] for row in rows]


def organization_of(user_token):
    return call("GET", "/api/v1/me", user_token)["memberships"][0]["organization"]["id"]


def link_token(email, purpose):
    """The token in the newest emailed link for this purpose. Waits for background emails."""
    query = urllib.parse.urlencode({"recipient": email})
    for _ in range(100):
        for mail in call("GET", f"/api/v1/sandbox/mailbox?{query}")["items"]:
            link = mail.get("link", "")
            if f"/links/{purpose}#token=" in link:
                return link.split("#token=")[1]
        time.sleep(0.1)
    raise SystemExit(f"{email} received no {purpose} email")


# The sandbox's Medicaid IDs, by use: the group's own, whose maintenance applications can be
# submitted without changes; one for other applications; and those for changes of agents' access.
GROUP_ID = "7100000001"
INDIVIDUAL_ID = "4444444"
ACCESS_IDS = ("1111111", "2222222", "7100126126")


def create_applications(manager):
    """Applications for every transition, documents, calendar feeds, and consents to links.

    Each transition has its own applications, so that other operations do not change them.
    """
    agent, reviewer = token(AGENT), token(REVIEWER)
    organization = organization_of(agent)
    base_path = f"/api/v1/organizations/{organization}"

    def start(**fields):
        body = {"organization_id": organization, "application_type": "maintenance", **fields}
        return call("POST", "/api/v1/applications", agent, body)["id"]

    def apply(user_token, action, applications, body=None):
        for application in applications:
            call("POST", f"/api/v1/applications/{application}/{action}", user_token, body)
        return applications

    def start_several(medicaid_id, count=4):
        return [start(medicaid_id=medicaid_id) for _ in range(count)]

    def submit():
        return apply(agent, "submit", start_several(GROUP_ID))

    enrollment = {"application_type": "enrollment", "category": "individual", "provider_type": "64"}
    enrollment |= {"first_name": "Nora", "last_name": "New"}
    applications = {
        "drafts": [start(**enrollment) for _ in range(2)] + start_several(INDIVIDUAL_ID, 2),
        "submittable": [*start_several(GROUP_ID), start(**enrollment)],
        "submitted": submit(),
        "returnable": submit(),
        "approvable": apply(reviewer, "start-review", submit()),
        "deniable": apply(reviewer, "start-review", submit()),
        "returned": apply(reviewer, "return", submit(), {"reason": "The license has expired."}),
        "with_documents": [start(**enrollment)],
    }
    rows = items("/api/v1/applications?limit=100", manager)
    applications["withdrawn"] = [row["id"] for row in rows if row["application_status"] == "withdrawn"]
    documents = f"/api/v1/applications/{applications['with_documents'][0]}/documents?document_type=license_copy"
    medicaid_ids = {
        number: call("POST", f"{base_path}/medicaid-ids/search", manager, {"medicaid_id": number})["id"]
        for number in (INDIVIDUAL_ID, *ACCESS_IDS)
    }
    kept, *revocable = [call("POST", f"{base_path}/calendar-feeds", manager, {"name": f"Phone {n}"}) for n in range(4)]
    consents = f"{base_path}/medicaid-ids/{medicaid_ids[INDIVIDUAL_ID]}/link-consents"
    return applications | {
        "consented": [medicaid_ids[INDIVIDUAL_ID]],
        "link_consents": [
            call("POST", consents, manager, {"group_medicaid_id": f"719999999{n}"})["id"] for n in range(4)
        ],
        "all_applications": ids(rows),
        "documents": [
            call("POST", f"{documents}&file_name=license{n}.pdf", agent, file=b"%PDF-1.7\n")["id"] for n in range(6)
        ],
        "calendar_feeds": ids(revocable),
        "calendar_tokens": [kept["url"].rsplit("/", 1)[1]],
        "medicaid_ids": list(medicaid_ids.values()),
        "with_agent_access": [medicaid_ids[number] for number in ACCESS_IDS],
        "medicaid_numbers": [INDIVIDUAL_ID, *ACCESS_IDS],
    }


def create_reassignment(manager, receiver):
    """Open work of agents, part of which is reassigned."""
    organization = organization_of(manager)
    base_path = f"/api/v1/organizations/{organization}"
    agents = {agent["name"]: agent for agent in items(f"{base_path}/credentialing-agents", manager)}
    source = max(agents.values(), key=lambda agent: agent["open"]["total"])
    receiver_name = call("GET", "/api/v1/me", receiver)["name"]
    rows = items(f"{base_path}/work-assignments?agent_id={source['id']}", manager)
    movable = [row for row in rows if any(a["action"] == "reassign" and a["allowed"] for a in row["actions"])]
    moved = call("POST", f"{base_path}/reassignments", manager, {
        "from_agent_id": source["id"],
        "to_agent_id": agents[receiver_name]["id"],
        "items": [{"id": row["id"], "version": row["version"]} for row in movable[:1]],
    })
    # Additional sessions, which the test run can end.
    for _ in range(5):
        token(MANAGER)
    return {
        "organizations": [organization],
        "agents": ids(agents.values()),
        "sources": [source["id"]],
        "receivers": [agents[receiver_name]["id"]],
        "assigned_applications": ids(rows),
        "reassignments": [moved["id"]],
        "notifications": ids(items("/api/v1/notifications", receiver)),
        "sessions": ids(items("/api/v1/me/sessions", manager)),
    }


def create_group_members(manager):
    """Members of a group, and pending invitations. One invitation is for the manager."""
    user_token = token(ADMINISTRATOR)
    base_path = f"/api/v1/organizations/{organization_of(user_token)}"

    def invite(email, role):
        invitation = call("POST", f"{base_path}/invitations", user_token, {"email": email, "role": role})["id"]
        return invitation, link_token(email, "invitation")

    members = []
    for number in range(3):
        _, link = invite(f"spare{number}@bluegrass.example", "account_user")
        name = {"first_name": "Spare", "last_name": "Member"}
        accepted = call("POST", "/api/v1/invitations/accept", body=name | {"token": link, "password": PASSWORD})
        members.append(accepted["membership_id"])
    pending = [invite(f"pending{number}@bluegrass.example", "account_user") for number in range(3)]
    pending.append(invite(call("GET", "/api/v1/me", manager)["email"], "credentialing_agent"))
    return {
        "members": members,
        "invitations": [invitation for invitation, _ in pending],
        "invitation_tokens": [link for _, link in pending],
    }


def create_practice_links():
    """Members of a practice in every status, and links sent to them and their account manager."""
    user_token = token(ACCOUNT_MANAGER)
    organization = organization_of(user_token)
    base_path = f"/api/v1/organizations/{organization}"
    manager = call("GET", "/api/v1/me", user_token)["email"]
    rows = [row for row in items(f"{base_path}/members", user_token) if row["email"] != manager]
    by_status = {row["status"]: row for row in rows}
    unverified, locked = by_status["unverified"], by_status["locked"]
    call("POST", f"{base_path}/members/{unverified['id']}/send-registration-email", user_token, {})
    call("POST", f"{base_path}/members/{locked['id']}/send-password-reset-email", user_token, {})
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


def create_accounts():
    """An account with an invite list, a linked account, and associations: incomplete and waiting."""
    user_token = token(ACCOUNT_ADMINISTRATOR)
    organization = organization_of(user_token)
    entries = []
    for number in range(3):
        entry = {"email": f"listed{number}@seaglass.example", "first_name": "Lee", "last_name": "Listed"}
        entry |= {"zip": "01930", "role": "account_user"}
        entries.append(call("POST", f"/api/v1/organizations/{organization}/invite-list", user_token, entry)["id"])
    registrant = token(REGISTRANT)

    def link(claim):
        """Links the account with this data. Returns the version of the agreement, and the membership."""
        started = call("POST", "/api/v1/me/linked-accounts", registrant, claim)
        agreement = started["agreement"]["version"]
        acceptance = {"agreement_accepted": True, "agreement_version": agreement}
        path = f"/api/v1/me/linked-accounts/{started['association_id']}/complete"
        return agreement, call("POST", path, registrant, acceptance)["membership_id"]

    claim = {"provider_type": "group", "group_name": "Harborlight Primary Care"}
    claim |= {"tax_id": "04-3555028", "provider_id": "CCA200417", "zip": "02210"}
    agreement, linked = link(claim)
    plan = token(PLAN_STAFF)
    for association in items("/api/v1/plan/associations?confirmed=false", plan):
        call("POST", f"/api/v1/plan/associations/{association['id']}/confirm", plan)
    claim = {"provider_type": "practitioner", "first_name": "Noor", "last_name": "Haddad"}
    claim |= {"tax_id": "04-3555028", "provider_id": "CCA200418", "zip": "02128"}
    link(claim)
    claim = {"provider_type": "practitioner", "first_name": "Amara", "last_name": "Whitfield"}
    claim |= {"tax_id": "04-3555017", "provider_id": "CCA100234", "zip": "02108"}
    started = call("POST", "/api/v1/provider-account-associations", registrant, claim)
    return {
        "accounts": [organization],
        "entries": entries,
        "linked_accounts": [linked],
        "associations": [started["association_id"]],
        "waiting_associations": ids(items("/api/v1/plan/associations?confirmed=false", plan)),
        "agreements": [agreement],
    }


def create_system_data(manager):
    """An unconfirmed second factor, emails, and a job run."""
    user_token = token(PLAN_STAFF)
    call("POST", "/api/v1/system/jobs/member_inactivity/run", user_token, {"dry_run": False})
    return {
        "mfa_methods": [call("POST", "/api/v1/me/mfa-methods", manager, {"kind": "okta_verify"})["id"]],
        "mails": ids(items("/api/v1/system/mails", user_token)),
        "job_runs": ids(items("/api/v1/system/job-runs", user_token)),
        "users": users()[1],
    }


def users():
    """The IDs of the users who are personas, and those of the others."""
    emails = {persona["email"] for persona in call("GET", "/api/v1/sandbox/personas")["items"]}
    rows = items("/api/v1/users", token(PLAN_STAFF))
    personas = [row["id"] for row in rows if row["email"] in emails]
    return personas, [row["id"] for row in rows if row["email"] not in emails]


def substitutes():
    """Maps each persona's user ID to that of another user, and each persona's member ID to that of
    another member of the organization, neither of them a persona.
    """
    personas = {persona["name"]: persona["email"] for persona in call("GET", "/api/v1/sandbox/personas")["items"]}
    # No test run signs in as this persona.
    del personas[ACCOUNT_USER]
    named, others = users()
    result = {user: others[0] for user in named}
    for name in (ADMINISTRATOR, ACCOUNT_MANAGER, ACCOUNT_ADMINISTRATOR):
        user_token = token(name)
        rows = items(f"/api/v1/organizations/{organization_of(user_token)}/members", user_token)
        others = [row["id"] for row in rows if row["email"] not in personas.values()]
        result |= {row["id"]: others[0] for row in rows if row["email"] in personas.values()}
    return result


def main(directory):
    manager, receiver = token(MANAGER), token(RECEIVER)
    # After 26 days, one of the sandbox's applications is withdrawn automatically.
    call("POST", "/api/v1/sandbox/clock/advance", body={"days": 26})
    dictionaries = create_reassignment(manager, receiver) | create_applications(manager)
    dictionaries |= create_group_members(manager) | create_practice_links()
    dictionaries |= create_accounts() | create_system_data(manager)
    for name, entries in dictionaries.items():
        assert entries, f"the sandbox has no {name}"
        text = "".join(f'"{entry}"\n' for entry in entries)
        pathlib.Path(directory, f"{name}.dict").write_text(text, encoding="utf-8")
    pathlib.Path(directory, "substitutes.json").write_text(json.dumps(substitutes()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
