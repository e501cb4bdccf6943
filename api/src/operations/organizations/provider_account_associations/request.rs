//! The bodies of both steps.

use portal_domain::ground::id::AssociationId;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::ground::text::{NAME_MAX, TextKind, examine};
use portal_domain::organizations::association::{Acceptance, Claim};
use portal_domain::organizations::provider_record::{
    ProviderIdentifier, ProviderName, ProviderRecordType, Zip,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::problem::{FieldError, Problem};

/// The provider's data from your Explanation of Benefit or Welcome Letter. If the letter says that
/// you registered under the Group Payee ID, the type is `group`. If it says that you registered as
/// an individual, the type is `practitioner`.
// No `Debug`, to keep the tax ID out of logs.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "provider_type": "practitioner",
    "first_name": "Amara",
    "last_name": "Whitfield",
    "tax_id": "04-3555017",
    "provider_id": "CCA100234",
    "zip": "02108"
}))]
pub struct AssociationRequest {
    /// Practitioner or group.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required)]
    pub provider_type: Option<ProviderRecordType>,
    /// The practitioner's first name; required for a practitioner, otherwise not allowed.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_composed")]
    #[schema(min_length = 1, max_length = 100)]
    pub first_name: Option<String>,
    /// The practitioner's last name; required for a practitioner, otherwise not allowed.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_composed")]
    #[schema(min_length = 1, max_length = 100)]
    pub last_name: Option<String>,
    /// The group's name; required for a group, otherwise not allowed.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_composed")]
    #[schema(min_length = 1, max_length = 100)]
    pub group_name: Option<String>,
    /// The tax ID: nine digits, with or without hyphens.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required, pattern = "^([0-9]{9}|[0-9]{2}-[0-9]{7}|[0-9]{3}-[0-9]{2}-[0-9]{4})$")]
    pub tax_id: Option<String>,
    /// The Provider ID, also called Billing Number: 1 to 20 letters, digits, and hyphens.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required, pattern = "^[A-Za-z0-9-]{1,20}$")]
    pub provider_id: Option<String>,
    /// For a practitioner, any ZIP code of the profile; for a group, the one in the letter.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required, pattern = "^[0-9]{5}(-?[0-9]{4})?$")]
    pub zip: Option<String>,
}

/// Collects violations.
#[derive(Default)]
struct Violations(Vec<FieldError>);

impl Violations {
    fn parsed<T, E>(
        &mut self,
        pointer: &str,
        value: Option<&String>,
        message: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let parsed = value.and_then(|text| parse(text).ok());
        if parsed.is_none() {
            self.0.push(FieldError::at(pointer, "format", message));
        }
        parsed
    }

    fn name(&mut self, pointer: &str, kind: TextKind, value: Option<&String>) -> Option<String> {
        let text = value.map(|text| text.trim()).unwrap_or_default();
        let length = text.chars().count();
        if length == 0 {
            self.0.push(FieldError::at(pointer, "required", "is required"));
        } else if length > NAME_MAX {
            let violation = FieldError::at(pointer, "too_long", "is too long").limit(NAME_MAX, length);
            self.0.push(violation);
        } else if let Err(refusal) = examine(kind, text) {
            self.0.push(FieldError::at(pointer, refusal.as_str(), refusal.message()));
        }
        (1..=NAME_MAX).contains(&length).then(|| text.to_owned())
    }

    fn absent(&mut self, pointer: &str, value: Option<&String>) {
        if value.is_some() {
            self.0.push(FieldError::at(pointer, "not_applicable", "does not belong to this provider type"));
        }
    }
}

impl AssociationRequest {
    /// The claim, or an error with every violation.
    pub fn claim(&self) -> Result<Claim, Problem> {
        let mut violations = Violations::default();
        let name = match self.provider_type {
            Some(ProviderRecordType::Practitioner) => {
                let first = violations.name("/first_name", TextKind::PersonName, self.first_name.as_ref());
                violations.absent("/group_name", self.group_name.as_ref());
                let last = violations.name("/last_name", TextKind::PersonName, self.last_name.as_ref());
                first
                    .zip(last)
                    .map(|(first_name, last_name)| ProviderName::Practitioner { first_name, last_name })
            }
            Some(ProviderRecordType::Group) => {
                violations.absent("/first_name", self.first_name.as_ref());
                let name = violations.name("/group_name", TextKind::BusinessName, self.group_name.as_ref());
                violations.absent("/last_name", self.last_name.as_ref());
                name.map(|group_name| ProviderName::Group { group_name })
            }
            None => None,
        };
        let provider_id = violations.parsed(
            "/provider_id",
            self.provider_id.as_ref(),
            "must be 1 to 20 letters, digits or hyphens",
            ProviderIdentifier::parse,
        );
        let tax_id = violations.parsed(
            "/tax_id",
            self.tax_id.as_ref(),
            "must be nine digits, not all of them 0 or 9",
            TaxId::parse_with_any_hyphens,
        );
        let zip = violations.parsed("/zip", self.zip.as_ref(), "must be five digits, or nine", Zip::parse);
        match (name, tax_id, provider_id, zip) {
            (Some(name), Some(tax_id), Some(provider_id), Some(zip)) if violations.0.is_empty() => {
                Ok(Claim { name, tax_id, provider_id, zip })
            }
            _ => Err(Problem::invalid(violations.0)),
        }
    }
}

/// The acceptance of the agreement.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agreement_accepted": true, "agreement_version": "2024-01"}))]
pub struct CompletionRequest {
    /// Must be `true`.
    #[serde(default)]
    #[validate(required(code = "agreement_not_accepted", message = "is required"))]
    #[schema(required)]
    pub agreement_accepted: Option<bool>,
    /// The version you have read, from step 1.
    #[serde(default)]
    #[validate(
        required(code = "required", message = "is required"),
        length(min = 1, max = 100, code = "length", message = "must be 1 to 100 characters")
    )]
    #[schema(required, min_length = 1, max_length = 100)]
    pub agreement_version: Option<String>,
}

impl CompletionRequest {
    /// The acceptance as a domain value.
    #[must_use]
    pub fn acceptance(&self) -> Acceptance<'_> {
        Acceptance {
            accepted: self.agreement_accepted == Some(true),
            version: self.agreement_version.as_deref().unwrap_or_default(),
        }
    }
}

/// The path of an open association.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AssociationPath {
    /// The association, from step 1.
    pub association_id: AssociationId,
}
