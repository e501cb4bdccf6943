//! Loads what is on file for the rows.

use std::collections::{BTreeMap, BTreeSet};

use portal_domain::applications::application_import::{ApplicationRow, Facts, PlanRules};
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::{StoreError, Tx};

use crate::portal::state::Portal;

/// Medicaid IDs looked up at a time.
const LOOKED_UP: usize = 1000;

pub(super) fn load<'p>(
    tx: &mut Tx<'_>,
    portal: &'p Portal,
    rows: &[ApplicationRow],
) -> Result<Facts<'p>, StoreError> {
    let organizations = distinct(rows.iter().map(|row| row.organization));
    let addresses = rows.iter().flat_map(|row| [row.initiated_by.as_str(), row.assigned_to.as_str()]);
    let people: Vec<&str> = distinct(addresses);
    let numbers: Vec<&str> = rows.iter().map(|row| row.number.as_str()).collect();
    let revalidations = rows.iter().filter(|row| row.is_open_revalidation());
    let revalidated: Vec<&str> = distinct(revalidations.filter_map(|row| row.medicaid_id.as_deref()));
    let mut open_revalidations = BTreeMap::new();
    for some in revalidated.chunks(LOOKED_UP) {
        let found = tx.medicaid_ids().open_revalidations(some)?;
        open_revalidations.extend(found.into_iter().map(|one| (one.medicaid_id, one.application_number)));
    }
    let applications = tx.applications().listed_by_number(&numbers)?;
    let ids: Vec<_> = applications.iter().map(|application| application.id).collect();
    let organizations = tx.organizations().kinds_of(&organizations)?.into_iter();
    Ok(Facts {
        now: tx.now(),
        organizations: organizations
            .filter_map(|(id, (code, _kind))| Some((id, rules(portal.plans.get(code)?))))
            .collect(),
        users: tx.users().by_address(&people)?,
        members: tx.memberships().by_address(&people)?,
        worked_on: tx.applications().worked_on(&ids)?,
        open_revalidations,
        applications: applications
            .into_iter()
            .map(|application| (application.application_number.clone(), application))
            .collect(),
    })
}

fn rules(plan: &PlanProfile) -> Option<PlanRules<'_>> {
    let policy = plan.credentialing.as_ref()?;
    Some(PlanRules { policy, inactivity: &plan.inactivity, time_zone: plan.time_zone })
}

fn distinct<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.collect::<BTreeSet<_>>().into_iter().collect()
}
