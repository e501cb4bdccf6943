//! What has no area: ids, vocabularies, identifiers, calendar days and the audit event.

pub mod audit;
pub mod calendar;
pub mod email;
pub mod id;
pub mod npi;
pub mod spreadsheet;
pub mod tax_identifier;
pub mod vocabulary;
