//! Applications: life cycle, screens, documents, correspondence, notifications, inactivity, approval.

pub mod application;
pub mod approval;
pub mod correspondence;
pub mod credentialing;
pub mod document;
pub mod filing;
pub mod forecast;
pub mod inactivity;
pub mod life_cycle;
pub mod notification;
pub mod screen;
pub mod starting;
pub mod visibility;
pub mod withdrawal_calendar;
