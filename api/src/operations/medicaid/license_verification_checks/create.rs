//! POST /license-verification-checks

use actix_web::post;
use chrono::NaiveDate;
use portal_domain::applications::screen::LicenseType;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::medicaid::licensure::{
    CutoffSource, LicenseRequirement, LicenseVerificationReason, Renewal, Verification, verification,
};
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_domain::medicaid::working_days::HolidaysUnknown;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::http::auth::caller::May;
use crate::http::auth::permission::CheckLicenses;
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems, SignedInProblems};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::{Answered, Reply};

/// A license and its renewal.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "plan": "ky",
    "provider_type": "64",
    "issue_state": "KY",
    "expiration_date": "2020-02-29",
    "renewed_on": "2020-02-14",
    "board": "KBML"
}))]
pub struct LicenseVerificationCheckRequest {
    /// The plan; it must have licenses.
    pub plan: PlanCode,
    /// The code of the provider type, such as `64`; leading zeros are significant.
    #[validate(length(min = 1, max = 10, code = "length", message = "must be 1 to 10 characters"))]
    #[schema(min_length = 1, max_length = 10)]
    pub provider_type: String,
    /// The type of the license; `state_license` by default.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub license_type: Option<LicenseType>,
    /// The state that issued the license, as two letters.
    #[validate(custom(function = two_letters))]
    #[schema(pattern = r"^[A-Za-z]{2}$")]
    pub issue_state: String,
    /// When it expires, or would have expired without renewal.
    #[serde(deserialize_with = "crate::http::extract::values::iso_date")]
    pub expiration_date: NaiveDate,
    /// When it was renewed with its board; absent if it was not, or if the date is unknown.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_iso_date")]
    pub renewed_on: Option<NaiveDate>,
    /// The board's last day to renew; absent if unknown.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_iso_date")]
    pub last_day_to_renew: Option<NaiveDate>,
    /// The board, such as `KBML`; absent for any board that licenses the provider type.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[validate(length(min = 1, max = 100, code = "length", message = "must be 1 to 100 characters"))]
    #[schema(min_length = 1, max_length = 100)]
    pub board: Option<String>,
    /// The type of the application that is about to be submitted; absent if there is none.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub filing: Option<ApplicationType>,
    /// Whether a copy of the renewed license is on file; with `filing`, whether it was uploaded to
    /// that application. `false` by default.
    #[serde(default)]
    pub license_copy_on_file: bool,
}

/// Whether a license must be verified.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "verification_required": false,
    "requirement": "not_required",
    "cutoff_date": "2020-02-14",
    "cutoff_source": "board",
    "reasons": ["renewed_in_time"],
    "required_documents": []
}))]
pub struct LicenseVerificationView {
    /// Whether a copy of the license must still be submitted.
    pub verification_required: bool,
    /// The requirement, which also says whether a required copy is on file.
    pub requirement: LicenseRequirement,
    /// The last day on which a renewal makes verification unnecessary; absent if no day does, or if
    /// it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cutoff_date: Option<NaiveDate>,
    /// The source of that date; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cutoff_source: Option<CutoffSource>,
    /// All reasons for the result.
    pub reasons: Vec<LicenseVerificationReason>,
    /// The documents about this license that the application needs, uploaded or not. Without
    /// `filing`, those to submit with a maintenance now.
    pub required_documents: Vec<DocumentType>,
}

fn two_letters(state: &str) -> Result<(), ValidationError> {
    match state.len() == 2 && state.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        true => Ok(()),
        false => Err(ValidationError {
            message: Some("must be the two letters of a state".into()),
            ..ValidationError::new("format")
        }),
    }
}

impl LicenseVerificationCheckRequest {
    fn is_exemption(&self) -> bool {
        self.license_type == Some(LicenseType::ExemptFromLicensure)
    }

    fn renewal(&self, category: MedicaidIdCategory) -> Renewal<'_> {
        Renewal {
            provider_type: &self.provider_type,
            category,
            is_exemption: self.is_exemption(),
            issue_state: &self.issue_state,
            expiration_date: self.expiration_date,
            renewed_on: self.renewed_on,
            last_day_to_renew: self.last_day_to_renew,
            board: self.board.as_deref(),
            filing: self.filing,
            copy_on_file: self.license_copy_on_file,
        }
    }
}

impl From<Verification> for LicenseVerificationView {
    fn from(found: Verification) -> Self {
        Self {
            verification_required: found.requirement == LicenseRequirement::Required,
            requirement: found.requirement,
            cutoff_date: found.cutoff.map(|cutoff| cutoff.date),
            cutoff_source: found.cutoff.map(|cutoff| cutoff.source),
            reasons: found.reasons,
            required_documents: found.documents,
        }
    }
}

/// Check whether a license must be verified
///
/// No copy is needed if the board of the provider type reports renewals and the license was renewed
/// in time. The cutoff is 15 working days before expiration, or the day that the board announced. A
/// copy is always needed for a license of another state. Upload it as a document of a maintenance.
///
/// With `filing`, the answer is what submitting that application requires. A maintenance or
/// revalidation always needs a copy. Other applications need none. An exemption needs its letter in
/// every application.
///
/// The check stores nothing.
#[utoipa::path(
    tag = "licensure",
    request_body = LicenseVerificationCheckRequest,
    responses(
        (status = 200, body = LicenseVerificationView, description = "Whether the license must be verified, and why."),
        AnyProblems, SignedInProblems, BodyProblems,
    ),
)]
#[post("/license-verification-checks")]
pub async fn create_license_verification_check(
    caller: May<CheckLicenses>,
    body: Json<LicenseVerificationCheckRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .read(move |_tx, call| {
            let policy = call.plan(body.plan)?.credentialing.as_ref();
            let policy = policy.ok_or_else(|| {
                refused("/plan", "plan_without_licensure", "is a plan that does not check licenses".into())
            })?;
            let entry = policy.provider_type(&body.provider_type).ok_or_else(|| {
                refused("/provider_type", "unknown_value", "is not a provider type of the plan".into())
            })?;
            if body.is_exemption() && !policy.licensure.may_be_exempt(&entry.code) {
                let message = "cannot be chosen for this provider type".into();
                let code = "license_type_not_allowed_for_provider_type";
                return Err(refused("/license_type", code, message));
            }
            let renewal = body.renewal(entry.category);
            let found = verification(&renewal, &policy.licensure).map_err(|unknown| {
                refused("/expiration_date", "holidays_unknown", beyond_the_calendar(unknown))
            })?;
            Reply::ok(&LicenseVerificationView::from(found))
        })
        .await
}

fn refused(pointer: &str, code: &str, message: String) -> Problem {
    Problem::invalid(vec![FieldError::at(pointer, code, message)])
}

fn beyond_the_calendar(unknown: HolidaysUnknown) -> String {
    let known = unknown.known;
    format!("needs the holidays of {}; they are known from {} to {}", unknown.date, known.from, known.to)
}
