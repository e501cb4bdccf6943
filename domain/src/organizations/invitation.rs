//! Invitations: who may be invited to what, and what accepting does (domain sections 4.3, 5.1, 5.9).

use std::collections::BTreeSet;

use crate::ground::email::EmailAddress;
use crate::ground::id::{InvitationId, MembershipId, OrganizationId, UserId};
use crate::organizations::actor::Actor;
use crate::organizations::delegation::{self, Rights, may_confer};
use crate::organizations::membership::{MembershipStatus, Permission, PermissionEntry, Role, offers};
use crate::organizations::organization::{IneligibilityReason, OrganizationFacts, OrganizationKind};
use crate::{Instant, vocabulary};

vocabulary! {
    /// What was noted about an invitation.
    pub enum InvitationStatus {
        /// Neither used nor taken back.
        Pending = "pending",
        /// Its link was used.
        Accepted = "accepted",
        /// Taken back.
        Cancelled = "cancelled",
        /// Sent again: a newer one took its place.
        Superseded = "superseded",
    }
}

vocabulary! {
    /// Where an invitation stands, in one word for the screen.
    pub enum ShownInvitationStatus {
        /// Its link works.
        Pending = "pending",
        /// Its link was used.
        Accepted = "accepted",
        /// Its time is over.
        Expired = "expired",
        /// Taken back.
        Cancelled = "cancelled",
        /// Sent again: a newer one took its place.
        Superseded = "superseded",
    }
}

vocabulary! {
    /// Why somebody may not be invited to a role.
    pub enum InvitationRefusal {
        /// The caller may not grant this (decision D-09).
        BeyondAuthority = "beyond_authority",
        /// Only an organization administrator invites a CA Admin Manager (domain rule R-005).
        OnlyOrganizationAdministrator = "only_organization_administrator",
        /// The organization owns no active group Medicaid ID (domain rule R-003).
        NoGroupMedicaidId = "no_group_medicaid_id",
        /// It has fewer than two active credentialing agents (domain rule R-003).
        FewerThanTwoCredentialingAgents = "fewer_than_two_credentialing_agents",
        /// It credentials for others (domain rule R-004).
        ThirdPartyOrganization = "third_party_organization",
        /// The person has the role already (domain rule R-011).
        AlreadyHasRole = "already_has_role",
        /// The person is a member already (domain rule R-151).
        AlreadyMember = "already_member",
        /// The person is disabled here; enable them instead.
        UserDisabled = "user_disabled",
        /// Organizations of this kind do not have this role.
        RoleNotOffered = "role_not_offered",
        /// The plan does not have this permission (domain rule R-183).
        PermissionNotOffered = "permission_not_offered",
        /// Nobody changes their own rights.
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
    /// Whether it is about the organization, which may not have a CA Admin Manager.
    #[must_use]
    pub const fn is_ineligibility(self) -> bool {
        matches!(
            self,
            Self::NoGroupMedicaidId | Self::FewerThanTwoCredentialingAgents | Self::ThirdPartyOrganization
        )
    }
}

/// What surrounds a decision about an invitation.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Who invites.
    pub inviter: &'a Actor,
    /// The organization.
    pub organization: &'a OrganizationFacts,
    /// The permissions of its plan.
    pub offered: &'a [PermissionEntry],
    /// Its active credentialing agents.
    pub active_credentialing_agents: i64,
}

/// What somebody is invited to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The role.
    pub role: Role,
    /// The permissions that come with it.
    pub permissions: BTreeSet<Permission>,
}

impl Offer {
    /// The rights it gives.
    #[must_use]
    pub fn rights(&self) -> Rights {
        Rights { roles: [self.role].into(), permissions: self.permissions.clone() }
    }
}

/// The person invited, as far as the organization knows them already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMember {
    /// The membership.
    pub id: MembershipId,
    /// The person.
    pub user: UserId,
    /// Where it stands.
    pub status: MembershipStatus,
    /// What they hold.
    pub rights: Rights,
}

/// Every reason against inviting anybody to this; empty when it may be offered. The same question is asked again when the
/// invitation is accepted (domain rule R-003, decision D-08).
#[must_use]
pub fn examine_offer(circumstances: &Circumstances<'_>, offer: &Offer) -> Vec<InvitationRefusal> {
    let organization = circumstances.organization;
    let mut refusals = BTreeSet::new();
    let grantable = delegation::grantable(circumstances.inviter, organization);
    let third_party = organization.kind == OrganizationKind::ThirdPartyCredentialing;
    // That a third-party organization has no CA Admin Manager has a reason of its own.
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

/// Every reason against inviting this person to this, those against the offer included. `person` is who has the address,
/// member or not, if anybody has.
#[must_use]
pub fn examine(
    circumstances: &Circumstances<'_>,
    offer: &Offer,
    known: Option<&KnownMember>,
    person: Option<UserId>,
) -> Vec<InvitationRefusal> {
    let mut refusals: BTreeSet<_> = examine_offer(circumstances, offer).into_iter().collect();
    if person == Some(circumstances.inviter.user) {
        // Staff who look after a practice they do not belong to do not let themselves in either.
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
    // Of what somebody held who was removed for good, nothing comes back.
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
        // Whoever was removed for good starts anew.
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

/// What is known about an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The organization.
    pub organization: OrganizationId,
    /// Whom it is for.
    pub email: EmailAddress,
    /// What it offers.
    pub offer: Offer,
    /// What was noted about it.
    pub status: InvitationStatus,
    /// When it expires.
    pub expires_at: Instant,
}

impl Invitation {
    /// Where it stands now. The instant of expiry itself counts as expired (domain rule R-008).
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

/// What accepting makes of a membership; only [`accept`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    membership: Option<MembershipId>,
    status: MembershipStatus,
    rights: Rights,
}

impl Acceptance {
    /// The membership there was before, if there was one.
    #[must_use]
    pub const fn membership(&self) -> Option<MembershipId> {
        self.membership
    }

    /// Where the membership stands from now on.
    #[must_use]
    pub const fn status(&self) -> MembershipStatus {
        self.status
    }

    /// What the person holds from now on.
    #[must_use]
    pub const fn rights(&self) -> &Rights {
        &self.rights
    }
}

/// Decides what accepting an invitation does, or tells every reason against it. Roles add up (domain rule R-001); in a
/// practice the registration still has to be completed (ambiguity A-38).
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

/// The name under which a mail shows a role: the Kentucky mail says `AdminManager` (domain rule R-007).
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
