//! Medicaid IDs on file.

use crate::vocabulary;

vocabulary! {
    /// What kind of provider a Medicaid ID was issued to.
    pub enum MedicaidIdCategory {
        /// A person.
        Individual = "individual",
        /// A group of providers of one type.
        Group = "group",
        /// A hospital, supplier or the like.
        Entity = "entity",
    }
}

vocabulary! {
    /// A Medicaid ID's stored status. It is not derived from the end date (ambiguity A-20).
    pub enum MedicaidIdStatus {
        /// In use.
        Active = "active",
        /// Not in use; may be reinstated.
        Inactive = "inactive",
        /// Ended.
        Terminated = "terminated",
    }
}
