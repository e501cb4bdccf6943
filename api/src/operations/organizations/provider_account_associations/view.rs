//! Bodies about associations, and their refusals.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::{AssociationId, MembershipId, OrganizationId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::association::{Agreement, AssociationRefusal};
use portal_domain::organizations::membership::Role;
use portal_domain::organizations::organization::OrganizationKind;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::problem::{Code, FieldError, Problem};

/// Step 1 of 2 is done: the data match. Nothing is yours before step 2.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "association_id": "asc_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "step": 1,
    "of": 2,
    "agreement": {"version": "2024-01", "text": "By accepting the Provider Agreement you confirm …"},
    "expires_at": "2026-02-01T12:15:00Z"
}))]
pub struct AssociationView {
    /// Complete this one.
    pub association_id: AssociationId,
    /// The step that is done.
    pub step: i64,
    /// How many steps there are.
    pub of: i64,
    /// What has to be accepted.
    pub agreement: AgreementView,
    /// Complete it before.
    pub expires_at: DateTime<Utc>,
}

/// What has to be accepted.
#[derive(Serialize, ToSchema)]
pub struct AgreementView {
    /// Which text it is.
    pub version: String,
    /// The text.
    pub text: String,
}

impl From<&Agreement> for AgreementView {
    fn from(agreement: &Agreement) -> Self {
        Self { version: agreement.version.clone(), text: agreement.text.clone() }
    }
}

/// Step 2 of 2 is done: the provider account is yours to administer.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "provider_account": {
        "id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "name": "Amara Whitfield",
        "kind": "provider_account",
        "plan": "cca",
        "username": "CCA100234"
    },
    "membership_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "role": "organization_administrator"
}))]
pub struct AssociationCompletedView {
    /// The account.
    pub provider_account: ProviderAccountView,
    /// Your membership in it; switch to the account by it.
    pub membership_id: MembershipId,
    /// What you are there.
    pub role: Role,
}

/// A provider account in a few words.
#[derive(Serialize, ToSchema)]
pub struct ProviderAccountView {
    /// Its id, as an organization.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OrganizationKind,
    /// The plan it belongs to.
    pub plan: PlanCode,
    /// Its username: the Provider ID.
    pub username: String,
}

/// The problem that tells every refusal; the code of the weightiest leads.
pub(crate) fn refusal(refusals: &[AssociationRefusal]) -> Problem {
    let reasons: Vec<_> = refusals.iter().map(|refusal| refusal.as_str()).collect();
    let violations: Vec<_> = refusals.iter().filter_map(violation).collect();
    let lead = refusals.iter().find_map(|refusal| {
        Some(match refusal {
            AssociationRefusal::Used => {
                Problem::new(Code::link_used, "the association was completed already")
            }
            AssociationRefusal::Expired => {
                Problem::new(Code::link_expired, "too late for step 2; begin again with step 1")
            }
            AssociationRefusal::AlreadyLinked => {
                Problem::new(Code::already_linked, "you are a member of this account already")
            }
            AssociationRefusal::AdministratorExists => Problem::new(
                Code::administrator_exists,
                "An Administrator exists for this Provider ID; contact them and request access.",
            )
            .member("request_access", "/api/v1/access-requests"),
            AssociationRefusal::AgreementNotAccepted | AssociationRefusal::AgreementOutdated => return None,
        })
    });
    match lead {
        Some(problem) if violations.is_empty() => problem.member("reasons", reasons),
        Some(problem) => problem.errors(violations).member("reasons", reasons),
        None => Problem::invalid(violations).member("reasons", reasons),
    }
}

fn violation(refusal: &AssociationRefusal) -> Option<FieldError> {
    let (pointer, message) = match refusal {
        AssociationRefusal::AgreementNotAccepted => ("/agreement_accepted", "the agreement must be accepted"),
        AssociationRefusal::AgreementOutdated => ("/agreement_version", "is not the present version"),
        _ => return None,
    };
    Some(FieldError::at(pointer, refusal.as_str(), message))
}
