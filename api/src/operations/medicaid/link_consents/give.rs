//! POST /organizations/{organization_id}/medicaid-ids/{medicaid_id}/link-consents

use actix_web::{post, web};
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::link_consent::{Consent, GroupSide};
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdFormat};
use portal_persistence::Tx;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::found::{Individual, LinkConsentsPath};
use super::view::LinkConsentView;
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageLinkConsents;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems,
    SignedInProblems,
};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::{Answered, Reply};

/// The consent to give.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"group_medicaid_id": "7100000001"}))]
pub struct LinkConsentRequest {
    /// The number of the group's Medicaid ID; surrounding whitespace is ignored. The response is the
    /// same whether it is on file or not.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required, pattern = "^[0-9]{7,10}$")]
    pub group_medicaid_id: Option<String>,
}

impl LinkConsentRequest {
    /// The number, if its format is valid.
    fn number(&self, format: &MedicaidIdFormat) -> Result<&str, Problem> {
        let number = self.group_medicaid_id.as_deref().unwrap_or_default().trim();
        if format.accepts(number) {
            return Ok(number);
        }
        let message = format!("must be {} to {} digits", format.min_digits, format.max_digits);
        Err(Problem::invalid(vec![FieldError::at("/group_medicaid_id", "format", message)]))
    }
}

/// Consent to link an individual to a group
///
/// The group's organization submits the link on screen 5.1 of an application. The department must
/// approve it within 90 days, unless the consent is revoked earlier. The managers of the group's
/// organization are notified of the consent. Those of your organization are notified of the
/// approval.
///
/// For CA Admin Managers, if the individual is in the organization's scope. Administrators and
/// account managers may consent for the organization's own individuals. A new consent replaces an
/// earlier one of the organization for the same group. A consent counts only while the individual is
/// in the scope of the organization that gave it.
#[utoipa::path(
    tag = "medicaid ids",
    params(LinkConsentsPath, IdempotencyHeader),
    request_body = LinkConsentRequest,
    responses(
        (status = 201, body = LinkConsentView, description = "The consent.", headers(
            ("Location" = String, description = "The consent; supports `DELETE` only."),
            ("ETag" = String, description = "Send it as `If-Match` to revoke the consent."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/medicaid-ids/{medicaid_id}/link-consents")]
pub async fn give_link_consent(
    caller: May<ManageLinkConsents>,
    path: web::Path<LinkConsentsPath>,
    body: Json<LinkConsentRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let individual = Individual::locked(tx, call, *path)?;
            let organization = &individual.organization;
            let number = body.number(&call.credentialing(organization.plan)?.medicaid_id)?;
            let consent = Consent {
                id: tx.new_id(),
                organization: organization.id,
                individual: individual.record.id,
                individual_number: individual.record.medicaid_id.clone(),
                group_number: number.to_owned(),
                given_at: call.now,
            };
            let group = group_side(tx, number)?;
            tx.link_consents().give(&consent, (call.actor.user, &call.actor.name))?;
            let zone = call.plan(organization.plan)?.time_zone;
            let effects = consent.given(&organization.name, group.as_ref(), zone);
            let done = tx.commit_effects(&effects, &call.author())?;
            let view = LinkConsentView::from(individual.consent(tx, consent.id)?);
            let location = format!("{}/{}", call.path(), view.id);
            Ok(done.with(Reply::created(&view, view.version, location)?))
        })
        .await
}

/// The organization that owns the group, and its managers. `None` if the number is not that of a
/// group with an owner, which the response does not reveal.
fn group_side(tx: &mut Tx<'_>, number: &str) -> Result<Option<GroupSide>, Problem> {
    let group = tx.medicaid_ids().find_by_number(number)?;
    let group = group.filter(|group| group.category == MedicaidIdCategory::Group);
    let Some(organization) = group.and_then(|group| group.owning_organization) else { return Ok(None) };
    let managers = tx.memberships().managers_of(organization)?;
    Ok(Some(GroupSide { organization, managers }))
}

/// Refuses to replay a stored response if the caller may no longer manage these consents.
fn may_be_replayed(tx: &mut Tx<'_>, call: &Call<ManageLinkConsents>, body: &[u8]) -> Result<(), Problem> {
    #[derive(Deserialize)]
    struct About {
        organization_id: OrganizationId,
        medicaid_id_record: MedicaidIdId,
    }
    match serde_json::from_slice::<About>(body) {
        Ok(About { organization_id, medicaid_id_record: medicaid_id }) => {
            Individual::find(tx, call, LinkConsentsPath { organization_id, medicaid_id }).map(drop)
        }
        Err(_about_something_else) => Ok(()),
    }
}
