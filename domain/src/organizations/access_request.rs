//! Requests for access to a provider account that already has an administrator (domain rule R-136).

use crate::vocabulary;

vocabulary! {
    /// The status of an access request.
    pub enum AccessRequestStatus {
        /// No administrator has answered it.
        Open = "open",
        /// An administrator invited the person.
        Answered = "answered",
    }
}
