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
mod tests {
    use chrono::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::SessionId;
    use crate::ground::plan_code::PlanCode;
    use crate::organizations::membership::Membership;

    fn organization(kind: OrganizationKind, group_ids: i64) -> OrganizationFacts {
        OrganizationFacts {
            id: OrganizationId::from_uuid(Uuid::from_u128(1)),
            name: "Bluegrass".into(),
            kind,
            plan: PlanCode::Ky,
            active_group_medicaid_ids: group_ids,
        }
    }

    fn person(role: Role) -> Actor {
        Actor {
            user: UserId::from_uuid(Uuid::from_u128(2)),
            session: SessionId::from_uuid(Uuid::from_u128(3)),
            name: "Katherine Tully".into(),
            platform_roles: vec![],
            memberships: vec![Membership {
                id: MembershipId::from_uuid(Uuid::from_u128(4)),
                organization: OrganizationId::from_uuid(Uuid::from_u128(1)),
                kind: OrganizationKind::ProviderGroup,
                plan: PlanCode::Ky,
                status: MembershipStatus::Active,
                roles: vec![role],
                permissions: vec![],
            }],
        }
    }

    fn manager_offer() -> Offer {
        Offer { role: Role::CaAdminManager, permissions: BTreeSet::new() }
    }

    fn refusals(inviter: Role, organization: &OrganizationFacts, agents: i64) -> Vec<InvitationRefusal> {
        let plan: crate::platform::plan::PlanProfile =
            toml::from_str(include_str!("../../../api/plans/ky.toml")).unwrap();
        let inviter = person(inviter);
        let circumstances = Circumstances {
            inviter: &inviter,
            organization,
            offered: &plan.permissions,
            active_credentialing_agents: agents,
        };
        examine(&circumstances, &manager_offer(), None, None)
    }

    #[test]
    fn r_003_r_004_all_reasons_come_at_once() {
        use InvitationRefusal::*;
        let administrator = Role::OrganizationAdministrator;
        let group = |ids| organization(OrganizationKind::ProviderGroup, ids);
        assert_eq!(refusals(administrator, &group(1), 2), []);
        assert_eq!(refusals(administrator, &group(0), 5), [NoGroupMedicaidId]);
        assert_eq!(refusals(administrator, &group(1), 1), [FewerThanTwoCredentialingAgents]);
        let third_party = organization(OrganizationKind::ThirdPartyCredentialing, 0);
        assert_eq!(
            refusals(administrator, &third_party, 0),
            [NoGroupMedicaidId, FewerThanTwoCredentialingAgents, ThirdPartyOrganization]
        );
        let eligible_but_third_party = organization(OrganizationKind::ThirdPartyCredentialing, 3);
        assert_eq!(
            refusals(administrator, &eligible_but_third_party, 5),
            [ThirdPartyOrganization],
            "absolute"
        );
    }

    #[test]
    fn r_005_only_an_organization_administrator_invites_a_ca_admin_manager() {
        let group = organization(OrganizationKind::ProviderGroup, 1);
        for role in [Role::CaAdminManager, Role::CredentialingAgent, Role::AccountUser] {
            assert_eq!(
                refusals(role, &group, 2),
                [InvitationRefusal::OnlyOrganizationAdministrator],
                "{role}"
            );
        }
    }

    fn known(status: MembershipStatus, roles: &[Role]) -> KnownMember {
        KnownMember {
            id: MembershipId::from_uuid(Uuid::from_u128(9)),
            user: UserId::from_uuid(Uuid::from_u128(9)),
            status,
            rights: Rights::new(roles.iter().copied(), []),
        }
    }

    fn accepted(
        known: Option<&KnownMember>,
        kind: OrganizationKind,
    ) -> Result<Acceptance, Vec<InvitationRefusal>> {
        let plan: crate::platform::plan::PlanProfile =
            toml::from_str(include_str!("../../../api/plans/ky.toml")).unwrap();
        let inviter = person(Role::OrganizationAdministrator);
        let organization = organization(kind, 1);
        let circumstances = Circumstances {
            inviter: &inviter,
            organization: &organization,
            offered: &plan.permissions,
            active_credentialing_agents: 2,
        };
        accept(&circumstances, &manager_offer(), known, known.map(|known| known.user))
    }

    #[test]
    fn r_001_roles_add_up_and_r_011_the_same_role_twice_is_refused() {
        let kind = OrganizationKind::ProviderGroup;
        let agent = known(MembershipStatus::Active, &[Role::CredentialingAgent]);
        let accepted_by_agent = accepted(Some(&agent), kind).unwrap();
        assert_eq!(accepted_by_agent.rights().roles, [Role::CaAdminManager, Role::CredentialingAgent].into());
        assert_eq!(accepted_by_agent.status(), MembershipStatus::Active);
        let manager = known(MembershipStatus::Active, &[Role::CaAdminManager]);
        assert_eq!(accepted(Some(&manager), kind).unwrap_err(), [InvitationRefusal::AlreadyHasRole]);
        assert_eq!(accepted(None, kind).unwrap().status(), MembershipStatus::Active);
    }

    #[test]
    fn who_is_disabled_is_not_invited_and_who_was_revoked_starts_anew() {
        let kind = OrganizationKind::ProviderGroup;
        let disabled = known(MembershipStatus::Disabled, &[Role::CredentialingAgent]);
        assert_eq!(accepted(Some(&disabled), kind).unwrap_err(), [InvitationRefusal::UserDisabled]);
        let revoked = known(MembershipStatus::Revoked, &[Role::OrganizationAdministrator]);
        let anew = accepted(Some(&revoked), kind).unwrap();
        assert_eq!(anew.rights().roles, [Role::CaAdminManager].into(), "nothing of before comes back");
        assert_eq!(anew.membership(), Some(revoked.id));
    }

    #[test]
    fn d_09_nobody_invites_themselves_member_or_not() {
        let plan: crate::platform::plan::PlanProfile =
            toml::from_str(include_str!("../../../api/plans/ahw.toml")).unwrap();
        let mut staff = person(Role::AccountUser);
        staff.memberships.clear();
        staff.platform_roles = vec![crate::identity::user::PlatformRole::PlanStaff];
        let practice = organization(OrganizationKind::TinPractice, 0);
        let circumstances = Circumstances {
            inviter: &staff,
            organization: &practice,
            offered: &plan.permissions,
            active_credentialing_agents: 0,
        };
        let offer = Offer { role: Role::AccountUser, permissions: [Permission::ManageAccount].into() };
        assert_eq!(examine(&circumstances, &offer, None, Some(staff.user)), [InvitationRefusal::OwnRights]);
        assert_eq!(examine(&circumstances, &offer, None, None), []);
    }

    #[test]
    fn r_008_the_instant_of_expiry_is_expired() {
        let invitation = Invitation {
            id: InvitationId::from_uuid(Uuid::from_u128(5)),
            organization: OrganizationId::from_uuid(Uuid::from_u128(1)),
            email: EmailAddress::parse("new@example.org").unwrap(),
            offer: manager_offer(),
            status: InvitationStatus::Pending,
            expires_at: Instant::UNIX_EPOCH + Duration::hours(72),
        };
        let just_before = invitation.expires_at - Duration::microseconds(1);
        assert_eq!(invitation.shown_status(just_before), ShownInvitationStatus::Pending);
        assert_eq!(invitation.shown_status(invitation.expires_at), ShownInvitationStatus::Expired);
    }
}
