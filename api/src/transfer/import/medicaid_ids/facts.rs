//! Loads what is on file for the rows.

use std::collections::BTreeSet;

use portal_domain::ground::calendar::local_date;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::medicaid::medicaid_id_import::{Facts, MedicaidIdRow, PlanRules};
use portal_persistence::{StoreError, Tx};

use crate::portal::state::Portal;

pub(super) fn load<'p>(
    tx: &mut Tx<'_>,
    portal: &'p Portal,
    rows: &[MedicaidIdRow],
) -> Result<Facts<'p>, StoreError> {
    let owners: BTreeSet<_> = rows.iter().filter_map(|row| row.owning_organization).collect();
    let owners: Vec<_> = owners.into_iter().collect();
    let groups = rows.iter().flat_map(|row| &row.links).map(|link| link.group.as_str());
    let numbers: BTreeSet<_> = rows.iter().map(|row| row.medicaid_id.as_str()).chain(groups).collect();
    let numbers: Vec<&str> = numbers.into_iter().collect();
    let on_file = tx.medicaid_ids().listed_by_number(&numbers)?;
    let now = tx.now();
    let plans = PlanCode::ALL.iter().filter_map(|code| portal.plans.get(*code)).filter_map(|plan| {
        let policy = plan.credentialing.as_ref()?;
        Some(PlanRules {
            code: plan.code,
            format: &policy.medicaid_id,
            provider_types: &policy.provider_types,
            today: local_date(now, plan.time_zone),
        })
    });
    Ok(Facts {
        plans: plans.collect(),
        organizations: tx.organizations().kinds_of(&owners)?,
        medicaid_ids: on_file.into_iter().map(|record| (record.medicaid_id.clone(), record)).collect(),
    })
}
