//! Reasons for disabling a membership.

use crate::vocabulary;
vocabulary! {
    /// The reason a membership is disabled.
    pub enum DisabledReason {
        /// An account manager or administrator disabled it.
        ByAccountManager = "by_account_manager",
        /// Too many days without a sign-in (domain rule R-178).
        Inactivity = "inactivity",
        /// The registration was rejected.
        Rejected = "rejected",
        /// The plan's staff disabled it.
        Staff = "staff",
    }
}
