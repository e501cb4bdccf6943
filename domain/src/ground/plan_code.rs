//! The plan codes.

use crate::vocabulary;
vocabulary! {
    /// A health plan.
    pub enum PlanCode {
        /// Kentucky Medicaid.
        Ky = "ky",
        /// Commonwealth Care Alliance.
        Cca = "cca",
        /// Arkansas Health & Wellness.
        Ahw = "ahw",
        /// Louisiana Healthcare Connections.
        Lhcc = "lhcc",
    }
}
