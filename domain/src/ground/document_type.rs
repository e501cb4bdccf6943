//! The types of documents.

use crate::vocabulary;
vocabulary! {
    /// What a document is.
    pub enum DocumentType {
        /// The letter of a state's Transportation Cabinet that exempts from licensure (domain rule R-091).
        TransportationCabinetExemptionLetter = "transportation_cabinet_exemption_letter",
        /// A copy of a license.
        LicenseCopy = "license_copy",
        /// The signed form that lets an agent file as authorized delegate.
        AuthorizedDelegateForm = "authorized_delegate_form",
        /// The bill of sale or another proof of a change of ownership.
        ChangeOfOwnershipProof = "change_of_ownership_proof",
        /// Anything else.
        Other = "other",
    }
}
