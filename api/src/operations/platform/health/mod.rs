//! For load balancers and supervisors.

mod live;
mod ready;

pub use live::*;
pub use ready::*;

use serde::Serialize;
use utoipa::ToSchema;

/// How the process is.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "ok"}))]
pub struct HealthView {
    /// `ok`.
    pub status: &'static str,
}
