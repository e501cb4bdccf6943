//! Applications, their documents, notices and correspondence, inactivity and the forecast.

mod application_inactivity;
mod application_inactivity_on_three_servers;
#[expect(clippy::module_inception, reason = "the area is named after its first noun")]
mod applications;
mod correspondence;
mod documents;
mod forecast;
mod life_cycle;
mod notices;
mod notifications;
mod screens;
mod starting;
