//! The kinds of callers: their names and how they are created.

use portal_domain::ground::id::UserId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{HeldRole, PlatformRole};
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};

use crate::app::TestApp;
use crate::client::Client;
use crate::given::{Organization, Person};

/// A user who matched a provider's data and awaits the plan's confirmation (domain rule R-203).
pub const UNCONFIRMED_ADMINISTRATOR: &str = "unconfirmed admin";

/// The names of all kinds of callers in the permission grid.
pub const PRINCIPALS: [&str; 24] = [
    "anonymous",
    "bad signature",
    "expired token",
    "ended session",
    "locked user",
    "disabled user",
    "invited",
    "pending",
    "disabled member",
    "account user",
    "assigned agent",
    "other agent",
    "ca admin manager",
    "org administrator",
    "account manager",
    "account administrator",
    UNCONFIRMED_ADMINISTRATOR,
    "plan staff",
    "dms reviewer",
    "support",
    "operator",
    "plan staff of ahw",
    "reviewer of ahw",
    "support of ahw",
];

/// The callers with a platform role for a plan of which no organization is in the fixture (domain
/// rule R-208).
pub const STAFF_OF_ANOTHER_PLAN: [&str; 3] = ["plan staff of ahw", "reviewer of ahw", "support of ahw"];

/// The callers with a platform role for all plans, who see every organization.
pub const STAFF: [&str; 4] = ["plan staff", "dms reviewer", "support", "operator"];

impl TestApp {
    /// A client signed in as a user with this platform role, who states a purpose.
    #[must_use]
    pub fn staff(&self, name: &str, role: PlatformRole) -> Client {
        self.signed_in(self.platform_user(name, &[role])).with_purpose(Some("audit"))
    }

    /// A client signed in as a user with this platform role for one plan only.
    #[must_use]
    pub fn staff_of(&self, name: &str, role: PlatformRole, plan: PlanCode) -> Client {
        self.signed_in(self.platform_user_of(name, &[HeldRole::of_plan(role, plan)]))
    }

    /// A user with these platform roles, each for one plan or for all plans.
    #[must_use]
    pub fn platform_user_of(&self, name: &str, roles: &[HeldRole]) -> UserId {
        self.person_holding(name, None, roles).0
    }

    /// A client signed in as an operator.
    #[must_use]
    pub fn operator(&self) -> Client {
        self.staff("Ruth Delgado", PlatformRole::Operator)
    }

    /// A client signed in as a department reviewer.
    #[must_use]
    pub fn reviewer(&self) -> Client {
        self.staff("Grace Oyelaran", PlatformRole::DmsReviewer)
    }
}

/// Creates the caller; returns the user and their membership, if any.
pub(crate) fn caller<'a>(
    app: &TestApp,
    org: &Organization<'a>,
    principal: &str,
) -> (UserId, Option<Person<'a>>) {
    let member = |roles: &[Role], permissions: &[Permission], status| {
        let person = org.member_with("Pat Caller", roles, permissions, status);
        (person.user, Some(person))
    };
    let active = MembershipStatus::Active;
    let agent = [Role::CredentialingAgent];
    let everything = Role::ALL;
    let platform = |role| (app.platform_user("Pat Caller", &[role]), None);
    let of_ahw = |role| (app.platform_user_of("Pat Caller", &[HeldRole::of_plan(role, PlanCode::Ahw)]), None);
    match principal {
        "account user" => member(&[Role::AccountUser], &[Permission::Claims], active),
        "assigned agent" | "other agent" => member(&agent, &[], active),
        "org administrator" | "account administrator" => {
            member(&[Role::OrganizationAdministrator], &[], active)
        }
        UNCONFIRMED_ADMINISTRATOR => member(&[], &[], MembershipStatus::VerificationPending),
        "plan staff" => platform(PlatformRole::PlanStaff),
        "account manager" => member(&[Role::AccountUser], &[Permission::ManageAccount], active),
        "invited" => member(everything, Permission::ALL, MembershipStatus::Invited),
        "pending" => member(everything, Permission::ALL, MembershipStatus::VerificationPending),
        "disabled member" => member(everything, Permission::ALL, MembershipStatus::Disabled),
        "dms reviewer" => platform(PlatformRole::DmsReviewer),
        "support" => platform(PlatformRole::Support),
        "plan staff of ahw" => of_ahw(PlatformRole::PlanStaff),
        "reviewer of ahw" => of_ahw(PlatformRole::DmsReviewer),
        "support of ahw" => of_ahw(PlatformRole::Support),
        "operator" => platform(PlatformRole::Operator),
        _ => member(&[Role::CaAdminManager], &[], active),
    }
}

pub(crate) fn with_invalid_signature(token: &str) -> String {
    let (rest, signature) = token.rsplit_once('.').unwrap();
    format!("{rest}.{}", signature.chars().rev().collect::<String>())
}
