"""Signs in as a persona of the sandbox, again whenever the session may have ended."""

import json
import pathlib
import time

import refusals  # noqa: F401  (registers its hook)
import sandbox
import schemathesis

# Access tokens live ten minutes.
RENEW_AFTER_SECONDS = 300
# Operations that the manager may not use, or that would only ever show an empty list: who can say more.
PERSONAS = {
    "restoreApplication": sandbox.PLAN_STAFF,
    "createCallerVerification": sandbox.SUPPORT,
    "listNotifications": sandbox.RECEIVER,
    "readNotification": sandbox.RECEIVER,
} | {
    operation: name
    for name, operations in {
        sandbox.AGENT: [
            "startApplication", "saveApplication", "submitApplication", "withdrawApplication", "addDocument",
            "removeDocument", "getExitPrompt", "getDashboard",
        ],
        sandbox.REVIEWER: ["startApplicationReview", "returnApplication", "approveApplication", "denyApplication"],
        sandbox.ADMINISTRATOR: [
            "listAuditEvents", "listGrantableRoles", "listInvitations", "createInvitation", "getInvitation",
            "resendInvitation", "cancelInvitation", "listMembers", "getMember", "updateMember", "disableMember",
            "revokeMember", "makeMemberAdmin", "sendPasswordResetEmail", "listMemberComments", "listMemberSessions",
            "endMemberSessions",
        ],
        sandbox.ACCOUNT_MANAGER: ["verifyMember", "enableMember", "sendRegistrationEmail", "enableRegisteredUser"],
        sandbox.ACCOUNT_ADMINISTRATOR: [
            "getInviteList", "addToInviteList", "sendInviteList", "removeFromInviteList", "listAccessRequests",
        ],
        sandbox.REGISTRANT: [
            "createProviderAccountAssociation", "completeProviderAccountAssociation", "createAccessRequest",
            "listMyLinkedAccounts", "createMyLinkedAccount", "completeMyLinkedAccount", "setMyActiveAccount",
        ],
        sandbox.PLAN_STAFF: [
            "listPlanRegistrations", "verifyOriginalRegistrant", "listMails", "retryMail", "listJobRuns", "getJobRun",
            "runJob",
        ],
    }.items()
    for operation in operations
}
# Ids of personas' memberships, each with that of somebody else to take its place: written by sandbox.py.
STAND_INS = json.loads(pathlib.Path("stand-ins.json").read_text(encoding="utf-8"))
tokens = {}


def persona(operation):
    return PERSONAS.get(operation.definition.raw.get("operationId"), sandbox.MANAGER)


@schemathesis.auth(refresh_interval=None)
class Persona:
    def get(self, case, context):
        name = persona(context.operation)
        if name not in tokens or time.monotonic() - tokens[name][1] > RENEW_AFTER_SECONDS:
            tokens[name] = (sandbox.token(name), time.monotonic())
        return tokens[name][0]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


def start_about_medicaid_id(case):
    """Leaves out what belongs to enrollments where an application is about a Medicaid ID: few would be started otherwise."""
    if case.operation.definition.raw.get("operationId") != "startApplication" or case.meta is None:
        return
    body = case.body
    if case.meta.generation.mode.is_positive and isinstance(body, dict) and body.get("application_type") != "enrollment":
        if "medicaid_id" in body:
            foreign = ("category", "provider_type", "first_name", "last_name", "business_name")
            case.body = {name: value for name, value in body.items() if name not in foreign}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Nothing is done to the personas themselves: disabled or signed out, they would test nothing any more.

    Their ids come from the lists of members, which the run draws from, too.
    """
    start_about_medicaid_id(case)
    member = (case.path_parameters or {}).get("member_id")
    if case.method != "GET" and member in STAND_INS:
        case.path_parameters = case.path_parameters | {"member_id": STAND_INS[member]}


@schemathesis.hook
def after_call(context, case, response):
    """Forgets the token when the request may have ended its session, so that the next request gets a new one.

    Sessions are also ended by revoking a token, by using a refresh token twice, and by signing in once too often. Changing
    the password and confirming a second factor leave the session that did it; a persona's token needs neither of them.
    """
    if response.status_code == 401 or case.method == "DELETE" or "/oauth/" in case.path:
        tokens.pop(persona(case.operation), None)
