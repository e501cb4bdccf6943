//! What a caller told.

use chrono::NaiveDate;
use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::medicaid::caller_verification::{CallerFact, CallerFacts, facts_required};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;
use zeroize::Zeroizing;

use crate::http::problem::{FieldError, Problem};

/// The longest name.
const NAME_MAX: usize = 200;
/// The most digits of an NPI.
const NPI_DIGITS: usize = 10;

/// What is wrong with a text: a word for programs, and one for people.
type Violation = (&'static str, &'static str);

/// The four facts that every caller has to tell, all about one provider.
// No `Debug`: the tax id must not reach a log.
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
    /// The plan that the caller calls about.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required, nullable = false)]
    pub plan: Option<PlanCode>,
    /// The Medicaid ID.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(required, nullable = false, pattern = "^[0-9]{7,10}$")]
    pub medicaid_id: Option<String>,
    /// The name of the organization or provider: "Last, First", "First Last", or the business name.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(required, nullable = false, min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The NPI as it is on file, which may not be a valid one: up to ten digits.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(required, nullable = false, pattern = "^[0-9]{1,10}$")]
    pub npi: Option<String>,
    /// The tax id, FEIN or Social Security number: nine digits with hyphens or without. It is compared, and kept nowhere.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(
        required,
        nullable = false,
        pattern = "^([0-9]{9}|[0-9]{2}-[0-9]{7}|[0-9]{3}-[0-9]{2}-[0-9]{4})$"
    )]
    pub tax_id: Option<String>,
}

impl CallerVerificationRequest {
    /// What the caller told on that day, or everything that is missing or unreadable.
    pub(super) fn facts(
        &self,
        policy: &CredentialingPolicy,
        today: NaiveDate,
    ) -> Result<CallerFacts, Problem> {
        let required = facts_required(today, &policy.caller_verification);
        let mut violations = Vec::new();
        let mut told =
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
        let medicaid_id = told(CallerFact::MedicaidId, self.medicaid_id.as_ref(), |_| None);
        let name = told(CallerFact::Name, self.name.as_ref(), |text| {
            (text.chars().count() > NAME_MAX).then_some(("too_long", "must have at most 200 characters"))
        });
        let npi = told(CallerFact::Npi, self.npi.as_ref(), |text| {
            let digits = text.len() <= NPI_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
            (!digits).then_some(("format", "must be up to ten digits"))
        });
        let tax_id = told(CallerFact::TaxId, self.tax_id.as_ref(), |text| {
            tax_id_of(text).is_none().then_some(("format", "must be nine digits"))
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
        let tax_id = tax_id.map(Zeroizing::new).and_then(|text| tax_id_of(&text));
        Ok(CallerFacts { medicaid_id, name, npi, tax_id })
    }
}

/// A tax id, whatever the places of its hyphens: those of a Social Security number are elsewhere.
fn tax_id_of(text: &str) -> Option<TaxId> {
    let hyphens = text.bytes().filter(|byte| *byte == b'-').count();
    let digits = Zeroizing::new(text.replace('-', ""));
    if hyphens > 2 { None } else { TaxId::parse(&digits).ok() }
}
