//! Compares the rows of the file with what is on file.

use std::collections::{BTreeMap, BTreeSet};

use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::{ApplicationId, OrganizationId, UserId};
use portal_domain::ground::npi::Npi;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, ProviderTypeEntry};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::applications::application_import::{Correction, ListedApplication, ListedMember};
use portal_persistence::applications::applications::NewApplication;
use portal_persistence::{StoreError, Tx};

use super::read::Draft;
use crate::portal::state::Portal;
use crate::transfer::import::difference::{Difference, Examined};
use crate::transfer::import::table::Violation;

/// The maximum length of a provider's name, in characters.
const NAME_MAX: usize = 200;
/// The maximum length of a text that is kept in place of an NPI, in characters.
const NPI_MAX: usize = 20;
/// Medicaid IDs looked up at a time.
const LOOKED_UP: usize = 1000;

/// The changes to store.
#[derive(Default)]
pub(super) struct Changes {
    /// New records, still without their ids.
    pub(super) new: Vec<NewApplication>,
    pub(super) corrections: Vec<Correction>,
}

/// What is on file for these rows.
struct Known {
    organizations: BTreeMap<OrganizationId, (PlanCode, OrganizationKind)>,
    applications: BTreeMap<String, ListedApplication>,
    people: BTreeMap<String, UserId>,
    members: BTreeMap<(OrganizationId, String), ListedMember>,
    /// Applications that users have worked on in this portal.
    worked_on: BTreeSet<ApplicationId>,
    /// The numbers of open revalidations on file, by Medicaid ID.
    revalidations: BTreeMap<String, String>,
}

impl Known {
    fn load(tx: &mut Tx<'_>, drafts: &[Draft]) -> Result<Self, StoreError> {
        let organizations = distinct(drafts.iter().map(|draft| draft.organization));
        let addresses =
            drafts.iter().flat_map(|draft| [draft.initiated_by.as_str(), draft.assigned_to.as_str()]);
        let people: Vec<&str> = distinct(addresses);
        let numbers: Vec<&str> = drafts.iter().map(|draft| draft.number.as_str()).collect();
        let revalidations = drafts.iter().filter(|draft| is_open_revalidation(draft));
        let revalidated: Vec<&str> = distinct(revalidations.filter_map(|draft| draft.medicaid_id.as_deref()));
        let mut open = BTreeMap::new();
        for some in revalidated.chunks(LOOKED_UP) {
            let found = tx.medicaid_ids().open_revalidations(some)?;
            open.extend(found.into_iter().map(|one| (one.medicaid_id, one.application_number)));
        }
        let applications = tx.applications().listed_by_number(&numbers)?;
        let ids: Vec<_> = applications.iter().map(|application| application.id).collect();
        Ok(Self {
            organizations: tx.organizations().kinds_of(&organizations)?,
            people: tx.users().by_address(&people)?,
            members: tx.memberships().by_address(&people)?,
            worked_on: tx.applications().worked_on(&ids)?,
            revalidations: open,
            applications: applications
                .into_iter()
                .map(|application| (application.application_number.clone(), application))
                .collect(),
        })
    }
}

fn distinct<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.collect::<BTreeSet<_>>().into_iter().collect()
}

fn is_open_revalidation(draft: &Draft) -> bool {
    draft.application_type == ApplicationType::Revalidation && draft.status.is_open()
}

/// Examines every row. `violations` are those found before.
pub(super) fn examine(
    tx: &mut Tx<'_>,
    portal: &Portal,
    drafts: &[Draft],
    violations: &[Violation],
) -> Result<Examined<Changes>, StoreError> {
    let known = Known::load(tx, drafts)?;
    let mut examiner = Examiner {
        now: tx.now(),
        portal,
        known: &known,
        violations: violations.to_vec(),
        difference: Difference::default(),
        changes: Changes::default(),
        revalidated: BTreeMap::new(),
        no_npis: 0,
        due: 0,
    };
    for draft in drafts {
        examiner.row(draft);
    }
    let Examiner { violations, mut difference, changes, no_npis, due, .. } = examiner;
    difference.note(no_npis, "new NPIs that are none, and are kept as they are");
    difference.note(due, "new applications that the next run of application_inactivity would withdraw");
    Ok(Examined { violations, difference, changes })
}

struct Examiner<'k> {
    now: portal_domain::Instant,
    portal: &'k Portal,
    known: &'k Known,
    violations: Vec<Violation>,
    difference: Difference,
    changes: Changes,
    /// The lines of open revalidations in the file, by Medicaid ID.
    revalidated: BTreeMap<String, u64>,
    no_npis: usize,
    due: usize,
}

/// What is on file for the values of a row.
struct Found<'k> {
    plan: &'k PlanProfile,
    policy: &'k CredentialingPolicy,
    initiator: UserId,
    assignee: &'k ListedMember,
}

impl<'k> Examiner<'k> {
    fn violation(&mut self, draft: &Draft, column: &str, what: &str) {
        self.violations.push(Violation::at(draft.line, column, what));
    }

    fn row(&mut self, draft: &Draft) {
        let Some(found) = self.found(draft) else { return };
        let before = self.violations.len();
        match self.known.applications.get(&draft.number) {
            None => self.newcomer(draft, &found, before),
            Some(on_file) => self.familiar(draft, &found, on_file, before),
        }
    }

    fn found(&mut self, draft: &Draft) -> Option<Found<'k>> {
        let (known, portal) = (self.known, self.portal);
        let organization = known.organizations.get(&draft.organization);
        let plan = organization.and_then(|(code, _kind)| portal.plans.get(*code));
        let policy = plan.and_then(|plan| plan.credentialing.as_ref());
        if plan.is_none() {
            self.violation(draft, "organization_id", "there is no such organization");
        } else if policy.is_none() {
            self.violation(draft, "organization_id", "its plan has no applications");
        }
        let initiator = known.people.get(&draft.initiated_by).copied();
        if initiator.is_none() {
            self.violation(draft, "initiated_by", "no user has this address");
        }
        let assignee = known.members.get(&(draft.organization, draft.assigned_to.clone()));
        if assignee.is_none() && plan.is_some() {
            self.violation(draft, "assigned_to", "no member of the organization has this address");
        }
        Some(Found { plan: plan?, policy: policy?, initiator: initiator?, assignee: assignee? })
    }

    fn newcomer(&mut self, draft: &Draft, found: &Found<'k>, before: usize) {
        let today = local_date(self.now, found.plan.time_zone);
        let name = draft.provider_name.plain().to_owned();
        let medicaid_id = self.medicaid_id(draft, found.policy, None);
        self.name(draft);
        let npi = self.npi(draft);
        let (entry, category) = self.provider_type(draft, found.policy);
        self.at_most_one_revalidation(draft, medicaid_id.as_deref());
        if draft.date_of_initiation > today {
            self.violation(draft, "date_of_initiation", "is in the future");
        }
        if draft.last_activity_at > self.now {
            self.violation(draft, "last_activity_at", "is in the future");
        }
        if draft.status.is_open() && !found.assignee.is_agent {
            self.violation(draft, "assigned_to", "is no credentialing agent of the organization");
        }
        let Some(entry) = entry.filter(|_| self.violations.len() == before) else { return };
        let inactivity = found.plan.inactivity.inactivity(
            draft.status,
            draft.last_activity_at,
            self.now,
            found.plan.time_zone,
        );
        self.due += usize::from(inactivity.days_until_withdrawal == Some(0));
        let npi_valid = is_npi(npi.as_deref());
        self.no_npis += usize::from(npi.is_some() && !npi_valid);
        self.difference.add_new(&draft.number);
        self.changes.new.push(NewApplication {
            id: ApplicationId::from_uuid(uuid::Uuid::nil()),
            organization: draft.organization,
            application_type: draft.application_type,
            application_number: draft.number.clone(),
            status: draft.status,
            medicaid_id,
            provider_name: name,
            provider_type: (entry.code.clone(), entry.label.clone()),
            npi,
            npi_valid,
            date_of_initiation: draft.date_of_initiation,
            initiated_by: (found.initiator, String::new()),
            assigned_to: found.assignee.id,
            last_activity_at: draft.last_activity_at,
            category,
            requested_effective_date: draft.requested_effective_date,
            origin: HistoryAction::Imported,
        });
    }

    /// Examines an application that is on file. Its organization, type, status, initiator, assigned
    /// agent, date of initiation, and last activity cannot change.
    fn familiar(&mut self, draft: &Draft, found: &Found<'k>, on_file: &ListedApplication, before: usize) {
        for (column, same) in [
            ("organization_id", draft.organization == on_file.organization),
            ("application_type", draft.application_type == on_file.application_type),
            ("application_status", draft.status == on_file.status),
            ("date_of_initiation", draft.date_of_initiation == on_file.date_of_initiation),
            ("initiated_by", found.initiator == on_file.initiated_by),
            ("assigned_to", found.assignee.id == on_file.assigned_to),
            ("last_activity_at", draft.last_activity_at == on_file.last_activity_at),
        ] {
            if !same {
                self.violation(
                    draft,
                    column,
                    "differs from what is on file, which an import does not change",
                );
            }
        }
        let same_type = draft.provider_type == on_file.provider_type_code;
        let same_category = draft.category.is_none_or(|category| category == on_file.category);
        let same_npi = draft.npi.are(on_file.npi.as_deref().unwrap_or_default());
        let same_name = draft.provider_name.are(&on_file.provider_name);
        let differing: Vec<&str> = [
            ("medicaid_id", draft.medicaid_id == on_file.medicaid_id),
            ("provider_name", same_name),
            ("provider_type", same_type),
            ("category", same_category || !same_type),
            ("npi", same_npi),
            ("requested_effective_date", draft.requested_effective_date == on_file.requested_effective_date),
        ]
        .into_iter()
        .filter_map(|(column, same)| (!same).then_some(column))
        .collect();
        let Some(first) = differing.first() else {
            self.difference.unchanged += usize::from(self.violations.len() == before);
            return;
        };
        if !on_file.status.is_open() {
            self.violation(draft, first, "differs from what is on file, and the application is closed");
        } else if self.known.worked_on.contains(&on_file.id) {
            self.violation(
                draft,
                first,
                "differs from what is on file, and a user changed it here: change it in the portal",
            );
        }
        let mut correction = Correction {
            application: on_file.id,
            version: on_file.version,
            medicaid_id: self.medicaid_id(draft, found.policy, on_file.medicaid_id.as_deref()),
            provider_name: on_file.provider_name.clone(),
            provider_type: (on_file.provider_type_code.clone(), on_file.provider_type_label.clone()),
            category: on_file.category,
            npi: on_file.npi.clone(),
            npi_valid: is_npi(on_file.npi.as_deref()),
            requested_effective_date: draft.requested_effective_date,
            columns: differing.join(", "),
        };
        if !same_name {
            self.name(draft);
            correction.provider_name = draft.provider_name.plain().to_owned();
        }
        if !same_npi {
            correction.npi = self.npi(draft);
            correction.npi_valid = is_npi(correction.npi.as_deref());
        }
        if !same_type || !same_category {
            let (entry, category) = self.provider_type(draft, found.policy);
            if let Some(entry) = entry {
                correction.provider_type = (entry.code.clone(), entry.label.clone());
            }
            correction.category = category;
        }
        if draft.medicaid_id != on_file.medicaid_id {
            self.at_most_one_revalidation(draft, draft.medicaid_id.as_deref());
        }
        if self.violations.len() == before {
            self.difference.add_changed(&draft.number, &correction.columns);
            self.changes.corrections.push(correction);
        }
    }

    /// The Medicaid ID. A new one must have the plan's format, so that a partial number is never
    /// stored (detail X-13).
    fn medicaid_id(
        &mut self,
        draft: &Draft,
        policy: &CredentialingPolicy,
        on_file: Option<&str>,
    ) -> Option<String> {
        let given = draft.medicaid_id.as_deref().filter(|given| Some(*given) != on_file);
        if given.is_some_and(|given| !policy.medicaid_id.accepts(given)) {
            let format = &policy.medicaid_id;
            let what = format!("must be {} to {} digits", format.min_digits, format.max_digits);
            self.violation(draft, "medicaid_id", &what);
        }
        draft.medicaid_id.clone()
    }

    fn name(&mut self, draft: &Draft) {
        if let Some(objection) = draft.provider_name.name_objection(NAME_MAX) {
            self.violation(draft, "provider_name", &objection);
        }
    }

    /// The NPI, which is kept as written even if it is not valid (detail X-03).
    fn npi(&mut self, draft: &Draft) -> Option<String> {
        if let Some(objection) = draft.npi.objection(NPI_MAX) {
            self.violation(draft, "npi", &objection);
        }
        draft.npi.some()
    }

    fn provider_type(
        &mut self,
        draft: &Draft,
        policy: &'k CredentialingPolicy,
    ) -> (Option<&'k ProviderTypeEntry>, MedicaidIdCategory) {
        let entry = policy.provider_type(&draft.provider_type);
        if entry.is_none() {
            self.violation(draft, "provider_type", "is no provider type of the plan");
        }
        let of_type = entry.map(|entry| entry.category);
        if of_type.zip(draft.category).is_some_and(|(of_type, given)| of_type != given) {
            self.violation(draft, "category", "is not that of the provider_type");
        }
        (entry, of_type.unwrap_or(MedicaidIdCategory::Individual))
    }

    /// Reports a second open revalidation of a Medicaid ID (domain rule R-075).
    fn at_most_one_revalidation(&mut self, draft: &Draft, medicaid_id: Option<&str>) {
        let Some(medicaid_id) = medicaid_id.filter(|_| is_open_revalidation(draft)) else { return };
        let on_file = self.known.revalidations.get(medicaid_id).filter(|number| **number != draft.number);
        if let Some(number) = on_file {
            let what = format!("has an open revalidation already, {number}");
            self.violation(draft, "medicaid_id", &what);
        }
        match self.revalidated.get(medicaid_id).copied() {
            Some(line) => {
                let what = format!("has an open revalidation in line {line} already");
                self.violation(draft, "medicaid_id", &what);
            }
            None => {
                self.revalidated.insert(medicaid_id.to_owned(), draft.line);
            }
        }
    }
}

fn is_npi(text: Option<&str>) -> bool {
    text.is_some_and(|text| Npi::parse(text).is_ok())
}
