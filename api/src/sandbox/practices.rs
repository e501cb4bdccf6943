//! Members of practices who are not personas. An account manager or the plan's staff manages them.

use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MembershipId, OrganizationId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::identity::user::LockReason;
use portal_domain::organizations::comment::Comment;
use portal_domain::organizations::member::{self, Circumstances, Update};
use portal_domain::organizations::member_words::{MemberAction, MemberHistoryAction};
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::identity::users::NewUser;
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::organizations::organizations::NewOrganization;
use portal_persistence::{StoreError, Tx};

use crate::portal::state::Portal;

/// A person who registered under the tax id of a practice.
struct Registrant<'a> {
    name: (&'a str, &'a str),
    email: &'a str,
    telephone: &'a str,
    status: MembershipStatus,
    permissions: &'a [Permission],
    /// `None` until the registration is complete.
    password_hash: Option<&'a str>,
}

/// A registrant pending verification, as shown in the account manager documents.
const JEREMY: Registrant<'static> = Registrant {
    name: ("Jeremy", "Huang"),
    email: "jeremy.huang@riverbend.example",
    telephone: "1231231234",
    status: MembershipStatus::VerificationPending,
    permissions: &[],
    password_hash: None,
};

/// The comments in the documents' screenshot, verbatim, and their author.
const COMMENTS: [&str; 2] = ["<script>alert(1)</script>", ";alert(1)//\n</xmp><script>alert(1)</script>"];
const COMMENTED_BY: &str = "kmcweeney@plan.example";

fn wrong(what: &str) -> StoreError {
    StoreError::Schema(format!("the sandbox has an invalid {what}"))
}

/// Inserts a user and a membership.
fn insert(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    registrant: &Registrant<'_>,
) -> Result<(UserId, MembershipId), StoreError> {
    let (user, membership) = (tx.new_id(), tx.new_id());
    let (first_name, last_name) = registrant.name;
    tx.users().insert(&NewUser {
        id: user,
        email: EmailAddress::parse(registrant.email).map_err(|_error| wrong(registrant.email))?,
        first_name: first_name.into(),
        last_name: last_name.into(),
        password_hash: registrant.password_hash.map(Into::into),
        platform_roles: vec![],
    })?;
    tx.users().set_telephone(user, Some(registrant.telephone))?;
    tx.memberships().insert(&NewMembership {
        id: membership,
        organization,
        user,
        status: registrant.status,
        roles: vec![Role::AccountUser],
        permissions: registrant.permissions.to_vec(),
    })?;
    let action = MemberHistoryAction::Registered;
    tx.members().add_history(membership, action, Some(user), registrant.email, None)?;
    Ok((user, membership))
}

/// Inserts one member in each of the statuses that an account manager handles.
pub(super) fn insert_members(
    tx: &mut Tx<'_>,
    portal: &Portal,
    practice: OrganizationId,
    manager: (UserId, &str),
    password_hash: &str,
) -> Result<(), StoreError> {
    let (_, jeremy) = insert(tx, practice, &JEREMY)?;
    for comment in COMMENTS {
        let action = MemberHistoryAction::UpdateUserRoles;
        tx.members().add_history(jeremy, action, None, COMMENTED_BY, Some(comment))?;
    }
    let unverified = Registrant {
        name: ("Uma", "Rhodes"),
        email: "uma.rhodes@riverbend.example",
        telephone: "2255550114",
        status: MembershipStatus::Unverified,
        permissions: &[Permission::Eligibility],
        password_hash: None,
    };
    let (_, uma) = insert(tx, practice, &unverified)?;
    let (user, email) = manager;
    tx.members().add_history(uma, MemberHistoryAction::Verified, Some(user), email, None)?;
    let locked = Registrant {
        name: ("Victor", "Lane"),
        email: "victor.lane@riverbend.example",
        telephone: "2255550127",
        status: MembershipStatus::Active,
        permissions: &[Permission::Claims],
        password_hash: Some(password_hash),
    };
    let (victor, _) = insert(tx, practice, &locked)?;
    tx.users().set_lock(victor, Some(LockReason::Inactivity))?;
    let leaving = Registrant {
        name: ("Dana", "Cole"),
        email: "dana.cole@riverbend.example",
        telephone: "2255550138",
        status: MembershipStatus::Active,
        permissions: &[Permission::Claims, Permission::Authorizations],
        password_hash: Some(password_hash),
    };
    let (_, dana) = insert(tx, practice, &leaving)?;
    disable(tx, portal, practice, dana, manager)
}

/// Disables a member as an account manager does.
fn disable(
    tx: &mut Tx<'_>,
    portal: &Portal,
    practice: OrganizationId,
    membership: MembershipId,
    (manager, email): (UserId, &str),
) -> Result<(), StoreError> {
    let actor = tx.members().actor(manager)?.ok_or_else(|| wrong("the account manager"))?;
    let organization = tx.organizations().find(practice)?.ok_or_else(|| wrong("the practice"))?.facts;
    let plan = portal.plans.get(organization.plan).ok_or_else(|| wrong("the plan"))?;
    let entry = tx.members().find(practice, membership)?.ok_or_else(|| wrong("the member"))?;
    let comment = "Left the practice.";
    let update =
        Update { comment: Comment::parse(comment, plan.members.comment_max).ok(), ..Update::default() };
    let circumstances = Circumstances {
        actor: &actor,
        organization: &organization,
        policy: plan.members,
        offered: &plan.permissions,
        administrators: 1,
    };
    let version = entry.version;
    let change = member::decide(MemberAction::DisableUser, &circumstances, entry.member, update)
        .map_err(|_refusals| wrong("the disabled member"))?;
    tx.members().apply(&change, version)?;
    let action = MemberHistoryAction::Disabled;
    tx.members().add_history(membership, action, Some(manager), email, Some(comment))
}

/// Inserts the first registrant of a practice without an account manager. Only the plan's staff can
/// verify her.
pub(super) fn insert_waiting_registrant(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let tax_id = TaxId::parse("71-0558642").map_err(|_error| wrong("a tax id"))?;
    let practice = NewOrganization {
        id: tx.new_id(),
        name: format!("Practice under tax id {}", tax_id.masked()),
        kind: OrganizationKind::TinPractice,
        plan: PlanCode::Ahw,
        tax_id: Some(tax_id),
    };
    tx.organizations().insert(&practice)?;
    let carol = Registrant {
        name: ("Carol", "Jennings"),
        email: "carol.jennings@ozark.example",
        telephone: "5015550163",
        ..JEREMY
    };
    insert(tx, practice.id, &carol)?;
    Ok(())
}
