//! What an approval brings about (domain section 4.1, effects of approval).
//!
//! Only [`approve`] makes an [`Approval`], so whatever is issued, changed or ended was decided here.

use chrono::NaiveDate;

use crate::applications::credentialing::CredentialingPolicy;
use crate::applications::screen::{License, NpiEntry, Screens, TaxonomyEntry};
use crate::ground::application_type::ApplicationType;
use crate::ground::id::{MedicaidIdId, OrganizationId};
use crate::ground::tax_identifier::{Ssn, TaxId};
use crate::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus, PostalAddress};
use crate::medicaid::revalidation::due_after;
use crate::organizations::organization::{OrganizationFacts, OrganizationKind};

/// An application that is to be approved, as it was filed.
#[derive(Clone, Copy, Debug)]
pub struct Filed<'a> {
    /// What it asks for.
    pub application_type: ApplicationType,
    /// What kind of provider it is for.
    pub category: MedicaidIdCategory,
    /// The provider type's code.
    pub provider_type: &'a str,
    /// The provider it is for, as displayed.
    pub provider_name: &'a str,
    /// The NPI that lists show.
    pub npi: Option<&'a str>,
    /// From when on it is to take effect.
    pub requested_effective_date: Option<NaiveDate>,
    /// The organization that filed it.
    pub organization: &'a OrganizationFacts,
    /// The number of the Medicaid ID it is about.
    pub medicaid_id: Option<&'a str>,
    /// The record of that Medicaid ID.
    pub on_file: Option<MedicaidIdId>,
    /// What was saved on its screens.
    pub screens: &'a Screens,
    /// The tax id, which is kept apart from the screens.
    pub tax_number: Option<&'a TaxNumber>,
}

/// The number that tax authorities know a provider by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaxNumber {
    /// An individual's Social Security number.
    Ssn(Ssn),
    /// The number of a group or entity.
    Fein(TaxId),
}

impl TaxNumber {
    /// The number that these nine digits are for a provider of this category; none where they cannot be one.
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

/// How a provider is called, and what they practise; none where it was not saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Practice {
    /// The telephone number.
    pub telephone: Option<String>,
    /// What the provider does, all of it.
    pub taxonomies: Option<Vec<TaxonomyEntry>>,
    /// The provider's licenses, all of them.
    pub licenses: Option<Vec<License>>,
}

/// A Medicaid ID to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The number, where there is one already that is not on file; else the next one.
    pub number: Option<String>,
    /// What kind of provider it is issued to.
    pub category: MedicaidIdCategory,
    /// The provider type's code.
    pub provider_type: String,
    /// The provider's name, as displayed.
    pub name: String,
    /// The provider's NPIs.
    pub npis: Vec<NpiEntry>,
    /// The provider's address for e-mail.
    pub email: Option<String>,
    /// Where the provider is to be found.
    pub primary_physical_address: Option<PostalAddress>,
    /// Telephone, taxonomy codes and licenses.
    pub practice: Practice,
    /// The provider's tax id.
    pub tax_number: Option<TaxNumber>,
    /// The organization whose own it becomes.
    pub owner: Option<OrganizationId>,
    /// From when it is in effect.
    pub effective_date: NaiveDate,
    /// When the first revalidation is due (domain rule R-070).
    pub revalidation_due_on: NaiveDate,
    /// Whether the application is about it from now on. An enrollment is about what it has brought about; a change of
    /// ownership stays about the Medicaid ID that it ended.
    pub is_subject: bool,
}

/// What changes about a Medicaid ID on file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Its status from now on.
    pub status: Option<MedicaidIdStatus>,
    /// Its last day.
    pub end_date: Option<NaiveDate>,
    /// When its next revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
    /// The provider's name, as displayed.
    pub name: Option<String>,
    /// The provider's NPIs, all of them.
    pub npis: Option<Vec<NpiEntry>>,
    /// The provider's address for e-mail.
    pub email: Option<String>,
    /// Where the provider is to be found.
    pub primary_physical_address: Option<PostalAddress>,
    /// Telephone, taxonomy codes and licenses.
    pub practice: Practice,
    /// The provider's tax id.
    pub tax_number: Option<TaxNumber>,
}

/// A link between the provider and a group, or between the group and an individual, that begins or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkChange {
    /// The number of the Medicaid ID at the other end.
    pub medicaid_id: String,
    /// Its first day; none where a link that is there ends.
    pub begins_on: Option<NaiveDate>,
    /// Its last day; none while no end is known.
    pub ends_on: Option<NaiveDate>,
}

/// What an approval brings about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approval {
    change: Option<(MedicaidIdId, Change)>,
    issue: Option<Issue>,
    links: Vec<LinkChange>,
}

impl Approval {
    /// What changes about the Medicaid ID on file.
    #[must_use]
    pub const fn change(&self) -> Option<&(MedicaidIdId, Change)> {
        self.change.as_ref()
    }

    /// The Medicaid ID that is issued.
    #[must_use]
    pub const fn issue(&self) -> Option<&Issue> {
        self.issue.as_ref()
    }

    /// The links that begin or end: of the Medicaid ID that is issued, or else of the one on file.
    #[must_use]
    pub fn links(&self) -> &[LinkChange] {
        &self.links
    }
}

/// What the approval of an application on that day brings about.
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
    match filed.application_type {
        ApplicationType::Enrollment => {
            // Rows that came from elsewhere may name the Medicaid ID already (ambiguity A-19): nobody gets two.
            let change = Change { status: active, revalidation_due_on: Some(due), ..described(filed) };
            let issue = filed.on_file.is_none().then(|| issued(filed.medicaid_id));
            Approval { change: of_record(change), issue, links: begun(links(filed)) }
        }
        ApplicationType::Maintenance => {
            Approval { change: of_record(described(filed)), issue: None, links: links(filed) }
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
            Approval { change: of_record(ended(last_day)), issue: Some(issue), links: begun(links(filed)) }
        }
        ApplicationType::LocumTenens => Approval::default(),
    }
}

fn ended(last_day: NaiveDate) -> Change {
    let status = Some(MedicaidIdStatus::Terminated);
    Change { status, end_date: Some(last_day), ..Change::default() }
}

/// What the screens say about the provider; what was not saved stays as it is.
fn described(filed: &Filed<'_>) -> Change {
    let basic = filed.screens.basic_information.clone().unwrap_or_default();
    Change {
        name: filed.screens.display_name(),
        npis: filed.screens.npis.as_ref().map(|screen| screen.npis.clone()),
        email: basic.email,
        primary_physical_address: basic.primary_physical_address,
        practice: practice(filed.screens),
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

/// The NPIs of the screen, or else the one that the lists show.
fn npis(filed: &Filed<'_>) -> Vec<NpiEntry> {
    match &filed.screens.npis {
        Some(screen) => screen.npis.clone(),
        None => filed.npi.map(|npi| NpiEntry { npi: npi.to_owned(), primary: true }).into_iter().collect(),
    }
}

/// Whose own a new Medicaid ID becomes. A group or entity belongs to the organization that enrolls it, unless that one
/// credentials for others; an individual is nobody's own but of the organization of an individual provider.
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

/// The links of screen 5.1. Individuals are linked to groups; an entity has no links.
fn links(filed: &Filed<'_>) -> Vec<LinkChange> {
    if filed.category == MedicaidIdCategory::Entity {
        return vec![];
    }
    let links = filed.screens.group_links.iter().flat_map(|screen| &screen.links);
    links
        .map(|link| LinkChange {
            medicaid_id: link.medicaid_id.clone(),
            begins_on: link.effective_date,
            ends_on: link.end_date,
        })
        .collect()
}

/// The individual and the group of a link between these two, each with its category; none where they cannot be linked. It
/// does not matter which of them the application is about.
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

/// Only those that begin: only a Maintenance ends a link that is there (domain rule R-047).
fn begun(links: Vec<LinkChange>) -> Vec<LinkChange> {
    links.into_iter().filter(|link| link.begins_on.is_some()).collect()
}

#[cfg(test)]
#[path = "approval_tests.rs"]
mod tests;
