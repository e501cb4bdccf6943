//! People: global identity, platform roles, locks.

use crate::vocabulary;

vocabulary! {
    /// What a person is on the platform, outside any organization.
    pub enum PlatformRole {
        /// Works for the plan: sets up first registrants, helps.
        PlanStaff = "plan_staff",
        /// Reviews and decides applications for the Department for Medicaid Services.
        DmsReviewer = "dms_reviewer",
        /// Answers callers.
        Support = "support",
        /// Runs the installation.
        Operator = "operator",
    }
}

vocabulary! {
    /// Why a login is locked.
    pub enum LockReason {
        /// Too many wrong passwords.
        FailedLogins = "failed_logins",
        /// Not used for too long.
        Inactivity = "inactivity",
        /// The password is too old.
        PasswordExpired = "password_expired",
        /// Locked by staff.
        Staff = "staff",
    }
}
