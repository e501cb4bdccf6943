//! The table of problems: the only place where a refusal becomes a status.

use serde::Serialize;
use utoipa::ToSchema;

macro_rules! problem_table {
    ($($code:ident $status:literal $title:literal $remedy:literal;)+) => {
        /// What a problem is, in one word; stable, for programs.
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

            /// The status it is answered with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$code => $status,)+ }
            }

            /// A short text that is the same each time.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)+ }
            }

            /// What the client can do about it.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$code => $remedy,)+ }
            }
        }
    };
}

problem_table! {
    malformed_json 400 "The body is not readable JSON" "Send well-formed JSON in UTF-8; `detail` tells where reading stopped.";
    nul_byte 400 "A text contains a NUL character" "Remove the character U+0000.";
    unknown_field 400 "The body has a field that does not belong there" "Remove the field that `errors` points at, or check its spelling.";
    unknown_parameter 400 "The query has a parameter that does not belong there" "Remove the parameter, or check its spelling.";
    malformed_parameter 400 "The query cannot be read" "Percent-encode the query in UTF-8 and give each single-valued parameter once.";
    malformed_id 400 "An id is not of the kind that belongs there" "Use the id exactly as an earlier answer gave it.";
    malformed_header 400 "A header cannot be read" "Correct the header that `errors` names.";
    invalid_cursor 400 "The cursor does not belong to this list" "Use `next_cursor` of the same list with the same filters, or start again without a cursor.";
    unreadable_body 400 "The body could not be read" "Send the body completely, without Content-Encoding.";
    invalid_request 400 "The token request is malformed" "Send `grant_type` and its parameters as a form, each once.";
    invalid_grant 400 "The credentials or the refresh token are not accepted" "Sign in again.";
    unsupported_grant_type 400 "The grant type is not supported" "Use `password`, `mfa_otp` or `refresh_token`.";
    unauthenticated 401 "You are not signed in, or not any more" "Get a new access token: refresh, or sign in again.";
    role_required 403 "You lack the role or permission for this" "Ask an administrator of the organization; `reasons` tells what is missing.";
    organization_not_eligible 403 "The organization may not use the CA Admin Manager role now" "See `reasons`; the role works again once they are gone.";
    only_organization_administrator 403 "Only the organization's administrator may do this" "Ask an administrator of the organization.";
    beyond_authority 403 "This goes beyond what you may grant or take away" "Ask somebody whose rights include those concerned.";
    own_rights 403 "Nobody changes their own rights" "Ask another administrator or account manager.";
    access_not_granted 403 "The organization's agents have no access to this Medicaid ID" "Ask the organization's CA Admin Manager to grant access to all agents.";
    not_assigned 403 "The application is assigned to somebody else" "Ask the agent who has it, or a CA Admin Manager to reassign it.";
    not_initiator 403 "Only who started the application may withdraw it" "Ask the person who started it.";
    invitation_email_mismatch 403 "The invitation is for somebody else" "Sign in as the person the invitation was sent to.";
    mfa_required 403 "The second factor is needed" "Send `grant_type=mfa_otp` with the `mfa_token` of this answer and a code of one of `methods`, or a recovery code.";
    mfa_registration_required 403 "A second factor has to be registered first" "Register one with POST /api/v1/me/mfa-methods and confirm it; until then the session can do nothing else.";
    not_found 404 "There is no such thing, or it is not visible to you" "Check the id; for a path, see /api-docs/openapi.json.";
    method_not_allowed 405 "The path does not support this method" "Use a method from the Allow header.";
    not_acceptable 406 "No representation matches the Accept header" "Accept application/json.";
    invalid_transition 409 "The present state does not allow this" "See `from` and `allowed`.";
    confirmation_required 409 "This needs to be confirmed" "Show `message` and `options`; repeat the request with the confirmation.";
    revalidation_pending 409 "A revalidation of this Medicaid ID is open" "Wait until it is decided or withdrawn: `application_number` tells which.";
    open_item_exists 409 "There is an open one already" "Continue with the one that `application_number` names.";
    not_restorable 409 "The withdrawal cannot be taken back" "See `reasons`; start a new application instead.";
    plan_without_applications 409 "The organization's plan has no applications" "Choose an organization of a plan that has them.";
    already_has_role 409 "The person has this role already" "Nothing needs to be done.";
    already_member 409 "The person is a member already" "Change the member's roles or permissions instead.";
    already_in_list 409 "The address is on the list already" "Remove the entry first, or leave it as it is.";
    already_linked 409 "The account is linked to your login already" "Switch to it with PUT /api/v1/me/active-account.";
    administrator_exists 409 "An Administrator for the Provider ID exists" "Contact them and request access: POST /api/v1/access-requests.";
    last_administrator 409 "This is the last administrator" "Make somebody else an administrator first.";
    last_account_manager 409 "This is the last account manager" "Give somebody else the permission `manage_account` first.";
    plan_staff_required 409 "Only the plan can enable the first registrant of a practice" "Wait for the plan's staff, or call them.";
    use_password_reset 409 "The login is locked" "Send a password reset e-mail instead.";
    registration_incomplete 409 "The registration is not completed" "Send the registration e-mail instead.";
    user_disabled 409 "The user is disabled" "Enable the user first.";
    action_not_offered 409 "Organizations of this kind do not have this" "See `actions` of the member.";
    inviter_lost_authority 409 "Who invited you may no longer do so" "Ask for a new invitation.";
    last_factor_required 409 "The only second factor cannot be removed while one is required" "Register another one first.";
    job_running 409 "The job is running elsewhere" "Wait until it is finished, then look at its run.";
    items_not_reassignable 409 "Some applications cannot move, so none did" "Take the applications in `items` out of the selection, or search again.";
    not_revertible 409 "The reassignment cannot be reverted" "See `reasons`; create a new reassignment instead.";
    changed_meanwhile 409 "Somebody else changed this at the same moment" "Read it again and decide anew.";
    idempotency_in_flight 409 "The first request with this Idempotency-Key is still running" "Wait as long as Retry-After says and repeat the request.";
    refresh_in_progress 409 "Another refresh with this token has just been answered" "Use the tokens of that answer; if it was lost, try again after Retry-After seconds.";
    invitation_used 410 "The invitation was accepted already" "Sign in.";
    invitation_expired 410 "The invitation has expired" "Ask who invited you to send it again.";
    invitation_cancelled 410 "The invitation was cancelled" "Ask who invited you.";
    invitation_superseded 410 "A newer invitation took the place of this one" "Use the link of the latest mail.";
    link_used 410 "The link was used already" "Ask for a new one if you still need it.";
    link_expired 410 "The link has expired" "Ask for a new one.";
    link_superseded 410 "A newer link took the place of this one" "Use the link of the latest mail.";
    precondition_failed 412 "The resource is no longer the one you have read" "Read it again, then repeat the request with its current ETag.";
    payload_too_large 413 "The body is too large" "Send less; `limit` is the number of bytes accepted.";
    unsupported_media_type 415 "The body has the wrong media type" "Send the Content-Type that the operation documents, without Content-Encoding.";
    validation_failed 422 "Some values are wrong" "Correct the values that `errors` points at; all of them are listed.";
    eligibility_not_matched 422 "The data do not match what the plan has on file" "They must match your EOB or Welcome Letter. Check the provider type, too.";
    invite_list_empty 422 "The list is empty" "Add somebody to the list first.";
    idempotency_key_reused 422 "The Idempotency-Key was used for another request" "Use a fresh key for each new request.";
    precondition_required 428 "The request must say which version it is about" "Send If-Match with the ETag of the version you have read.";
    too_many_requests 429 "Too many requests" "Wait as long as Retry-After says.";
    too_many_attempts 429 "Too many attempts" "Wait as long as Retry-After says; the count starts again then.";
    internal_error 500 "Something went wrong on our side" "Try again later; if it persists, report the `request_id`.";
    overloaded 503 "The service is busy" "Try again after Retry-After seconds.";
    unavailable 503 "The service is not available now" "Try again after Retry-After seconds.";
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use super::*;

    #[test]
    fn every_code_has_a_known_status_a_title_and_a_remedy() {
        for code in Code::ALL {
            assert!(StatusCode::from_u16(code.status()).is_ok(), "{}", code.as_str());
            assert!(!code.title().is_empty() && code.remedy().ends_with('.'), "{}", code.as_str());
        }
    }
}
