"""Signs in as a persona of the sandbox, and again after its session may have ended."""

import json
import pathlib
import time

import refusals  # noqa: F401  (registers its hook)
import sandbox
import schemathesis

# Access tokens expire after ten minutes, and a sign-in counts as a step-up for five.
RENEW_AFTER_SECONDS = 240
# The personas for operations that return only refusals or empty lists to the manager.
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
            "listAuditEvents", "listOrganizationReadEvents", "listGrantableRoles", "listInvitations",
            "createInvitation", "getInvitation",
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
            "listPlanAssociations", "confirmAssociation", "rejectAssociation", "listPlanRegistrations",
            "verifyOriginalRegistrant", "listMails", "retryMail", "listJobRuns", "getJobRun", "runJob",
            "listReadEvents",
            "listUsers", "searchUsers", "getUser", "lockUser", "unlockUser", "disableUser", "enableUser",
            "grantPlatformRole", "revokePlatformRole", "endUserSessions", "setUserEmail", "removeUserFactors",
            "appointAdministrator",
        ],
    }.items()
    for operation in operations
}
# Personas who state a purpose when they read the data of an organization.
STAFF = {sandbox.PLAN_STAFF, sandbox.REVIEWER, sandbox.SUPPORT}
# For the member and user IDs of each persona, the ID of another to use instead. Written by sandbox.py.
SUBSTITUTES = json.loads(pathlib.Path("substitutes.json").read_text(encoding="utf-8"))
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
        # Not in before_call: a header added there makes Schemathesis take an invalid case for a valid one.
        if persona(case.operation) in STAFF and "Purpose" not in case.headers:
            case.headers["Purpose"] = "audit"


def omit_enrollment_fields(case):
    """Removes enrollment fields from other applications. Otherwise, few would be started."""
    if case.operation.definition.raw.get("operationId") != "startApplication" or case.meta is None:
        return
    body = case.body
    if case.meta.generation.mode.is_positive and isinstance(body, dict) and body.get("application_type") != "enrollment":
        if "medicaid_id" in body:
            enrollment_fields = ("category", "provider_type", "first_name", "last_name", "business_name")
            case.body = {name: value for name, value in body.items() if name not in enrollment_fields}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Replaces personas as targets: a disabled or signed-out persona could not test anything.

    Schemathesis takes their IDs from responses.
    """
    omit_enrollment_fields(case)
    for name in ("member_id", "user_id"):
        target = (case.path_parameters or {}).get(name)
        if case.method != "GET" and target in SUBSTITUTES:
            case.path_parameters = case.path_parameters | {name: SUBSTITUTES[target]}


@schemathesis.hook
def after_call(context, case, response):
    """Discards the token if the request may have ended its session. The next request gets another.

    Revoking a token, reusing a refresh token, and exceeding the number of sessions also end sessions.
    Changing the password or confirming a second factor does not end the current session.
    """
    if response.status_code == 401 or case.method == "DELETE" or "/oauth/" in case.path:
        tokens.pop(persona(case.operation), None)
