//! Bodies that say what to do to a member.

use std::collections::BTreeSet;

use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::organizations::comment::Comment;
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

/// A remark to go with an action.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"comment": "Left the practice."}))]
pub struct CommentRequest {
    /// At most `comment_max` code points (200 by default); kept word for word, forever.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(nullable = false)]
    pub comment: Option<String>,
}

/// What to set while letting somebody in.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"permissions": ["claims", "eligibility"], "comment": "Verified by telephone."}))]
pub struct AdmitRequest {
    /// All permissions from now on; without it they stay as they are.
    #[serde(default, deserialize_with = "crate::http::extract::given_set")]
    #[schema(nullable = false)]
    pub permissions: Option<BTreeSet<Permission>>,
    /// At most `comment_max` code points (200 by default); kept word for word, forever.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(nullable = false)]
    pub comment: Option<String>,
}

/// What to change about a member (merge patch, RFC 7396): all of it at once, or nothing. What is absent stays.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"permissions": ["claims", "manage_account"], "comment": "Second account manager."}))]
pub struct UpdateMemberRequest {
    /// All roles from now on.
    #[serde(default, deserialize_with = "crate::http::extract::given_set")]
    #[schema(nullable = false)]
    pub roles: Option<BTreeSet<Role>>,
    /// All permissions from now on.
    #[serde(default, deserialize_with = "crate::http::extract::given_set")]
    #[schema(nullable = false)]
    pub permissions: Option<BTreeSet<Permission>>,
    /// A change of status along with it.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(nullable = false)]
    pub status_action: Option<StatusAction>,
    /// At most `comment_max` code points (200 by default); kept word for word, forever.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(nullable = false)]
    pub comment: Option<String>,
}

/// A comment within the plan's limit (domain rule R-184).
pub(super) fn comment(text: Option<&str>, plan: &PlanProfile) -> Result<Option<Comment>, Problem> {
    let parsed = text.map(|text| Comment::parse(text, plan.members.comment_max)).transpose();
    parsed.map_err(|too_long| {
        let message = format!("has {} characters, at most {} are accepted", too_long.actual, too_long.max);
        let violation = FieldError::at("/comment", "comment_too_long", message);
        Problem::invalid(vec![violation.limit(too_long.max, too_long.actual)])
    })
}

/// What is wanted, before the plan is known that limits the comment.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    roles: Option<BTreeSet<Role>>,
    permissions: Option<BTreeSet<Permission>>,
    comment: Option<String>,
}

impl Wanted {
    /// What the plan gives the original registrant of a practice.
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
