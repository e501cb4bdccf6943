//! Associating a person with a provider account as its administrator (domain section 5.8).
//!
//! Step 1 compares the person's input with the plan's records. Step 2 records the acceptance of the
//! agreement. The same two steps link a further account.

use chrono::Duration;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::{AssociationId, MembershipId, OrganizationId};
use crate::ground::tax_identifier::TaxId;
use crate::organizations::membership::MembershipStatus;
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

/// Whether a ZIP code is valid on the invite list: that of the remittance or practice address
/// (domain rule R-152).
#[must_use]
pub fn invitation_zip_matches(record: &ProviderRecord, zip: &Zip) -> bool {
    any_zip(record, zip, |address| matches!(address.kind, AddressKind::Remittance | AddressKind::Practice))
}

fn any_zip(record: &ProviderRecord, zip: &Zip, counts: impl Fn(&ProviderAddress) -> bool) -> bool {
    record.addresses.iter().fold(false, |hit, address| hit | (counts(address) & (address.zip == *zip)))
}

/// The relationship between a person and a provider account. The default applies if there is no
/// account yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountRelationship {
    /// The person's own membership, if any, in any status. A new association does not restore a
    /// disabled or revoked membership.
    pub own: Option<MembershipStatus>,
    /// Whether another person is an active administrator.
    pub administrator_exists: bool,
}

impl AccountRelationship {
    fn refusals(self) -> impl Iterator<Item = AssociationRefusal> {
        let linked = self.own.is_some().then_some(AssociationRefusal::AlreadyLinked);
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
}

/// Completes step 2 (domain rule R-137).
///
/// The refusals of step 1 are checked again, because another person may have completed an
/// association first. The instant of expiry is too late.
pub fn complete(
    started: StartedAssociation,
    relationship: AccountRelationship,
    agreement: &Agreement,
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
    if refusals.is_empty() {
        Ok(Completed { agreement_version: agreement.version.clone(), at: now })
    } else {
        Err(refusals)
    }
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

/// A user accepted the provider agreement and administers the account: step 2 of 2.
#[must_use]
pub fn completed(
    organization: OrganizationId,
    association: AssociationId,
    membership: MembershipId,
    agreement_version: &str,
) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::AssociationCompleted, association)
        .with("membership", Detail::text(membership))
        .with("agreement_version", Detail::text(agreement_version));
    Effects::recorded_as(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::id::ProviderRecordId;
    use crate::ground::plan_code::PlanCode;

    fn practitioner() -> ProviderName {
        ProviderName::Practitioner { first_name: "Amara".into(), last_name: "O'Brien".into() }
    }

    fn group() -> ProviderName {
        ProviderName::Group { group_name: "Harborlight Primary Care".into() }
    }

    fn address(kind: AddressKind, zip: &str, on_letter: bool) -> ProviderAddress {
        ProviderAddress { kind, zip: Zip::parse(zip).unwrap(), on_letter }
    }

    fn record(name: ProviderName) -> ProviderRecord {
        ProviderRecord {
            id: ProviderRecordId::from_uuid(uuid::Uuid::from_u128(1)),
            plan: PlanCode::Cca,
            provider_id: ProviderIdentifier::parse("CCA-420").unwrap(),
            name,
            tax_id: TaxId::parse("04-3555017").unwrap(),
            addresses: vec![
                address(AddressKind::Remittance, "02108-1234", true),
                address(AddressKind::Practice, "02109", false),
                address(AddressKind::Other, "02110", false),
            ],
            organization: None,
        }
    }

    fn claim(name: ProviderName) -> Claim {
        Claim {
            name,
            tax_id: TaxId::parse("043555017").unwrap(),
            provider_id: ProviderIdentifier::parse("cca-420").unwrap(),
            zip: Zip::parse("02108").unwrap(),
        }
    }

    fn with_zip(name: ProviderName, zip: &str) -> Claim {
        Claim { zip: Zip::parse(zip).unwrap(), ..claim(name) }
    }

    #[test]
    fn r_131_and_r_133_all_values_must_match_and_a_single_difference_is_a_mismatch() {
        for name in [practitioner(), group()] {
            let record = record(name.clone());
            assert!(matches(&claim(name.clone()), &record));
            let tax_id = TaxId::parse("04-3555018").unwrap();
            let provider_id = ProviderIdentifier::parse("CCA-421").unwrap();
            assert!(!matches(&Claim { tax_id, ..claim(name.clone()) }, &record));
            assert!(!matches(&Claim { provider_id, ..claim(name.clone()) }, &record));
            assert!(!matches(&with_zip(name, "02111"), &record));
        }
        let other_name = |first: &str, last: &str| ProviderName::Practitioner {
            first_name: first.into(),
            last_name: last.into(),
        };
        assert!(matches(&claim(other_name(" AMARA ", "o'brien")), &record(practitioner())));
        for (first, last) in [("Amara", "OBrien"), ("Mara", "O'Brien"), ("O'Brien", "Amara")] {
            assert!(!matches(&claim(other_name(first, last)), &record(practitioner())), "{first} {last}");
        }
    }

    #[test]
    fn r_135_a_wrong_provider_type_is_a_mismatch() {
        assert!(!matches(&claim(group()), &record(practitioner())));
        assert!(!matches(&claim(practitioner()), &record(group())));
    }

    #[test]
    fn r_132_a_practitioner_can_use_any_zip_code_of_the_profile() {
        for zip in ["02108", "02108-9999", "02109", "02110"] {
            assert!(matches(&with_zip(practitioner(), zip), &record(practitioner())), "{zip}");
        }
    }

    #[test]
    fn r_133_a_group_must_use_a_zip_code_of_the_welcome_letter() {
        for (zip, expected) in [("02108", true), ("02109", false), ("02110", false)] {
            assert_eq!(matches(&with_zip(group(), zip), &record(group())), expected, "{zip}");
        }
    }

    #[test]
    fn r_152_an_invitation_accepts_the_remittance_or_the_practice_zip_code() {
        for name in [practitioner(), group()] {
            let record = record(name);
            for (zip, expected) in [("02108", true), ("02109", true), ("02110", false), ("02111", false)] {
                assert_eq!(invitation_zip_matches(&record, &Zip::parse(zip).unwrap()), expected, "{zip}");
            }
        }
    }

    fn agreement() -> Agreement {
        Agreement { version: "2024-01".into(), text: "…".into() }
    }

    fn started() -> StartedAssociation {
        StartedAssociation { expires_at: Instant::UNIX_EPOCH + LIFETIME, consumed_at: None }
    }

    const ACCEPTED: Acceptance<'_> = Acceptance { accepted: true, version: "2024-01" };

    #[test]
    fn r_136_an_account_with_an_administrator_cannot_be_associated() {
        let taken = AccountRelationship { own: None, administrator_exists: true };
        let refused = vec![AssociationRefusal::AdministratorExists];
        assert_eq!(begin(taken, Instant::UNIX_EPOCH), Err(refused.clone()));
        assert_eq!(complete(started(), taken, &agreement(), ACCEPTED, Instant::UNIX_EPOCH), Err(refused));
    }

    #[test]
    fn r_138_a_member_in_any_status_is_already_linked() {
        for status in MembershipStatus::ALL {
            let own = AccountRelationship { own: Some(*status), administrator_exists: false };
            assert_eq!(
                begin(own, Instant::UNIX_EPOCH),
                Err(vec![AssociationRefusal::AlreadyLinked]),
                "{status}"
            );
        }
    }

    #[test]
    fn r_137_the_agreement_must_be_accepted_in_its_current_version() {
        let refused = |acceptance| {
            complete(started(), AccountRelationship::default(), &agreement(), acceptance, Instant::UNIX_EPOCH)
                .unwrap_err()
        };
        let declined = Acceptance { accepted: false, ..ACCEPTED };
        let outdated = Acceptance { version: "2023-01", ..ACCEPTED };
        assert_eq!(refused(declined), [AssociationRefusal::AgreementNotAccepted]);
        assert_eq!(refused(outdated), [AssociationRefusal::AgreementOutdated]);
    }

    #[test]
    fn r_137_step_2_must_follow_within_fifteen_minutes_and_only_once() {
        let at = |now| complete(started(), AccountRelationship::default(), &agreement(), ACCEPTED, now);
        let last = Instant::UNIX_EPOCH + LIFETIME - Duration::microseconds(1);
        let done = at(last).unwrap();
        assert_eq!((done.agreement_version(), done.at()), ("2024-01", last));
        assert_eq!(at(Instant::UNIX_EPOCH + LIFETIME), Err(vec![AssociationRefusal::Expired]));
        let used = StartedAssociation { consumed_at: Some(Instant::UNIX_EPOCH), ..started() };
        let again =
            complete(used, AccountRelationship::default(), &agreement(), ACCEPTED, Instant::UNIX_EPOCH);
        assert_eq!(again, Err(vec![AssociationRefusal::Used]));
    }

    #[test]
    fn r_137_all_refusals_are_reported_together() {
        let used = StartedAssociation { consumed_at: Some(Instant::UNIX_EPOCH), ..started() };
        let relationship =
            AccountRelationship { own: Some(MembershipStatus::Active), administrator_exists: true };
        let nothing = Acceptance { accepted: false, version: "" };
        let refused = complete(used, relationship, &agreement(), nothing, Instant::UNIX_EPOCH + LIFETIME);
        assert_eq!(refused.unwrap_err(), AssociationRefusal::ALL);
    }
}
