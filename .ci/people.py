"""What people do in a fresh sandbox, as its personas' stories tell: people.py BASE DATABASE.

DATABASE is the server's SQLite file; it is only read, to see that opening a link changes nothing.
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
    """Status and text of the answer; waits when it came too fast for the limits."""
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
    """The body of the answer, which must have that status."""
    found, text = send(method, API + path, token, body, headers)
    assert found == status, f"{method} {path}: {found} instead of {status}: {text}"
    return json.loads(text) if text else None


def refused(path, status, code, token=None, body=None):
    problem = call("POST", path, status, token, body)
    assert problem["code"] == code, f"POST {path}: {problem}"
    return problem


def persona(name):
    return call("POST", f"/sandbox/personas/{name}/token")["access_token"]


def sign_in(email):
    form = {"grant_type": "password", "username": email, "password": PASSWORD}
    return call("POST", "/oauth/token", body=urllib.parse.urlencode(form))["access_token"]


def standing(token):
    return call("GET", "/me", token=token)["memberships"][0]["status"]


def home(token):
    return "/organizations/" + call("GET", "/me", token=token)["memberships"][0]["organization"]["id"]


def items(path, token):
    return call("GET", path, token=token)["items"]


def mail(email, wanted):
    """The newest mail to an address that `wanted` accepts. What was asked for is looked into after a moment."""
    for _ in range(50):
        query = urllib.parse.urlencode({"recipient": email})
        for found in call("GET", f"/sandbox/mailbox?{query}")["items"]:
            if wanted(found):
                return found
        time.sleep(0.2)
    raise AssertionError(f"no such mail to {email}")


def content():
    """Every row, but for those that the server's own workers write at any time."""
    workers = ('INSERT INTO "outbox_mails"', 'INSERT INTO "job_')
    with contextlib.closing(sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)) as database:
        return [line for line in database.iterdump() if not line.startswith(workers)]


def token_for(email, purpose):
    """The token of the newest mail with a link for that purpose. The link is opened first, as scanners of mails do."""
    link = mail(email, lambda found: f"/links/{purpose}#token=" in found.get("link", ""))["link"]
    page, token = link.split("#token=")
    before = content()
    status, text = send("GET", page.removeprefix(BASE), headers={"Accept": "text/html"})
    assert status == 200 and text.startswith("<!DOCTYPE html>"), f"GET {page}: {status} {text}"
    assert content() == before, f"GET {page} changed something"
    return token


def accept(email, first_name, last_name):
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


def member(house, name, token):
    return f"{house}/members/" + next(one["id"] for one in items(f"{house}/members", token) if one["name"] == name)


def press(button, one, token):
    """Presses a member's button; gives the status after it."""
    return call("POST", f"{one}/{button}", token=token, body={})["status"]


def invitation():
    """An organization administrator invites a CA Admin Manager, who accepts, signs in and reassigns."""
    katherine = persona("organization-administrator")
    house = home(katherine)
    nora = "nora.fields@bluegrass.example"
    call("POST", f"{house}/invitations", 201, katherine, {"email": nora, "role": "ca_admin_manager"})
    assert accept(nora, "Nora", "Fields")["roles"] == ["ca_admin_manager"]
    token = sign_in(nora)
    agents = {one["name"]: one["id"] for one in items(f"{house}/credentialing-agents", token)}
    work = items(f"{house}/work-assignments?agent_id={agents['Marcus Webb']}", token)
    moved = call("POST", f"{house}/reassignments", 201, token, {
        "from_agent_id": agents["Marcus Webb"],
        "to_agent_id": agents["Priya Nair"],
        "items": [{"id": row["id"], "version": row["version"]} for row in work],
    })
    assert moved["moved"] == 4, moved


def provider_accounts():
    """A registrant associates an account, links a group, and asks for access to an account that is taken."""
    amara = persona("provider-registrant")

    def both_steps(path, claim):
        begun = call("POST", path, 201, amara, claim)
        accepted = {"agreement_accepted": True, "agreement_version": begun["agreement"]["version"]}
        return call("POST", f"{path}/{begun['association_id']}/complete", 201, amara, accepted)

    practitioner = {"provider_type": "practitioner", "first_name": "Amara", "last_name": "Whitfield"}
    practitioner |= {"tax_id": "04-3555017", "provider_id": "CCA100234", "zip": "02108"}
    group = {"provider_type": "group", "group_name": "Harborlight Primary Care"}
    group |= {"tax_id": "04-3555028", "provider_id": "CCA200417", "zip": "02210"}
    taken = {"provider_type": "group", "group_name": "Seaglass Physical Therapy"}
    taken |= {"tax_id": "04-3555039", "provider_id": "CCA300512", "zip": "01930"}
    refused("/provider-account-associations", 422, "eligibility_not_matched", amara, practitioner | {"zip": "02109"})
    both_steps("/provider-account-associations", practitioner)
    linked = both_steps("/me/linked-accounts", group)
    accounts = items("/me/linked-accounts", amara)
    assert [one["username"] for one in accounts] == ["CCA100234", "CCA200417"], accounts
    chosen = {"membership_id": linked["membership_id"]}
    active = call("PUT", "/me/active-account", token=amara, body=chosen, headers={"If-Match": "*"})
    assert active["active"] and active["covers_total"] == 2, active
    problem = refused("/me/linked-accounts", 409, "administrator_exists", amara, taken)
    ask = {"provider_id": "CCA300512", "message": "I work at the front desk."}
    call("POST", problem["request_access"].removeprefix(API), 202, amara, ask)

    mail("helen.marsh@seaglass.example", lambda found: "Amara Whitfield" in found["text"])
    helen = persona("account-administrator")
    account = home(helen)
    assert [one["name"] for one in items(f"{account}/access-requests", helen)] == ["Amara Whitfield"]
    lee = "lee.tran@seaglass.example"
    for email, zip_code in [(lee, "01930"), ("pat.otto@seaglass.example", "01944")]:
        entry = {"email": email, "first_name": "Lee", "last_name": "Tran", "zip": zip_code, "role": "account_user"}
        call("POST", f"{account}/invite-list", 201, helen, entry)
    outcome = call("POST", f"{account}/invite-list/send", token=helen)
    assert (outcome["sent"], outcome["failed"]) == (1, 1), outcome
    accept(lee, "Lee", "Tran")
    owen = persona("account-user")
    call("GET", f"{account}/members", 403, owen)
    assert press("make-admin", member(account, "Owen Park", helen), helen) == "active"
    call("GET", f"{account}/members", token=owen)
    assert press("revoke", member(account, "Lee Tran", helen), helen) == "revoked"


def practice():
    """An account manager verifies, helps and disables; the plan's staff set up the first registrant of another practice."""
    lena = persona("account-manager")
    house = home(lena)
    waiting = items(f"{house}/members?verification_pending=true", lena)
    assert [one["name"] for one in waiting] == ["Jeremy Huang"], waiting
    jeremy = f"{house}/members/{waiting[0]['id']}"
    comments = [one.get("comment") for one in items(f"{jeremy}/comments", lena)]
    assert "<script>alert(1)</script>" in comments, comments
    verified = call("POST", f"{jeremy}/verify", token=lena, body={"permissions": ["claims", "eligibility"]})
    assert verified["status"] == "unverified", verified
    assert press("send-registration-email", jeremy, lena) == "unverified"
    his = complete_registration("jeremy.huang@riverbend.example")
    assert standing(his) == "active"
    assert press("disable", jeremy, lena) == "disabled"
    assert standing(his) == "disabled"

    victor = member(house, "Victor Lane", lena)
    refused(f"{victor}/enable", 409, "use_password_reset", lena, {})
    assert press("send-password-reset-email", victor, lena) == "locked"
    body = {"token": token_for("victor.lane@riverbend.example", "password-reset"), "password": PASSWORD}
    call("POST", "/password-resets/complete", 204, body=body)
    refused("/password-resets/complete", 410, "link_used", body=body)
    assert standing(sign_in("victor.lane@riverbend.example")) == "active"
    assert press("enable", member(house, "Dana Cole", lena), lena) == "unverified"

    rosa = {"plan": "lhcc", "tin": "72-7654321", "first_name": "Rosa", "last_name": "Field"}
    call("POST", "/registrations", 202, body=rosa | {"email": "rosa.field@riverbend.example"})
    button = {"token": token_for("lena.ortiz@riverbend.example", "enable-user")}
    refused("/registrations/enable", 401, "unauthenticated", body=button)
    assert call("POST", "/registrations/enable", token=lena, body=button)["status"] == "unverified"
    refused("/registrations/enable", 410, "link_used", lena, button)

    ruth = persona("plan-operator")
    first = items("/plan/registrations?without_manager=true", ruth)
    assert [one["name"] for one in first] == ["Carol Jennings"], first
    name = {"organization_name": "Ozark Family Clinic"}
    call("POST", f"/plan/registrations/{first[0]['id']}/verify-original", token=ruth, body=name)
    house = f"/organizations/{first[0]['organization_id']}"
    carol = complete_registration("carol.jennings@ozark.example")
    assert len(items(f"{house}/members", carol)) == 1


def advance(days):
    call("POST", "/sandbox/clock/advance", body={"days": days})


def told(token, number):
    """What somebody was told about an application, oldest first: kind and days."""
    notices = [n for n in items("/notifications", token) if number in n["text"]]
    return [(n["kind"], n.get("threshold_days")) for n in reversed(notices)]


def resting_application():
    """seeds 000 and 001: an application rests, is reassigned on day 45, and is withdrawn on day 120"""
    call("POST", "/sandbox/reset", 204)
    marcus, priya, debi = (persona(p) for p in ("credentialing-agent", "second-credentialing-agent", "ca-admin-manager"))
    house = home(debi)
    start = {"organization_id": house.split("/")[-1], "application_type": "enrollment", "category": "individual",
             "provider_type": "64", "first_name": "Nora", "last_name": "Fields"}
    application = call("POST", "/applications", 201, marcus, start)
    path, number = f"/applications/{application['id']}", application["application_number"]
    warned = lambda days: ("auto_withdrawal_warning", days)

    advance(29)
    assert told(marcus, number) == []
    advance(1)
    assert told(marcus, number) == [warned(30)]
    advance(15)
    agents = {agent["name"]: agent["id"] for agent in items(f"{house}/credentialing-agents", debi)}
    body = {"from_agent_id": agents["Marcus Webb"], "to_agent_id": agents["Priya Nair"],
            "items": [{"id": application["id"], "version": call("GET", path, token=debi)["version"]}]}
    call("POST", f"{house}/reassignments", 201, debi, body)
    advance(14)
    assert told(priya, number) == [("application_reassigned_to_you", None)]
    advance(1)
    assert told(priya, number) == [("application_reassigned_to_you", None), warned(60)]
    assert told(marcus, number) == [warned(30)]
    advance(59)
    assert call("GET", path, token=priya)["application_status"] == "in_progress"
    advance(1)
    shown = call("GET", path, token=priya)
    assert (shown["application_status"], shown["withdrawal"]["kind"]) == ("withdrawn", "automatic"), shown
    assert told(priya, number)[2:] == [("application_withdrawn", None)]
    assert told(marcus, number) == [warned(30), ("application_withdrawn", None)]
    ledger = items(f"{path}/notices", debi)
    assert [n["recipient_name"] for n in ledger if n.get("threshold_days") == 60] == ["Priya Nair"], ledger
    ruth = persona("plan-operator")
    assert call("POST", f"{path}/restore", token=ruth)["application_status"] == "in_progress"


def agent_access():
    """seed 000: all agents get, or lose, access to an individual Medicaid ID"""
    call("POST", "/sandbox/reset", 204)
    marcus, debi = persona("credentialing-agent"), persona("ca-admin-manager")
    house = home(debi)
    application = items("/applications", marcus)[0]
    assert application["medicaid_id"], application
    found = call("POST", f"{house}/medicaid-ids/search", token=debi, body={"medicaid_id": application["medicaid_id"]})
    assert found["ssn_masked"].startswith("***-**-"), found
    access, version = f"{house}/medicaid-ids/{found['id']}/agent-access", [("If-Match", "*")]
    asked = call("PUT", access, 409, debi, {"action": "remove_all"}, version)
    assert (asked["code"], asked["options"]) == ("confirmation_required", ["Yes", "No"]), asked
    done = call("PUT", access, token=debi, body={"action": "remove_all", "confirmation": "yes"}, headers=version)
    assert done["maintenance_required"] and done["open_applications"] >= 1, done
    problem = call("GET", f"/applications/{application['id']}", 403, marcus)
    assert problem["code"] == "access_not_granted", problem
    call("PUT", access, token=debi, body={"action": "grant_all", "confirmation": "yes"}, headers=version)
    call("GET", f"/applications/{application['id']}", token=marcus)


for story in (invitation, provider_accounts, practice, agent_access, resting_application):
    print(f"-- {story.__doc__}", flush=True)
    story()
