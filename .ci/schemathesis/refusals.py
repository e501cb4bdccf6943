"""Allows refusals of schema-valid requests by rules that a schema cannot express.

The check `positive_data_acceptance` reports such refusals. Its settings can allow only a whole
status, which would hide requests that the OpenAPI document wrongly declares valid. This hook
therefore allows refusals by operation, status, and problem code. Codes that would allow too much
are limited to one position in the request: `/email format`. The settings allow 404 (random IDs)
and 409 (conflicts with the current state).
"""

import json
import re

import schemathesis
from hypothesis import strategies as st
from schemathesis.openapi.checks import RejectedPositiveData

REASSIGN = ("createReassignment", "previewReassignment")
ASSOCIATE = ("createProviderAccountAssociation", "createMyLinkedAccount")
COMPLETE_ASSOCIATION = ("completeProviderAccountAssociation", "completeMyLinkedAccount")
INVITE = ("createInvitation", "addToInviteList")
ADMIT = ("verifyMember", "enableMember", "updateMember")
MEMBER_ACTIONS = ADMIT + (
    "disableMember", "revokeMember", "makeMemberAdmin", "sendRegistrationEmail", "sendPasswordResetEmail",
    "verifyOriginalRegistrant",
)
FOLLOW_INVITATION = ("inspectInvitation", "acceptInvitation")
FOLLOW_LINK = ("completeRegistration", "enableRegisteredUser", "completePasswordReset", "removeUnrecognizedMfaMethod")
LIST_INDEX = re.compile(r"/[0-9]+(?=/|$)")
# Names must not be blank or contain control characters.
NAMES = {
    f"/{name} {code}" for name in ("first_name", "last_name", "organization_name") for code in ("required", "format")
}
# Business names of applications must not be blank or contain control characters either.
APPLICATION_NAMES = NAMES | {"/business_name required", "/business_name format"}
# Fields that belong only to some types of applications.
TYPE_FIELDS = {
    f"/{name} {code}"
    for name in ("medicaid_id", "category", "provider_type", "first_name", "last_name", "business_name")
    for code in ("required", "not_applicable")
}
# Rules about the values of an application.
APPLICATION_RULES = {
    "looks_like_ssn", "ssn_impossible", "effective_date_too_early", "effective_date_too_late", "npi_check_digit",
    "one_primary", "npi_not_listed", "license_type_not_allowed_for_provider_type", "expiration_not_after_effective",
    "date_in_future", "end_before_effective",
}
# Missing and invalid values of screens.
SCREEN_ERRORS = {
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
        "not_applicable": ["1.1/first_name", "1.1/last_name", "1.1/business_name", "5.1/links", "5.1/links/*/end_date"],
        "duplicate": ["1.3/npis/*/npi", "1.4/taxonomies/*/code", "5.1/links/*/medicaid_id"],
        "too_many_items": ["1.3/npis"],
    }.items()
    for place in places
}


def password(pointer):
    """Refusals of a new password. Unicode normalization can make it too short."""
    codes = ("too_short", "too_long", "too_common", "listed", "contains_context")
    return {f"{pointer} password_{code}" for code in codes}


# Text that people write is examined after normalization, which a pattern cannot express: it must not
# contain what looks like a Social Security number or an address, or characters that are not visible.
TEXTS = {
    f"{place} {code}"
    for place in (
        "/comment", "/file_name", "/first_name", "/last_name", "/message", "/name", "/reason",
        "/business_name", "/organization_name", "/group_name", "email", "name", "file_name",
    )
    for code in ("format", "looks_like_ssn", "looks_like_link")
}

# (operations, or None for all; status; allowed codes, each at any position or at one position)
ALLOWED = [
    (None, 422, TEXTS),
    # Two numbers of nine equal digits stand for a missing tax ID.
    (ASSOCIATE + ("createCallerVerification",), 422, {"/tax_id format"}),
    (("createRegistration",), 422, {"/tin tax_id_impossible"}),
    (("saveApplication",), 422, {"/screens/1.1/tax_id tax_id_impossible"}),
    # The user already has this address.
    (("setUserEmail",), 422, {"/email same_email", "/email format"}),
    # Operators act for all plans.
    (("grantPlatformRole", "revokePlatformRole"), 422, {"/plan role_for_all_plans"}),
    (("searchUsers",), 422, {"/email format"}),
    # Only an active member of the organization can be appointed.
    (("appointAdministrator",), 422, {"/member_id member_not_active"}),
    # Cursors are opaque and belong to a list, its filters, and its sort order.
    (None, 400, {"invalid_cursor"}),
    # No text may contain a NUL character. Patterns for this would clutter the OpenAPI document.
    (None, 400, {"nul_byte"}),
    # Schemathesis can use an ID of another resource type from an earlier response.
    (("removeFromInviteList",), 400, {"malformed_id"}),
    # Emailed links to a member are limited per hour.
    (("sendRegistrationEmail", "sendPasswordResetEmail"), 429, {"too_many_requests"}),
    # A random entity tag is never current.
    (None, 412, {"precondition_failed"}),
    # Random idempotency keys, such as `0`, recur with another request body.
    (None, 422, {"reused"}),
    # Source and target must be different active agents of the organization.
    (REASSIGN, 422, {"target_same_as_source", "target_not_active_credentialing_agent"}),
    # The required names depend on the provider type, and the claim must match the plan's records.
    (ASSOCIATE, 422, {
        "/first_name required", "/last_name required", "/group_name required", "not_applicable", "eligibility_not_matched",
    }),
    (ASSOCIATE + ("createAccessRequest",), 429, {"too_many_attempts"}),
    # The current version of the agreement must be accepted.
    (COMPLETE_ASSOCIATION, 422, {"agreement_not_accepted", "agreement_outdated"}),
    # Links and associations can be used once and expire.
    (FOLLOW_LINK, 410, {"link_used", "link_expired", "link_superseded"}),
    (COMPLETE_ASSOCIATION, 410, {"link_used", "link_expired", "agreement_not_accepted", "agreement_outdated"}),
    (FOLLOW_INVITATION, 410, {
        "invitation_used", "invitation_expired", "invitation_cancelled", "invitation_superseded",
    }),
    # JSON Schema accepts email addresses that mail servers reject.
    (INVITE + ("createRegistration", "createPasswordReset"), 422, NAMES | {
        "/email format", "/role role_not_offered", "/permissions permission_not_offered", "/plan unknown_value",
        "too_many_items",
    }),
    (("sendInviteList",), 422, {"invite_list_empty"}),
    # The grantable rights and the length of comments depend on the plan and the organization.
    (ADMIT, 422, {
        "/roles role_requires_invitation", "/roles role_not_offered", "/permissions permission_not_offered",
        "/comment comment_too_long",
    }),
    (MEMBER_ACTIONS, 422, NAMES | {"/comment comment_too_long"}),
    # JSON Schema accepts the year 0.
    (("listMembers",), 422, {"not_signed_in_since range"}),
    # New users must give a name and a password. Signed-in users must give neither.
    (("acceptInvitation", "completeRegistration"), 422, NAMES | password("/password") | {
        "/password required", "/password not_allowed", "/first_name not_allowed", "/last_name not_allowed",
    }),
    (("completePasswordReset",), 422, password("/password")),
    (("changeMyPassword",), 422, password("/new_password") | {"/current_password wrong_password"}),
    (("confirmMyMfaMethod",), 422, {"/otp wrong_otp"}),
    (("stepUpMySession",), 422, {"/value wrong_password", "/method method_not_accepted"}),
    # Required fields depend on the type, provider types on the category, ID formats on the plan.
    (("startApplication",), 422, APPLICATION_NAMES | TYPE_FIELDS | APPLICATION_RULES | {
        "/medicaid_id format", "/provider_type unknown_value", "wrong_category",
    }),
    # Valid values depend on the type, the category, the date, other screens, and check digits.
    (("saveApplication",), 422, SCREEN_ERRORS | APPLICATION_RULES),
    # Missing values are reported on submission.
    (("submitApplication",), 422, {
        "required", "document_required", "revalidation_pending", "link_needs_consent",
    }),
    # A link of an individual outside the organization's scope needs a consent.
    (("approveApplication",), 422, {"link_needs_consent"}),
    # The content must match the media type. The name must not look like a Social Security number.
    # The number of documents is limited.
    (("addDocument",), 422, {
        "Content-Type media_type_mismatch", " required", "file_name looks_like_ssn", " too_many_items",
    }),
    (("createCalendarFeed",), 422, {"/name looks_like_ssn", " too_many_items"}),
    # The Medicaid ID can belong to a group, an entity, or the organization itself.
    (("searchMedicaidId", "setAgentAccess"), 422, {"individual_medicaid_id_required", "/medicaid_id not_applicable"}),
    # A pattern cannot express a check digit.
    (("getTaxonomyRequirement",), 422, {"npi npi_check_digit"}),
    # The name must not be blank, and failed attempts are limited.
    (("createCallerVerification",), 422, {"/name required"}),
    (("createCallerVerification",), 429, {"too_many_attempts"}),
    # The last day must not be before the first day or more than a year after it.
    (("getLifecycleForecast",), 422, {"from range", "to range"}),
    # Some plans have no licensure, and holidays are available for some years only.
    (("createLicenseVerificationCheck",), 422, {
        "/plan plan_without_licensure", "/provider_type unknown_value", "/expiration_date holidays_unknown",
        "/license_type license_type_not_allowed_for_provider_type",
    }),
]

# The signature of each file type.
FILE_SIGNATURES = {
    "application/pdf": b"%PDF-1.7\n",
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/tiff": b"II*\0",
}
for media_type, signature in FILE_SIGNATURES.items():
    schemathesis.openapi.media_type(media_type, st.binary(max_size=64).map(signature.__add__))


@schemathesis.deserializer("text/calendar", *FILE_SIGNATURES)
def text(context, response):
    """Decodes calendars as UTF-8 and files as Latin-1, which maps every byte to a character."""
    return response.content.decode("utf-8" if "text/" in response.headers["content-type"][0] else "latin-1")


def refusal_codes(response):
    """The position and code of each error, or the code of the problem if it lists no errors."""
    try:
        problem = json.loads(response.content)
    except ValueError:
        return set()
    errors = {(position(error), error.get("code")) for error in problem.get("errors", [])}
    return errors or {(None, problem.get("code"))}


def position(error):
    """The position of an error, with `*` for any index of a list."""
    return LIST_INDEX.sub("/*", error.get("pointer", error.get("parameter", "")))


def has_invalid_id(case):
    """Whether an ID in the path is not valid for its schema.

    Links that Schemathesis infers from Location put IDs in the place of other kinds of IDs.
    """
    components = case.operation.schema.raw_schema["components"]["schemas"]
    for parameter in case.operation.definition.raw.get("parameters", []):
        name, schema = parameter.get("name"), parameter.get("schema", {})
        schema = components.get(schema.get("$ref", "").rsplit("/", 1)[-1], schema)
        value = (case.path_parameters or {}).get(name)
        if value is not None and "pattern" in schema and not re.search(schema["pattern"], str(value)):
            return True
    return False


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if not isinstance(failure, RejectedPositiveData):
        return True
    if response.status_code == 400 and has_invalid_id(case):
        return False
    operation = case.operation.definition.raw.get("operationId")
    allowed = set()
    for operations, status, codes in ALLOWED:
        if response.status_code == status and (operations is None or operation in operations):
            allowed |= codes
    found = refusal_codes(response)
    return not found or any(code not in allowed and f"{place} {code}" not in allowed for place, code in found)


def integers(value):
    """The value with integers instead of floats such as 2.0."""
    if isinstance(value, dict):
        return {name: integers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [integers(member) for member in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@schemathesis.hook
def map_body(context, body):
    """JSON Schema accepts 2.0 as an integer, but the server does not."""
    return integers(body)
