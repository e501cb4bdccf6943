//! The effects of approving an application (domain section 4.1, effects of approval).
//!
//! Only [`approve`] creates an [`Approval`], so every issued, changed, or ended record was decided
//! here.

use chrono::NaiveDate;

use crate::applications::credentialing::CredentialingPolicy;
use crate::applications::difference::Difference;
use crate::applications::link_filing;
use crate::applications::screen::{License, NpiEntry, Screens, TaxonomyEntry};
use crate::ground::application_type::ApplicationType;
use crate::ground::id::{MedicaidIdId, OrganizationId};
use crate::ground::tax_identifier::{Ssn, TaxId};
use crate::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus, PostalAddress};
use crate::medicaid::revalidation::due_after;
use crate::organizations::organization::{OrganizationFacts, OrganizationKind};

/// The submitted application to approve.
#[derive(Clone, Copy, Debug)]
pub struct Filed<'a> {
    /// The application type.
    pub application_type: ApplicationType,
    /// The category of the provider.
    pub category: MedicaidIdCategory,
    /// The provider type's code.
    pub provider_type: &'a str,
    /// The provider it is for, as displayed.
    pub provider_name: &'a str,
    /// The NPI displayed in lists.
    pub npi: Option<&'a str>,
    /// The requested effective date.
    pub requested_effective_date: Option<NaiveDate>,
    /// The organization that submitted it.
    pub organization: &'a OrganizationFacts,
    /// The number of the Medicaid ID it is about.
    pub medicaid_id: Option<&'a str>,
    /// The record of that Medicaid ID.
    pub on_file: Option<MedicaidIdId>,
    /// The content of its screens.
    pub screens: &'a Screens,
    /// The difference that they make to the record on file.
    pub difference: &'a Difference,
    /// The tax ID, which is stored separately from the screens.
    pub tax_number: Option<&'a TaxNumber>,
}

/// A provider's tax identification number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaxNumber {
    /// An individual's Social Security number.
    Ssn(Ssn),
    /// The FEIN of a group or entity.
    Fein(TaxId),
}

impl TaxNumber {
    /// Interprets nine digits for a provider of this category; `None` if they are not a valid
    /// number.
    #[must_use]
    pub fn of(category: MedicaidIdCategory, digits: &str) -> Option<Self> {
        match category {
            MedicaidIdCategory::Individual => Ssn::parse(digits).ok().map(Self::Ssn),
            MedicaidIdCategory::Group | MedicaidIdCategory::Entity => {
                TaxId::parse(digits).ok().map(Self::Fein)
            }
        }
    }
}

/// A provider's telephone, taxonomies, and licenses; `None` for what was not saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Practice {
    /// The telephone number.
    pub telephone: Option<String>,
    /// The complete list of taxonomies.
    pub taxonomies: Option<Vec<TaxonomyEntry>>,
    /// The complete list of licenses.
    pub licenses: Option<Vec<License>>,
}

/// A Medicaid ID to issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The number that the application already names, if its record is not on file; otherwise
    /// `None`, and the next free number is used.
    pub number: Option<String>,
    /// The category of the provider.
    pub category: MedicaidIdCategory,
    /// The provider type's code.
    pub provider_type: String,
    /// The provider's name, as displayed.
    pub name: String,
    /// The provider's NPIs.
    pub npis: Vec<NpiEntry>,
    /// The provider's email address.
    pub email: Option<String>,
    /// The provider's primary physical address.
    pub primary_physical_address: Option<PostalAddress>,
    /// The telephone, taxonomies, and licenses.
    pub practice: Practice,
    /// The provider's tax ID.
    pub tax_number: Option<TaxNumber>,
    /// The organization that will own it, if any.
    pub owner: Option<OrganizationId>,
    /// The effective date.
    pub effective_date: NaiveDate,
    /// When the first revalidation is due (domain rule R-070).
    pub revalidation_due_on: NaiveDate,
    /// Whether the application refers to it after the approval.
    ///
    /// True if the application names no Medicaid ID yet, such as an enrollment. A change of
    /// ownership keeps referring to the Medicaid ID that it ended.
    pub is_subject: bool,
}

impl Issue {
    /// The NPI that lists show: the primary one or, without one, the first.
    #[must_use]
    pub fn npi(&self) -> Option<&str> {
        let primary = self.npis.iter().find(|entry| entry.primary).or_else(|| self.npis.first());
        primary.map(|entry| entry.npi.as_str())
    }

    /// The other NPIs, in their order.
    pub fn further_npis(&self) -> impl Iterator<Item = &str> {
        let shown = self.npi();
        self.npis.iter().map(|entry| entry.npi.as_str()).filter(move |npi| Some(*npi) != shown)
    }
}

/// A change to a Medicaid ID on file; `None` for what stays unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The new status.
    pub status: Option<MedicaidIdStatus>,
    /// The last day.
    pub end_date: Option<NaiveDate>,
    /// When its next revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
    /// The provider's name, as displayed.
    pub name: Option<String>,
    /// The complete list of NPIs.
    pub npis: Option<Vec<NpiEntry>>,
    /// The provider's email address, which can be removed.
    pub email: Option<Option<String>>,
    /// The telephone number, which can be removed.
    pub telephone: Option<Option<String>>,
    /// The provider's primary physical address, which can be removed.
    pub primary_physical_address: Option<Option<PostalAddress>>,
    /// The complete list of taxonomies.
    pub taxonomies: Option<Vec<TaxonomyEntry>>,
    /// The complete list of licenses.
    pub licenses: Option<Vec<License>>,
    /// The provider's tax ID.
    pub tax_number: Option<TaxNumber>,
}

/// The start or end of a link between an individual and a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkChange {
    /// The number of the Medicaid ID at the other end.
    pub medicaid_id: String,
    /// The first day; `None` to end an existing link.
    pub begins_on: Option<NaiveDate>,
    /// The last day; `None` for an open end.
    pub ends_on: Option<NaiveDate>,
}

/// The effects of an approval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approval {
    change: Option<(MedicaidIdId, Change)>,
    issue: Option<Issue>,
    links: Vec<LinkChange>,
}

impl Approval {
    /// The change to the Medicaid ID on file.
    #[must_use]
    pub const fn change(&self) -> Option<&(MedicaidIdId, Change)> {
        self.change.as_ref()
    }

    /// The Medicaid ID to issue.
    #[must_use]
    pub const fn issue(&self) -> Option<&Issue> {
        self.issue.as_ref()
    }

    /// The links that begin or end: of the issued Medicaid ID or, without one, of the Medicaid ID
    /// on file.
    #[must_use]
    pub fn links(&self) -> &[LinkChange] {
        &self.links
    }
}

/// Decides the effects of approving an application on that day.
#[must_use]
pub fn approve(filed: &Filed<'_>, policy: &CredentialingPolicy, today: NaiveDate) -> Approval {
    let due = due_after(today, policy.revalidation.years);
    let of_record = |change: Change| filed.on_file.map(|id| (id, change));
    let issued = |number: Option<&str>| Issue {
        number: number.map(str::to_owned),
        category: filed.category,
        provider_type: filed.provider_type.to_owned(),
        name: filed.provider_name.to_owned(),
        npis: npis(filed),
        email: filed.screens.basic_information.as_ref().and_then(|basic| basic.email.clone()),
        primary_physical_address: filed
            .screens
            .basic_information
            .as_ref()
            .and_then(|basic| basic.primary_physical_address.clone()),
        practice: practice(filed.screens),
        tax_number: filed.tax_number.cloned(),
        owner: owner(filed),
        effective_date: filed.requested_effective_date.unwrap_or(today),
        revalidation_due_on: due,
        is_subject: filed.medicaid_id.is_none(),
    };
    let active = Some(MedicaidIdStatus::Active);
    let approval = match filed.application_type {
        ApplicationType::Enrollment => {
            // Imported applications may already name a Medicaid ID (ambiguity A-19). Never issue a
            // second one.
            let change = Change { status: active, revalidation_due_on: Some(due), ..described(filed) };
            let issue = filed.on_file.is_none().then(|| issued(filed.medicaid_id));
            Approval { change: of_record(change), issue, ..Approval::default() }
        }
        ApplicationType::Maintenance => {
            Approval { change: of_record(described(filed)), ..Approval::default() }
        }
        ApplicationType::Revalidation => {
            let change = Change { revalidation_due_on: Some(due), ..described(filed) };
            Approval { change: of_record(change), ..Approval::default() }
        }
        ApplicationType::Reapplication | ApplicationType::Reinstatement => {
            let change = Change { status: active, ..described(filed) };
            Approval { change: of_record(change), ..Approval::default() }
        }
        ApplicationType::VoluntaryTermination => {
            let last_day = filed.requested_effective_date.unwrap_or(today);
            Approval { change: of_record(ended(last_day)), ..Approval::default() }
        }
        ApplicationType::ChangeOfOwnership => {
            let issue = issued(None);
            let last_day = issue.effective_date.pred_opt().unwrap_or(issue.effective_date);
            Approval { change: of_record(ended(last_day)), issue: Some(issue), ..Approval::default() }
        }
        ApplicationType::LocumTenens => Approval::default(),
    };
    Approval { links: links(filed), ..approval }
}

fn ended(last_day: NaiveDate) -> Change {
    let status = Some(MedicaidIdStatus::Terminated);
    Change { status, end_date: Some(last_day), ..Change::default() }
}

/// The change to the record on file (domain rule R-206). What does not differ stays as it is.
fn described(filed: &Filed<'_>) -> Change {
    let (difference, result) = (filed.difference, filed.difference.result());
    let basic = result.basic_information.clone().unwrap_or_default();
    let (was, becomes) = difference.basic_information.clone().unwrap_or_default();
    let renamed =
        becomes.first_name.is_some() || becomes.last_name.is_some() || becomes.business_name.is_some();
    Change {
        name: result.display_name().filter(|_| renamed),
        npis: (!difference.npis.is_empty())
            .then(|| result.npis.clone().map(|screen| screen.npis).unwrap_or_default()),
        email: (was.email != becomes.email).then_some(basic.email),
        telephone: (was.telephone != becomes.telephone).then_some(basic.telephone),
        primary_physical_address: (was.primary_physical_address != becomes.primary_physical_address)
            .then_some(basic.primary_physical_address),
        taxonomies: (!difference.taxonomies.is_empty())
            .then(|| result.taxonomies.clone().map(|screen| screen.taxonomies).unwrap_or_default()),
        licenses: (!difference.licenses.is_empty())
            .then(|| result.licenses.clone().map(|screen| screen.licenses).unwrap_or_default()),
        tax_number: filed.tax_number.cloned(),
        ..Change::default()
    }
}

fn practice(screens: &Screens) -> Practice {
    Practice {
        telephone: screens.basic_information.as_ref().and_then(|basic| basic.telephone.clone()),
        taxonomies: screens.taxonomies.as_ref().map(|screen| screen.taxonomies.clone()),
        licenses: screens.licenses.as_ref().map(|screen| screen.licenses.clone()),
    }
}

/// The NPIs of screen 1.3 or, if it was not saved, the one displayed in lists.
fn npis(filed: &Filed<'_>) -> Vec<NpiEntry> {
    match &filed.screens.npis {
        Some(screen) => screen.npis.clone(),
        None => filed.npi.map(|npi| NpiEntry { npi: npi.to_owned(), primary: true }).into_iter().collect(),
    }
}

/// The owner of a new Medicaid ID.
///
/// The enrolling organization owns a group or entity unless it credentials on behalf of others. It
/// owns an individual only if it is an individual provider's organization.
fn owner(filed: &Filed<'_>) -> Option<OrganizationId> {
    let organization = filed.organization;
    let is_own = match filed.category {
        MedicaidIdCategory::Individual => organization.kind == OrganizationKind::IndividualProvider,
        MedicaidIdCategory::Group | MedicaidIdCategory::Entity => {
            organization.kind != OrganizationKind::ThirdPartyCredentialing
        }
    };
    is_own.then_some(organization.id)
}

/// The links of screen 5.1 that begin or end.
fn links(filed: &Filed<'_>) -> Vec<LinkChange> {
    let links = filed.difference.links.iter();
    links
        .filter(|link| link_filing::is_applied(filed.application_type, filed.category, link))
        .map(|link| LinkChange {
            medicaid_id: link.medicaid_id.clone(),
            begins_on: link.effective_date,
            ends_on: link.end_date,
        })
        .collect()
}

/// Orders the two ends of a link as individual and group; `None` if their categories cannot be
/// linked.
///
/// Either end can be the one that the application is about.
#[must_use]
pub fn link_ends(
    this: (MedicaidIdCategory, MedicaidIdId),
    other: (MedicaidIdCategory, MedicaidIdId),
) -> Option<(MedicaidIdId, MedicaidIdId)> {
    match (this, other) {
        ((MedicaidIdCategory::Individual, individual), (MedicaidIdCategory::Group, group))
        | ((MedicaidIdCategory::Group, group), (MedicaidIdCategory::Individual, individual)) => {
            Some((individual, group))
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "approval_tests.rs"]
mod tests;
