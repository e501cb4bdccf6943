//! What stands on the numbered screens of an application (domain sections 2.1, 2.3).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ground::application_type::ApplicationType;
use crate::medicaid::medicaid_id::{MedicaidIdCategory, PostalAddress};
use crate::vocabulary;

vocabulary! {
    /// A numbered screen of an application.
    pub enum Screen {
        /// Who the provider is.
        BasicInformation = "1.1",
        /// The provider's NPIs.
        Npis = "1.3",
        /// What the provider does.
        Taxonomies = "1.4",
        /// Licenses.
        Licenses = "2.2",
        /// Links between individuals and groups.
        GroupLinks = "5.1",
        /// Documents.
        Documents = "8.0",
        /// Filing.
        Submit = "10.1",
    }
}

impl Screen {
    /// The screen's name, its number included, as the documents spell it where they do: 2.2 and 8.0.
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
    /// What lets a provider practise.
    pub enum LicenseType {
        /// A license of a state.
        StateLicense = "state_license",
        /// A temporary license of a state.
        TemporaryLicense = "temporary_license",
        /// No license is needed (domain rule R-090).
        ExemptFromLicensure = "exempt_from_licensure",
    }
}

/// Everything that was saved of an application; none where a screen was not saved yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Screens {
    /// 1.1.
    pub basic_information: Option<BasicInformation>,
    /// 1.3.
    pub npis: Option<NpisScreen>,
    /// 1.4.
    pub taxonomies: Option<TaxonomiesScreen>,
    /// 2.2.
    pub licenses: Option<LicensesScreen>,
    /// 5.1.
    pub group_links: Option<GroupLinksScreen>,
}

/// Screen 1.1: who the provider is. The tax id is kept apart, sealed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BasicInformation {
    /// First name of an individual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name of an individual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Name of a group or entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone, ten digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// Where the provider practises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_physical_address: Option<PostalAddress>,
    /// From when on the application is to take effect.
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
    /// Ten digits.
    pub npi: String,
    /// Whether it is the one to be shown where there is room for one.
    #[serde(default)]
    pub primary: bool,
}

/// Screen 1.4: what the provider does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaxonomiesScreen {
    /// The taxonomy codes.
    pub taxonomies: Vec<TaxonomyEntry>,
}

/// A taxonomy code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxonomyEntry {
    /// Ten characters, the last one `X`.
    pub code: String,
    /// The NPI it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub npi: Option<String>,
    /// Whether it is the main one.
    #[serde(default)]
    pub primary: bool,
}

/// Screen 2.2: licenses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LicensesScreen {
    /// The licenses.
    pub licenses: Vec<License>,
}

/// A license, or the exemption from having one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct License {
    /// What it is.
    pub license_type: LicenseType,
    /// The state that issued it, in two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue_state: Option<String>,
    /// Its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_number: Option<String>,
    /// From when it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<NaiveDate>,
    /// Until when it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<NaiveDate>,
    /// Whether it is the main one.
    #[serde(default)]
    pub primary: bool,
    /// When it was last renewed with its board.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_renewed_on: Option<NaiveDate>,
}

impl License {
    /// Whether it says that no license is needed (domain rule R-090).
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

/// A link to be made or ended. In the application of a group it names an individual, in any other a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLink {
    /// The Medicaid ID at the other end.
    pub medicaid_id: String,
    /// From when on they are linked; none to end a link there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<NaiveDate>,
    /// The last day of the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
}

/// What the application is about, as far as its screens depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// What it asks for.
    pub application_type: ApplicationType,
    /// What kind of provider it is for.
    pub category: MedicaidIdCategory,
    /// The provider type's code, such as `64`.
    pub provider_type: &'a str,
}

impl Screens {
    /// The screens that are there, in their order.
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

    /// These screens, with those of `newer` in place of theirs.
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

    /// The same in the form in which it is kept: white space around texts dropped and within names collapsed, codes and
    /// states in capital letters. Nothing else is repaired.
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

    /// The name to be shown: "Last, First" of a person, else the business name; none where it is not complete.
    #[must_use]
    pub fn display_name(&self) -> Option<String> {
        let basic = self.basic_information.as_ref()?;
        match (&basic.last_name, &basic.first_name) {
            (Some(last), Some(first)) => Some(format!("{last}, {first}")),
            _ => basic.business_name.clone(),
        }
    }

    /// The NPI to be shown: the primary one.
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

/// No-break spaces are white space, too (detail X-11).
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn capitals(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

#[cfg(test)]
#[path = "content_tests.rs"]
pub(crate) mod tests;
