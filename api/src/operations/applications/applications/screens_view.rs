//! Screens in responses. Bodies with the same form in requests serve both.

use chrono::NaiveDate;
use portal_domain::applications::screen::{
    BasicInformation, GroupLink, GroupLinksScreen, LicensesScreen, NpiEntry, NpisScreen, Screens,
    TaxonomiesScreen, TaxonomyEntry,
};
use portal_domain::medicaid::medicaid_id::PostalAddress;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::extract::given;
use crate::http::extract::values::{given_iso_date, items};
use crate::operations::medicaid::practice::{LicenseBody, NpiView, TaxonomyView, alike};

/// The saved screens by number; others are absent.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(example = json!({"1.3": {"npis": [{"npi": "1234567893", "primary": true}]}}))]
pub struct ScreensView {
    /// Screen 1.1: basic information.
    #[serde(rename = "1.1", skip_serializing_if = "Option::is_none")]
    pub basic_information: Option<BasicInformationView>,
    /// Screen 1.3: NPIs.
    #[serde(rename = "1.3", skip_serializing_if = "Option::is_none")]
    pub npis: Option<NpisScreenView>,
    /// Screen 1.4: taxonomy codes.
    #[serde(rename = "1.4", skip_serializing_if = "Option::is_none")]
    pub taxonomies: Option<TaxonomiesScreenView>,
    /// Screen 2.2: licenses.
    #[serde(rename = "2.2", skip_serializing_if = "Option::is_none")]
    pub licenses: Option<LicensesScreenBody>,
    /// Screen 5.1: links between individuals and groups.
    #[serde(rename = "5.1", skip_serializing_if = "Option::is_none")]
    pub group_links: Option<GroupLinksScreenBody>,
}

/// Screen 1.1: basic information.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"first_name": "John", "last_name": "Doe", "tax_id_masked": "***-**-1234"}))]
pub struct BasicInformationView {
    /// First name; absent until given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name; absent until given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Business name; absent until given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_name: Option<String>,
    /// The Social Security number or tax ID, masked except for the last four digits; absent until
    /// given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_id_masked: Option<String>,
    /// Email address; absent until given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone, ten digits; absent until given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// The primary practice address; absent until given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_physical_address: Option<PostalAddress>,
    /// The requested effective date; absent until given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_effective_date: Option<NaiveDate>,
}

/// Screen 1.3: NPIs.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"npis": [{"npi": "1234567893", "primary": true}]}))]
pub struct NpisScreenView {
    /// The NPIs.
    pub npis: Vec<NpiView>,
}

/// Screen 1.4: taxonomy codes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"taxonomies": [{"code": "207Q00000X", "npi": "1234567893", "primary": true}]}))]
pub struct TaxonomiesScreenView {
    /// The taxonomy codes.
    pub taxonomies: Vec<TaxonomyView>,
}

/// Screen 1.3: NPIs.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"npis": [{"npi": "1234567893", "primary": true}]}))]
pub struct NpisScreenBody {
    /// At most 30 NPIs, without duplicates. If there are any, exactly one is primary.
    #[serde(deserialize_with = "items")]
    pub npis: Vec<NpiBody>,
}

/// An NPI.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NpiBody {
    /// Ten digits: the first is 1 or 2, the last is the check digit.
    #[serde(default)]
    #[schema(required, pattern = r"^[12][0-9]{9}$")]
    pub npi: String,
    /// Whether it is the primary one; `false` by default.
    #[serde(default)]
    pub primary: bool,
}

/// Screen 1.4: taxonomy codes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"taxonomies": [{"code": "207Q00000X", "npi": "1234567893", "primary": true}]}))]
pub struct TaxonomiesScreenBody {
    /// The taxonomy codes, each at most once for an NPI.
    #[serde(deserialize_with = "items")]
    pub taxonomies: Vec<TaxonomyBody>,
}

/// A taxonomy code.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxonomyBody {
    /// Nine letters or digits followed by X.
    #[serde(default)]
    #[schema(required, pattern = r"^[0-9A-Za-z]{9}[Xx]$")]
    pub code: String,
    /// The NPI on screen 1.3 that it belongs to; absent if it belongs to no particular one.
    #[serde(default, deserialize_with = "given")]
    #[schema(pattern = r"^[12][0-9]{9}$")]
    pub npi: Option<String>,
    /// Whether it is the primary one; `false` by default.
    #[serde(default)]
    pub primary: bool,
}

/// Screen 2.2: licenses.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"licenses": [{"license_type": "exempt_from_licensure", "effective_date": "2019-07-01"}]}))]
pub struct LicensesScreenBody {
    /// The licenses.
    #[serde(deserialize_with = "items")]
    pub licenses: Vec<LicenseBody>,
}

/// Screen 5.1: links between individuals and groups.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"links": [{"medicaid_id": "7100000001", "effective_date": "2027-01-01"}]}))]
pub struct GroupLinksScreenBody {
    /// The links, at most one for each Medicaid ID.
    #[serde(deserialize_with = "items")]
    pub links: Vec<GroupLinkBody>,
}

/// A link to start or end. It names an individual in a group's application, and a group in any
/// other.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupLinkBody {
    /// The number of the Medicaid ID to link.
    #[serde(default)]
    #[schema(required, pattern = r"^[0-9]{7,10}$")]
    pub medicaid_id: String,
    /// The first day of the link, at most one year ago. Omit it to end an existing link.
    #[serde(default, deserialize_with = "given_iso_date", skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<NaiveDate>,
    /// The last day of the link; absent if it has no end.
    #[serde(default, deserialize_with = "given_iso_date", skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
}

impl ScreensView {
    /// The saved screens with the masked tax ID.
    #[must_use]
    pub fn of(screens: Screens, tax_id_masked: Option<String>) -> Self {
        let basic_information = match (screens.basic_information, tax_id_masked) {
            (None, None) => None,
            (basic, masked) => Some(BasicInformationView::of(basic.unwrap_or_default(), masked)),
        };
        Self {
            basic_information,
            npis: screens.npis.map(Into::into),
            taxonomies: screens.taxonomies.map(Into::into),
            licenses: screens.licenses.map(Into::into),
            group_links: screens.group_links.map(Into::into),
        }
    }
}

impl BasicInformationView {
    pub(super) fn of(basic: BasicInformation, tax_id_masked: Option<String>) -> Self {
        Self {
            first_name: basic.first_name,
            last_name: basic.last_name,
            business_name: basic.business_name,
            tax_id_masked,
            email: basic.email,
            telephone: basic.telephone,
            primary_physical_address: basic.primary_physical_address,
            requested_effective_date: basic.requested_effective_date,
        }
    }
}

alike! {
    NpiBody into NpiEntry { npi, primary };
    TaxonomyBody into TaxonomyEntry { code, npi, primary };
    GroupLinkBody into GroupLink { medicaid_id, effective_date, end_date };
    GroupLink into GroupLinkBody { medicaid_id, effective_date, end_date };
}

/// Conversions between screens that hold one list.
macro_rules! lists {
    ($($from:ident into $to:ident { $field:ident };)+) => {
        $(impl From<$from> for $to {
            fn from(given: $from) -> Self {
                Self { $field: given.$field.into_iter().map(Into::into).collect() }
            }
        })+
    };
}

lists! {
    NpisScreenBody into NpisScreen { npis };
    NpisScreen into NpisScreenView { npis };
    TaxonomiesScreenBody into TaxonomiesScreen { taxonomies };
    TaxonomiesScreen into TaxonomiesScreenView { taxonomies };
    LicensesScreenBody into LicensesScreen { licenses };
    LicensesScreen into LicensesScreenBody { licenses };
    GroupLinksScreenBody into GroupLinksScreen { links };
    GroupLinksScreen into GroupLinksScreenBody { links };
}
