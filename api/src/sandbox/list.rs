//! GET /sandbox/personas

use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

use super::personas::PERSONAS;
use crate::http::auth::caller::public;
use crate::http::openapi::AnyProblems;
use crate::http::reply::Answered;

/// A persona to sign in as.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "name": "ca-admin-manager",
    "title": "CA Admin Manager",
    "email": "debi.henderson@bluegrass.example",
    "story": "Searches Marcus Webb's open applications and reassigns some to Priya Nair."
}))]
pub struct PersonaView {
    /// The name with which to get a token.
    pub name: &'static str,
    /// What the persona is.
    pub title: &'static str,
    /// The email address to sign in with. The server prints the password when it starts.
    pub email: &'static str,
    /// What you can try as this persona.
    pub story: &'static str,
}

/// The personas of the sandbox.
#[derive(Serialize, ToSchema)]
pub struct PersonaList {
    /// The personas.
    pub items: Vec<PersonaView>,
}

/// List personas
///
/// Returns the personas of the sandbox, and what you can try as each of them.
#[utoipa::path(
    tag = "sandbox",
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
