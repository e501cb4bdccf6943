//! GET /plan/associations

use actix_web::get;
use portal_domain::Instant;
use portal_domain::ground::id::AssociationId;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::organizations::association_confirmations::StoredConfirmation;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::view::PlanAssociationList;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ConfirmAssociations;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, RightProblems, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// The query of the list of associations.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlanAssociationQuery {
    /// `false` for those that wait only; `true` for those confirmed only. All if absent, including
    /// rejected ones.
    #[serde(default)]
    pub confirmed: Option<bool>,
    /// The number of items per page, 1 to 100; 50 by default.
    #[serde(default)]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    #[param(min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

/// List associations to confirm
///
/// For plan staff. The users who matched the data of a provider of your plans, and would be the first
/// administrator of its account, oldest first.
#[utoipa::path(
    tag = "plan staff",
    params(PlanAssociationQuery, PurposeHeader),
    responses(
        (status = 200, body = PlanAssociationList, description = "The associations.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, ValueProblems,
    ),
)]
#[get("/plan/associations")]
pub async fn list_plan_associations(
    caller: May<ConfirmAssociations>,
    query: Query<PlanAssociationQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let binding = format!("plan associations {:?}", query.confirmed);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<(Instant, AssociationId)>()?;
            let found = tx.association_confirmations().list(
                &call.plans_served(),
                query.confirmed,
                after,
                page.limit(),
            )?;
            let next_cursor = page.next(&found, |association| (association.requested_at, association.id));
            let looked = |association: &StoredConfirmation| {
                let looked =
                    Looked::at(ReadAction::AssociationListed, association.id, association.organization);
                looked.of(association.user)
            };
            call.looks_at(found.items.iter().map(looked))?;
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&PlanAssociationList { items, next_cursor })
        })
        .await
}
