//! GET /.well-known/jwks.json

use actix_web::{get, web};

use crate::http::openapi::AnyProblems;
use crate::http::reply::{Answered, Reply};
use crate::portal::services::Services;

/// A set of public keys (RFC 7517).
#[derive(utoipa::ToSchema)]
#[schema(example = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "…", "x": "…"}]}))]
pub struct JwksView {
    /// The keys. Former keys remain until the last token signed with them has expired.
    #[schema(value_type = Vec<Object>)]
    pub keys: Vec<serde_json::Value>,
}

/// Get the keys that verify access tokens
#[utoipa::path(
    tag = "tokens",
    responses((status = 200, body = JwksView, description = "The keys (RFC 7517)."), AnyProblems),
    security(()),
)]
#[get("/.well-known/jwks.json")]
pub async fn get_jwks(services: web::Data<Services>) -> Answered {
    let reply = Reply::ok(services.tokens.jwks())?.with("cache-control", "public, max-age=300".into());
    Ok(reply.into_response(None))
}
