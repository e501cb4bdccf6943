//! Requests of unauthenticated callers. The response never depends on the request (decision D-11).

use portal_domain::identity::self_service::{SelfServiceRequest, received};
use portal_persistence::platform::audit::Author;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::auth::anonymous::Anonymous;
use crate::http::reply::{Answered, Reply};
use crate::portal::request_id;

/// Confirms that a request was received, and nothing else.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"status": "received", "message": "If everything is in order, a mail is on its way."}))]
pub struct ReceivedView {
    /// Always `received`.
    pub status: &'static str,
    /// A message to display.
    pub message: &'static str,
}

/// The response to every request whose outcome must not be revealed.
pub(crate) const RECEIVED: ReceivedView =
    ReceivedView { status: "received", message: "If everything is in order, a mail is on its way." };

/// Stores a request of an unauthenticated caller for a worker. Neither the work nor the response
/// depends on the request (decision D-11).
pub(crate) async fn receive(caller: Anonymous, request: SelfServiceRequest) -> Answered {
    caller
        .write(move |tx, _services| {
            let id = tx.self_service().insert(&request)?;
            let request_id = request_id::current();
            let author = Author { user: None, name: "unauthenticated caller", request_id: &request_id };
            let done = tx.commit_effects(&received(request.kind(), id), &author)?;
            Ok(done.with(Reply::accepted(&RECEIVED)?))
        })
        .await
}
