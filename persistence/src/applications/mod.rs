//! Storage of applications and what belongs to them: screens, documents, history, correspondence,
//! notifications.

pub mod application_history;
pub mod application_import;
pub mod application_inactivity;
pub mod application_screens;
#[expect(clippy::module_inception, reason = "the area is named after its first noun")]
pub mod applications;
pub mod correspondence;
pub mod document_scans;
pub mod documents;
pub mod forecast;
pub mod notifications;
pub mod numbers;
