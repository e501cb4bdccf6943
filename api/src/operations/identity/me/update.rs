//! PATCH /me

use actix_web::patch;
use portal_domain::ground::text::TextKind;
use portal_domain::identity::user;
use portal_persistence::Done;
use portal_persistence::identity::users::{Person, Profile};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::describe::describe;
use super::view::MeView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::UpdateOwnUser;
use crate::http::extract::values::given_composed;
use crate::http::extract::{Json, given};
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, RightProblems, SignedInProblems, VersionHeader,
    VersionProblems,
};
use crate::http::reply::{Answered, Reply, require_match};
use crate::operations::ground::text::{of_kind, refused};

/// A change of your profile (merge patch, RFC 7396). Absent fields stay unchanged.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"first_name": "Debi", "telephone": "5025550142"}))]
pub struct UpdateMeRequest {
    /// Your first name: 1 to 100 characters, not blank.
    #[serde(default, deserialize_with = "given_composed")]
    #[validate(
        length(min = 1, max = 100, code = "length", message = "must be 1 to 100 characters"),
        custom(function = a_name)
    )]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
    )]
    pub first_name: Option<String>,
    /// Your last name: 1 to 100 characters, not blank.
    #[serde(default, deserialize_with = "given_composed")]
    #[validate(
        length(min = 1, max = 100, code = "length", message = "must be 1 to 100 characters"),
        custom(function = a_name)
    )]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
    )]
    pub last_name: Option<String>,
    /// Your telephone number: ten digits; an empty string removes it.
    #[serde(default, deserialize_with = "given")]
    #[validate(custom(function = ten_digits_or_none))]
    #[schema(pattern = "^([0-9]{10})?$")]
    pub telephone: Option<String>,
}

fn a_name(name: &str) -> Result<(), ValidationError> {
    of_kind(TextKind::PersonName, name)?;
    if name.trim().is_empty() {
        return Err(refused("blank", "must not be blank"));
    }
    Ok(())
}

fn ten_digits_or_none(telephone: &str) -> Result<(), ValidationError> {
    if telephone.is_empty() || telephone.len() == 10 && telephone.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(refused("format", "must be ten digits"))
}

fn trimmed(name: &str) -> String {
    name.trim().to_owned()
}

impl UpdateMeRequest {
    /// The changed profile, and the names of the fields that differ.
    fn applied_to(&self, person: &Person) -> (Profile, Vec<&'static str>) {
        let profile = Profile {
            first_name: self.first_name.as_deref().map_or_else(|| person.first_name.clone(), trimmed),
            last_name: self.last_name.as_deref().map_or_else(|| person.last_name.clone(), trimmed),
            telephone: match self.telephone.as_deref() {
                None => person.telephone.clone(),
                Some("") => None,
                Some(digits) => Some(digits.to_owned()),
            },
        };
        let differ = [
            ("first_name", profile.first_name != person.first_name),
            ("last_name", profile.last_name != person.last_name),
            ("telephone", profile.telephone != person.telephone),
        ];
        let changed = differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
        (profile, changed)
    }
}

/// Update your profile
///
/// Changes your name and telephone number. Omitted fields keep their values. You cannot change the
/// email address that you sign in with. If nothing differs, the response is the current state.
#[utoipa::path(
    tag = "me",
    params(VersionHeader),
    request_body = UpdateMeRequest,
    responses(
        (status = 200, body = MeView, description = "The updated user.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, BodyProblems, ConflictProblems, VersionProblems,
    ),
)]
#[patch("/me")]
pub async fn update_me(caller: May<UpdateOwnUser>, body: Json<UpdateMeRequest>) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            let (before, person) = describe(tx, call)?;
            require_match(call.if_match(), person.version, &before)?;
            let (profile, changed) = body.applied_to(&person);
            if changed.is_empty() {
                return Ok(Done::unchanged().with(Reply::resource(&before, person.version)?));
            }
            tx.users().update_profile(person.id, person.version, &profile)?;
            let (after, person) = describe(tx, call)?;
            let fields = changed.into_iter().map(str::to_owned).collect();
            let done = tx.commit_effects(&user::profile_updated(person.id, fields), &call.author())?;
            Ok(done.with(Reply::resource(&after, person.version)?))
        })
        .await
}
