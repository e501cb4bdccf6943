//! GET /.well-known/oauth-authorization-server

use actix_web::{get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::openapi::AnyProblems;
use crate::http::reply::{Answered, Reply};
use crate::portal::services::Services;

/// The metadata of the token endpoint (RFC 8414).
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "issuer": "http://127.0.0.1:8080",
    "token_endpoint": "http://127.0.0.1:8080/api/v1/oauth/token",
    "revocation_endpoint": "http://127.0.0.1:8080/api/v1/oauth/revoke",
    "jwks_uri": "http://127.0.0.1:8080/.well-known/jwks.json",
    "grant_types_supported": ["password", "mfa_otp", "refresh_token"],
    "response_types_supported": [],
    "token_endpoint_auth_methods_supported": ["none"]
}))]
pub struct MetadataView {
    /// The issuer of access tokens.
    pub issuer: String,
    /// The URL of the token endpoint.
    pub token_endpoint: String,
    /// The URL of the revocation endpoint.
    pub revocation_endpoint: String,
    /// The URL of the public keys.
    pub jwks_uri: String,
    /// The supported grants.
    pub grant_types_supported: [&'static str; 3],
    /// Empty: there is no authorization endpoint.
    pub response_types_supported: [&'static str; 0],
    /// `none`: clients do not authenticate.
    pub token_endpoint_auth_methods_supported: [&'static str; 1],
}

/// Get the metadata of the token endpoint
#[utoipa::path(
    tag = "tokens",
    responses((status = 200, body = MetadataView, description = "The metadata (RFC 8414)."), AnyProblems),
    security(()),
)]
#[get("/.well-known/oauth-authorization-server")]
pub async fn get_authorization_server_metadata(services: web::Data<Services>) -> Answered {
    let issuer = services.settings.base();
    let view = MetadataView {
        token_endpoint: format!("{issuer}/api/v1/oauth/token"),
        revocation_endpoint: format!("{issuer}/api/v1/oauth/revoke"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        issuer,
        grant_types_supported: ["password", "mfa_otp", "refresh_token"],
        response_types_supported: [],
        token_endpoint_auth_methods_supported: ["none"],
    };
    Ok(Reply::ok(&view)?.with("cache-control", "public, max-age=300".into()).into_response(None))
}
