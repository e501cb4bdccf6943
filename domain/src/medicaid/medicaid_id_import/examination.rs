//! Compares the rows with what is on file.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::ground::import::{NOT_CHANGED, RowViolation, RowViolations};
use crate::medicaid::agent_access::LinkSpan;
use crate::medicaid::medicaid_id::MedicaidIdCategory;
use crate::medicaid::medicaid_id_import::accepted::{
    ImportedLink, ImportedMedicaidId, LinkEnd, MedicaidIdCorrection, MedicaidIdImport, RowChange,
};
use crate::medicaid::medicaid_id_import::facts::{
    Facts, MedicaidIdRow, NumberCell, PlanRules, StoredMedicaidId,
};
use crate::medicaid::medicaid_id_import::values;
use crate::organizations::organization::OrganizationKind;

/// Examines every row, each with another number. Returns the changes that all of them make
/// together, or every violation in the order of the rows.
pub fn examine(rows: &[MedicaidIdRow], facts: &Facts<'_>) -> Result<MedicaidIdImport, Vec<RowViolation>> {
    let groups = rows.iter().filter(|row| row.category == MedicaidIdCategory::Group);
    let table = Table { facts, groups: groups.map(|row| row.medicaid_id.as_str()).collect() };
    let mut changes = Vec::with_capacity(rows.len());
    let mut violations = Vec::new();
    for row in rows {
        match table.examine(row) {
            Ok(change) => changes.push((row.medicaid_id.as_str(), change)),
            Err(found) => violations.extend(found),
        }
    }
    if violations.is_empty() { Ok(MedicaidIdImport::of(changes)) } else { Err(violations) }
}

/// The facts, and what the rows of the table say about one another.
struct Table<'a> {
    facts: &'a Facts<'a>,
    /// The group Medicaid IDs in the table.
    groups: BTreeSet<&'a str>,
}

impl<'a> Table<'a> {
    fn examine(&self, row: &MedicaidIdRow) -> Result<RowChange, Vec<RowViolation>> {
        let mut violations = RowViolations::in_line(row.line);
        let Some(plan) = self.plan(row, &mut violations) else { return Err(violations.into_vec()) };
        let on_file = self.facts.medicaid_ids.get(&row.medicaid_id);
        let are_kept = on_file.is_some_and(|stored| {
            (stored.effective_date, stored.end_date) == (row.effective_date, row.end_date)
        });
        let ends_early = row.end_date.zip(row.effective_date).is_some_and(|(end, begin)| end < begin);
        if ends_early && !are_kept {
            violations.add("end_date", "is before effective_date");
        }
        let change = match on_file {
            None => self.addition(row, plan, &mut violations),
            Some(stored) => self.correction(row, plan, stored, &mut violations),
        };
        violations.or(change)
    }

    /// The plan of a Medicaid ID: the owner's plan if it has Medicaid IDs, or else the first plan
    /// that does.
    fn plan(&self, row: &MedicaidIdRow, violations: &mut RowViolations) -> Option<&'a PlanRules<'a>> {
        let owner = row.owning_organization;
        let organization = owner.and_then(|id| self.facts.organizations.get(&id));
        if owner.is_some() && organization.is_none() {
            violations.add("owning_organization_id", "organization not found");
            return None;
        }
        let of_owner =
            self.facts.plans.iter().find(|plan| organization.is_some_and(|(code, _kind)| *code == plan.code));
        let plan = of_owner.or(self.facts.plans.first());
        if plan.is_none() {
            violations.add("medicaid_id", "no plan has Medicaid IDs");
        }
        plan
    }

    fn addition(
        &self,
        row: &MedicaidIdRow,
        plan: &PlanRules<'_>,
        violations: &mut RowViolations,
    ) -> RowChange {
        values::new_number(plan.format, &row.medicaid_id, violations);
        let name = values::name("name", &row.name, Some(row.category), violations);
        let _entry =
            values::provider_type(plan.provider_types, &row.provider_type, Some(row.category), violations);
        let ssn = values::new_confidential("ssn", &row.ssn, violations);
        let fein = values::new_confidential("fein", &row.fein, violations);
        only_individuals_have_ssns(row, violations);
        let npi = values::npi(&row.npi, violations);
        let email = values::email(&row.email, violations);
        let address = values::address(&row.address, violations);
        self.owner(row, violations);
        let links = self.links(row, plan.today, None, violations);
        let medicaid_id = ImportedMedicaidId {
            medicaid_id: row.medicaid_id.clone(),
            category: row.category,
            provider_type: row.provider_type.clone(),
            status: row.status,
            name,
            npi,
            ssn,
            fein,
            owning_organization: row.owning_organization,
            effective_date: row.effective_date,
            end_date: row.end_date,
            email,
            address,
            revalidation_due_on: row.revalidation_due_on,
        };
        RowChange::Added(Box::new(medicaid_id), links)
    }

    /// Examines a Medicaid ID that is on file. Its number, tax ids, type, category, and owner
    /// cannot change once they are set. Every link remains, because only a Maintenance ends links
    /// (domain rule R-047).
    fn correction(
        &self,
        row: &MedicaidIdRow,
        plan: &PlanRules<'_>,
        stored: &StoredMedicaidId,
        violations: &mut RowViolations,
    ) -> RowChange {
        if row.category != stored.category {
            violations.add("category", NOT_CHANGED);
        }
        if row.provider_type != stored.provider_type {
            violations.add("provider_type", NOT_CHANGED);
        }
        let ssn = stored.ssn.as_ref().map(|ssn| (ssn, ssn.masked()));
        let fein = stored.fein.as_ref().map(|fein| (fein, fein.masked()));
        let mut correction = MedicaidIdCorrection {
            id: stored.id,
            version: stored.version,
            name: stored.name.clone(),
            status: row.status,
            npi: stored.npi.clone(),
            npi_changes: false,
            ssn: values::confidential("ssn", &row.ssn, ssn, violations),
            fein: values::confidential("fein", &row.fein, fein, violations),
            owning_organization: row.owning_organization,
            effective_date: row.effective_date,
            end_date: row.end_date,
            email: stored.email.clone(),
            address: stored.address.clone(),
            revalidation_due_on: row.revalidation_due_on,
        };
        let mut differing = Vec::new();
        if !row.name.is_same_as(&stored.name) {
            correction.name = values::name("name", &row.name, Some(row.category), violations);
            differing.push("name");
        }
        if correction.ssn.is_some() {
            only_individuals_have_ssns(row, violations);
            differing.push("ssn");
        }
        if correction.fein.is_some() {
            differing.push("fein");
        }
        if row.status != stored.status {
            differing.push("status");
        }
        if !row.npi.is_same_as(stored.npi.as_deref().unwrap_or_default()) {
            correction.npi = values::npi(&row.npi, violations);
            correction.npi_changes = true;
            differing.push("npi");
        }
        if row.effective_date != stored.effective_date {
            differing.push("effective_date");
        }
        if row.end_date != stored.end_date {
            differing.push("end_date");
        }
        if !values::is_same_address(&row.address, stored.address.as_ref()) {
            correction.address = values::address(&row.address, violations);
            differing.push("address");
        }
        if !row.email.is_same_as(stored.email.as_deref().unwrap_or_default()) {
            correction.email = values::email(&row.email, violations);
            differing.push("email");
        }
        if row.revalidation_due_on != stored.revalidation_due_on {
            differing.push("revalidation_due_on");
        }
        match stored.owning_organization {
            Some(owner) if row.owning_organization != Some(owner) => {
                violations.add("owning_organization_id", NOT_CHANGED);
            }
            None if row.owning_organization.is_some() => {
                self.owner(row, violations);
                differing.push("owning_organization_id");
            }
            _ => {}
        }
        let correction = (!differing.is_empty()).then_some(Box::new(correction));
        let links = self.links(row, plan.today, Some(stored), violations);
        if !links.is_empty() {
            differing.push("group_medicaid_ids");
        }
        if differing.is_empty() {
            return RowChange::Unchanged;
        }
        RowChange::Changed { columns: differing.join(", "), correction, links }
    }

    /// Examines the owner. Owners need no granted access, so only an individual provider can own an
    /// individual's Medicaid ID.
    fn owner(&self, row: &MedicaidIdRow, violations: &mut RowViolations) {
        let organization = row.owning_organization.and_then(|id| self.facts.organizations.get(&id));
        let Some((code, kind)) = organization else { return };
        let has_medicaid_ids = self.facts.plans.iter().any(|plan| plan.code == *code);
        if !has_medicaid_ids {
            violations.add("owning_organization_id", "its plan has no Medicaid IDs");
        } else if row.category == MedicaidIdCategory::Individual
            && *kind != OrganizationKind::IndividualProvider
        {
            let text =
                "an individual's Medicaid ID is linked to a group by group_medicaid_ids, and not owned by it";
            violations.add("owning_organization_id", text);
        }
    }

    /// The links to add. The row must have all links that are on file and have not ended. A new
    /// link begins on the day given, or else with the Medicaid ID, or else today.
    fn links(
        &self,
        row: &MedicaidIdRow,
        today: NaiveDate,
        stored: Option<&StoredMedicaidId>,
        violations: &mut RowViolations,
    ) -> Vec<ImportedLink> {
        const COLUMN: &str = "group_medicaid_ids";
        let on_file: &[LinkSpan] = stored.map(|stored| stored.links.as_slice()).unwrap_or_default();
        let is_named = |link: &LinkSpan| row.links.iter().any(|given| given.group == link.group_medicaid_id);
        if on_file.iter().any(|link| link.end_date.is_none() && !is_named(link)) {
            violations.add(COLUMN, "lacks a link that is on file; a link is ended by a Maintenance");
        }
        let mut added = Vec::new();
        for given in &row.links {
            let mut to_group = on_file.iter().filter(|link| link.group_medicaid_id == given.group);
            if let Some(current) = to_group.clone().find(|link| link.end_date.is_none()) {
                if given.begin.is_some_and(|begin| begin != current.effective_date) {
                    violations.add(COLUMN, NOT_CHANGED);
                }
                continue;
            }
            let effective_date = given.begin.or(row.effective_date).unwrap_or(today);
            let overlaps = to_group.any(|link| link.end_date.is_some_and(|end| effective_date <= end));
            if row.category != MedicaidIdCategory::Individual {
                violations.add(COLUMN, "only individuals are linked to groups");
            } else if !self.is_group(&given.group) {
                violations.add(COLUMN, "names a group that is neither on file nor in the import");
            } else if overlaps {
                violations.add(COLUMN, "begins before an earlier link to the same group has ended");
            } else {
                let individual = self.link_end(&row.medicaid_id);
                added.push(ImportedLink { individual, group: self.link_end(&given.group), effective_date });
            }
        }
        added
    }

    fn is_group(&self, number: &str) -> bool {
        match self.facts.medicaid_ids.get(number) {
            Some(stored) => stored.category == MedicaidIdCategory::Group,
            None => self.groups.contains(number),
        }
    }

    fn link_end(&self, number: &str) -> LinkEnd {
        match self.facts.medicaid_ids.get(number) {
            Some(stored) => LinkEnd::OnFile(stored.id),
            None => LinkEnd::Added(number.to_owned()),
        }
    }
}

fn only_individuals_have_ssns(row: &MedicaidIdRow, violations: &mut RowViolations) {
    if row.category != MedicaidIdCategory::Individual && row.ssn != NumberCell::Absent {
        violations.add("ssn", "belongs to individuals only");
    }
}

#[cfg(test)]
#[path = "correction_tests.rs"]
mod correction_tests;

#[cfg(test)]
#[path = "link_tests.rs"]
mod link_tests;

#[cfg(test)]
#[path = "addition_tests.rs"]
mod addition_tests;
