//! Compares the rows with what is on file.

use std::collections::BTreeMap;

use crate::applications::application_import::accepted::{
    ApplicationCorrection, ApplicationImport, ImportedApplication, RowChange,
};
use crate::applications::application_import::facts::{
    ApplicationRow, Assignee, Facts, PlanRules, StoredApplication,
};
use crate::applications::credentialing::CredentialingPolicy;
use crate::ground::calendar::{days_between, local_date};
use crate::ground::id::UserId;
use crate::ground::import::{NOT_CHANGED, RowViolation, RowViolations};
use crate::ground::npi::Npi;
use crate::medicaid::medicaid_id::ProviderTypeEntry;
use crate::medicaid::medicaid_id_import::values;

/// Examines every row, each with another number. Returns the changes that all of them make
/// together, or every violation in the order of the rows.
pub fn examine(rows: &[ApplicationRow], facts: &Facts<'_>) -> Result<ApplicationImport, Vec<RowViolation>> {
    let mut table = Table { facts, revalidations: BTreeMap::new() };
    let mut changes = Vec::with_capacity(rows.len());
    let mut violations = Vec::new();
    for row in rows {
        match table.examine(row) {
            Ok(change) => changes.push((row.number.as_str(), change)),
            Err(found) => violations.extend(found),
        }
    }
    if violations.is_empty() { Ok(ApplicationImport::of(changes)) } else { Err(violations) }
}

/// The facts, and what earlier rows of the table say about later ones.
struct Table<'a> {
    facts: &'a Facts<'a>,
    /// The lines of open revalidations in the table, by Medicaid ID.
    revalidations: BTreeMap<String, u64>,
}

/// What the values of a row refer to.
struct Referred<'a> {
    plan: &'a PlanRules<'a>,
    initiator: UserId,
    assignee: Assignee,
}

impl<'a> Table<'a> {
    fn examine(&mut self, row: &ApplicationRow) -> Result<RowChange, Vec<RowViolation>> {
        let referred = referred(self.facts, row)?;
        match self.facts.applications.get(&row.number) {
            None => self.addition(row, &referred),
            Some(stored) => self.correction(row, &referred, stored),
        }
    }

    fn addition(
        &mut self,
        row: &ApplicationRow,
        referred: &Referred<'_>,
    ) -> Result<RowChange, Vec<RowViolation>> {
        let Referred { plan, initiator, assignee } = *referred;
        let mut violations = RowViolations::in_line(row.line);
        new_medicaid_id(row, plan.policy, None, &mut violations);
        let provider_name = values::name("provider_name", &row.provider_name, &mut violations);
        let npi = values::npi(&row.npi, &mut violations);
        let entry = provider_type(row, plan.policy, &mut violations);
        self.at_most_one_revalidation(row, &mut violations);
        if row.date_of_initiation > local_date(self.facts.now, plan.time_zone) {
            violations.add("date_of_initiation", "is in the future");
        }
        if row.last_activity_at > self.facts.now {
            violations.add("last_activity_at", "is in the future");
        }
        if row.status.is_open() && !assignee.is_agent {
            violations.add("assigned_to", "is not a credentialing agent of the organization");
        }
        // Without an entry, there is a violation.
        let Some(entry) = entry else { return Err(violations.into_vec()) };
        let application = ImportedApplication {
            organization: row.organization,
            application_type: row.application_type,
            application_number: row.number.clone(),
            status: row.status,
            medicaid_id: row.medicaid_id.clone(),
            provider_name,
            provider_type: (entry.code.clone(), entry.label.clone()),
            category: entry.category,
            npi_valid: is_npi(npi.as_deref()),
            npi,
            date_of_initiation: row.date_of_initiation,
            initiated_by: initiator,
            assigned_to: assignee.id,
            last_activity_at: row.last_activity_at,
            requested_effective_date: row.requested_effective_date,
        };
        let inactive_days = days_between(row.last_activity_at, self.facts.now, plan.time_zone);
        let is_overdue = row.status.is_auto_withdrawable()
            && inactive_days >= i64::from(plan.inactivity.withdraw_after_days);
        violations.or(RowChange::Added { application: Box::new(application), is_overdue })
    }

    /// Examines an application that is on file. Its organization, type, status, initiator, assigned
    /// agent, date of initiation, and last activity cannot change.
    fn correction(
        &mut self,
        row: &ApplicationRow,
        referred: &Referred<'_>,
        stored: &StoredApplication,
    ) -> Result<RowChange, Vec<RowViolation>> {
        let mut violations = RowViolations::in_line(row.line);
        for (column, is_same) in [
            ("organization_id", row.organization == stored.organization),
            ("application_type", row.application_type == stored.application_type),
            ("application_status", row.status == stored.status),
            ("date_of_initiation", row.date_of_initiation == stored.date_of_initiation),
            ("initiated_by", referred.initiator == stored.initiated_by),
            ("assigned_to", referred.assignee.id == stored.assigned_to),
            ("last_activity_at", row.last_activity_at == stored.last_activity_at),
        ] {
            if !is_same {
                violations.add(column, NOT_CHANGED);
            }
        }
        let same_type = row.provider_type == stored.provider_type.0;
        let same_category = row.category.is_none_or(|category| category == stored.category);
        let same_npi = row.npi.is_same_as(stored.npi.as_deref().unwrap_or_default());
        let same_name = row.provider_name.is_same_as(&stored.provider_name);
        let differing: Vec<&'static str> = [
            ("medicaid_id", row.medicaid_id == stored.medicaid_id),
            ("provider_name", same_name),
            ("provider_type", same_type),
            // A category that differs with the provider type follows from it.
            ("category", same_category || !same_type),
            ("npi", same_npi),
            ("requested_effective_date", row.requested_effective_date == stored.requested_effective_date),
        ]
        .into_iter()
        .filter_map(|(column, is_same)| (!is_same).then_some(column))
        .collect();
        let Some(first) = differing.first().copied() else { return violations.or(RowChange::Unchanged) };
        if !stored.status.is_open() {
            violations.add(first, "differs from what is on file, and the application is closed");
        } else if self.facts.worked_on.contains(&stored.id) {
            let text = "differs from what is on file, and a user changed it here: change it in the portal";
            violations.add(first, text);
        }
        new_medicaid_id(row, referred.plan.policy, stored.medicaid_id.as_deref(), &mut violations);
        let mut correction = ApplicationCorrection {
            application: stored.id,
            version: stored.version,
            medicaid_id: row.medicaid_id.clone(),
            provider_name: stored.provider_name.clone(),
            provider_type: stored.provider_type.clone(),
            category: stored.category,
            npi: stored.npi.clone(),
            npi_valid: is_npi(stored.npi.as_deref()),
            requested_effective_date: row.requested_effective_date,
            columns: differing.join(", "),
        };
        if !same_name {
            correction.provider_name = values::name("provider_name", &row.provider_name, &mut violations);
        }
        if !same_npi {
            correction.npi = values::npi(&row.npi, &mut violations);
            correction.npi_valid = is_npi(correction.npi.as_deref());
        }
        if (!same_type || !same_category)
            && let Some(entry) = provider_type(row, referred.plan.policy, &mut violations)
        {
            correction.provider_type = (entry.code.clone(), entry.label.clone());
            correction.category = entry.category;
        }
        if row.medicaid_id != stored.medicaid_id {
            self.at_most_one_revalidation(row, &mut violations);
        }
        violations.or(RowChange::Changed(Box::new(correction)))
    }

    /// Reports a second open revalidation of a Medicaid ID (domain rule R-075).
    fn at_most_one_revalidation(&mut self, row: &ApplicationRow, violations: &mut RowViolations) {
        if !row.is_open_revalidation() {
            return;
        }
        let Some(medicaid_id) = &row.medicaid_id else { return };
        let on_file = self.facts.open_revalidations.get(medicaid_id);
        if let Some(number) = on_file.filter(|number| **number != row.number) {
            violations.add("medicaid_id", format!("has an open revalidation already, {number}"));
        }
        match self.revalidations.get(medicaid_id) {
            Some(line) => {
                violations.add("medicaid_id", format!("has an open revalidation in line {line} already"));
            }
            None => {
                self.revalidations.insert(medicaid_id.clone(), row.line);
            }
        }
    }
}

/// Finds what the values of a row refer to.
fn referred<'a>(facts: &'a Facts<'_>, row: &ApplicationRow) -> Result<Referred<'a>, Vec<RowViolation>> {
    let mut violations = RowViolations::in_line(row.line);
    let organization = facts.organizations.get(&row.organization);
    let plan = organization.and_then(Option::as_ref);
    if organization.is_none() {
        violations.add("organization_id", "organization not found");
    } else if plan.is_none() {
        violations.add("organization_id", "its plan has no applications");
    }
    let initiator = facts.users.get(&row.initiated_by).copied();
    if initiator.is_none() {
        violations.add("initiated_by", "no user has this address");
    }
    let assignee = facts.members.get(&(row.organization, row.assigned_to.clone())).copied();
    if assignee.is_none() && organization.is_some() {
        violations.add("assigned_to", "no member of the organization has this address");
    }
    match (plan, initiator, assignee) {
        (Some(plan), Some(initiator), Some(assignee)) => Ok(Referred { plan, initiator, assignee }),
        _ => Err(violations.into_vec()),
    }
}

/// A Medicaid ID other than the stored one must have the plan's format.
fn new_medicaid_id(
    row: &ApplicationRow,
    policy: &CredentialingPolicy,
    stored: Option<&str>,
    violations: &mut RowViolations,
) {
    if let Some(number) = row.medicaid_id.as_deref().filter(|number| Some(*number) != stored) {
        values::new_number(&policy.medicaid_id, number, violations);
    }
}

fn provider_type<'p>(
    row: &ApplicationRow,
    policy: &'p CredentialingPolicy,
    violations: &mut RowViolations,
) -> Option<&'p ProviderTypeEntry> {
    values::provider_type(&policy.provider_types, &row.provider_type, row.category, violations)
}

fn is_npi(text: Option<&str>) -> bool {
    text.is_some_and(|text| Npi::parse(text).is_ok())
}

#[cfg(test)]
#[path = "correction_tests.rs"]
mod correction_tests;

#[cfg(test)]
#[path = "addition_tests.rs"]
mod addition_tests;
