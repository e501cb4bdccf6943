//! The types of documents.

use crate::vocabulary;
vocabulary! {
    /// The type of a document.
    pub enum DocumentType {
        /// A letter from a state's Transportation Cabinet that exempts a provider from licensure
        /// (domain rule R-091).
        TransportationCabinetExemptionLetter = "transportation_cabinet_exemption_letter",
        /// A copy of a license.
        LicenseCopy = "license_copy",
        /// The signed form that authorizes an agent to submit as the provider's delegate.
        AuthorizedDelegateForm = "authorized_delegate_form",
        /// The bill of sale or another proof of a change of ownership.
        ChangeOfOwnershipProof = "change_of_ownership_proof",
        /// Any other document.
        Other = "other",
    }
}
