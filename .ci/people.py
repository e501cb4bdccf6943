"""Runs the stories of the sandbox's personas: people.py BASE DATABASE.

BASE is the URL of a fresh sandbox. DATABASE is its SQLite file, which is only read, to check that
opening an emailed link changes nothing.
"""

import contextlib
import json
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

BASE, DATABASE = sys.argv[1:]
API = "/api/v1"
PASSWORD = "seven purple lanterns"


def send(method, path, token=None, body=None, headers=()):
    """The status and body of the response. Retries requests that exceed the rate limit."""
    headers = dict(headers)
    data = None
    if isinstance(body, str):
        headers["Content-Type"], data = "application/x-www-form-urlencoded", body.encode()
    elif body is not None:
        headers["Content-Type"], data = "application/json", json.dumps(body).encode()
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    while True:
        request = urllib.request.Request(BASE + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as refusal:
            text = refusal.read().decode()
            if refusal.code != 429 or json.loads(text)["code"] != "too_many_requests":
                return refusal.code, text
            time.sleep(int(refusal.headers["Retry-After"]))


def call(method, path, status=200, token=None, body=None, headers=()):
    """The body of the response, which must have this status."""
    actual, text = send(method, API + path, token, body, headers)
    assert actual == status, f"{method} {path}: status {actual} instead of {status}: {text}"
    return json.loads(text) if text else None


def refused(path, status, code, token=None, body=None):
    """The problem of a POST request that must be refused with this status and code."""
    problem = call("POST", path, status, token, body)
    assert problem["code"] == code, f"POST {path}: {problem}"
    return problem


def persona(name):
    return call("POST", f"/sandbox/personas/{name}/token")["access_token"]


def sign_in(email):
    form = {"grant_type": "password", "username": email, "password": PASSWORD}
    return call("POST", "/oauth/token", body=urllib.parse.urlencode(form))["access_token"]


def membership_status(token):
    return call("GET", "/me", token=token)["memberships"][0]["status"]


def own_organization(token):
    return "/organizations/" + call("GET", "/me", token=token)["memberships"][0]["organization"]["id"]


def items(path, token):
    return call("GET", path, token=token)["items"]


def mail(email, matches):
    """The newest matching email to this address. Waits for emails sent in the background."""
    for _ in range(50):
        query = urllib.parse.urlencode({"recipient": email})
        for message in call("GET", f"/sandbox/mailbox?{query}")["items"]:
            if matches(message):
                return message
        time.sleep(0.2)
    raise AssertionError(f"{email} received no matching email")


def database_content():
    """All rows, except those that background workers can write at any time."""
    workers = ('INSERT INTO "outbox_mails"', 'INSERT INTO "job_')
    with contextlib.closing(sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)) as database:
        return [line for line in database.iterdump() if not line.startswith(workers)]


def token_for(email, purpose):
    """The token in the newest emailed link for this purpose.

    Opens the link first, as email scanners do, and checks that this changes nothing.
    """
    link = mail(email, lambda message: f"/links/{purpose}#token=" in message.get("link", ""))["link"]
    page, token = link.split("#token=")
    before = database_content()
    status, text = send("GET", page.removeprefix(BASE), headers={"Accept": "text/html"})
    assert status == 200 and text.startswith("<!DOCTYPE html>"), f"GET {page}: {status} {text}"
    assert database_content() == before, f"GET {page} changed the database"
    return token


def accept(email, first_name, last_name):
    """Accepts the invitation sent to this address, and checks that it cannot be used again."""
    body = {"token": token_for(email, "invitation"), "password": PASSWORD}
    body |= {"first_name": first_name, "last_name": last_name}
    call("POST", "/invitations/inspect", body={"token": body["token"]})
    accepted = call("POST", "/invitations/accept", body=body)
    refused("/invitations/accept", 410, "invitation_used", body=body)
    return accepted


def complete_registration(email):
    body = {"token": token_for(email, "registration"), "password": PASSWORD}
    call("POST", "/registrations/complete", body=body)
    refused("/registrations/complete", 410, "link_used", body=body)
    return sign_in(email)


def member(organization, name, token):
    """The path of the member with this name."""
    path = f"{organization}/members"
    return next(f"{path}/{item['id']}" for item in items(path, token) if item["name"] == name)


def perform(action, path, token):
    """Performs an action on a member. Returns the new status."""
    return call("POST", f"{path}/{action}", token=token, body={})["status"]


def invitation():
    """An organization administrator invites a CA Admin Manager, who accepts and reassigns work."""
    katherine = persona("organization-administrator")
    organization = own_organization(katherine)
    nora = "nora.fields@bluegrass.example"
    call("POST", f"{organization}/invitations", 201, katherine, {"email": nora, "role": "ca_admin_manager"})
    assert accept(nora, "Nora", "Fields")["roles"] == ["ca_admin_manager"]
    token = sign_in(nora)
    agents = {item["name"]: item["id"] for item in items(f"{organization}/credentialing-agents", token)}
    work = items(f"{organization}/work-assignments?agent_id={agents['Marcus Webb']}", token)
    moved = call("POST", f"{organization}/reassignments", 201, token, {
        "from_agent_id": agents["Marcus Webb"],
        "to_agent_id": agents["Priya Nair"],
        "items": [{"id": row["id"], "version": row["version"]} for row in work],
    })
    assert moved["moved"] == 4, moved


def provider_accounts():
    """A registrant associates two accounts, which plan staff confirm, and requests access to a third."""
    amara = persona("provider-registrant")

    def associate(path, claim):
        started = call("POST", path, 201, amara, claim)
        accepted = {"agreement_accepted": True, "agreement_version": started["agreement"]["version"]}
        return call("POST", f"{path}/{started['association_id']}/complete", 201, amara, accepted)

    practitioner = {"provider_type": "practitioner", "first_name": "Amara", "last_name": "Whitfield"}
    practitioner |= {"tax_id": "04-3555017", "provider_id": "CCA100234", "zip": "02108"}
    group = {"provider_type": "group", "group_name": "Harborlight Primary Care"}
    group |= {"tax_id": "04-3555028", "provider_id": "CCA200417", "zip": "02210"}
    administered = {"provider_type": "group", "group_name": "Seaglass Physical Therapy"}
    administered |= {"tax_id": "04-3555039", "provider_id": "CCA300512", "zip": "01930"}
    refused("/provider-account-associations", 422, "eligibility_not_matched", amara, practitioner | {"zip": "02109"})
    associate("/provider-account-associations", practitioner)
    linked = associate("/me/linked-accounts", group)
    assert linked["next_step"] == "plan_confirmation", linked
    account = f"/organizations/{linked['provider_account']['id']}"
    call("GET", f"{account}/members", 403, amara)
    ruth = persona("plan-operator")
    waiting = items("/plan/associations?confirmed=false", ruth)
    assert [item["username"] for item in waiting] == ["CCA100234", "CCA200417"], waiting
    for association in waiting:
        call("POST", f"/plan/associations/{association['id']}/confirm", token=ruth)
    mail("amara.whitfield@harborlight.example", lambda message: "confirmed" in message["subject"])
    assert len(items(f"{account}/members", amara)) == 1
    accounts = items("/me/linked-accounts", amara)
    assert [item["username"] for item in accounts] == ["CCA100234", "CCA200417"], accounts
    chosen = {"membership_id": linked["membership_id"]}
    active = call("PUT", "/me/active-account", token=amara, body=chosen, headers={"If-Match": "*"})
    assert active["active"] and active["covers_total"] == 2, active
    problem = refused("/me/linked-accounts", 409, "administrator_exists", amara, administered)
    request = {"provider_id": "CCA300512", "message": "I work at the front desk."}
    call("POST", problem["request_access"].removeprefix(API), 202, amara, request)

    mail("helen.marsh@seaglass.example", lambda message: "Amara Whitfield" in message["text"])
    helen = persona("account-administrator")
    account = own_organization(helen)
    assert [item["name"] for item in items(f"{account}/access-requests", helen)] == ["Amara Whitfield"]
    lee = "lee.tran@seaglass.example"
    for email, zip_code in [(lee, "01930"), ("pat.otto@seaglass.example", "01944")]:
        entry = {"email": email, "first_name": "Lee", "last_name": "Tran", "zip": zip_code, "role": "account_user"}
        call("POST", f"{account}/invite-list", 201, helen, entry)
    outcome = call("POST", f"{account}/invite-list/send", token=helen)
    assert (outcome["sent"], outcome["failed"]) == (1, 1), outcome
    accept(lee, "Lee", "Tran")
    owen = persona("account-user")
    call("GET", f"{account}/members", 403, owen)
    assert perform("make-admin", member(account, "Owen Park", helen), helen) == "active"
    call("GET", f"{account}/members", token=owen)
    assert perform("revoke", member(account, "Lee Tran", helen), helen) == "revoked"


def practice():
    """An account manager manages members, and plan staff verify the first registrant of a practice."""
    lena = persona("account-manager")
    organization = own_organization(lena)
    waiting = items(f"{organization}/members?verification_pending=true", lena)
    assert [item["name"] for item in waiting] == ["Jeremy Huang"], waiting
    jeremy = f"{organization}/members/{waiting[0]['id']}"
    comments = [item.get("comment") for item in items(f"{jeremy}/comments", lena)]
    assert "<script>alert(1)</script>" in comments, comments
    verified = call("POST", f"{jeremy}/verify", token=lena, body={"permissions": ["claims", "eligibility"]})
    assert verified["status"] == "unverified", verified
    assert perform("send-registration-email", jeremy, lena) == "unverified"
    jeremy_token = complete_registration("jeremy.huang@riverbend.example")
    assert membership_status(jeremy_token) == "active"
    assert perform("disable", jeremy, lena) == "disabled"
    assert membership_status(jeremy_token) == "disabled"

    victor = member(organization, "Victor Lane", lena)
    refused(f"{victor}/enable", 409, "use_password_reset", lena, {})
    assert perform("send-password-reset-email", victor, lena) == "locked"
    body = {"token": token_for("victor.lane@riverbend.example", "password-reset"), "password": PASSWORD}
    call("POST", "/password-resets/complete", 204, body=body)
    refused("/password-resets/complete", 410, "link_used", body=body)
    assert membership_status(sign_in("victor.lane@riverbend.example")) == "active"
    assert perform("enable", member(organization, "Dana Cole", lena), lena) == "unverified"

    rosa = {"plan": "lhcc", "tin": "72-7654321", "first_name": "Rosa", "last_name": "Field"}
    call("POST", "/registrations", 202, body=rosa | {"email": "rosa.field@riverbend.example"})
    enablement = {"token": token_for("lena.ortiz@riverbend.example", "enable-user")}
    refused("/registrations/enable", 401, "unauthenticated", body=enablement)
    assert call("POST", "/registrations/enable", token=lena, body=enablement)["status"] == "unverified"
    refused("/registrations/enable", 410, "link_used", lena, enablement)

    ruth = persona("plan-operator")
    registrants = items("/plan/registrations?without_manager=true", ruth)
    assert [item["name"] for item in registrants] == ["Carol Jennings"], registrants
    name = {"organization_name": "Ozark Family Clinic"}
    call("POST", f"/plan/registrations/{registrants[0]['id']}/verify-original", token=ruth, body=name)
    organization = f"/organizations/{registrants[0]['organization_id']}"
    carol = complete_registration("carol.jennings@ozark.example")
    assert len(items(f"{organization}/members", carol)) == 1


def advance(days):
    call("POST", "/sandbox/clock/advance", body={"days": days})


def notifications_for(token, number):
    """A user's notifications about an application, oldest first, as pairs of kind and threshold."""
    notices = [n for n in items("/notifications", token) if number in n["text"]]
    return [(n["kind"], n.get("threshold_days")) for n in reversed(notices)]


def application_inactivity():
    """An inactive application is reassigned on day 45 and withdrawn on day 120."""
    call("POST", "/sandbox/reset", 204)
    marcus, priya = persona("credentialing-agent"), persona("second-credentialing-agent")
    debi = persona("ca-admin-manager")
    organization = own_organization(debi)
    start = {"organization_id": organization.split("/")[-1], "application_type": "enrollment",
             "category": "individual", "provider_type": "64", "first_name": "Nora", "last_name": "Fields"}
    application = call("POST", "/applications", 201, marcus, start)
    path, number = f"/applications/{application['id']}", application["application_number"]
    warning = lambda days: ("auto_withdrawal_warning", days)

    advance(29)
    assert notifications_for(marcus, number) == []
    advance(1)
    assert notifications_for(marcus, number) == [warning(30)]
    advance(15)
    agents = {agent["name"]: agent["id"] for agent in items(f"{organization}/credentialing-agents", debi)}
    body = {"from_agent_id": agents["Marcus Webb"], "to_agent_id": agents["Priya Nair"],
            "items": [{"id": application["id"], "version": call("GET", path, token=debi)["version"]}]}
    call("POST", f"{organization}/reassignments", 201, debi, body)
    advance(14)
    assert notifications_for(priya, number) == [("application_reassigned_to_you", None)]
    advance(1)
    assert notifications_for(priya, number) == [("application_reassigned_to_you", None), warning(60)]
    assert notifications_for(marcus, number) == [warning(30)]
    advance(59)
    assert call("GET", path, token=priya)["application_status"] == "in_progress"
    advance(1)
    shown = call("GET", path, token=priya)
    assert (shown["application_status"], shown["withdrawal"]["kind"]) == ("withdrawn", "automatic"), shown
    assert notifications_for(priya, number)[2:] == [("application_withdrawn", None)]
    assert notifications_for(marcus, number) == [warning(30), ("application_withdrawn", None)]
    notices = items(f"{path}/notices", debi)
    assert [n["recipient_name"] for n in notices if n.get("threshold_days") == 60] == ["Priya Nair"], notices
    ruth = persona("plan-operator")
    assert call("POST", f"{path}/restore", token=ruth)["application_status"] == "in_progress"


def agent_access():
    """A manager removes and restores all agents' access to an individual Medicaid ID."""
    call("POST", "/sandbox/reset", 204)
    marcus, debi = persona("credentialing-agent"), persona("ca-admin-manager")
    organization = own_organization(debi)
    application = items("/applications", marcus)[0]
    assert application["medicaid_id"], application
    search = {"medicaid_id": application["medicaid_id"]}
    found = call("POST", f"{organization}/medicaid-ids/search", token=debi, body=search)
    assert found["ssn_masked"].startswith("***-**-"), found
    access, version = f"{organization}/medicaid-ids/{found['id']}/agent-access", [("If-Match", "*")]
    refusal = call("PUT", access, 409, debi, {"action": "remove_all"}, version)
    assert (refusal["code"], refusal["options"]) == ("confirmation_required", ["Yes", "No"]), refusal
    removal = call("PUT", access, token=debi, body={"action": "remove_all", "confirmation": "yes"}, headers=version)
    assert removal["maintenance_required"] and removal["open_applications"] >= 1, removal
    problem = call("GET", f"/applications/{application['id']}", 403, marcus)
    assert problem["code"] == "access_not_granted", problem
    call("PUT", access, token=debi, body={"action": "grant_all", "confirmation": "yes"}, headers=version)
    call("GET", f"/applications/{application['id']}", token=marcus)


for story in (invitation, provider_accounts, practice, agent_access, application_inactivity):
    print(f"-- {story.__doc__}", flush=True)
    story()
