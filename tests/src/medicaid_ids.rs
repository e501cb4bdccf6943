//! Medicaid ID fixtures, and applications about them.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::NaiveDate;
use portal_domain::applications::application::HistoryAction;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::correspondence::{CorrespondenceEntry, Direction};
use portal_domain::ground::id::{MedicaidIdId, UserId};
use portal_domain::ground::npi::Npi;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_persistence::applications::applications::NewApplication;
use portal_persistence::medicaid::medicaid_ids::{MedicaidIdDetails, NewMedicaidId};

use crate::app::TestApp;
use crate::given::{Item, Organization, Person};

static COUNTER: AtomicI64 = AtomicI64::new(1);

/// The start date of linked fixtures, long before the start of every test.
pub const LINKED_SINCE: &str = "2020-01-01";

/// A Medicaid ID on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenMedicaidId {
    /// The id of the record.
    pub id: MedicaidIdId,
    /// The number.
    pub number: String,
}

/// A valid NPI that contains this serial number.
#[must_use]
pub fn npi(serial: i64) -> String {
    let mut candidates = (0..10).map(|check_digit| format!("1{serial:08}{check_digit}"));
    candidates.find(|npi| Npi::parse(npi).is_ok()).unwrap()
}

/// Parses a date.
#[must_use]
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl TestApp {
    /// An active Medicaid ID of a physician, modified by `change` and linked to no group.
    #[must_use]
    pub fn medicaid_id(&self, change: impl Fn(&mut NewMedicaidId)) -> GivenMedicaidId {
        let serial = COUNTER.fetch_add(1, Ordering::SeqCst);
        self.write(|tx| {
            let mut new = NewMedicaidId {
                id: tx.new_id(),
                medicaid_id: format!("72{serial:08}"),
                category: MedicaidIdCategory::Individual,
                provider_type: "64".into(),
                status: MedicaidIdStatus::Active,
                name: "Doe, John".into(),
                npi: Some(npi(serial)),
                ssn: None,
                owning_organization: None,
                effective_date: None,
                details: MedicaidIdDetails::default(),
            };
            change(&mut new);
            tx.medicaid_ids().insert(&new)?;
            Ok(GivenMedicaidId { id: new.id, number: new.medicaid_id })
        })
    }
}

impl Organization<'_> {
    /// An active Medicaid ID of a physician, linked to the organization's group, without agent
    /// access.
    #[must_use]
    pub fn linked_medicaid_id(&self) -> GivenMedicaidId {
        self.linked_medicaid_id_with(|_| {})
    }

    /// The same, modified by `change`.
    #[must_use]
    pub fn linked_medicaid_id_with(&self, change: impl Fn(&mut NewMedicaidId)) -> GivenMedicaidId {
        let given = self.app.medicaid_id(change);
        self.link(&given, day(LINKED_SINCE));
        given
    }

    /// An active Medicaid ID of a physician, linked to the organization's group, with access for
    /// all agents.
    #[must_use]
    pub fn granted_medicaid_id(&self) -> GivenMedicaidId {
        self.granted_medicaid_id_with(|_| {})
    }

    /// The same, modified by `change`.
    #[must_use]
    pub fn granted_medicaid_id_with(&self, change: impl Fn(&mut NewMedicaidId)) -> GivenMedicaidId {
        let given = self.linked_medicaid_id_with(change);
        self.set_access(&given, AgentAccessState::Granted);
        given
    }

    /// The record of the organization's own group Medicaid ID.
    #[must_use]
    pub fn group_record(&self) -> MedicaidIdId {
        self.app.read(|tx| tx.medicaid_ids().find_by_number(&self.group_medicaid_id)).unwrap().id
    }

    /// Links an individual to the organization's group from that day on.
    pub fn link(&self, individual: &GivenMedicaidId, from: NaiveDate) {
        let group = self.group_record();
        self.app.write(|tx| tx.medicaid_ids().link(individual.id, group, from));
    }

    /// Ends that link; `on` is its last day.
    pub fn end_link(&self, individual: &GivenMedicaidId, on: NaiveDate) {
        let group = self.group_record();
        assert!(self.app.write(|tx| tx.medicaid_ids().end_link(individual.id, group, on, on)));
    }

    /// Sets the agent access of the organization directly in the database.
    pub fn set_access(&self, individual: &GivenMedicaidId, state: AgentAccessState) {
        let by: UserId = self.app.platform_user("Gina Given", &[]);
        self.app.write(|tx| {
            let known = tx.agent_access().find(self.id, individual.id)?.map_or(0, |access| access.version);
            tx.agent_access().set(self.id, individual.id, state, (by, "Gina Given"), known)
        });
    }

    /// An application about a Medicaid ID, started by and assigned to the agent.
    #[must_use]
    pub fn application_about(
        &self,
        agent: &Person<'_>,
        individual: &GivenMedicaidId,
        application_type: ApplicationType,
        status: ApplicationStatus,
    ) -> Item {
        let provider = (MedicaidIdCategory::Individual, individual.number.as_str());
        self.application_of(agent, provider, application_type, status)
    }

    /// Correspondence of the organization about an application and a Medicaid ID.
    pub fn correspondence(&self, application: Item, individual: &GivenMedicaidId) {
        self.app.write(|tx| {
            tx.correspondence().post(&CorrespondenceEntry {
                organization: self.id,
                application: application.id,
                medicaid_id: Some(individual.id),
                direction: Direction::ToProvider,
                subject: "A license has expired".into(),
                body: "Send a copy of the new license.".into(),
            })
        });
    }

    /// An application about the organization's group, started by and assigned to the agent.
    #[must_use]
    pub fn application_about_the_group(
        &self,
        agent: &Person<'_>,
        application_type: ApplicationType,
        status: ApplicationStatus,
    ) -> Item {
        let provider = (MedicaidIdCategory::Group, self.group_medicaid_id.as_str());
        self.application_of(agent, provider, application_type, status)
    }

    fn application_of(
        &self,
        agent: &Person<'_>,
        (category, number): (MedicaidIdCategory, &str),
        application_type: ApplicationType,
        status: ApplicationStatus,
    ) -> Item {
        let serial = COUNTER.fetch_add(1, Ordering::SeqCst);
        let id = self.app.write(|tx| {
            let id = tx.new_id();
            let last_activity_at = tx.now();
            tx.applications().insert(&NewApplication {
                id,
                organization: self.id,
                application_type,
                application_number: format!("APP9{serial:06}"),
                status,
                medicaid_id: Some(number.to_owned()),
                provider_name: "Doe, John".into(),
                provider_type: ("64".into(), "Physician individual".into()),
                npi: Some("1234567893".into()),
                npi_valid: true,
                date_of_initiation: day("2026-01-15"),
                initiated_by: (agent.user, agent.name.clone()),
                assigned_to: agent.membership,
                last_activity_at,
                category,
                requested_effective_date: None,
                origin: HistoryAction::Imported,
            })?;
            Ok(id)
        });
        Item { id, version: 1 }
    }
}
