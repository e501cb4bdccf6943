//! The body of a save: screens as sent.

use std::fmt::Formatter;
use std::marker::PhantomData;

use chrono::NaiveDate;
use portal_domain::applications::screen::{BasicInformation, Screens};
use portal_domain::medicaid::medicaid_id::PostalAddress;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use validator::{Validate, ValidationError, ValidationErrors};

use super::screens_view::{GroupLinksScreenBody, LicensesScreenBody, NpisScreenBody, TaxonomiesScreenBody};
use crate::http::extract::given;
use crate::http::extract::values::given_iso_date;

/// Screens to save. The example has all that an individual's enrollment needs before submission.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"screens": {
    "1.1": {
        "first_name": "John",
        "last_name": "Doe",
        "tax_id": "400-55-1234",
        "email": "john.doe@example.org",
        "telephone": "1231231234",
        "primary_physical_address": {"line1": "275 East Main Street", "city": "Frankfort", "state": "KY", "zip": "40621"},
        "requested_effective_date": "2027-01-01"
    },
    "1.3": {"npis": [{"npi": "1234567893", "primary": true}]},
    "1.4": {"taxonomies": [{"code": "207Q00000X", "npi": "1234567893", "primary": true}]},
    "2.2": {"licenses": [{
        "license_type": "state_license",
        "issue_state": "KY",
        "license_number": "12345",
        "effective_date": "2025-03-01",
        "expiration_date": "2035-02-28",
        "primary": true
    }]}
}}))]
pub struct SaveApplicationRequest {
    /// The screens by number; at least one.
    #[serde(deserialize_with = "object")]
    pub screens: ScreensRequest,
}

/// Screens by number. Each one replaces the saved screen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1, example = json!({"1.3": {"npis": [{"npi": "1234567893", "primary": true}]}}))]
pub struct ScreensRequest {
    /// Screen 1.1: basic information.
    #[serde(rename = "1.1", default, deserialize_with = "given_object")]
    pub basic_information: Option<BasicInformationRequest>,
    /// Screen 1.3: NPIs.
    #[serde(rename = "1.3", default, deserialize_with = "given_object")]
    pub npis: Option<NpisScreenBody>,
    /// Screen 1.4: taxonomy codes.
    #[serde(rename = "1.4", default, deserialize_with = "given_object")]
    pub taxonomies: Option<TaxonomiesScreenBody>,
    /// Screen 2.2: licenses.
    #[serde(rename = "2.2", default, deserialize_with = "given_object")]
    pub licenses: Option<LicensesScreenBody>,
    /// Screen 5.1: links between individuals and groups.
    #[serde(rename = "5.1", default, deserialize_with = "given_object")]
    pub group_links: Option<GroupLinksScreenBody>,
}

/// Screen 1.1: basic information. Individuals have a first and last name; groups and entities have
/// a business name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "first_name": "John",
    "last_name": "Doe",
    "tax_id": "400-55-1234",
    "email": "john.doe@example.org",
    "telephone": "1231231234",
    "primary_physical_address": {"line1": "275 East Main Street", "city": "Frankfort", "state": "KY", "zip": "40621"},
    "requested_effective_date": "2027-01-01"
}))]
pub struct BasicInformationRequest {
    /// First name, 1 to 100 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(min_length = 1, max_length = 100)]
    pub first_name: Option<String>,
    /// Last name, 1 to 100 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(min_length = 1, max_length = 100)]
    pub last_name: Option<String>,
    /// Business name, 1 to 100 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(min_length = 1, max_length = 100)]
    pub business_name: Option<String>,
    /// An individual's Social Security number, otherwise the tax ID: nine digits, with or without
    /// hyphens. Responses mask it. Omit it to keep the saved one.
    #[serde(default, deserialize_with = "given")]
    #[schema(write_only, pattern = r"^([0-9]{9}|[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{2}-[0-9]{7})$")]
    pub tax_id: Option<String>,
    /// Email address.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = Email, max_length = 254)]
    pub email: Option<String>,
    /// Telephone, ten digits.
    #[serde(default, deserialize_with = "given")]
    #[schema(pattern = r"^[0-9]{10}$")]
    pub telephone: Option<String>,
    /// The primary practice address.
    #[serde(default, deserialize_with = "given_object")]
    pub primary_physical_address: Option<AddressRequest>,
    /// The requested effective date: from one year ago to 90 days ahead.
    #[serde(default, deserialize_with = "given_iso_date")]
    pub requested_effective_date: Option<NaiveDate>,
}

/// An address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"line1": "275 East Main Street", "city": "Frankfort", "state": "KY", "zip": "40621"}))]
pub struct AddressRequest {
    /// Street and number, 1 to 100 characters.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 100)]
    pub line1: String,
    /// Suite, floor, or similar, 1 to 100 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(min_length = 1, max_length = 100)]
    pub line2: Option<String>,
    /// City, 1 to 100 characters.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 100)]
    pub city: String,
    /// State, as two letters.
    #[serde(default)]
    #[schema(required, pattern = r"^[A-Za-z]{2}$")]
    pub state: String,
    /// ZIP code: five digits, optionally followed by four more.
    #[serde(default)]
    #[schema(required, pattern = r"^[0-9]{5}(-?[0-9]{4})?$")]
    pub zip: String,
}

// Not derived: derived code would copy rejected values into its errors, the tax ID included.
impl Validate for SaveApplicationRequest {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let ScreensRequest { basic_information, npis, taxonomies, licenses, group_links } = &self.screens;
        let any = basic_information.is_some()
            || npis.is_some()
            || taxonomies.is_some()
            || licenses.is_some()
            || group_links.is_some();
        if any {
            return Ok(());
        }
        let mut errors = ValidationErrors::new();
        let message = Some("give at least one screen".into());
        errors.add("screens", ValidationError { message, ..ValidationError::new("required") });
        Err(errors)
    }
}

impl ScreensRequest {
    /// The normalized screens as domain types, and the tax ID as sent.
    pub(super) fn taken(self) -> (Screens, Option<String>) {
        let (basic_information, tax_id) = match self.basic_information.map(BasicInformationRequest::taken) {
            Some((basic, tax_id)) => (Some(basic), tax_id),
            None => (None, None),
        };
        let screens = Screens {
            basic_information,
            npis: self.npis.map(Into::into),
            taxonomies: self.taxonomies.map(Into::into),
            licenses: self.licenses.map(Into::into),
            group_links: self.group_links.map(Into::into),
        };
        (screens.tidied(), tax_id)
    }
}

impl BasicInformationRequest {
    fn taken(self) -> (BasicInformation, Option<String>) {
        let basic = BasicInformation {
            first_name: self.first_name,
            last_name: self.last_name,
            business_name: self.business_name,
            email: self.email,
            telephone: self.telephone,
            primary_physical_address: self.primary_physical_address.map(Into::into),
            requested_effective_date: self.requested_effective_date,
        };
        (basic, self.tax_id)
    }
}

impl From<AddressRequest> for PostalAddress {
    fn from(request: AddressRequest) -> Self {
        let AddressRequest { line1, line2, city, state, zip } = request;
        Self { line1, line2, city, state, zip }
    }
}

/// Deserializes an object. Derived deserializers of structs also accept an array of field values,
/// which the OpenAPI document does not allow.
fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Members<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
        type Value = T;
        fn expecting(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(members))
        }
    }
    deserializer.deserialize_map(Members(PhantomData))
}

/// Deserializes an object that may be absent.
fn given_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    object(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Dated {
        #[serde(default, deserialize_with = "given_iso_date")]
        on: Option<NaiveDate>,
    }

    #[test]
    fn x_08_only_iso_dates_are_accepted_on_screens() {
        let read = |text: &str| serde_json::from_value::<Dated>(serde_json::json!({"on": text}));
        assert!(read("2019-07-01").unwrap().on.is_some() && read("2028-02-29").is_ok());
        for text in [
            "7/1/2023",
            "10/04/1999",
            "2014-11-20 10:27:25",
            "2019-7-1",
            "2019-07-01T00:00:00Z",
            " 2019-07-01",
            "2027-02-29",
            "+12019-07-01",
            "",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(serde_json::from_value::<Dated>(serde_json::json!({"on": null})).is_err());
        assert!(serde_json::from_value::<Dated>(serde_json::json!({})).unwrap().on.is_none());
    }

    #[test]
    fn x_25_screens_are_objects_without_unknown_fields() {
        let read = |value: serde_json::Value| serde_json::from_value::<SaveApplicationRequest>(value);
        assert!(read(serde_json::json!({"screens": {"1.1": {"first_name": "Ann"}}})).is_ok());
        for wrong in [
            serde_json::json!({"screens": {"1.1": {"status": "approved"}}}),
            serde_json::json!({"screens": {"8.0": {}}}),
            serde_json::json!({"screens": {"1.1": []}}),
            serde_json::json!({"screens": {"1.1": null}}),
            serde_json::json!({"screens": []}),
            serde_json::json!({"screens": {"1.3": {}}}),
            serde_json::json!({"screens": {"1.3": {"npis": null}}}),
            serde_json::json!({"screens": {"1.3": {"npis": [["1234567893"]]}}}),
            serde_json::json!({"screens": {"1.3": {"npis": [{"npi": "1234567893", "npi_valid": true}]}}}),
            serde_json::json!({"screens": {}, "assigned_to": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd"}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
