//! The content of an application's numbered screens (domain sections 2.1, 2.3).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ground::application_type::ApplicationType;
use crate::ground::text::composed;
use crate::medicaid::medicaid_id::{MedicaidIdCategory, PostalAddress};
use crate::vocabulary;

vocabulary! {
    /// A numbered screen of an application.
    pub enum Screen {
        /// The provider's identity.
        BasicInformation = "1.1",
        /// The provider's NPIs.
        Npis = "1.3",
        /// The provider's taxonomies.
        Taxonomies = "1.4",
        /// Licenses.
        Licenses = "2.2",
        /// Links between individuals and groups.
        GroupLinks = "5.1",
        /// Documents.
        Documents = "8.0",
        /// Submission.
        Submit = "10.1",
    }
}

impl Screen {
    /// The screen's number and name. The source documents spell out only 2.2 and 8.0.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::BasicInformation => "1.1 Basic Information",
            Self::Npis => "1.3 NPI",
            Self::Taxonomies => "1.4 Taxonomy",
            Self::Licenses => "2.2 License Information",
            Self::GroupLinks => "5.1 Group Links",
            Self::Documents => "8.0 Document Upload",
            Self::Submit => "10.1 Submit",
        }
    }
}

vocabulary! {
    /// The type of a license or exemption.
    pub enum LicenseType {
        /// A license issued by a state.
        StateLicense = "state_license",
        /// A temporary license issued by a state.
        TemporaryLicense = "temporary_license",
        /// No license is needed (domain rule R-090).
        ExemptFromLicensure = "exempt_from_licensure",
    }
}

/// The saved screens of an application; `None` for a screen that was not saved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Screens {
    /// Screen 1.1.
    #[serde(rename = "1.1", default, skip_serializing_if = "Option::is_none")]
    pub basic_information: Option<BasicInformation>,
    /// Screen 1.3.
    #[serde(rename = "1.3", default, skip_serializing_if = "Option::is_none")]
    pub npis: Option<NpisScreen>,
    /// Screen 1.4.
    #[serde(rename = "1.4", default, skip_serializing_if = "Option::is_none")]
    pub taxonomies: Option<TaxonomiesScreen>,
    /// Screen 2.2.
    #[serde(rename = "2.2", default, skip_serializing_if = "Option::is_none")]
    pub licenses: Option<LicensesScreen>,
    /// Screen 5.1.
    #[serde(rename = "5.1", default, skip_serializing_if = "Option::is_none")]
    pub group_links: Option<GroupLinksScreen>,
}

/// Screen 1.1: the provider's identity. The tax ID is stored separately, encrypted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BasicInformation {
    /// The first name of an individual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name of an individual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The name of a group or entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_name: Option<String>,
    /// The email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The telephone number, ten digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// The address where the provider practices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_physical_address: Option<PostalAddress>,
    /// The requested effective date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_effective_date: Option<NaiveDate>,
}

/// Screen 1.3: the provider's NPIs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NpisScreen {
    /// The NPIs.
    pub npis: Vec<NpiEntry>,
}

/// An NPI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NpiEntry {
    /// The number, ten digits.
    pub npi: String,
    /// Whether it is displayed where only one NPI fits.
    #[serde(default)]
    pub primary: bool,
}

/// Screen 1.4: the provider's taxonomies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaxonomiesScreen {
    /// The taxonomy codes.
    pub taxonomies: Vec<TaxonomyEntry>,
}

/// A taxonomy code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxonomyEntry {
    /// The code, ten characters ending in `X`.
    pub code: String,
    /// The NPI it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub npi: Option<String>,
    /// Whether it is the primary one.
    #[serde(default)]
    pub primary: bool,
}

/// Screen 2.2: licenses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LicensesScreen {
    /// The licenses.
    pub licenses: Vec<License>,
}

/// A license, or an exemption from licensure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct License {
    /// The type.
    pub license_type: LicenseType,
    /// The two-letter code of the issuing state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue_state: Option<String>,
    /// The license number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_number: Option<String>,
    /// The effective date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<NaiveDate>,
    /// The expiration date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<NaiveDate>,
    /// Whether it is the primary one.
    #[serde(default)]
    pub primary: bool,
    /// The date of the last renewal with the licensing board.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_renewed_on: Option<NaiveDate>,
}

impl License {
    /// Whether it is an exemption from licensure (domain rule R-090).
    #[must_use]
    pub fn is_exemption(&self) -> bool {
        self.license_type == LicenseType::ExemptFromLicensure
    }
}

/// Screen 5.1: links between individuals and groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupLinksScreen {
    /// The links.
    pub links: Vec<GroupLink>,
}

/// A link to create or end. A group's application names individuals; any other application names
/// groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLink {
    /// The Medicaid ID at the other end.
    pub medicaid_id: String,
    /// The first day of the link; absent to end an existing link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<NaiveDate>,
    /// The last day of the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
}

/// The facts about an application that the checks of its screens depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The application type.
    pub application_type: ApplicationType,
    /// The category of the provider.
    pub category: MedicaidIdCategory,
    /// The provider type's code, such as `64`.
    pub provider_type: &'a str,
}

impl Screens {
    /// The saved screens, in order.
    #[must_use]
    pub fn present(&self) -> Vec<Screen> {
        let there = [
            (self.basic_information.is_some(), Screen::BasicInformation),
            (self.npis.is_some(), Screen::Npis),
            (self.taxonomies.is_some(), Screen::Taxonomies),
            (self.licenses.is_some(), Screen::Licenses),
            (self.group_links.is_some(), Screen::GroupLinks),
        ];
        there.into_iter().filter(|(there, _)| *there).map(|(_, screen)| screen).collect()
    }

    /// These screens, replaced by those that `newer` contains.
    #[must_use]
    pub fn replaced_by(self, newer: &Self) -> Self {
        Self {
            basic_information: newer.basic_information.clone().or(self.basic_information),
            npis: newer.npis.clone().or(self.npis),
            taxonomies: newer.taxonomies.clone().or(self.taxonomies),
            licenses: newer.licenses.clone().or(self.licenses),
            group_links: newer.group_links.clone().or(self.group_links),
        }
    }

    /// The normalized form that is stored.
    ///
    /// White space is trimmed, and collapsed within names. Codes and states become uppercase.
    /// Nothing else is corrected.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        if let Some(basic) = &mut self.basic_information {
            for name in [&mut basic.first_name, &mut basic.last_name, &mut basic.business_name] {
                tidy(name, collapsed);
            }
            tidy(&mut basic.email, trimmed);
            if let Some(address) = &mut basic.primary_physical_address {
                address.line1 = collapsed(&address.line1);
                tidy(&mut address.line2, collapsed);
                address.city = collapsed(&address.city);
                address.state = capitals(&address.state);
                address.zip = trimmed(&address.zip);
            }
        }
        for entry in self.taxonomies.iter_mut().flat_map(|screen| &mut screen.taxonomies) {
            entry.code = capitals(&entry.code);
        }
        for license in self.licenses.iter_mut().flat_map(|screen| &mut screen.licenses) {
            tidy(&mut license.issue_state, capitals);
            tidy(&mut license.license_number, collapsed);
        }
        for link in self.group_links.iter_mut().flat_map(|screen| &mut screen.links) {
            link.medicaid_id = trimmed(&link.medicaid_id);
        }
        self
    }

    /// The displayed name: "Last, First" for a person, otherwise the business name; `None` if
    /// incomplete.
    #[must_use]
    pub fn display_name(&self) -> Option<String> {
        let basic = self.basic_information.as_ref()?;
        match (&basic.last_name, &basic.first_name) {
            (Some(last), Some(first)) => Some(format!("{last}, {first}")),
            _ => basic.business_name.clone(),
        }
    }

    /// The displayed NPI: the primary one.
    #[must_use]
    pub fn primary_npi(&self) -> Option<&str> {
        let mut entries = self.npis.iter().flat_map(|screen| &screen.npis);
        entries.find(|entry| entry.primary).map(|entry| entry.npi.as_str())
    }
}

fn tidy(text: &mut Option<String>, into: fn(&str) -> String) {
    if let Some(text) = text {
        *text = into(text);
    }
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}

/// No-break spaces count as white space (detail X-11). Accents are composed (domain rule R-214).
fn collapsed(text: &str) -> String {
    composed(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn capitals(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

#[cfg(test)]
#[path = "content_tests.rs"]
pub(crate) mod tests;
