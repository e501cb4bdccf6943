//! Associating a person with a provider account as its administrator (domain section 5.8).
//!
//! Step 1 compares the person's input with the plan's records. Step 2 records the acceptance of the
//! agreement. The same two steps link a further account.

use chrono::Duration;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::{AssociationId, MembershipId, OrganizationId};
use crate::ground::tax_identifier::TaxId;
use crate::identity::attempts::Tries;
use crate::organizations::addressee::Addressee;
use crate::organizations::association_confirmation::{
    AssociationPolicy, Claimant, Confirmation, ConfirmationStatus, announced,
};
use crate::organizations::delegation::Rights;
use crate::organizations::membership::{MembershipStatus, PermissionEntry, Role};
use crate::organizations::provider_record::{
    AddressKind, ProviderAddress, ProviderIdentifier, ProviderName, ProviderRecord, Zip,
};
use crate::{Instant, vocabulary};

/// The time after step 1 within which step 2 must be completed.
pub const LIFETIME: Duration = Duration::minutes(15);

vocabulary! {
    /// Why an association is refused.
    pub enum AssociationRefusal {
        /// Step 2 is already complete.
        Used = "association_used",
        /// The time for step 2 has expired.
        Expired = "association_expired",
        /// The person is already a member of the account (domain rule R-138).
        AlreadyLinked = "already_linked",
        /// Another person administers the account (domain rule R-136).
        AdministratorExists = "administrator_exists",
        /// The provider agreement was not accepted (domain rule R-137).
        AgreementNotAccepted = "agreement_not_accepted",
        /// The accepted version is not the plan's current one.
        AgreementOutdated = "agreement_outdated",
    }
}

/// The input of a person who claims to act for a provider (domain rules ).
#[derive(Clone, Debug)]
pub struct Claim {
    /// The type and name.
    pub name: ProviderName,
    /// The tax ID.
    pub tax_id: TaxId,
    /// The Provider ID.
    pub provider_id: ProviderIdentifier,
    /// A ZIP code.
    pub zip: Zip,
}

/// Whether a claim matches the plan's record (domain rules ).
///
/// Type, name, tax ID, Provider ID, and ZIP code must all match. Every comparison always runs, so
/// neither the response nor its timing reveals which one failed.
#[must_use]
pub fn matches(claim: &Claim, record: &ProviderRecord) -> bool {
    let name = claim.name.matches(&record.name);
    let tax_id = claim.tax_id == record.tax_id;
    let provider_id = claim.provider_id.key() == record.provider_id.key();
    let zip = match record.name {
        ProviderName::Practitioner { .. } => any_zip(record, &claim.zip, |_| true),
        ProviderName::Group { .. } => any_zip(record, &claim.zip, |address| address.on_letter),
    };
    name & tax_id & provider_id & zip
}

/// Whether a claim may be compared now (domain rule R-203).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Compare it. If it does not match, store these counts of failures.
    Compare {
        /// Those of the person.
        person: Tries,
        /// Those at the Provider ID; `None` if its limit is reached.
        provider: Option<Tries>,
    },
    /// Do not compare it now. There were too many failures at this Provider ID, so the plan's staff
    /// confirm a claim that matches. The response is the same for every claim, and the attempt counts
    /// as a failure of the person, so that neither reveals whether it matches.
    Review(Tries),
    /// The person has failed too often.
    TooManyFailures,
}

/// Decides whether a claim may be compared. The counts are those after one more failure, `None` if
/// the limit is reached. `confirmed` is whether the plan's staff have confirmed this person for this
/// Provider ID.
#[must_use]
pub const fn admit(person: Option<Tries>, provider: Option<Tries>, confirmed: bool) -> Admission {
    match (person, provider) {
        (None, _) => Admission::TooManyFailures,
        (Some(person), None) if !confirmed => Admission::Review(person),
        (Some(person), provider) => Admission::Compare { person, provider },
    }
}

/// Whether a ZIP code is valid on the invite list: that of the remittance or practice address
/// (domain rule R-152).
#[must_use]
pub fn invitation_zip_matches(record: &ProviderRecord, zip: &Zip) -> bool {
    any_zip(record, zip, |address| matches!(address.kind, AddressKind::Remittance | AddressKind::Practice))
}

fn any_zip(record: &ProviderRecord, zip: &Zip, counts: impl Fn(&ProviderAddress) -> bool) -> bool {
    record.addresses.iter().fold(false, |hit, address| hit | (counts(address) & (address.zip == *zip)))
}

/// A person's own membership in a provider account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnMembership {
    /// Its id.
    pub id: MembershipId,
    /// Its status.
    pub status: MembershipStatus,
    /// Whether it has ever been active.
    pub was_active: bool,
    /// For a revoked membership, the status of the newest claim that led to it, if the plan's staff
    /// had to confirm it.
    pub claim: Option<ConfirmationStatus>,
}

impl OwnMembership {
    /// Whether the plan's staff rejected the person's claim, so that it can be made again in the
    /// same membership (domain rule R-203). A new association restores no other membership: not one
    /// that was active, and none that a member of the account revoked.
    const fn can_be_claimed_again(self) -> bool {
        matches!((self.status, self.claim), (MembershipStatus::Revoked, Some(ConfirmationStatus::Rejected)))
            && !self.was_active
    }
}

/// The relationship between a person and a provider account. The default applies if there is no
/// account yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountRelationship {
    /// The person's own membership, if any, in any status.
    pub own: Option<OwnMembership>,
    /// Whether another person is an active administrator.
    pub administrator_exists: bool,
}

impl AccountRelationship {
    fn refusals(self) -> impl Iterator<Item = AssociationRefusal> {
        let linked = self.own.is_some_and(|own| !own.can_be_claimed_again());
        let linked = linked.then_some(AssociationRefusal::AlreadyLinked);
        let administered = self.administrator_exists.then_some(AssociationRefusal::AdministratorExists);
        linked.into_iter().chain(administered)
    }
}

/// Completes step 1: returns when step 2 expires, or every refusal (domain rule R-136).
///
/// Call it only after a match, so that callers without the provider's data learn nothing.
pub fn begin(relationship: AccountRelationship, now: Instant) -> Result<Instant, Vec<AssociationRefusal>> {
    let refusals: Vec<_> = relationship.refusals().collect();
    if refusals.is_empty() { Ok(now + LIFETIME) } else { Err(refusals) }
}

/// A completed step 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartedAssociation {
    /// When step 2 expires, exclusive.
    pub expires_at: Instant,
    /// When step 2 was completed, if it was.
    pub consumed_at: Option<Instant>,
    /// Whether the plan's staff have confirmed it already.
    pub confirmed: bool,
}

/// The person's response to the provider agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acceptance<'a> {
    /// Whether the person accepts the agreement.
    pub accepted: bool,
    /// The version that the person read.
    pub version: &'a str,
}

/// A completed association; only [`complete`] creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    agreement_version: String,
    at: Instant,
    status: MembershipStatus,
    former: Option<MembershipId>,
}

impl Completed {
    /// The version of the accepted agreement.
    #[must_use]
    pub fn agreement_version(&self) -> &str {
        &self.agreement_version
    }

    /// When step 2 was completed.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.at
    }

    /// The status of the membership: `active`, or `verification_pending` until the plan's staff
    /// confirm it (domain rule R-203).
    #[must_use]
    pub const fn status(&self) -> MembershipStatus {
        self.status
    }

    /// The person's ended membership, which the association uses again.
    #[must_use]
    pub const fn former(&self) -> Option<MembershipId> {
        self.former
    }

    /// The rights of the membership. An unconfirmed one has none, so that nothing else that happens
    /// to it can make the person an administrator.
    #[must_use]
    pub fn rights(&self, offered: &[PermissionEntry]) -> Rights {
        match self.status {
            MembershipStatus::Active => administrator_rights(offered),
            _ => Rights::default(),
        }
    }
}

/// The rights of the first administrator of a provider account: all that the plan offers.
#[must_use]
pub fn administrator_rights(offered: &[PermissionEntry]) -> Rights {
    Rights::new([Role::OrganizationAdministrator], offered.iter().map(|entry| entry.code))
}

/// Completes step 2 (domain rules ).
///
/// The refusals of step 1 are checked again, because another person may have completed an
/// association first. The instant of expiry is too late.
pub fn complete(
    started: StartedAssociation,
    relationship: AccountRelationship,
    (agreement, policy): (&Agreement, AssociationPolicy),
    acceptance: Acceptance<'_>,
    now: Instant,
) -> Result<Completed, Vec<AssociationRefusal>> {
    let violations = [
        (started.consumed_at.is_some(), AssociationRefusal::Used),
        (now >= started.expires_at, AssociationRefusal::Expired),
        (!acceptance.accepted, AssociationRefusal::AgreementNotAccepted),
        (acceptance.version != agreement.version, AssociationRefusal::AgreementOutdated),
    ];
    let found = violations.into_iter().filter(|(applies, _)| *applies).map(|(_, refusal)| refusal);
    let mut refusals: Vec<_> = found.chain(relationship.refusals()).collect();
    refusals.sort_unstable();
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let waits = policy.confirmation == Confirmation::Staff && !started.confirmed;
    Ok(Completed {
        agreement_version: agreement.version.clone(),
        at: now,
        status: if waits { MembershipStatus::VerificationPending } else { MembershipStatus::Active },
        former: relationship.own.map(|own| own.id),
    })
}

/// The agreement that a person must accept before receiving a provider account (domain rule R-137).
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The version of the text.
    pub version: String,
    /// The text.
    pub text: String,
}

/// A user matched a provider record: step 1 of 2.
#[must_use]
pub fn started(association: AssociationId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(None, AuditAction::AssociationStarted, association))
}

/// A user accepted the provider agreement: step 2 of 2. If the plan's staff must confirm the user,
/// each of them gets an email.
#[must_use]
pub fn completed(
    organization: OrganizationId,
    membership: MembershipId,
    completed: &Completed,
    claimant: &Claimant<'_>,
    staff: &[Addressee],
) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::AssociationCompleted, claimant.association)
        .with("membership", Detail::text(membership))
        .with("status", Detail::text(completed.status()))
        .with("agreement_version", Detail::text(completed.agreement_version()));
    let waits = completed.status() == MembershipStatus::VerificationPending;
    let mails = if waits { announced(claimant, staff) } else { vec![] };
    Effects::recorded_as(event).mailing(mails)
}

#[cfg(test)]
#[path = "association_tests.rs"]
mod tests;
