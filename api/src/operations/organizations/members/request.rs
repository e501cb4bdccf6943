//! Bodies of actions on members.

use std::collections::BTreeSet;

use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::organizations::comment::{Comment, CommentRefusal};
use portal_domain::organizations::member::Update;
use portal_domain::organizations::member_words::StatusAction;
use portal_domain::organizations::membership::{Permission, Role};
use portal_domain::platform::plan::PlanProfile;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::problem::{FieldError, Problem};

/// The path of a member.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MemberPath {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The membership.
    pub member_id: MembershipId,
}

/// A comment on an action.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"comment": "Left the practice."}))]
pub struct CommentRequest {
    /// A comment of at most `comment_max` Unicode code points (200 by default); stored unchanged
    /// forever.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub comment: Option<String>,
}

/// What to set when enabling or verifying a member.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"permissions": ["claims", "eligibility"], "comment": "Verified by telephone."}))]
pub struct AdmitRequest {
    /// The complete set of permissions; unchanged if absent.
    #[serde(default, deserialize_with = "crate::http::extract::given_set")]
    pub permissions: Option<BTreeSet<Permission>>,
    /// A comment of at most `comment_max` Unicode code points (200 by default); stored unchanged
    /// forever.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub comment: Option<String>,
}

/// A change of a member (merge patch, RFC 7396), applied as a whole or not at all. Absent fields
/// stay unchanged.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"permissions": ["claims", "manage_account"], "comment": "Second account manager."}))]
pub struct UpdateMemberRequest {
    /// The complete set of roles.
    #[serde(default, deserialize_with = "crate::http::extract::given_set")]
    pub roles: Option<BTreeSet<Role>>,
    /// The complete set of permissions.
    #[serde(default, deserialize_with = "crate::http::extract::given_set")]
    pub permissions: Option<BTreeSet<Permission>>,
    /// A change of status at the same time.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub status_action: Option<StatusAction>,
    /// A comment of at most `comment_max` Unicode code points (200 by default); stored unchanged
    /// forever.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub comment: Option<String>,
}

/// Parses a comment within the plan's limit (domain rule R-184).
pub(super) fn comment(text: Option<&str>, plan: &PlanProfile) -> Result<Option<Comment>, Problem> {
    let parsed = text.map(|text| Comment::parse(text, plan.members.comment_max)).transpose();
    parsed.map_err(|refusal| {
        let violation = match refusal {
            CommentRefusal::TooLong { max, actual } => {
                let message = format!("has {actual} characters, at most {max} are accepted");
                FieldError::at("/comment", "comment_too_long", message).limit(max, actual)
            }
            CommentRefusal::Text(refusal) => FieldError::at("/comment", refusal.as_str(), refusal.message()),
        };
        Problem::invalid(vec![violation])
    })
}

/// The requested change, before the plan's limit of the comment is known.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    roles: Option<BTreeSet<Role>>,
    permissions: Option<BTreeSet<Permission>>,
    comment: Option<String>,
}

impl Wanted {
    /// What plan staff grant the original registrant of a practice.
    pub(crate) const fn original(permissions: BTreeSet<Permission>, comment: Option<String>) -> Self {
        Self { roles: None, permissions: Some(permissions), comment }
    }

    pub(super) fn update(&self, plan: &PlanProfile) -> Result<Update, Problem> {
        Ok(Update {
            roles: self.roles.clone(),
            permissions: self.permissions.clone(),
            comment: comment(self.comment.as_deref(), plan)?,
        })
    }
}

impl From<CommentRequest> for Wanted {
    fn from(request: CommentRequest) -> Self {
        Self { comment: request.comment, ..Self::default() }
    }
}

impl From<AdmitRequest> for Wanted {
    fn from(request: AdmitRequest) -> Self {
        Self { permissions: request.permissions, comment: request.comment, ..Self::default() }
    }
}

impl From<UpdateMemberRequest> for Wanted {
    fn from(request: UpdateMemberRequest) -> Self {
        Self { roles: request.roles, permissions: request.permissions, comment: request.comment }
    }
}
