//! Invitations: who can be invited to which role, and what accepting does (domain sections 4.3,
//! 5.1, 5.9).

use std::collections::BTreeSet;

use crate::ground::email::EmailAddress;
use crate::ground::id::{InvitationId, MembershipId, OrganizationId, UserId};
use crate::organizations::actor::Actor;
use crate::organizations::delegation::{self, Rights, may_confer};
use crate::organizations::membership::{MembershipStatus, Permission, PermissionEntry, Role, offers};
use crate::organizations::organization::{IneligibilityReason, OrganizationFacts, OrganizationKind};
use crate::{Instant, vocabulary};

vocabulary! {
    /// The stored status of an invitation.
    pub enum InvitationStatus {
        /// Neither accepted, canceled, nor superseded.
        Pending = "pending",
        /// Accepted through its link.
        Accepted = "accepted",
        /// Canceled.
        Cancelled = "cancelled",
        /// Sent again: a newer invitation replaced it.
        Superseded = "superseded",
    }
}

vocabulary! {
    /// The displayed status of an invitation, which includes its expiry.
    pub enum ShownInvitationStatus {
        /// Its link is valid.
        Pending = "pending",
        /// Accepted through its link.
        Accepted = "accepted",
        /// Its link has expired.
        Expired = "expired",
        /// Canceled.
        Cancelled = "cancelled",
        /// Sent again: a newer invitation replaced it.
        Superseded = "superseded",
    }
}

vocabulary! {
    /// Why an invitation to a role is refused.
    pub enum InvitationRefusal {
        /// The caller cannot grant this role or permission (decision D-09).
        BeyondAuthority = "beyond_authority",
        /// Only an organization administrator can invite a CA Admin Manager (domain rule R-005).
        OnlyOrganizationAdministrator = "only_organization_administrator",
        /// The organization owns no active group Medicaid ID (domain rule R-003).
        NoGroupMedicaidId = "no_group_medicaid_id",
        /// The organization has fewer than two active credentialing agents (domain rule R-003).
        FewerThanTwoCredentialingAgents = "fewer_than_two_credentialing_agents",
        /// The organization credentials on behalf of others (domain rule R-004).
        ThirdPartyOrganization = "third_party_organization",
        /// The person already has the role (domain rule R-011).
        AlreadyHasRole = "already_has_role",
        /// The person is already a member (domain rule R-151).
        AlreadyMember = "already_member",
        /// The person is a disabled member; enable them instead.
        UserDisabled = "user_disabled",
        /// Organizations of this kind do not offer this role.
        RoleNotOffered = "role_not_offered",
        /// The plan does not offer this permission (domain rule R-183).
        PermissionNotOffered = "permission_not_offered",
        /// Users cannot change their own rights.
        OwnRights = "own_rights",
    }
}

impl From<IneligibilityReason> for InvitationRefusal {
    fn from(reason: IneligibilityReason) -> Self {
        match reason {
            IneligibilityReason::NoGroupMedicaidId => Self::NoGroupMedicaidId,
            IneligibilityReason::FewerThanTwoCredentialingAgents => Self::FewerThanTwoCredentialingAgents,
            IneligibilityReason::ThirdPartyOrganization => Self::ThirdPartyOrganization,
        }
    }
}

impl InvitationRefusal {
    /// Whether the reason is that the organization is not eligible for a CA Admin Manager.
    #[must_use]
    pub const fn is_ineligibility(self) -> bool {
        matches!(
            self,
            Self::NoGroupMedicaidId | Self::FewerThanTwoCredentialingAgents | Self::ThirdPartyOrganization
        )
    }
}

/// The context of a decision about an invitation.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The inviter.
    pub inviter: &'a Actor,
    /// The organization.
    pub organization: &'a OrganizationFacts,
    /// The permissions that its plan offers.
    pub offered: &'a [PermissionEntry],
    /// The number of its active credentialing agents.
    pub active_credentialing_agents: i64,
}

/// The role and permissions that an invitation offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The role.
    pub role: Role,
    /// The permissions that come with it.
    pub permissions: BTreeSet<Permission>,
}

impl Offer {
    /// The rights that it grants.
    #[must_use]
    pub fn rights(&self) -> Rights {
        Rights { roles: [self.role].into(), permissions: self.permissions.clone() }
    }

    /// Whether it offers a top right, so that the inviter must have proven their identity shortly
    /// before (decision D-09).
    #[must_use]
    pub fn needs_step_up(&self, kind: OrganizationKind) -> bool {
        self.rights().gain_top_right(&Rights::default(), kind)
    }
}

/// The existing membership of the invited person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMember {
    /// The membership.
    pub id: MembershipId,
    /// The person.
    pub user: UserId,
    /// The status of the membership.
    pub status: MembershipStatus,
    /// The rights held.
    pub rights: Rights,
}

/// Why `actor` may invite no one to the organization, whatever the offer; `None` if they may invite
/// someone. It is checked before anything is looked up, so that a caller who may invite no one does
/// not learn who is known.
#[must_use]
pub fn may_invite_no_one(
    actor: &Actor,
    organization: &OrganizationFacts,
    role: Role,
) -> Option<InvitationRefusal> {
    let may_invite = !delegation::grantable(actor, organization).roles.is_empty();
    match role {
        _ if may_invite => None,
        Role::CaAdminManager => Some(InvitationRefusal::OnlyOrganizationAdministrator),
        _ => Some(InvitationRefusal::BeyondAuthority),
    }
}

/// Every reason to refuse the offer itself, regardless of who is invited; empty if it is allowed.
///
/// Checked again when the invitation is accepted (domain rule R-003, decision D-08).
#[must_use]
pub fn examine_offer(circumstances: &Circumstances<'_>, offer: &Offer) -> Vec<InvitationRefusal> {
    let organization = circumstances.organization;
    let mut refusals = BTreeSet::new();
    let grantable = delegation::grantable(circumstances.inviter, organization);
    let third_party = organization.kind == OrganizationKind::ThirdPartyCredentialing;
    // A CA Admin Manager in a third-party organization has a refusal reason of its own.
    let known_there = delegation::roles_of(organization.kind).contains(&offer.role)
        || (third_party && offer.role == Role::CaAdminManager);
    if !known_there {
        refusals.insert(InvitationRefusal::RoleNotOffered);
    } else if offer.role == Role::CaAdminManager {
        if !grantable.roles.contains(&Role::OrganizationAdministrator) {
            refusals.insert(InvitationRefusal::OnlyOrganizationAdministrator);
        }
        let reasons = organization.ca_admin_manager_ineligibility(circumstances.active_credentialing_agents);
        refusals.extend(reasons.into_iter().map(InvitationRefusal::from));
    } else if !may_confer(&grantable, &Rights::default(), &offer.rights()) {
        refusals.insert(InvitationRefusal::BeyondAuthority);
    }
    if offer.permissions.iter().any(|permission| !offers(circumstances.offered, *permission)) {
        refusals.insert(InvitationRefusal::PermissionNotOffered);
    }
    refusals.into_iter().collect()
}

/// Every reason to refuse inviting this person, including those of [`examine_offer`].
///
/// `person` is the user with the invited email address, member or not; `None` if there is none.
#[must_use]
pub fn examine(
    circumstances: &Circumstances<'_>,
    offer: &Offer,
    known: Option<&KnownMember>,
    person: Option<UserId>,
) -> Vec<InvitationRefusal> {
    let mut refusals: BTreeSet<_> = examine_offer(circumstances, offer).into_iter().collect();
    if person == Some(circumstances.inviter.user) {
        // Also prevents plan staff from inviting themselves to a practice that they manage without
        // being members.
        refusals.insert(InvitationRefusal::OwnRights);
    }
    if let Some(known) = known {
        refusals.extend(against_known(circumstances, offer, known));
    }
    refusals.into_iter().collect()
}

fn against_known(
    circumstances: &Circumstances<'_>,
    offer: &Offer,
    known: &KnownMember,
) -> Vec<InvitationRefusal> {
    let mut refusals = Vec::new();
    let grantable = delegation::grantable(circumstances.inviter, circumstances.organization);
    // The former rights of a revoked member are not restored.
    let before = match known.status {
        MembershipStatus::Revoked => Rights::default(),
        _ => known.rights.clone(),
    };
    let beyond = !may_confer(&grantable, &before, &before.with(&offer.rights()));
    let offered = delegation::roles_of(circumstances.organization.kind).contains(&offer.role);
    if beyond && offered && offer.role != Role::CaAdminManager {
        refusals.push(InvitationRefusal::BeyondAuthority);
    }
    match known.status {
        MembershipStatus::Disabled => refusals.push(InvitationRefusal::UserDisabled),
        // A revoked member can join again like a new one.
        MembershipStatus::Revoked => {}
        _ if known.rights.roles.contains(&offer.role) => {
            refusals.push(match offer.role {
                Role::CaAdminManager | Role::OrganizationAdministrator => InvitationRefusal::AlreadyHasRole,
                Role::CredentialingAgent | Role::AccountUser => InvitationRefusal::AlreadyMember,
            });
        }
        _ => {}
    }
    refusals
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The organization.
    pub organization: OrganizationId,
    /// The email address of the invited person.
    pub email: EmailAddress,
    /// The offered role and permissions.
    pub offer: Offer,
    /// The stored status.
    pub status: InvitationStatus,
    /// When it expires.
    pub expires_at: Instant,
}

impl Invitation {
    /// The displayed status at `now`. The instant of expiry counts as expired (domain rule R-008).
    #[must_use]
    pub fn shown_status(&self, now: Instant) -> ShownInvitationStatus {
        match self.status {
            InvitationStatus::Accepted => ShownInvitationStatus::Accepted,
            InvitationStatus::Cancelled => ShownInvitationStatus::Cancelled,
            InvitationStatus::Superseded => ShownInvitationStatus::Superseded,
            InvitationStatus::Pending if now >= self.expires_at => ShownInvitationStatus::Expired,
            InvitationStatus::Pending => ShownInvitationStatus::Pending,
        }
    }
}

/// The membership that results from accepting an invitation; only [`accept`] creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    membership: Option<MembershipId>,
    status: MembershipStatus,
    rights: Rights,
}

impl Acceptance {
    /// The existing membership, if any.
    #[must_use]
    pub const fn membership(&self) -> Option<MembershipId> {
        self.membership
    }

    /// The new status of the membership.
    #[must_use]
    pub const fn status(&self) -> MembershipStatus {
        self.status
    }

    /// The new rights of the person.
    #[must_use]
    pub const fn rights(&self) -> &Rights {
        &self.rights
    }
}

/// Decides what accepting an invitation does, or returns every refusal.
///
/// Roles add up (domain rule R-001). In a practice, the registration must still be completed
/// (ambiguity A-38).
pub fn accept(
    circumstances: &Circumstances<'_>,
    offer: &Offer,
    known: Option<&KnownMember>,
    person: Option<UserId>,
) -> Result<Acceptance, Vec<InvitationRefusal>> {
    let refusals = examine(circumstances, offer, known, person);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let fresh = match circumstances.organization.kind {
        OrganizationKind::TinPractice => MembershipStatus::Unverified,
        _ => MembershipStatus::Active,
    };
    Ok(match known {
        Some(known) if known.status != MembershipStatus::Revoked => Acceptance {
            membership: Some(known.id),
            status: match known.status {
                MembershipStatus::Active => MembershipStatus::Active,
                _ => fresh,
            },
            rights: known.rights.with(&offer.rights()),
        },
        other => {
            Acceptance { membership: other.map(|known| known.id), status: fresh, rights: offer.rights() }
        }
    })
}

/// The name of a role in emails: the Kentucky email says `AdminManager` (domain rule R-007).
#[must_use]
pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::OrganizationAdministrator => "Organization Administrator",
        Role::CaAdminManager => "AdminManager",
        Role::CredentialingAgent => "Credentialing Agent",
        Role::AccountUser => "User",
    }
}

#[cfg(test)]
#[path = "invitation_tests.rs"]
mod tests;
