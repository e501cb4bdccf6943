//! Requests to be let into a provider account that has an administrator (domain rule R-136).

use crate::vocabulary;

vocabulary! {
    /// Where a request stands.
    pub enum AccessRequestStatus {
        /// Nobody has answered it.
        Open = "open",
        /// An administrator invited the person.
        Answered = "answered",
    }
}
