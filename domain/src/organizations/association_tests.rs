use super::*;
use crate::ground::id::ProviderRecordId;
use crate::ground::plan_code::PlanCode;
use crate::organizations::membership::Permission;

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
    for last in ["o'brien", "O\u{2019}Brien", "O\u{b4}BRIEN"] {
        assert!(matches(&claim(other_name(" AMARA ", last)), &record(practitioner())), "{last}");
    }
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
    StartedAssociation { expires_at: Instant::UNIX_EPOCH + LIFETIME, consumed_at: None, confirmed: false }
}

fn by(confirmation: Confirmation) -> AssociationPolicy {
    AssociationPolicy { confirmation }
}

/// Step 2 with the literal policy, which needs no confirmation.
fn step_2(
    started: StartedAssociation,
    relationship: AccountRelationship,
    acceptance: Acceptance<'_>,
    now: Instant,
) -> Result<Completed, Vec<AssociationRefusal>> {
    complete(started, relationship, (&agreement(), by(Confirmation::None)), acceptance, now)
}

/// A membership whose claim the plan's staff rejected.
fn own(status: MembershipStatus, was_active: bool) -> AccountRelationship {
    own_with_claim(status, was_active, Some(ConfirmationStatus::Rejected))
}

fn own_with_claim(
    status: MembershipStatus,
    was_active: bool,
    claim: Option<ConfirmationStatus>,
) -> AccountRelationship {
    let id = MembershipId::from_uuid(uuid::Uuid::from_u128(7));
    AccountRelationship {
        own: Some(OwnMembership { id, status, was_active, claim }),
        administrator_exists: false,
    }
}

const ACCEPTED: Acceptance<'_> = Acceptance { accepted: true, version: "2024-01" };

#[test]
fn r_136_an_account_with_an_administrator_cannot_be_associated() {
    let taken = AccountRelationship { own: None, administrator_exists: true };
    let refused = vec![AssociationRefusal::AdministratorExists];
    assert_eq!(begin(taken, Instant::UNIX_EPOCH), Err(refused.clone()));
    assert_eq!(step_2(started(), taken, ACCEPTED, Instant::UNIX_EPOCH), Err(refused));
}

#[test]
fn r_138_a_member_in_any_status_is_already_linked() {
    for status in MembershipStatus::ALL {
        assert_eq!(
            begin(own(*status, true), Instant::UNIX_EPOCH),
            Err(vec![AssociationRefusal::AlreadyLinked]),
            "{status}"
        );
    }
}

#[test]
fn r_203_only_a_rejected_claim_can_be_made_again_in_the_same_membership() {
    for status in MembershipStatus::ALL {
        let again = begin(own(*status, false), Instant::UNIX_EPOCH).is_ok();
        assert_eq!(again, *status == MembershipStatus::Revoked, "{status}");
    }
    for claim in [None, Some(ConfirmationStatus::Waiting), Some(ConfirmationStatus::Confirmed)] {
        let revoked_by_a_member = own_with_claim(MembershipStatus::Revoked, false, claim);
        let refused = Err(vec![AssociationRefusal::AlreadyLinked]);
        assert_eq!(begin(revoked_by_a_member, Instant::UNIX_EPOCH), refused, "{claim:?}");
    }
    let rejected = own(MembershipStatus::Revoked, false);
    let done = step_2(started(), rejected, ACCEPTED, Instant::UNIX_EPOCH).unwrap();
    assert_eq!(done.former(), rejected.own.map(|own| own.id));
}

#[test]
fn r_203_the_first_administrator_is_unconfirmed_and_has_no_rights_until_the_plan_confirms() {
    let offered = [PermissionEntry {
        code: Permission::Claims,
        label: "Claims".into(),
        description: "View claims.".into(),
    }];
    for (confirmation, confirmed, status) in [
        (Confirmation::Staff, false, MembershipStatus::VerificationPending),
        (Confirmation::Staff, true, MembershipStatus::Active),
        (Confirmation::None, false, MembershipStatus::Active),
        (Confirmation::None, true, MembershipStatus::Active),
    ] {
        let started = StartedAssociation { confirmed, ..started() };
        let unrelated = AccountRelationship::default();
        let policy = (&agreement(), by(confirmation));
        let done = complete(started, unrelated, policy, ACCEPTED, Instant::UNIX_EPOCH).unwrap();
        assert_eq!(done.status(), status, "{confirmation} {confirmed}");
        let rights = match status {
            MembershipStatus::Active => Rights::new([Role::OrganizationAdministrator], [Permission::Claims]),
            _ => Rights::default(),
        };
        assert_eq!(done.rights(&offered), rights, "{confirmation} {confirmed}");
    }
}

#[test]
fn r_203_a_claim_is_compared_until_a_limit_is_reached() {
    let tries = |count| Tries { count, window_ends: Instant::UNIX_EPOCH };
    let (person, provider) = (tries(5), Some(tries(10)));
    assert_eq!(admit(Some(person), provider, false), Admission::Compare { person, provider });
    assert_eq!(admit(Some(person), None, false), Admission::Review(person));
    assert_eq!(admit(Some(person), None, true), Admission::Compare { person, provider: None });
    for confirmed in [false, true] {
        assert_eq!(admit(None, provider, confirmed), Admission::TooManyFailures);
        assert_eq!(admit(None, None, confirmed), Admission::TooManyFailures);
    }
}

#[test]
fn r_137_the_agreement_must_be_accepted_in_its_current_version() {
    let refused = |acceptance| {
        step_2(started(), AccountRelationship::default(), acceptance, Instant::UNIX_EPOCH).unwrap_err()
    };
    let declined = Acceptance { accepted: false, ..ACCEPTED };
    let outdated = Acceptance { version: "2023-01", ..ACCEPTED };
    assert_eq!(refused(declined), [AssociationRefusal::AgreementNotAccepted]);
    assert_eq!(refused(outdated), [AssociationRefusal::AgreementOutdated]);
}

#[test]
fn r_137_step_2_must_follow_within_fifteen_minutes_and_only_once() {
    let at = |now| step_2(started(), AccountRelationship::default(), ACCEPTED, now);
    let last = Instant::UNIX_EPOCH + LIFETIME - Duration::microseconds(1);
    let done = at(last).unwrap();
    assert_eq!((done.agreement_version(), done.at()), ("2024-01", last));
    assert_eq!(at(Instant::UNIX_EPOCH + LIFETIME), Err(vec![AssociationRefusal::Expired]));
    let used = StartedAssociation { consumed_at: Some(Instant::UNIX_EPOCH), ..started() };
    let again = step_2(used, AccountRelationship::default(), ACCEPTED, Instant::UNIX_EPOCH);
    assert_eq!(again, Err(vec![AssociationRefusal::Used]));
}

#[test]
fn r_137_all_refusals_are_reported_together() {
    let used = StartedAssociation { consumed_at: Some(Instant::UNIX_EPOCH), ..started() };
    let relationship =
        AccountRelationship { administrator_exists: true, ..own(MembershipStatus::Active, true) };
    let nothing = Acceptance { accepted: false, version: "" };
    let refused = step_2(used, relationship, nothing, Instant::UNIX_EPOCH + LIFETIME);
    assert_eq!(refused.unwrap_err(), AssociationRefusal::ALL);
}
