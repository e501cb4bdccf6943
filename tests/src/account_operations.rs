//! The operations on accounts: registration, members, users, and emails.

use serde_json::{Value, json};

use crate::operation::{ADMINISTRATOR, Body, IF_MATCH, Operation, nothing, reads};
use crate::sign_in::{NEW_PASSWORD, PASSWORD};
use crate::targets::Targets;

const ACCOUNT_ADMINISTRATOR: &str = "account administrator";

fn a_reason(_: &Targets) -> Value {
    json!({"reason": "The laptop was stolen."})
}

fn a_role(_: &Targets) -> Value {
    json!({"role": "support", "reason": "The support center needs help."})
}

/// A POST that changes a membership or a user.
const fn on_a_member(path: &'static str, body: fn(&Targets) -> Value, by: &'static str) -> Operation {
    Operation { method: "POST", body: Body::Json(body), changes: true, by, ..reads(path) }
}

fn accepted(_: &Targets) -> Value {
    json!({"agreement_accepted": true, "agreement_version": "2024-01"})
}

/// A claim that matches the provider without an account.
pub(crate) fn claim(targets: &Targets) -> Value {
    let mut claim: Value = serde_json::from_str(&targets["claim"]).unwrap();
    claim["provider_id"] = targets["provider_id"].into();
    claim
}

/// All operations on accounts.
pub(crate) const ACCOUNTS: &[Operation] = &[
    Operation {
        method: "POST",
        body: Body::Json(
            |_| json!({"plan": "lhcc", "tin": "72-7654321", "email": "new@example.org", "first_name": "Nora", "last_name": "New"}),
        ),
        changes: true,
        ..reads("/api/v1/registrations")
    },
    Operation {
        method: "POST",
        body: Body::Json(
            |targets| json!({"token": &targets["registration_token"], "password": NEW_PASSWORD}),
        ),
        changes: true,
        by: "anonymous",
        ..reads("/api/v1/registrations/complete")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"token": &targets["enable_token"]})),
        changes: true,
        by: "account manager",
        ..reads("/api/v1/registrations/enable")
    },
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"email": "nobody@example.org"})),
        changes: true,
        ..reads("/api/v1/password-resets")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"token": &targets["reset_token"], "password": NEW_PASSWORD})),
        changes: true,
        ..reads("/api/v1/password-resets/complete")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"token": &targets["invitation_token"]})),
        ..reads("/api/v1/invitations/inspect")
    },
    Operation {
        method: "POST",
        body: Body::Json(
            |targets| json!({"token": &targets["invitation_token"], "first_name": "Nora", "last_name": "New", "password": NEW_PASSWORD}),
        ),
        changes: true,
        by: "anonymous",
        ..reads("/api/v1/invitations/accept")
    },
    Operation {
        method: "PATCH",
        headers: IF_MATCH,
        body: Body::Json(|_| json!({"telephone": "5025550142"})),
        changes: true,
        ..reads("/api/v1/me")
    },
    Operation {
        method: "PUT",
        headers: IF_MATCH,
        body: Body::Json(
            |_| json!({"current_password": PASSWORD, "new_password": "seven quiet herons under glass"}),
        ),
        changes: true,
        ..reads("/api/v1/me/password")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"token": &targets["factor_token"]})),
        changes: true,
        ..reads("/api/v1/mfa-methods/remove-unrecognized")
    },
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"method": "password", "value": PASSWORD})),
        changes: true,
        ..reads("/api/v1/me/step-up")
    },
    reads("/api/v1/me/mfa-methods"),
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"kind": "symantec_vip"})),
        changes: true,
        ..reads("/api/v1/me/mfa-methods")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"otp": &targets["otp"]})),
        changes: true,
        ..reads("/api/v1/me/mfa-methods/{mfa_method_id}/confirm")
    },
    Operation {
        method: "DELETE",
        headers: IF_MATCH,
        changes: true,
        ..reads("/api/v1/me/mfa-methods/{mfa_method_id}")
    },
    Operation {
        method: "POST",
        body: Body::Json(claim),
        changes: true,
        ..reads("/api/v1/provider-account-associations")
    },
    Operation {
        method: "POST",
        body: Body::Json(accepted),
        changes: true,
        ..reads("/api/v1/provider-account-associations/{association_id}/complete")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"provider_id": &targets["provider_id"]})),
        changes: true,
        ..reads("/api/v1/access-requests")
    },
    reads("/api/v1/me/linked-accounts"),
    Operation {
        method: "POST",
        body: Body::Json(claim),
        changes: true,
        ..reads("/api/v1/me/linked-accounts")
    },
    Operation {
        method: "POST",
        body: Body::Json(accepted),
        changes: true,
        ..reads("/api/v1/me/linked-accounts/{association_id}/complete")
    },
    Operation {
        method: "PUT",
        headers: IF_MATCH,
        body: Body::Json(|targets| json!({"membership_id": &targets["linked"]})),
        changes: true,
        ..reads("/api/v1/me/active-account")
    },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/access-requests") },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/grantable-roles") },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/invitations") },
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"email": "new@example.org", "role": "account_user", "zip": "02108"})),
        changes: true,
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invitations")
    },
    Operation {
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invitations/{invitation_id}")
    },
    Operation {
        method: "POST",
        changes: true,
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invitations/{invitation_id}/resend")
    },
    Operation {
        method: "POST",
        changes: true,
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invitations/{invitation_id}/cancel")
    },
    Operation { by: ACCOUNT_ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/invite-list") },
    Operation {
        method: "POST",
        body: Body::Json(
            |_| json!({"email": "new@example.org", "first_name": "Nora", "last_name": "New", "zip": "02108", "role": "account_user"}),
        ),
        changes: true,
        by: ACCOUNT_ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invite-list")
    },
    Operation {
        method: "POST",
        changes: true,
        by: ACCOUNT_ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invite-list/send")
    },
    Operation {
        method: "DELETE",
        headers: IF_MATCH,
        changes: true,
        by: ACCOUNT_ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invite-list/{entry_id}")
    },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/members") },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/members/{member_id}") },
    Operation {
        method: "PATCH",
        headers: IF_MATCH,
        body: Body::Json(|_| json!({"comment": "Noted."})),
        changes: true,
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/members/{member_id}")
    },
    on_a_member("/api/v1/organizations/{organization_id}/members/{pending}/verify", nothing, ADMINISTRATOR),
    on_a_member("/api/v1/organizations/{organization_id}/members/{disabled}/enable", nothing, ADMINISTRATOR),
    on_a_member(
        "/api/v1/organizations/{organization_id}/members/{member_id}/disable",
        nothing,
        ADMINISTRATOR,
    ),
    on_a_member("/api/v1/organizations/{organization_id}/members/{member_id}/revoke", nothing, ADMINISTRATOR),
    on_a_member(
        "/api/v1/organizations/{organization_id}/members/{member_id}/make-admin",
        nothing,
        ADMINISTRATOR,
    ),
    on_a_member(
        "/api/v1/organizations/{organization_id}/members/{unverified}/send-registration-email",
        nothing,
        ADMINISTRATOR,
    ),
    on_a_member(
        "/api/v1/organizations/{organization_id}/members/{member_id}/send-password-reset-email",
        nothing,
        ADMINISTRATOR,
    ),
    Operation {
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/members/{member_id}/comments")
    },
    Operation {
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/members/{member_id}/sessions")
    },
    Operation {
        method: "DELETE",
        changes: true,
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/members/{member_id}/sessions")
    },
    Operation { by: "plan staff", ..reads("/api/v1/plan/associations") },
    Operation {
        method: "POST",
        changes: true,
        by: "plan staff",
        ..reads("/api/v1/plan/associations/{unconfirmed}/confirm")
    },
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"reason": "The office does not know this person."})),
        changes: true,
        by: "plan staff",
        ..reads("/api/v1/plan/associations/{unconfirmed}/reject")
    },
    Operation { by: "plan staff", ..reads("/api/v1/plan/registrations") },
    on_a_member("/api/v1/plan/registrations/{pending}/verify-original", nothing, "plan staff"),
    Operation { by: "operator", ..reads("/api/v1/users") },
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"email": "nobody@example.org"})),
        by: "operator",
        ..reads("/api/v1/user-search")
    },
    Operation { by: "operator", ..reads("/api/v1/users/{user_id}") },
    on_a_member("/api/v1/users/{user_id}/lock", a_reason, "operator"),
    on_a_member("/api/v1/users/{locked_user}/unlock", a_reason, "operator"),
    on_a_member("/api/v1/users/{user_id}/disable", a_reason, "operator"),
    on_a_member("/api/v1/users/{disabled_user}/enable", a_reason, "operator"),
    on_a_member("/api/v1/users/{user_id}/grant-role", a_role, "operator"),
    on_a_member("/api/v1/users/{staff_user}/revoke-role", a_role, "operator"),
    on_a_member("/api/v1/users/{user_id}/end-sessions", a_reason, "operator"),
    on_a_member(
        "/api/v1/users/{user_id}/set-email",
        |_| json!({"email": "una.user@new-office.example", "reason": "The mailbox was hijacked."}),
        "operator",
    ),
    on_a_member("/api/v1/users/{staff_user}/remove-factors", a_reason, "operator"),
    on_a_member(
        "/api/v1/organizations/{without_administrator}/appoint-administrator",
        |targets| json!({"member_id": &targets["successor"], "reason": "The administrator left."}),
        "operator",
    ),
    Operation { by: "operator", ..reads("/api/v1/system/mails") },
    Operation {
        method: "POST",
        changes: true,
        by: "operator",
        ..reads("/api/v1/system/mails/{mail_id}/retry")
    },
    Operation { by: "operator", ..reads("/api/v1/system/job-runs") },
    Operation { by: "operator", ..reads("/api/v1/system/job-runs/{job_run_id}") },
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"dry_run": true})),
        by: "operator",
        ..reads("/api/v1/system/jobs/{name}/run")
    },
];
