//! Health checks for load balancers and supervisors.

mod live;
mod ready;

pub use live::*;
pub use ready::*;

use serde::Serialize;
use utoipa::ToSchema;

/// The health of the process.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "ok"}))]
pub struct HealthView {
    /// Always `ok`.
    pub status: &'static str,
}
