//! Which operations show staff no personal data of others, and why.

/// The operations of which staff's reads need no record, with the reason. All others that return
/// something to a user with a platform role record it.
pub const UNRECORDED: &[(&str, &str)] = &[
    ("/livez", PUBLIC),
    ("/readyz", PUBLIC),
    ("/problems", PUBLIC),
    ("/problems/{code}", PUBLIC),
    ("/.well-known/jwks.json", PUBLIC),
    ("/.well-known/oauth-authorization-server", PUBLIC),
    ("/api/v1/plans", PUBLIC),
    ("/api/v1/plans/{plan_code}", PUBLIC),
    ("/api/v1/help/existing-medicaid-id", PUBLIC),
    ("/api/v1/taxonomy-requirements", "A rule, and the taxonomy codes of the public registry."),
    ("/api/v1/license-verification-checks", "A rule about dates that the caller sends."),
    ("/api/v1/oauth/token", OWN),
    ("/api/v1/oauth/revoke", OWN),
    ("/api/v1/me", OWN),
    ("/api/v1/me/sessions", OWN),
    ("/api/v1/me/sessions/{session_id}", OWN),
    ("/api/v1/me/mfa-methods", OWN),
    ("/api/v1/me/linked-accounts", OWN),
    ("/api/v1/notifications", OWN),
    ("/api/v1/dashboard", "Counts, and the caller's own notifications."),
    ("/api/v1/organizations", "Names and kinds of organizations, not of people."),
    ("/api/v1/organizations/{organization_id}", "Names and kinds of organizations, not of people."),
    ("/api/v1/organizations/{organization_id}/grantable-roles", "Roles and permissions."),
    ("/api/v1/organizations/{organization_id}/invite-list", "Entries that the caller made."),
    ("/api/v1/organizations/{organization_id}/audit-events", RECORD),
    ("/api/v1/organizations/{organization_id}/read-events", RECORD),
    ("/api/v1/read-events", RECORD),
    ("/api/v1/calendars/{token}", "Due dates without names, for whoever has the secret address."),
    ("/api/v1/invitations/inspect", "The invitation of whoever has its secret token."),
    ("/api/v1/system/job-runs", "Counts of what jobs did."),
    ("/api/v1/system/job-runs/{job_run_id}", "Counts of what jobs did."),
];

const PUBLIC: &str = "The same for everyone.";
const OWN: &str = "The caller's own data.";
const RECORD: &str = "The record of the work of users, which names patients and providers by ID only.";
