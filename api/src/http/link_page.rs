//! The page behind the links in emails. It says what the link is for and which operation redeems
//! its token. A front end replaces it by serving its own pages at the same address.

use actix_web::{HttpResponse, web};
use askama::Template;
use portal_domain::identity::one_time_token::TokenPurpose;

use crate::http::problem::{Code, Problem};
use crate::http::reply::Answered;
use crate::portal::services::Services;

#[derive(Template)]
#[template(path = "landing.html")]
struct Page<'a> {
    title: &'static str,
    explanation: &'static str,
    base: &'a str,
    path: &'static str,
    prefix: &'static str,
    further: &'static str,
    signed_in: bool,
}

fn page(purpose: TokenPurpose, base: &str) -> Page<'_> {
    let prefix = purpose.prefix();
    match purpose {
        TokenPurpose::Invitation => Page {
            title: "You are invited",
            explanation: "It shows what you are invited to; POST /api/v1/invitations/accept accepts it.",
            base,
            path: "/api/v1/invitations/inspect",
            prefix,
            further: "",
            signed_in: false,
        },
        TokenPurpose::Registration => Page {
            title: "Complete your registration",
            explanation: "Completing your registration sets your password.",
            base,
            path: "/api/v1/registrations/complete",
            prefix,
            further: r#", "password": "…""#,
            signed_in: false,
        },
        TokenPurpose::PasswordReset => Page {
            title: "Set a new password",
            explanation: "Setting a new password ends all of your sessions.",
            base,
            path: "/api/v1/password-resets/complete",
            prefix,
            further: r#", "password": "…""#,
            signed_in: false,
        },
        TokenPurpose::EnableUser => Page {
            title: "Enable a user",
            explanation: "Only an account manager of the organization can enable the user, signed in.",
            base,
            path: "/api/v1/registrations/enable",
            prefix,
            further: "",
            signed_in: true,
        },
        TokenPurpose::RemoveFactor => Page {
            title: "Remove a second factor that is not yours",
            explanation: "Removing the second factor ends all of your sessions. Then set a new password.",
            base,
            path: "/api/v1/mfa-methods/remove-unrecognized",
            prefix,
            further: "",
            signed_in: false,
        },
    }
}

/// Shows the page for a link. It is not in the OpenAPI document, because it is for people who
/// follow a link. It changes nothing.
pub async fn show(services: web::Data<Services>, purpose: web::Path<String>) -> Answered {
    let purpose = TokenPurpose::ALL.iter().find(|known| known.as_str().replace('_', "-") == *purpose);
    let base = services.settings.base();
    let page = page(*purpose.ok_or_else(Problem::not_found)?, &base);
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "the page for a link cannot be rendered");
        Problem::new(Code::internal_error, "the page cannot be shown")
    })?;
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html))
}
