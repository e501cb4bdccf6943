//! The OpenAPI document: general information, security schemes, tags, and the problem responses
//! that operations share. The routes add the paths.

use std::collections::BTreeMap;

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{
    Flow, HttpAuthScheme, HttpBuilder, OAuth2, Password, Scopes, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoParams, IntoResponses, Modify, OpenApi, ToSchema};

use crate::http::problem::{Code, FieldError, MEDIA_TYPE, ProblemDocument, RefusedItem};

/// The document without paths.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "provider-portal",
        description = "Administration of health-plan provider portals: who works on which credentialing application, \
            and who may act for whom.\n\n\
            **Sign in** with *Authorize*: your email address as username, and your password. \
            Refusals are problem documents (RFC 9457); `GET /problems` explains every code. \
            Lists come in pages (`limit`, `cursor`). Single resources carry an `ETag`. \
            Send an `Idempotency-Key` with a POST: a retry returns the first response instead of acting twice.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "tokens", description = "Sign in, refresh, sign out; the keys that verify access tokens."),
        (name = "me", description = "The signed-in user: sessions, password, second factors, and linked accounts."),
        (name = "organizations", description = "The organizations you can see."),
        (name = "members", description = "The members of an organization: their roles, permissions, and history."),
        (name = "invitations", description = "Invitations by email, with a link that works once."),
        (name = "registrations", description = "Self-registration under a practice's tax ID."),
        (name = "password resets", description = "Recover a login with a link: set a new password, or remove an unknown second factor."),
        (name = "provider accounts", description = "Associate and link accounts of a Provider ID, and request access."),
        (name = "work assignments", description = "Which credentialing agent works on which application, and moving work between agents."),
        (name = "medicaid ids", description = "Individual Medicaid IDs: access of all agents, and due revalidations."),
        (name = "applications", description = "Credentialing applications, from start to decision or withdrawal."),
        (name = "documents", description = "Documents of applications: screen 8.0."),
        (name = "dashboard", description = "Your work, notices, correspondence, and upcoming dates."),
        (name = "notifications", description = "In-app notices."),
        (name = "licensure", description = "Licenses and their verification."),
        (name = "support", description = "Help for users, and verification of callers by support."),
        (name = "plan staff", description = "Operations for the plan's staff only."),
        (name = "users", description = "Users of the installation; for operators."),
        (name = "system", description = "Jobs and emails of the installation; for operators."),
        (name = "audit", description = "Who did what, when."),
        (name = "problems", description = "The codes of problem documents and their meaning."),
        (name = "health", description = "For load balancers and supervisors."),
    ),
    components(schemas(ProblemDocument, FieldError, RefusedItem, Code)),
    modifiers(&SecuritySchemes),
    security(("bearer" = []), ("password" = [])),
)]
struct Base;

struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let flow = Password::with_refresh_url("/api/v1/oauth/token", Scopes::new(), "/api/v1/oauth/token");
        components
            .add_security_scheme("password", SecurityScheme::OAuth2(OAuth2::new([Flow::Password(flow)])));
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An access token of POST /api/v1/oauth/token."));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    }
}

/// The document to which the routes add their paths.
#[must_use]
pub fn base() -> Document {
    let mut document = Base::openapi();
    document.info.contact = None;
    document
}

pub(super) fn text_header(description: &str) -> utoipa::openapi::Header {
    HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(SchemaType::new(Type::String))))
        .description(Some(description))
        .build()
}

pub(super) fn problem(description: &str) -> ResponseBuilder {
    let content = ContentBuilder::new()
        .schema(Some(RefOr::Ref(Ref::from_schema_name(ProblemDocument::name()))))
        .build();
    ResponseBuilder::new().description(description).content(MEDIA_TYPE, content)
}

fn set(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    statuses
        .iter()
        .map(|status| {
            let (description, header) = match status {
                400 => ("The request cannot be read, or has an unknown field or parameter.", None),
                401 => (
                    "You are not signed in, or your session has ended.",
                    Some(("WWW-Authenticate", "The scheme to use.")),
                ),
                403 => ("You lack a role or permission; `reasons` names what is missing.", None),
                404 => ("The resource does not exist or you cannot see it.", None),
                406 => ("The endpoint returns application/json only.", None),
                410 => ("The link no longer works; the code says why.", None),
                409 => ("A rule or the current state refuses the request; nothing was changed.", None),
                412 => ("The resource has changed since you read it.", Some(("ETag", "The current ETag."))),
                413 => ("The body is too large.", None),
                415 => ("The body has the wrong media type.", None),
                422 => ("Some values are invalid; `errors` lists all of them.", None),
                428 => ("If-Match is missing.", None),
                429 => ("Too many requests.", Some(("Retry-After", "Seconds to wait."))),
                431 => ("The request's headers are too large.", None),
                500 => ("An internal error occurred.", None),
                _ => ("The service is busy or unavailable.", Some(("Retry-After", "Seconds to wait."))),
            };
            let mut response = problem(description);
            if let Some((name, text)) = header {
                response = response.header(name, text_header(text));
            }
            (status.to_string(), response.build().into())
        })
        .collect()
}

macro_rules! problem_sets {
    ($($(#[$meta:meta])* $name:ident: $($status:literal)+;)+) => {
        $(
            $(#[$meta])*
            pub struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    set(&[$($status),+])
                }
            }
        )+
    };
}

problem_sets! {
    /// Problems that any operation can return.
    AnyProblems: 400 406 429 431 500 503;
    /// Further problems of operations that require a session.
    SignedInProblems: 401 403;
    /// Further problems of operations that can be forbidden.
    RightProblems: 403;
    /// Further problems of operations on a resource that the path names.
    NotFoundProblems: 404;
    /// Further problems of operations that validate values.
    ValueProblems: 422;
    /// Further problems of operations that redeem a link.
    LinkProblems: 404 410;
    /// Further problems of operations with a request body.
    BodyProblems: 413 415 422;
    /// Further problems of operations whose rules depend on the current state.
    ConflictProblems: 409;
    /// Further problems of operations that require `If-Match`.
    VersionProblems: 412 428;
}

/// The header of requests whose retry must not take effect twice. It has no example: Swagger UI
/// would send the example as the key, and the second request would get the response of the first.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyHeader {
    /// A key of your choice, new for each request: 1 to 255 letters, digits, `_`, `.`, `:`, or `-`,
    /// with or without quotation marks. The same request with the same key returns the first
    /// response again, with `Idempotency-Replayed: true`. Responses are stored for 24 hours.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 257,
        pattern = r#"^("[A-Za-z0-9_.:-]{1,255}"|[A-Za-z0-9_.:-]{1,255})$"#
    )]
    pub idempotency_key: Option<String>,
}

/// The header of conditional GET requests.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct ConditionalHeader {
    /// The ETag of the version you have. The response is 304 if nothing changed.
    #[param(rename = "If-None-Match")]
    pub if_none_match: Option<String>,
}

/// The header of requests that change a known version of a resource.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct VersionHeader {
    /// The ETag of the version you read, or `*` for any version.
    #[param(rename = "If-Match", example = "*")]
    pub if_match: String,
}

/// The path parameter of an organization.
#[derive(Clone, Copy, Debug, serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrganizationPath {
    /// The id of the organization.
    pub organization_id: portal_domain::ground::id::OrganizationId,
}

/// The query of a list without filters.
#[derive(Clone, Debug, serde::Deserialize, validator::Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The number of items per page, 1 to 100; 50 by default.
    #[serde(default)]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// The `next_cursor` of the previous page.
    #[serde(default)]
    #[param(min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}
