//! Fixtures: organizations, people, and applications.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{Duration, NaiveDate};
use portal_domain::applications::application::HistoryAction;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{ApplicationId, MembershipId, OrganizationId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::identity::user::{HeldRole, PlatformRole};
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::applications::applications::NewApplication;
use portal_persistence::identity::users::NewUser;
use portal_persistence::medicaid::medicaid_ids::{MedicaidIdDetails, NewMedicaidId};
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::organizations::organizations::NewOrganization;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::Client;
use crate::sign_in::sign_in;

static COUNTER: AtomicI64 = AtomicI64::new(1);

fn next() -> i64 {
    COUNTER.fetch_add(1, Ordering::SeqCst)
}

/// An organization fixture.
pub struct Organization<'a> {
    pub(crate) app: &'a TestApp,
    /// Its id.
    pub id: OrganizationId,
    /// The number of its group Medicaid ID; empty if it has none.
    pub group_medicaid_id: String,
}

/// A person with a membership in the organization that created them.
#[derive(Clone)]
pub struct Person<'a> {
    pub(crate) app: &'a TestApp,
    /// The user.
    pub user: UserId,
    /// The membership, which identifies an agent in the API.
    pub membership: MembershipId,
    /// The name, "First Last".
    pub name: String,
    /// The email address.
    pub email: String,
}

/// An application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: ApplicationId,
    /// Its version.
    pub version: i64,
}

/// The specification of an application fixture.
#[derive(Clone)]
pub struct Given {
    /// The application type.
    pub application_type: ApplicationType,
    /// The status.
    pub status: ApplicationStatus,
    /// Days since the last activity.
    pub inactive_days: i64,
    /// Days since the last warning of inactivity; `None` without one.
    pub warned_days_ago: Option<i64>,
    /// The day it was started.
    pub initiated: NaiveDate,
    /// The application number; generated if empty.
    pub number: String,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            application_type: ApplicationType::Enrollment,
            status: ApplicationStatus::InProgress,
            inactive_days: 0,
            warned_days_ago: None,
            initiated: NaiveDate::from_ymd_opt(2026, 1, 15).unwrap(),
            number: String::new(),
        }
    }
}

impl TestApp {
    /// A Kentucky provider group that owns a group Medicaid ID.
    #[must_use]
    pub fn provider_group(&self, name: &str) -> Organization<'_> {
        self.organization(name, OrganizationKind::ProviderGroup, PlanCode::Ky)
    }

    /// An organization that owns a group Medicaid ID.
    #[must_use]
    pub fn organization(&self, name: &str, kind: OrganizationKind, plan: PlanCode) -> Organization<'_> {
        let group_medicaid_id = format!("71{:08}", next());
        let id = self.write(|tx| {
            let id = tx.new_id();
            let name = name.to_owned();
            tx.organizations().insert(&NewOrganization {
                id,
                name: name.clone(),
                kind,
                plan,
                tax_id: None,
            })?;
            let medicaid = tx.new_id();
            tx.medicaid_ids().insert(&NewMedicaidId {
                id: medicaid,
                medicaid_id: group_medicaid_id.clone(),
                category: MedicaidIdCategory::Group,
                provider_type: "65".into(),
                status: MedicaidIdStatus::Active,
                name,
                npi: None,
                ssn: None,
                owning_organization: Some(id),
                effective_date: None,
                details: MedicaidIdDetails::default(),
            })?;
            Ok(id)
        });
        Organization { app: self, id, group_medicaid_id }
    }

    /// A user with these platform roles for all plans, outside any organization.
    #[must_use]
    pub fn platform_user(&self, name: &str, roles: &[PlatformRole]) -> UserId {
        self.person(name, None, roles).0
    }

    /// A user with or without a password, and with these platform roles for all plans; returns the id
    /// and email address.
    #[must_use]
    pub fn person(&self, name: &str, password: Option<&str>, roles: &[PlatformRole]) -> (UserId, String) {
        let roles: Vec<_> = roles.iter().copied().map(HeldRole::of_all_plans).collect();
        self.person_holding(name, password, &roles)
    }

    /// A user with these platform roles, each for one plan or for all plans.
    #[must_use]
    pub fn person_holding(&self, name: &str, password: Option<&str>, roles: &[HeldRole]) -> (UserId, String) {
        let (first, last) = name.split_once(' ').unwrap_or((name, "Person"));
        let letters: String = first.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let email = format!("{letters}.{}@example.org", next());
        let password_hash = password.map(|password| self.portal.passwords.hash(password).unwrap());
        let user = self.write(|tx| {
            let id = tx.new_id();
            tx.users().insert(&NewUser {
                id,
                email: EmailAddress::parse(&email).unwrap(),
                first_name: first.into(),
                last_name: last.into(),
                password_hash: password_hash.clone(),
                platform_roles: roles.to_vec(),
            })?;
            Ok(id)
        });
        (user, email)
    }
}

impl<'a> Organization<'a> {
    /// An active member with these roles.
    #[must_use]
    pub fn member(&self, name: &str, roles: &[Role]) -> Person<'a> {
        self.member_with(name, roles, &[], MembershipStatus::Active)
    }

    /// A member with these roles, permissions, and status.
    #[must_use]
    pub fn member_with(
        &self,
        name: &str,
        roles: &[Role],
        permissions: &[Permission],
        status: MembershipStatus,
    ) -> Person<'a> {
        let (user, email) = self.app.person(name, None, &[]);
        let membership = self.app.write(|tx| {
            let id = tx.new_id();
            tx.memberships().insert(&NewMembership {
                id,
                organization: self.id,
                user,
                status,
                roles: roles.to_vec(),
                permissions: permissions.to_vec(),
            })?;
            Ok(id)
        });
        Person { app: self.app, user, membership, name: name.into(), email }
    }

    /// A CA Admin Manager.
    #[must_use]
    pub fn manager(&self, name: &str) -> Person<'a> {
        self.member(name, &[Role::CaAdminManager])
    }

    /// A credentialing agent.
    #[must_use]
    pub fn agent(&self, name: &str) -> Person<'a> {
        self.member(name, &[Role::CredentialingAgent])
    }

    /// An application started by and assigned to the agent.
    #[must_use]
    pub fn application(&self, agent: &Person<'_>, given: Given) -> Item {
        let number = if given.number.is_empty() { format!("APP{:04}", next()) } else { given.number };
        let id = self.app.write(|tx| {
            let id = tx.new_id();
            let last_activity_at = tx.now() - Duration::days(given.inactive_days);
            tx.applications().insert(&NewApplication {
                id,
                organization: self.id,
                application_type: given.application_type,
                application_number: number.clone(),
                status: given.status,
                medicaid_id: None,
                provider_name: "Doe, John".into(),
                provider_type: ("64".into(), "Physician individual".into()),
                npi: Some("1234567893".into()),
                npi_valid: true,
                date_of_initiation: given.initiated,
                initiated_by: (agent.user, agent.name.clone()),
                assigned_to: agent.membership,
                last_activity_at,
                category: MedicaidIdCategory::Individual,
                requested_effective_date: None,
                origin: HistoryAction::Started,
            })?;
            Ok(id)
        });
        if let Some(days) = given.warned_days_ago {
            self.app.warn_days_ago(id, days);
        }
        Item { id, version: 1 }
    }

    /// `count` applications in progress.
    #[must_use]
    pub fn applications(&self, agent: &Person<'_>, count: usize) -> Vec<Item> {
        (0..count).map(|_| self.application(agent, Given::default())).collect()
    }

    /// A path below the organization.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/organizations/{}{rest}", self.id)
    }
}

impl Person<'_> {
    /// A client signed in as the person.
    #[must_use]
    pub fn client(&self) -> Client {
        self.app.signed_in(self.user)
    }

    /// `count` clients of one session, each with its own connection.
    #[must_use]
    pub fn clients(&self, count: usize) -> Vec<Client> {
        let token = self.app.session_of(self.user).1;
        (0..count).map(|_| self.app.with_token(&token)).collect()
    }

    /// Whether the application is assigned to this person now.
    #[must_use]
    pub fn has(&self, item: Item) -> bool {
        self.app.read(|tx| tx.applications().find(item.id)).unwrap().assigned_to == self.membership
    }
}

/// The request body that reassigns these items from one agent to another.
#[must_use]
pub fn reassignment(from: &Person<'_>, to: &Person<'_>, items: &[Item]) -> Value {
    json!({
        "from_agent_id": from.membership.to_string(),
        "to_agent_id": to.membership.to_string(),
        "items": items.iter().map(|item| json!({"id": item.id.to_string(), "version": item.version})).collect::<Vec<_>>(),
    })
}

impl TestApp {
    /// A practice without a tax ID.
    #[must_use]
    pub fn practice(&self, name: &str, plan: PlanCode) -> Organization<'_> {
        self.organization(name, OrganizationKind::TinPractice, plan)
    }

    /// A practice with this tax ID.
    #[must_use]
    pub fn practice_with_tax_id(&self, name: &str, plan: PlanCode, tax_id: &str) -> Organization<'_> {
        let id = self.write(|tx| {
            let id = tx.new_id();
            let (name, tax_id) = (name.to_owned(), TaxId::parse(tax_id).ok());
            tx.organizations().insert(&NewOrganization {
                id,
                name,
                kind: OrganizationKind::TinPractice,
                plan,
                tax_id,
            })?;
            Ok(id)
        });
        Organization { app: self, id, group_medicaid_id: String::new() }
    }

    /// An agent who is a member of another organization.
    #[must_use]
    pub fn member_elsewhere(&self, name: &str) -> Person<'_> {
        self.provider_group("Elsewhere").agent(name)
    }

    /// A client that signs in with an email address and password.
    #[must_use]
    pub fn sign_in(&self, email: &str, password: &str) -> Client {
        let answer = sign_in(self, email, password).expect(200);
        self.with_token(answer.json()["access_token"].as_str().unwrap())
    }
}

impl<'a> Organization<'a> {
    /// An organization administrator.
    #[must_use]
    pub fn administrator(&self, name: &str) -> Person<'a> {
        self.member(name, &[Role::OrganizationAdministrator])
    }

    /// An account manager.
    #[must_use]
    pub fn account_manager(&self, name: &str) -> Person<'a> {
        let permissions = [Permission::ManageAccount];
        self.member_with(name, &[Role::AccountUser], &permissions, MembershipStatus::Active)
    }

    /// Makes the person an active member of this organization, too.
    #[must_use]
    pub fn join(&self, person: &Person<'_>, roles: &[Role], permissions: &[Permission]) -> MembershipId {
        self.app.write(|tx| {
            let id = tx.new_id();
            tx.memberships().insert(&NewMembership {
                id,
                organization: self.id,
                user: person.user,
                status: MembershipStatus::Active,
                roles: roles.to_vec(),
                permissions: permissions.to_vec(),
            })?;
            Ok(id)
        })
    }
}
