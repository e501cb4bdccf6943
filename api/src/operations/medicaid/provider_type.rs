//! Provider types in responses.

use serde::Serialize;
use utoipa::ToSchema;
/// A provider type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProviderTypeView {
    /// The code; leading zeros are significant.
    pub code: String,
    /// The display name.
    pub label: String,
}
