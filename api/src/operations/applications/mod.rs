//! Operations on applications, their documents, correspondence and notifications, and the forecast.

#[expect(clippy::module_inception, reason = "the area is named after its first noun")]
pub mod applications;
pub mod correspondence;
pub mod documents;
pub mod forecast;
pub mod notifications;
