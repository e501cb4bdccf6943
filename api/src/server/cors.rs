//! Cross-origin requests: only the listed origins are allowed, by exact match.

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
            "purpose",
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
        // Requests from other origins are answered, too, but without the headers that let a browser
        // read the response.
        .block_on_origin_mismatch(false);
    for origin in &settings.cors_origins {
        cors = cors.allowed_origin(origin);
    }
    cors
}
