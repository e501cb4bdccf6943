//! Correspondence about an application, between the provider and the department.

use crate::ground::id::ApplicationId;
use crate::ground::id::MedicaidIdId;
use crate::ground::id::OrganizationId;
use crate::vocabulary;
vocabulary! {
    /// The direction of a piece of correspondence.
    pub enum Direction {
        /// From the department to the provider.
        ToProvider = "to_provider",
        /// From the provider to the department.
        ToDepartment = "to_department",
    }
}

/// A piece of correspondence to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrespondenceEntry {
    /// The organization that receives or sends it.
    pub organization: OrganizationId,
    /// The application it is about.
    pub application: ApplicationId,
    /// The Medicaid ID it is about, if on file.
    pub medicaid_id: Option<MedicaidIdId>,
    /// The direction.
    pub direction: Direction,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
}
