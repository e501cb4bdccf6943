//! The state behind the guard. Only this module opens the database for requests.

use actix_web::{HttpMessage, HttpRequest, web};

use crate::http::problem::{Code, Problem};
use crate::http::request_id::LoggedUser;
use crate::portal::state::Portal;
use crate::portal::tokens::Claims;

/// The portal, registered as data of the app. Handlers can see this type but cannot open it: they
/// reach the database through [`May`](super::caller::May),
/// [`OptionalCaller`](super::optional::OptionalCaller) or
/// [`Anonymous`](super::anonymous::Anonymous).
#[derive(Clone)]
pub struct GuardedPortal(web::Data<Portal>);

impl GuardedPortal {
    /// Puts the portal behind the guard.
    #[must_use]
    pub const fn new(portal: web::Data<Portal>) -> Self {
        Self(portal)
    }
}

pub(super) fn portal_of(request: &HttpRequest) -> Result<web::Data<Portal>, Problem> {
    let guarded = request.app_data::<GuardedPortal>();
    guarded
        .map(|guarded| guarded.0.clone())
        .ok_or_else(|| Problem::new(Code::internal_error, "the server is not configured correctly"))
}

/// Returns the portal and the claims of the access token: `None` without a token, an error if the
/// token is not valid.
pub(super) fn with_claims(request: &HttpRequest) -> Result<(web::Data<Portal>, Option<Claims>), Problem> {
    let claims = request.extensions().get::<Result<Claims, Problem>>().cloned().transpose()?;
    let portal = portal_of(request)?;
    if let Some(claims) = &claims {
        request.extensions_mut().insert(LoggedUser(claims.sub));
    }
    Ok((portal, claims))
}
