//! Imported Medicaid IDs that satisfy every rule. Only the rules create these values.

use chrono::NaiveDate;

use crate::ground::audit::AuditAction;
use crate::ground::effects::Effects;
use crate::ground::id::{MedicaidIdId, OrganizationId};
use crate::ground::import::Difference;
use crate::ground::npi::Npi;
use crate::ground::tax_identifier::{Ssn, TaxId};
use crate::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus, PostalAddress};

/// A Medicaid ID to add.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedMedicaidId {
    /// The Medicaid ID number. Leading zeros are significant.
    pub medicaid_id: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The provider type's code.
    pub provider_type: String,
    /// The status.
    pub status: MedicaidIdStatus,
    /// "Last, First", or a business name.
    pub name: String,
    /// The provider's NPI, valid or not.
    pub npi: Option<String>,
    /// The Social Security number of an individual.
    pub ssn: Option<Ssn>,
    /// The tax ID.
    pub fein: Option<TaxId>,
    /// The organization that owns it.
    pub owning_organization: Option<OrganizationId>,
    /// The first day it is in effect.
    pub effective_date: Option<NaiveDate>,
    /// The last day it is in effect. The status is not derived from it (ambiguity A-20).
    pub end_date: Option<NaiveDate>,
    /// The provider's email address.
    pub email: Option<String>,
    /// The provider's physical address.
    pub address: Option<PostalAddress>,
    /// When the next revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
}

/// A correction of a Medicaid ID on file. It contains the new values of all columns that an import
/// may change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MedicaidIdCorrection {
    /// The record.
    pub id: MedicaidIdId,
    /// The version before the correction.
    pub version: i64,
    /// "Last, First", or a business name.
    pub name: String,
    /// The status.
    pub status: MedicaidIdStatus,
    /// The provider's NPI.
    pub npi: Option<String>,
    /// Whether the NPI differs from the stored one.
    pub npi_changes: bool,
    /// The Social Security number, if none was on file.
    pub ssn: Option<Ssn>,
    /// The tax ID, if none was on file.
    pub fein: Option<TaxId>,
    /// The organization that owns it.
    pub owning_organization: Option<OrganizationId>,
    /// The first day it is in effect.
    pub effective_date: Option<NaiveDate>,
    /// The last day it is in effect.
    pub end_date: Option<NaiveDate>,
    /// The provider's email address.
    pub email: Option<String>,
    /// The provider's physical address.
    pub address: Option<PostalAddress>,
    /// When the next revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
}

/// One end of a link to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// A Medicaid ID on file.
    OnFile(MedicaidIdId),
    /// A Medicaid ID that the same import adds, by number.
    Added(String),
}

/// A link to add.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedLink {
    /// The individual.
    pub individual: LinkEnd,
    /// The group.
    pub group: LinkEnd,
    /// The first day.
    pub effective_date: NaiveDate,
}

/// What a valid row changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowChange {
    /// The row is not on file.
    Added(Box<ImportedMedicaidId>, Vec<ImportedLink>),
    /// The row differs from what is on file in these columns; no correction if only links are
    /// added.
    Changed { columns: String, correction: Option<Box<MedicaidIdCorrection>>, links: Vec<ImportedLink> },
    /// The row is the same as what is on file.
    Unchanged,
}

/// The changes of an import without violations; only [`super::examine`] creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MedicaidIdImport {
    added: Vec<ImportedMedicaidId>,
    corrections: Vec<MedicaidIdCorrection>,
    links: Vec<ImportedLink>,
    difference: Difference,
}

impl MedicaidIdImport {
    /// The import that these changes, by number, make together.
    pub(super) fn of<'a>(changes: impl IntoIterator<Item = (&'a str, RowChange)>) -> Self {
        let mut import =
            Self { added: vec![], corrections: vec![], links: vec![], difference: Difference::default() };
        for (number, change) in changes {
            match change {
                RowChange::Added(medicaid_id, links) => {
                    import.difference.add_new(number);
                    import.links.extend(links);
                    import.added.push(*medicaid_id);
                }
                RowChange::Changed { columns, correction, links } => {
                    import.difference.add_changed(number, &columns);
                    import.links.extend(links);
                    import.corrections.extend(correction.map(|correction| *correction));
                }
                RowChange::Unchanged => import.difference.unchanged += 1,
            }
        }
        let npis = import.added.iter().filter_map(|added| added.npi.as_deref());
        let invalid = npis.filter(|npi| Npi::parse(npi).is_err()).count();
        import.difference.note(invalid, super::values::INVALID_NPIS);
        import
    }

    /// The Medicaid IDs to add, in the order of the table.
    #[must_use]
    pub fn added(&self) -> &[ImportedMedicaidId] {
        &self.added
    }

    /// The corrections, in the order of the table.
    #[must_use]
    pub fn corrections(&self) -> &[MedicaidIdCorrection] {
        &self.corrections
    }

    /// The links to add.
    #[must_use]
    pub fn links(&self) -> &[ImportedLink] {
        &self.links
    }

    /// The difference, to be shown.
    #[must_use]
    pub const fn difference(&self) -> &Difference {
        &self.difference
    }

    /// The effects of importing the file of this name.
    #[must_use]
    pub fn effects(&self, file: &str) -> Effects {
        self.difference.recorded_as(AuditAction::MedicaidIdsImported, file)
    }
}
