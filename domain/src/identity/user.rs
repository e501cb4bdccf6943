//! Users: platform roles and locks.

use crate::vocabulary;

vocabulary! {
    /// A role on the platform, outside any organization.
    pub enum PlatformRole {
        /// A member of the plan's staff: verifies original registrants and assists users.
        PlanStaff = "plan_staff",
        /// A reviewer who decides applications for the Department for Medicaid Services.
        DmsReviewer = "dms_reviewer",
        /// A support agent who answers calls.
        Support = "support",
        /// An operator of the installation.
        Operator = "operator",
    }
}

vocabulary! {
    /// The reason a login is locked.
    pub enum LockReason {
        /// Too many wrong passwords.
        FailedLogins = "failed_logins",
        /// Inactive for too long.
        Inactivity = "inactivity",
        /// The password is too old.
        PasswordExpired = "password_expired",
        /// Locked by the plan's staff.
        Staff = "staff",
    }
}
