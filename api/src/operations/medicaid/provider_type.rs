//! A provider type in an answer.

use serde::Serialize;
use utoipa::ToSchema;
/// A provider type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProviderTypeView {
    /// Its code; a leading zero matters.
    pub code: String,
    /// Its text.
    pub label: String,
}
