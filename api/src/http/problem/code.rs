//! The table of problem codes, the only place that maps a refusal to an HTTP status.

use serde::Serialize;
use utoipa::ToSchema;

macro_rules! problem_table {
    ($($code:ident $status:literal $title:literal $remedy:literal;)+) => {
        /// The machine-readable code of a problem; stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[expect(non_camel_case_types, reason = "spelled as on the wire, so that one word finds everything")]
        pub enum Code {
            $(#[doc = $title] $code,)+
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// The wire spelling.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)+ }
            }

            /// The HTTP status of the response.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$code => $status,)+ }
            }

            /// A short summary, the same for every problem with this code.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)+ }
            }

            /// What the client can do about the problem.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$code => $remedy,)+ }
            }
        }
    };
}

problem_table! {
    malformed_json 400 "The body is not readable JSON" "Send well-formed JSON in UTF-8; `detail` says where parsing stopped.";
    nul_byte 400 "A string contains a NUL character" "Remove the character U+0000.";
    unknown_field 400 "The body has an unknown field" "Remove the field that `errors` points at, or correct its spelling.";
    unknown_parameter 400 "The query has an unknown parameter" "Remove the parameter, or correct its spelling.";
    malformed_parameter 400 "The query is malformed" "Percent-encode the query in UTF-8, and send each single-valued parameter once.";
    malformed_id 400 "An id is malformed or of the wrong kind" "Use the id exactly as an earlier response returned it.";
    malformed_header 400 "A header is malformed" "Correct the header that `errors` names.";
    invalid_cursor 400 "The cursor does not belong to this list" "Use the `next_cursor` of the same list with the same filters, or start again without a cursor.";
    unreadable_body 400 "The body could not be read" "Send the complete body, without Content-Encoding.";
    invalid_request 400 "The token request is malformed" "Send `grant_type` and its parameters as a form, each once.";
    invalid_grant 400 "The credentials or the refresh token are not accepted" "Sign in again.";
    unsupported_grant_type 400 "The grant type is not supported" "Use `password`, `mfa_otp` or `refresh_token`.";
    unauthenticated 401 "You are not signed in, or your session has ended" "Refresh the access token, or sign in again.";
    role_required 403 "You lack the role or permission for this" "Ask an administrator of the organization; `reasons` says what is missing.";
    organization_not_eligible 403 "The organization may not use the CA Admin Manager role now" "See `reasons`; the role works again once they are resolved.";
    only_organization_administrator 403 "Only the organization's administrator may do this" "Ask an administrator of the organization.";
    beyond_authority 403 "You may not grant or remove these rights" "Ask a user whose rights include them.";
    own_rights 403 "You cannot change your own rights" "Ask another administrator or account manager.";
    access_not_granted 403 "The organization's agents have no access to this Medicaid ID" "Ask the organization's CA Admin Manager to grant access to all agents.";
    not_assigned 403 "The application is assigned to another agent" "Ask the assigned agent, or ask a CA Admin Manager to reassign it.";
    not_initiator 403 "Another user started the application, and you may not withdraw it" "Ask the user who started it. Some plans also let the assigned agent withdraw it.";
    invitation_email_mismatch 403 "The invitation is for another person" "Sign in as the person the invitation was sent to.";
    purpose_required 403 "You must state a purpose to read this" "Send the header `Purpose` with one of the values in `purposes`; it is recorded.";
    mfa_required 403 "A second factor is required" "Send `grant_type=mfa_otp` with the `mfa_token` of this response and a code of one of `methods`, or a recovery code.";
    mfa_registration_required 403 "You must register a second factor first" "Register one with POST /api/v1/me/mfa-methods and confirm it. Until then, the session can do nothing else.";
    step_up_required 403 "You must prove your identity again first" "Send one of `accepted` to POST /api/v1/me/step-up, then repeat the request within five minutes.";
    not_found 404 "The resource does not exist or you cannot see it" "Check the id; for a path, see /api-docs/openapi.json.";
    method_not_allowed 405 "The path does not support this method" "Use a method from the Allow header.";
    not_acceptable 406 "No representation matches the Accept header" "Accept application/json.";
    invalid_transition 409 "The current state does not allow this" "See `from` and `allowed`.";
    confirmation_required 409 "This requires confirmation" "Show `message` and `options`; repeat the request with the confirmation.";
    revalidation_pending 409 "This cannot be submitted while a revalidation of the Medicaid ID is open" "Wait until it is approved, denied, or withdrawn; `application_number` names it.";
    open_item_exists 409 "A revalidation of this Medicaid ID is already started" "Continue with the application that `application_number` names.";
    not_restorable 409 "The application cannot be restored" "See `reasons`; start a new application instead.";
    plan_without_applications 409 "The organization's plan does not offer applications" "Choose an organization whose plan offers applications.";
    document_not_scanned 409 "The document waits for its virus scan" "Try again in a minute; `scan_status` of the document becomes `clean`.";
    document_infected 409 "The virus scanner found a virus in the document" "Remove the document, and upload a clean file.";
    document_damaged 409 "The stored document is damaged" "Upload the file again, or ask the operator to restore it from a backup.";
    already_has_role 409 "The person already has this role" "No action is needed.";
    already_member 409 "The person is already a member" "Change the member's roles or permissions instead.";
    already_in_list 409 "The address is already on the list" "Remove the entry first, or leave it as it is.";
    already_linked 409 "The account is already linked to your login" "Switch to it with PUT /api/v1/me/active-account.";
    administrator_exists 409 "This Provider ID already has an administrator" "Contact them and request access: POST /api/v1/access-requests.";
    last_administrator 409 "This is the last administrator" "Make another member an administrator first.";
    email_taken 409 "Another user already has this address" "Use another address.";
    last_account_manager 409 "This is the last account manager" "Give another member the permission `manage_account` first.";
    plan_staff_required 409 "Only the plan can enable the first registrant of a practice" "Wait for the plan's staff, or call them.";
    use_password_reset 409 "The login is locked" "Send a password reset email instead.";
    registration_incomplete 409 "The registration is not complete" "Send the registration email instead.";
    user_disabled 409 "The user is disabled" "Enable the user first.";
    action_not_offered 409 "Organizations of this kind do not offer this action" "See `actions` of the member.";
    inviter_lost_authority 409 "The person who invited you may no longer do so" "Ask for a new invitation.";
    last_factor_required 409 "You cannot remove your only second factor while one is required" "Register another one first.";
    job_running 409 "The job is already running" "Wait until it finishes, then check its run.";
    items_not_reassignable 409 "Some applications cannot move, so none did" "Take the applications in `items` out of the selection, or search again.";
    not_revertible 409 "The reassignment cannot be reverted" "See `reasons`; create a new reassignment instead.";
    changed_meanwhile 409 "Another request changed this at the same time" "Read it again, then decide again.";
    idempotency_in_flight 409 "The first request with this Idempotency-Key is still running" "Repeat the request after Retry-After seconds.";
    refresh_in_progress 409 "Another request just used this refresh token" "Use the tokens of that response. If it was lost, try again after Retry-After seconds.";
    invitation_used 410 "The invitation was already accepted" "Sign in.";
    invitation_expired 410 "The invitation has expired" "Ask the person who invited you to resend it.";
    invitation_cancelled 410 "The invitation was canceled" "Ask the person who invited you.";
    invitation_superseded 410 "A newer invitation replaced this one" "Use the link in the latest email.";
    link_used 410 "The link was already used" "Request a new link if you still need one.";
    link_expired 410 "The link has expired" "Request a new link.";
    link_superseded 410 "A newer link replaced this one" "Use the link in the latest email.";
    precondition_failed 412 "The resource has changed since you read it" "Read it again, then repeat the request with its current ETag.";
    payload_too_large 413 "The body is too large" "Send at most `limit` bytes.";
    unsupported_media_type 415 "The body has the wrong media type" "Send the Content-Type that the operation documents, without Content-Encoding.";
    validation_failed 422 "Some values are wrong" "Correct the values that `errors` points at; all of them are listed.";
    eligibility_not_matched 422 "The data do not match what the plan has on file" "They must match your EOB or Welcome Letter. Also check the provider type.";
    invite_list_empty 422 "The list is empty" "Add an address to the list first.";
    idempotency_key_reused 422 "The Idempotency-Key was used for another request" "Use a new key for each new request.";
    precondition_required 428 "The request must name the version that it changes" "Send If-Match with the ETag of the version you read.";
    too_many_requests 429 "Too many requests" "Try again after Retry-After seconds.";
    too_many_attempts 429 "Too many attempts" "Try again after Retry-After seconds; the count then starts again.";
    headers_too_large 431 "The request's headers are too large" "Send a shorter path, query, and headers: 16 KiB in all.";
    internal_error 500 "Something went wrong on our side" "Try again later; if it persists, report the `request_id`.";
    overloaded 503 "The service is busy" "Try again after Retry-After seconds.";
    unavailable 503 "The service is temporarily unavailable" "Try again after Retry-After seconds.";
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use super::*;

    #[test]
    fn every_code_has_a_valid_status_a_title_and_a_remedy() {
        for code in Code::ALL {
            assert!(StatusCode::from_u16(code.status()).is_ok(), "{}", code.as_str());
            assert!(!code.title().is_empty() && code.remedy().ends_with('.'), "{}", code.as_str());
        }
    }
}
