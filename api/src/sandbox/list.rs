//! GET /sandbox/personas

use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

use super::personas::PERSONAS;
use crate::http::auth::caller::public;
use crate::http::openapi::AnyProblems;
use crate::http::reply::Answered;

/// Somebody to sign in as.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "name": "ca-admin-manager",
    "title": "CA Admin Manager",
    "email": "debi.henderson@bluegrass.example",
    "story": "Searches Marcus Webb's open applications and reassigns some to Priya Nair."
}))]
pub struct PersonaView {
    /// The name to get a token with.
    pub name: &'static str,
    /// What the person is.
    pub title: &'static str,
    /// The address to sign in with; the password was printed at the start.
    pub email: &'static str,
    /// What there is to try.
    pub story: &'static str,
}

/// Everybody in the sandbox.
#[derive(Serialize, ToSchema)]
pub struct PersonaList {
    /// The personas.
    pub items: Vec<PersonaView>,
}

/// List personas
///
/// The people of the sandbox, and what there is to try as each of them.
#[utoipa::path(
    tag = "sandbox",
    operation_id = "listPersonas",
    responses((status = 200, body = PersonaList, description = "The personas."), AnyProblems),
    security(()),
)]
#[get("/sandbox/personas")]
pub async fn list_personas() -> Answered {
    let view = |persona: &super::personas::Persona| PersonaView {
        name: persona.name,
        title: persona.title,
        email: persona.email,
        story: persona.story,
    };
    public(&PersonaList { items: PERSONAS.iter().map(view).collect() })
}
