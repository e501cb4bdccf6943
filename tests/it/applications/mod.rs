//! Applications, their documents, notices, and correspondence, inactivity, and the forecast.

mod application_inactivity;
mod application_inactivity_notices;
mod application_inactivity_on_three_servers;
mod application_inactivity_runs;
#[expect(clippy::module_inception, reason = "the area is named after its first noun")]
mod applications;
mod approvals;
mod correspondence;
mod document_files;
mod document_races;
mod document_rights;
mod document_scans;
mod document_sealing;
mod documents;
mod filled_screens;
mod filled_screens_reviewed;
mod forecast;
mod group_links;
mod group_links_approved;
mod group_links_reviewed;
mod license_documents;
mod licenses;
mod life_cycle;
mod life_cycle_buttons;
mod notices;
mod notifications;
mod restorations;
mod returns;
mod screens;
mod starting;
mod starting_revalidations;
mod submissions;
mod withdrawal_warnings;
mod withdrawals;
