"""Well-formed requests that are refused all the same, by a rule that no schema can state.

`positive_data_acceptance` would report them. Its settings know only statuses, and to allow a whole status (all 400, all 422)
would hide requests that the document wrongly calls valid. So each refusal is allowed here by the operation, the status and
the problem codes that the rule answers with. 404 (a made-up id) and 409 (a state that forbids it) are allowed in the settings.
A code that would allow too much is allowed at one place in the body only: `/email format`.
"""

import json

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData

REASSIGN = ("createReassignment", "previewReassignment")
MATCH = ("createProviderAccountAssociation", "createMyLinkedAccount")
AGREE = ("completeProviderAccountAssociation", "completeMyLinkedAccount")
INVITE = ("createInvitation", "addToInviteList")
ADMIT = ("verifyMember", "enableMember", "updateMember")
ACT = ADMIT + (
    "disableMember", "revokeMember", "makeMemberAdmin", "sendRegistrationEmail", "sendPasswordResetEmail",
    "verifyOriginalRegistrant",
)
FOLLOW_INVITATION = ("inspectInvitation", "acceptInvitation")
FOLLOW_LINK = ("completeRegistration", "enableRegisteredUser", "completePasswordReset")
# Names are not blank and have no control characters.
NAMES = {
    f"/{name} {code}" for name in ("first_name", "last_name", "organization_name") for code in ("required", "format")
}


def password(pointer):
    """What speaks against a new password; letters that are composed may make it too short."""
    codes = ("too_short", "too_long", "too_common", "contains_context")
    return {f"{pointer} password_{code}" for code in codes}


# (operations, or None for any; status; every code that may appear, anywhere or at one place)
ALLOWED = [
    # A cursor is opaque and bound to its list, filters and sort order; a made-up one is none.
    (None, 400, {"invalid_cursor"}),
    # No text holds a NUL character; to say so of every text would drown the document in patterns.
    (None, 400, {"nul_byte"}),
    # Who walks from answer to request takes the id of one thing for another's.
    (("removeFromInviteList",), 400, {"malformed_id"}),
    # A member is sent so many links an hour.
    (("sendRegistrationEmail", "sendPasswordResetEmail"), 429, {"too_many_requests"}),
    # A made-up entity tag is never the current one.
    (None, 412, {"precondition_failed"}),
    # A key belongs to its first request; made-up ones like `0` come back with another body.
    (None, 422, {"reused"}),
    # Both ends must be different active agents of the organization: that depends on the data.
    (REASSIGN, 422, {"target_same_as_source", "target_not_active_credentialing_agent"}),
    # Which names belong to a claim depends on the type of the provider; then it must match what the plan has on file.
    (MATCH, 422, {
        "/first_name required", "/last_name required", "/group_name required", "not_applicable", "eligibility_not_matched",
    }),
    (MATCH + ("createAccessRequest",), 429, {"too_many_attempts"}),
    # The agreement must be accepted, in the version of the day.
    (AGREE, 422, {"agreement_not_accepted", "agreement_outdated"}),
    # Links and associations work once, and for a while.
    (FOLLOW_LINK, 410, {"link_used", "link_expired", "link_superseded"}),
    (AGREE, 410, {"link_used", "link_expired", "agreement_not_accepted", "agreement_outdated"}),
    (FOLLOW_INVITATION, 410, {
        "invitation_used", "invitation_expired", "invitation_cancelled", "invitation_superseded",
    }),
    # Addresses that JSON Schema calls e-mail addresses and no mail server would take.
    (INVITE + ("createRegistration", "createPasswordReset"), 422, NAMES | {
        "/email format", "/role role_not_offered", "/permissions permission_not_offered", "/plan unknown_value",
        "too_many_items",
    }),
    (("sendInviteList",), 422, {"invite_list_empty"}),
    # What there is to grant depends on the plan and the kind of the organization, and so does the length of comments.
    (ADMIT, 422, {
        "/roles role_requires_invitation", "/roles role_not_offered", "/permissions permission_not_offered",
        "/comment comment_too_long",
    }),
    (ACT, 422, NAMES | {"/comment comment_too_long"}),
    # JSON Schema knows a year 0.
    (("listMembers",), 422, {"not_signed_in_since range"}),
    # Somebody new gives a name and a password, somebody signed in neither.
    (("acceptInvitation", "completeRegistration"), 422, NAMES | password("/password") | {
        "/password required", "/password not_allowed", "/first_name not_allowed", "/last_name not_allowed",
    }),
    (("completePasswordReset",), 422, password("/password")),
    (("changeMyPassword",), 422, password("/new_password") | {"/current_password wrong_password"}),
    (("confirmMyMfaMethod",), 422, {"/otp wrong_otp"}),
]


def reasons(response):
    """The codes that tell why, each with its place: those of the single errors where there are some, else the problem's own."""
    try:
        problem = json.loads(response.content)
    except ValueError:
        return set()
    errors = {(error.get("pointer", error.get("parameter")), error.get("code")) for error in problem.get("errors", [])}
    return errors or {(None, problem.get("code"))}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if not isinstance(failure, RejectedPositiveData):
        return True
    operation = case.operation.definition.raw.get("operationId")
    allowed = set()
    for operations, status, more in ALLOWED:
        if response.status_code == status and (operations is None or operation in operations):
            allowed |= more
    found = reasons(response)
    return not found or any(code not in allowed and f"{place} {code}" not in allowed for place, code in found)


def whole(value):
    """`value` with every 2.0 written as 2."""
    if isinstance(value, dict):
        return {name: whole(member) for name, member in value.items()}
    if isinstance(value, list):
        return [whole(member) for member in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@schemathesis.hook
def map_body(context, body):
    """JSON Schema counts 2.0 among the integers, the server does not, and no client writes a version so."""
    return whole(body)
