//! Fixtures for provider accounts: a plan's provider records, and users who claim to act for a
//! provider.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use portal_domain::ground::id::{AssociationId, MembershipId, OrganizationId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::association::LIFETIME;
use portal_domain::organizations::association_confirmation::ConfirmationCause;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::organizations::provider_record::{
    AddressKind, ProviderAddress, ProviderIdentifier, ProviderName, ProviderRecord, Zip,
};
use portal_persistence::Engine;
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::organizations::organizations::NewOrganization;
use portal_persistence::organizations::provider_records::NewAssociation;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::{Answer, Client};

/// The path for step 1 of an association.
pub const ASSOCIATE: &str = "/api/v1/provider-account-associations";

/// The path for step 1 of a link.
pub const LINK: &str = "/api/v1/me/linked-accounts";

/// The default tax ID of provider fixtures.
pub const TAX_ID: &str = "04-3555017";

/// The list of associations that the plan's staff confirm.
pub const PLAN_ASSOCIATIONS: &str = "/api/v1/plan/associations";

static COUNTER: AtomicI64 = AtomicI64::new(1);

/// A plans file in which first administrators of provider accounts need no confirmation.
#[must_use]
pub fn plans_without_confirmation() -> &'static str {
    static FILE: OnceLock<String> = OnceLock::new();
    FILE.get_or_init(|| {
        let plan = include_str!("../../api/plans/cca.toml")
            .replace("confirmation = \"staff\"", "confirmation = \"none\"")
            .replace("[[permissions]]", "[[plan.permissions]]")
            .replace("[agreement]", "[plan.agreement]");
        assert!(plan.contains("confirmation = \"none\""));
        let file =
            std::env::temp_dir().join(format!("plans-without-confirmation-{}.toml", std::process::id()));
        std::fs::write(&file, format!("[[plan]]\n{plan}")).unwrap();
        file.to_str().unwrap().to_owned()
    })
}

/// A Provider ID that no other provider has.
#[must_use]
pub fn next_provider_id() -> String {
    format!("CCA-N{}", COUNTER.fetch_add(1, Ordering::SeqCst))
}

impl TestApp {
    /// Starts a portal in which first administrators of provider accounts need no confirmation.
    #[must_use]
    pub fn start_without_confirmation(engine: Engine) -> Self {
        Self::start_with(engine, false, &[("PLANS_FILE", plans_without_confirmation())])
    }

    /// A provider record with a remittance address on the letter (02108), a practice address
    /// (02109), and another address (02110).
    ///
    /// A name of exactly two words is a practitioner's; any other name is a group's.
    #[must_use]
    pub fn provider_on_file(&self, provider_id: &str, name: &str, tax_id: &str) -> ProviderRecord {
        let words: Vec<&str> = name.split(' ').collect();
        let name = match words.as_slice() {
            [first, last] => {
                ProviderName::Practitioner { first_name: (*first).into(), last_name: (*last).into() }
            }
            _ => ProviderName::Group { group_name: name.into() },
        };
        let address =
            |kind, zip, on_letter| ProviderAddress { kind, zip: Zip::parse(zip).unwrap(), on_letter };
        self.write(|tx| {
            let record = ProviderRecord {
                id: tx.new_id(),
                plan: PlanCode::Cca,
                provider_id: ProviderIdentifier::parse(provider_id).unwrap(),
                name: name.clone(),
                tax_id: TaxId::parse(tax_id).unwrap(),
                addresses: vec![
                    address(AddressKind::Remittance, "02108-1234", true),
                    address(AddressKind::Practice, "02109", false),
                    address(AddressKind::Other, "02110", false),
                ],
                organization: None,
            };
            tx.provider_records().insert_all(std::slice::from_ref(&record))?;
            Ok(record)
        })
    }

    /// A client with a session in which the second factor was verified.
    #[must_use]
    pub fn signed_in_with_factor(&self, user: UserId) -> Client {
        let (session, token) = self.session_of(user);
        self.write(|tx| tx.sessions().note_second_factor(session));
        self.with_token(&token)
    }

    /// A signed-in user without any provider account.
    #[must_use]
    pub fn registrant(&self, name: &str) -> (UserId, Client) {
        let user = self.person(name, None, &[]).0;
        (user, self.signed_in_with_factor(user))
    }

    /// An association whose step 1 is complete.
    #[must_use]
    pub fn started_association(&self, user: UserId, record: &ProviderRecord) -> AssociationId {
        self.write(|tx| {
            let expires_at = tx.now() + LIFETIME;
            let new = NewAssociation { id: tx.new_id(), user, record: record.id, expires_at };
            tx.provider_records().begin_association(&new)?;
            Ok(new.id)
        })
    }

    /// Creates a provider account from a record, with this user as an account user; returns the
    /// membership.
    #[must_use]
    pub fn account_user_of(&self, user: UserId, record: &ProviderRecord) -> MembershipId {
        self.member_of_new_account(user, record, MembershipStatus::Active, &[Role::AccountUser])
    }

    /// Makes a user the unconfirmed administrator of a new provider account created from a record;
    /// returns the association that the plan's staff confirm.
    #[must_use]
    pub fn unconfirmed_administrator(&self, user: UserId, record: &ProviderRecord) -> AssociationId {
        let pending = MembershipStatus::VerificationPending;
        let membership = self.member_of_new_account(user, record, pending, &[]);
        self.let_wait(user, membership, record)
    }

    /// Creates a provider account from a record, with this user as its member.
    fn member_of_new_account(
        &self,
        user: UserId,
        record: &ProviderRecord,
        status: MembershipStatus,
        roles: &[Role],
    ) -> MembershipId {
        self.write(|tx| {
            let (organization, membership) = (tx.new_id(), tx.new_id());
            tx.organizations().insert(&NewOrganization {
                id: organization,
                name: record.name.display(),
                kind: OrganizationKind::ProviderAccount,
                plan: record.plan,
                tax_id: None,
            })?;
            tx.provider_records().set_organization(record.id, organization)?;
            let (roles, permissions) = (roles.to_vec(), vec![]);
            tx.memberships().insert(&NewMembership {
                id: membership,
                organization,
                user,
                status,
                roles,
                permissions,
            })?;
            Ok(membership)
        })
    }

    /// Stores that a pending membership waits for the plan's staff.
    #[must_use]
    pub fn let_wait(&self, user: UserId, membership: MembershipId, record: &ProviderRecord) -> AssociationId {
        let association = self.started_association(user, record);
        self.write(|tx| {
            tx.provider_records().consume_association(association)?;
            let cause = ConfirmationCause::FirstAdministrator;
            tx.association_confirmations().insert(association, Some(membership), cause)
        });
        association
    }

    /// A client of the plan's staff.
    #[must_use]
    pub fn plan_staff(&self) -> Client {
        self.staff("Ruth Delgado", PlatformRole::PlanStaff)
    }

    /// The status of a user's membership in an organization.
    #[must_use]
    pub fn status_in(&self, organization: OrganizationId, user: UserId) -> MembershipStatus {
        self.read(|tx| tx.members().find_user(organization, user)).unwrap().member.status
    }

    /// The provider account created from a record, if any.
    #[must_use]
    pub fn account_of(&self, record: &ProviderRecord) -> Option<OrganizationId> {
        self.read(|tx| tx.provider_records().find(record.id)).unwrap().organization
    }
}

/// The associations that wait for the plan's staff, oldest first.
#[must_use]
pub fn waiting(staff: &Client) -> Vec<Value> {
    staff.all(&format!("{PLAN_ASSOCIATIONS}?confirmed=false&limit=1"))
}

/// Confirms an association from the list of the plan's staff.
#[must_use]
pub fn confirm(staff: &Client, association: &Value) -> Answer {
    staff.post_empty(&format!("{PLAN_ASSOCIATIONS}/{}/confirm", association["id"].as_str().unwrap()))
}

/// Why [`reject`] rejects an association.
pub const REASON: &str = "The office does not know this person.";

/// Rejects an association from the list of the plan's staff.
#[must_use]
pub fn reject(staff: &Client, association: &Value) -> Answer {
    let path = format!("{PLAN_ASSOCIATIONS}/{}/reject", association["id"].as_str().unwrap());
    staff.post(&path, &json!({"reason": REASON}))
}

/// A claim that matches a provider record, with the ZIP code of the letter.
#[must_use]
pub fn claim(record: &ProviderRecord) -> Value {
    let mut claim = json!({
        "provider_type": record.name.provider_type(),
        "tax_id": record.tax_id.expose_digits(),
        "provider_id": record.provider_id.as_str(),
        "zip": "02108",
    });
    match &record.name {
        ProviderName::Practitioner { first_name, last_name } => {
            claim["first_name"] = json!(first_name);
            claim["last_name"] = json!(last_name);
        }
        ProviderName::Group { group_name } => claim["group_name"] = json!(group_name),
    }
    claim
}

/// The acceptance of the agreement that step 1 returned.
#[must_use]
pub fn acceptance(step_1: &Value) -> Value {
    json!({"agreement_accepted": true, "agreement_version": step_1["agreement"]["version"]})
}

/// Completes both steps below [`ASSOCIATE`] or [`LINK`]; returns the response to step 2.
pub fn associate(client: &Client, path: &str, record: &ProviderRecord) -> Answer {
    let step_1 = client.post(path, &claim(record)).expect(201).json();
    let id = step_1["association_id"].as_str().unwrap();
    client.post(&format!("{path}/{id}/complete"), &acceptance(&step_1))
}
