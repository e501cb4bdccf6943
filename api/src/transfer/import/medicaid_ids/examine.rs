//! Compares the rows of the file with what is on file.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::ground::npi::Npi;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, PostalAddress};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::medicaid::medicaid_id_import::{ListedMedicaidId, MedicaidIdCorrection};
use portal_persistence::medicaid::medicaid_ids::{MedicaidIdDetails, NewMedicaidId};
use portal_persistence::{StoreError, Tx};

use super::read::Draft;
use crate::portal::state::Portal;
use crate::transfer::import::difference::{Difference, Examined};
use crate::transfer::import::table::Violation;

/// The maximum length of a name or a line of an address, in characters.
pub(super) const NAME_MAX: usize = 200;
/// The maximum length of a text that is kept in place of an NPI, in characters.
pub(super) const NPI_MAX: usize = 20;
/// The message for a column that an import does not change.
pub(crate) const FIXED: &str = "differs from what is on file, which an import does not change";

/// The changes to store.
#[derive(Default)]
pub(super) struct Changes {
    /// New records, still without their ids.
    pub(super) new: Vec<NewMedicaidId>,
    pub(super) corrections: Vec<MedicaidIdCorrection>,
    pub(super) links: Vec<NewLink>,
    /// The ids of the records on file, by number.
    pub(super) on_file: BTreeMap<String, MedicaidIdId>,
}

/// A link to create, by numbers.
pub(super) struct NewLink {
    pub(super) individual: String,
    pub(super) group: String,
    pub(super) effective_date: NaiveDate,
}

/// What is on file for these rows.
pub(super) struct Known {
    pub(super) organizations: BTreeMap<OrganizationId, (PlanCode, OrganizationKind)>,
    pub(super) medicaid_ids: BTreeMap<String, ListedMedicaidId>,
}

impl Known {
    fn load(tx: &mut Tx<'_>, drafts: &[Draft]) -> Result<Self, StoreError> {
        let owners: BTreeSet<_> = drafts.iter().filter_map(|draft| draft.owning_organization).collect();
        let owners: Vec<_> = owners.into_iter().collect();
        let groups = drafts.iter().flat_map(|draft| &draft.links).map(|link| link.group.as_str());
        let numbers: BTreeSet<_> =
            drafts.iter().map(|draft| draft.medicaid_id.as_str()).chain(groups).collect();
        let numbers: Vec<&str> = numbers.into_iter().collect();
        let on_file = tx.medicaid_ids().listed_by_number(&numbers)?;
        Ok(Self {
            organizations: tx.organizations().kinds_of(&owners)?,
            medicaid_ids: on_file.into_iter().map(|record| (record.medicaid_id.clone(), record)).collect(),
        })
    }
}

/// Examines every row. `violations` are those found before.
pub(super) fn examine(
    tx: &mut Tx<'_>,
    portal: &Portal,
    drafts: &[Draft],
    violations: &[Violation],
) -> Result<Examined<Changes>, StoreError> {
    let known = Known::load(tx, drafts)?;
    let groups = drafts.iter().filter(|draft| draft.category == MedicaidIdCategory::Group);
    let on_file = known.medicaid_ids.values().map(|record| (record.medicaid_id.clone(), record.id));
    let mut examiner = Examiner {
        now: tx.now(),
        portal,
        known: &known,
        groups: groups.map(|draft| draft.medicaid_id.as_str()).collect(),
        violations: violations.to_vec(),
        difference: Difference::default(),
        changes: Changes { on_file: on_file.collect(), ..Changes::default() },
        no_npis: 0,
    };
    for draft in drafts {
        examiner.row(draft);
    }
    let Examiner { violations, mut difference, changes, no_npis, .. } = examiner;
    difference.note(no_npis, "new NPIs that are none, and are kept as they are");
    Ok(Examined { violations, difference, changes })
}

pub(super) struct Examiner<'k> {
    pub(super) now: portal_domain::Instant,
    pub(super) portal: &'k Portal,
    pub(super) known: &'k Known,
    /// The group Medicaid IDs in the file.
    pub(super) groups: BTreeSet<&'k str>,
    pub(super) violations: Vec<Violation>,
    pub(super) difference: Difference,
    pub(super) changes: Changes,
    pub(super) no_npis: usize,
}

impl<'k> Examiner<'k> {
    pub(super) fn violation(&mut self, draft: &Draft, column: &str, what: &str) {
        self.violations.push(Violation::at(draft.line, column, what));
    }

    pub(super) fn row(&mut self, draft: &Draft) {
        let Some((plan, policy)) = self.plan(draft) else { return };
        let before = self.violations.len();
        let end_is_early = draft.end_date.zip(draft.effective_date).is_some_and(|(end, begin)| end < begin);
        match self.known.medicaid_ids.get(&draft.medicaid_id) {
            None => {
                if end_is_early {
                    self.violation(draft, "end_date", "is before effective_date");
                }
                self.newcomer(draft, plan, policy, before);
            }
            Some(on_file) => {
                let kept =
                    (draft.effective_date, draft.end_date) == (on_file.effective_date, on_file.end_date);
                if end_is_early && !kept {
                    self.violation(draft, "end_date", "is before effective_date");
                }
                self.familiar(draft, plan, on_file, before);
            }
        }
    }

    /// The plan of a Medicaid ID: the owner's plan if it has Medicaid IDs, or else the plan that
    /// does.
    pub(super) fn plan(&mut self, draft: &Draft) -> Option<(&'k PlanProfile, &'k CredentialingPolicy)> {
        let (known, portal) = (self.known, self.portal);
        let owner = draft.owning_organization;
        let organization = owner.and_then(|id| known.organizations.get(&id));
        if owner.is_some() && organization.is_none() {
            self.violation(draft, "owning_organization_id", "there is no such organization");
            return None;
        }
        let of_owner = organization.and_then(|(code, _kind)| portal.plans.get(*code));
        let all = PlanCode::ALL.iter().filter_map(|code| portal.plans.get(*code));
        let mut candidates = of_owner.into_iter().chain(all);
        let found = candidates.find_map(|plan| Some((plan, plan.credentialing.as_ref()?)));
        if found.is_none() {
            self.violation(draft, "medicaid_id", "no plan has Medicaid IDs");
        }
        found
    }

    pub(super) fn newcomer(
        &mut self,
        draft: &Draft,
        plan: &'k PlanProfile,
        policy: &'k CredentialingPolicy,
        before: usize,
    ) {
        // A partial number, for example from a blurred picture, is never stored (detail X-13).
        if !policy.medicaid_id.accepts(&draft.medicaid_id) {
            let what = format!(
                "must be {} to {} digits",
                policy.medicaid_id.min_digits, policy.medicaid_id.max_digits
            );
            self.violation(draft, "medicaid_id", &what);
        }
        self.name(draft);
        match policy.provider_type(&draft.provider_type) {
            None => self.violation(draft, "provider_type", "is no provider type of the plan"),
            Some(entry) if entry.category != draft.category => {
                self.violation(draft, "category", "is not that of the provider_type");
            }
            Some(_) => {}
        }
        let ssn = self.new_secret(draft, "ssn", &draft.ssn);
        let fein = self.new_secret(draft, "fein", &draft.fein);
        self.only_individuals_have_ssns(draft);
        let npi = self.npi(draft);
        let email = self.email(draft);
        let address = self.address(draft);
        self.owner(draft);
        let links = self.links(draft, plan, &[]);
        if self.violations.len() > before {
            return;
        }
        self.no_npis += usize::from(npi.as_deref().is_some_and(|npi| Npi::parse(npi).is_err()));
        self.difference.add_new(&draft.medicaid_id);
        self.changes.links.extend(links);
        self.changes.new.push(NewMedicaidId {
            id: MedicaidIdId::from_uuid(uuid::Uuid::nil()),
            medicaid_id: draft.medicaid_id.clone(),
            category: draft.category,
            provider_type: draft.provider_type.clone(),
            status: draft.status,
            name: draft.name.plain().to_owned(),
            npi,
            ssn,
            owning_organization: draft.owning_organization,
            effective_date: draft.effective_date,
            details: MedicaidIdDetails {
                further_npis: vec![],
                fein,
                end_date: draft.end_date,
                email,
                primary_physical_address: address,
                revalidation_due_on: draft.revalidation_due_on,
            },
        });
    }

    /// Examines a Medicaid ID that is on file. Its number, tax ids, type, category, and owner
    /// cannot change once they are set. Every link remains, because only a Maintenance ends links
    /// (domain rule R-047).
    pub(super) fn familiar(
        &mut self,
        draft: &Draft,
        plan: &'k PlanProfile,
        on_file: &ListedMedicaidId,
        before: usize,
    ) {
        let mut differing = Vec::new();
        if draft.category != on_file.category {
            self.violation(draft, "category", FIXED);
        }
        if draft.provider_type != on_file.provider_type {
            self.violation(draft, "provider_type", FIXED);
        }
        let mut correction = MedicaidIdCorrection {
            id: on_file.id,
            version: on_file.version,
            name: on_file.name.clone(),
            status: draft.status,
            npi: on_file.npi.clone(),
            npi_changes: false,
            ssn: self.known_secret(
                draft,
                "ssn",
                &draft.ssn,
                on_file.ssn.as_ref().map(|ssn| (ssn, ssn.masked())),
            ),
            fein: self.known_secret(
                draft,
                "fein",
                &draft.fein,
                on_file.fein.as_ref().map(|id| (id, id.masked())),
            ),
            owning_organization: draft.owning_organization,
            effective_date: draft.effective_date,
            end_date: draft.end_date,
            email: on_file.email.clone(),
            address: on_file.address.clone(),
            revalidation_due_on: draft.revalidation_due_on,
        };
        if !draft.name.are(&on_file.name) {
            self.name(draft);
            correction.name = draft.name.plain().to_owned();
            differing.push("name");
        }
        if correction.ssn.is_some() {
            self.only_individuals_have_ssns(draft);
            differing.push("ssn");
        }
        if correction.fein.is_some() {
            differing.push("fein");
        }
        if draft.status != on_file.status {
            differing.push("status");
        }
        if !draft.npi.are(on_file.npi.as_deref().unwrap_or_default()) {
            correction.npi = self.npi(draft);
            correction.npi_changes = true;
            differing.push("npi");
        }
        if draft.effective_date != on_file.effective_date {
            differing.push("effective_date");
        }
        if draft.end_date != on_file.end_date {
            differing.push("end_date");
        }
        if !is_address(draft, on_file.address.as_ref()) {
            correction.address = self.address(draft);
            differing.push("address");
        }
        if !draft.email.are(on_file.email.as_deref().unwrap_or_default()) {
            correction.email = self.email(draft);
            differing.push("email");
        }
        if draft.revalidation_due_on != on_file.revalidation_due_on {
            differing.push("revalidation_due_on");
        }
        match on_file.owning_organization {
            Some(owner) if draft.owning_organization != Some(owner) => {
                self.violation(draft, "owning_organization_id", FIXED);
            }
            None if draft.owning_organization.is_some() => {
                self.owner(draft);
                differing.push("owning_organization_id");
            }
            _ => {}
        }
        let only_links = differing.is_empty();
        let links = self.links(draft, plan, &on_file.links);
        if !links.is_empty() {
            differing.push("group_medicaid_ids");
        }
        if self.violations.len() > before {
            return;
        }
        if differing.is_empty() {
            self.difference.unchanged += 1;
            return;
        }
        self.difference.add_changed(&draft.medicaid_id, &differing.join(", "));
        self.changes.links.extend(links);
        if !only_links {
            self.changes.corrections.push(correction);
        }
    }
}

/// Whether the row has the address that is on file.
fn is_address(draft: &Draft, on_file: Option<&PostalAddress>) -> bool {
    let parts = on_file.map_or([""; 5], |address| {
        let line2 = address.line2.as_deref().unwrap_or_default();
        [address.line1.as_str(), line2, address.city.as_str(), address.state.as_str(), address.zip.as_str()]
    });
    draft.address.iter().zip(parts).all(|(words, part)| words.are(part))
}
