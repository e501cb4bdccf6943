//! Shared foundations of every area: ids, vocabularies, identifiers, calendar days and the audit
//! event.

pub mod application_status;
pub mod application_type;
pub mod audit;
pub mod calendar;
pub mod cell_text;
pub mod correspondence;
pub mod disabled_reason;
pub mod document_type;
pub mod effects;
pub mod email;
pub mod id;
pub mod import;
pub mod mail;
pub mod notice;
pub mod npi;
pub mod plan_code;
pub mod spreadsheet;
pub mod tax_identifier;
pub mod text;
pub mod vocabulary;
