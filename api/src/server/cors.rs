//! Cross-origin requests: an exact list of origins.

use actix_cors::Cors;
use actix_web::http::{Method, header};

use crate::portal::settings::Settings;
pub(crate) fn cors(settings: &Settings) -> Cors {
    let mut cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([
            header::AUTHORIZATION.as_str(),
            header::CONTENT_TYPE.as_str(),
            header::IF_MATCH.as_str(),
            header::IF_NONE_MATCH.as_str(),
            "idempotency-key",
            "x-request-id",
            "traceparent",
        ])
        .expose_headers([
            "etag",
            "link",
            "location",
            "ratelimit",
            "ratelimit-policy",
            "retry-after",
            "idempotency-replayed",
            "x-request-id",
            "content-disposition",
            "repr-digest",
        ])
        .max_age(3600)
        // Requests from origins that are not on the list are answered like any other, without the headers that would let
        // a browser read the answer.
        .block_on_origin_mismatch(false);
    for origin in &settings.cors_origins {
        cors = cors.allowed_origin(origin);
    }
    cors
}
