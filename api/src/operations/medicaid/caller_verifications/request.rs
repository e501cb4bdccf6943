//! The facts stated by a caller.

use chrono::NaiveDate;
use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::ground::text::comparable;
use portal_domain::ground::text::{TextKind, examine};
use portal_domain::medicaid::caller_verification::{CallerFact, CallerFacts, facts_required};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;
use zeroize::Zeroizing;

use crate::http::problem::{FieldError, Problem};

/// The maximum length of a name, in characters.
const NAME_MAX: usize = 200;
/// The maximum number of digits of an NPI.
const NPI_DIGITS: usize = 10;

/// A violation: machine-readable code and message.
type Violation = (&'static str, &'static str);

/// The four facts that a caller states about one provider.
// No `Debug`, to keep the tax ID out of logs.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "plan": "ky",
    "medicaid_id": "1111111",
    "name": "Doe, John",
    "npi": "1234567890",
    "tax_id": "400-55-0001"
}))]
pub struct CallerVerificationRequest {
    /// The plan that the call is about.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required)]
    pub plan: Option<PlanCode>,
    /// The Medicaid ID number.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(required, pattern = "^[0-9]{7,10}$")]
    pub medicaid_id: Option<String>,
    /// The name of the organization or provider: "Last, First", "First Last", or the business name.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_composed")]
    #[schema(required, min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The NPI on file, which may be invalid: up to ten digits.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(required, pattern = "^[0-9]{1,10}$")]
    pub npi: Option<String>,
    /// The tax ID, either a FEIN or a Social Security number: nine digits, with or without hyphens.
    /// It is compared but not stored.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(required, pattern = "^([0-9]{9}|[0-9]{2}-[0-9]{7}|[0-9]{3}-[0-9]{2}-[0-9]{4})$")]
    pub tax_id: Option<String>,
}

impl CallerVerificationRequest {
    /// The stated facts, or every missing or malformed one. The date decides which facts are
    /// required.
    pub(super) fn facts(
        &self,
        policy: &CredentialingPolicy,
        today: NaiveDate,
    ) -> Result<CallerFacts, Problem> {
        let required = facts_required(today, &policy.caller_verification);
        let mut violations = Vec::new();
        // The number identifies the record, so it is looked up as it is compared.
        let medicaid_id = self.medicaid_id.as_deref().map(comparable);
        let npi = self.npi.as_deref().map(comparable);
        let mut stated =
            |fact: CallerFact, value: Option<&String>, violation: fn(&str) -> Option<Violation>| {
                let text = value.map(|text| text.trim()).filter(|text| !text.is_empty());
                let pointer = format!("/{fact}");
                match text {
                    None if required.contains(&fact) => {
                        violations.push(FieldError::at(pointer, "required", "is required"));
                    }
                    None => {}
                    Some(text) => {
                        violations.extend(
                            violation(text).map(|(code, message)| FieldError::at(pointer, code, message)),
                        );
                    }
                }
                text.map(str::to_owned)
            };
        let medicaid_id = stated(CallerFact::MedicaidId, medicaid_id.as_ref(), |_| None);
        let name = stated(CallerFact::Name, self.name.as_ref(), |text| {
            if text.chars().count() > NAME_MAX {
                return Some(("too_long", "must have at most 200 characters"));
            }
            // The provider can be a business.
            examine(TextKind::BusinessName, text).err().map(|refusal| (refusal.as_str(), refusal.message()))
        });
        let npi = stated(CallerFact::Npi, npi.as_ref(), |text| {
            let digits = text.len() <= NPI_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
            (!digits).then_some(("format", "must be up to ten digits"))
        });
        let tax_id = stated(CallerFact::TaxId, self.tax_id.as_ref(), |text| {
            TaxId::parse_with_any_hyphens(text)
                .is_err()
                .then_some(("format", "must be nine digits, not all of them 0 or 9"))
        });
        let medicaid_id = medicaid_id.unwrap_or_default();
        if !medicaid_id.is_empty() && !policy.medicaid_id.accepts(&medicaid_id) {
            let format = &policy.medicaid_id;
            let message = format!("must be {} to {} digits", format.min_digits, format.max_digits);
            violations.push(FieldError::at("/medicaid_id", "format", message));
        }
        if !violations.is_empty() {
            violations.sort_by(|a, b| a.pointer.cmp(&b.pointer));
            return Err(Problem::invalid(violations));
        }
        let tax_id = tax_id.map(Zeroizing::new).and_then(|text| TaxId::parse_with_any_hyphens(&text).ok());
        Ok(CallerFacts { medicaid_id, name, npi, tax_id })
    }
}
