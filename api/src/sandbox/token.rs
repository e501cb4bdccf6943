//! POST /sandbox/personas/{name}/token

use actix_web::{post, web};

use super::personas::PERSONAS;
use crate::http::auth::anonymous::Anonymous;
use crate::http::openapi::{AnyProblems, NotFoundProblems};
use crate::http::problem::Problem;
use crate::http::reply::Answered;
use crate::operations::identity::oauth::{Device, TokenView, answer, start_session};

/// Sign in as a persona
///
/// Returns the response of the token endpoint. To use the session here, enter `access_token` under
/// *Authorize*, `bearer`.
#[utoipa::path(
    tag = "sandbox",
    params(("name" = String, Path, description = "The persona.", example = "ca-admin-manager")),
    responses(
        (status = 200, body = TokenView, description = "The tokens of the session."),
        AnyProblems, NotFoundProblems,
    ),
    security(()),
)]
#[post("/sandbox/personas/{name}/token")]
pub async fn issue_persona_token(caller: Anonymous, name: web::Path<String>) -> Answered {
    let known = PERSONAS.iter().find(|persona| persona.name == name.as_str());
    let persona = known.ok_or_else(Problem::not_found)?;
    let device = Device::of(&caller);
    let tokens = caller
        .in_transactions(move |transactions| {
            transactions.write(|tx, services| {
                let person = tx.users().credentials(persona.email)?.ok_or_else(Problem::not_found)?;
                start_session(tx, services, person.id, &device)
            })
        })
        .await?;
    answer(&tokens)
}
