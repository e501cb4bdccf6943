"""Well-formed requests that are refused all the same, by a rule that no schema can state.

`positive_data_acceptance` would report them. Its settings know only statuses, and to allow a whole status (all 400, all 422)
would hide requests that the document wrongly calls valid. So each refusal is allowed here by the operation, the status and
the problem codes that the rule answers with. 404 (a made-up id) and 409 (a state that forbids it) are allowed in the settings.
A code that would allow too much is allowed at one place in the body only: `/email format`.
"""

import json
import re

import schemathesis
from hypothesis import strategies as st
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
INDEX = re.compile(r"/[0-9]+(?=/|$)")
# Names are not blank and have no control characters.
NAMES = {
    f"/{name} {code}" for name in ("first_name", "last_name", "organization_name") for code in ("required", "format")
}
# Texts of applications are not blank either.
APPLICATION_NAMES = NAMES | {"/business_name required", "/business_name format"}
# What belongs to some types of applications only.
BY_TYPE = {
    f"/{name} {code}"
    for name in ("medicaid_id", "category", "provider_type", "first_name", "last_name", "business_name")
    for code in ("required", "not_applicable")
}
JUDGED = {
    "looks_like_ssn", "ssn_impossible", "effective_date_too_early", "effective_date_too_late", "npi_check_digit",
    "one_primary", "npi_not_listed", "license_type_not_allowed_for_provider_type", "expiration_not_after_effective",
    "date_in_future", "end_before_effective",
}
SCREENS = {
    f"/screens/{place} {code}"
    for code, places in {
        "required": [
            "1.1/first_name", "1.1/last_name", "1.1/business_name", "1.1/primary_physical_address/line1",
            "1.1/primary_physical_address/line2", "1.1/primary_physical_address/city", "2.2/licenses/*/issue_state",
            "2.2/licenses/*/license_number", "2.2/licenses/*/effective_date", "2.2/licenses/*/expiration_date",
            "5.1/links/*/effective_date",
        ],
        "format": [
            "1.1/first_name", "1.1/last_name", "1.1/business_name", "1.1/email", "1.1/tax_id",
            "1.1/primary_physical_address/line1", "1.1/primary_physical_address/line2",
            "1.1/primary_physical_address/city", "2.2/licenses/*/license_number",
        ],
        "not_applicable": ["1.1/first_name", "1.1/last_name", "1.1/business_name", "5.1/links"],
        "duplicate": ["1.3/npis/*/npi", "1.4/taxonomies/*/code", "5.1/links/*/medicaid_id"],
        "too_many_items": ["1.3/npis"],
    }.items()
    for place in places
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
    # What each type needs depends on the type; the provider type must fit the category; numbers are the plan's.
    (("startApplication",), 422, APPLICATION_NAMES | BY_TYPE | JUDGED | {
        "/medicaid_id format", "/provider_type unknown_value", "wrong_category",
    }),
    # What screens hold is judged by the type and the category, by today, by the other screens and by check digits.
    (("saveApplication",), 422, SCREENS | JUDGED),
    # What is missing is told when it is filed.
    (("submitApplication",), 422, {"required", "document_required", "revalidation_pending"}),
    (("withdrawApplication", "returnApplication", "denyApplication"), 422, {"/reason looks_like_ssn"}),
    # What begins like another file, is empty, or has a name like a Social Security number; fifty are enough.
    (("addDocument",), 422, {
        "Content-Type media_type_mismatch", " required", "file_name looks_like_ssn", " too_many_items",
    }),
    (("createCalendarFeed",), 422, {"/name looks_like_ssn", " too_many_items"}),
    # The number may be a group's or an entity's, or of the organization's own.
    (("searchMedicaidId", "setAgentAccess"), 422, {"individual_medicaid_id_required", "/medicaid_id not_applicable"}),
    # A check digit is no pattern.
    (("getTaxonomyRequirement",), 422, {"npi npi_check_digit"}),
    # A name of white space only is none; wrong facts are counted.
    (("createCallerVerification",), 422, {"/name required"}),
    (("createCallerVerification",), 429, {"too_many_attempts"}),
    # The last day is not before the first one, nor a year later.
    (("getLifecycleForecast",), 422, {"from range", "to range"}),
    # Not every plan has licenses, and holidays are known of some years only.
    (("createLicenseVerificationCheck",), 422, {
        "/plan plan_without_licensure", "/provider_type unknown_value", "/expiration_date holidays_unknown",
    }),
]

# Files that begin like what they are said to be.
FILES = {
    "application/pdf": b"%PDF-1.7\n",
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/tiff": b"II*\0",
}
for media_type, beginning in FILES.items():
    schemathesis.openapi.media_type(media_type, st.binary(max_size=64).map(beginning.__add__))


@schemathesis.deserializer("text/calendar", *FILES)
def text(context, response):
    """What is no JSON is a text, or bytes that are read as one."""
    return response.content.decode("utf-8" if "text/" in response.headers["content-type"][0] else "latin-1")


def reasons(response):
    """The codes that tell why, each with its place: those of the single errors where there are some, else the problem's own."""
    try:
        problem = json.loads(response.content)
    except ValueError:
        return set()
    errors = {(position(error), error.get("code")) for error in problem.get("errors", [])}
    return errors or {(None, problem.get("code"))}


def position(error):
    """Where the error is; `*` stands for an item of a list, whichever it is."""
    return INDEX.sub("/*", error.get("pointer", error.get("parameter", "")))


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
