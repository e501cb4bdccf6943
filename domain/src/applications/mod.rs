//! Applications: life cycle, screens, documents, correspondence, notices, inactivity, and approval.

pub mod application;
pub mod application_import;
pub mod approval;
pub mod change;
pub mod correspondence;
pub mod credentialing;
pub mod difference;
pub mod document;
pub mod document_scan;
pub mod filing;
pub mod forecast;
pub mod inactivity;
pub mod inactivity_conditions;
pub mod inactivity_decision;
pub mod life_cycle;
pub mod link_filing;
pub mod merge;
pub mod notification;
pub mod on_file;
pub mod screen;
pub mod starting;
pub mod visibility;
pub mod withdrawal_calendar;
