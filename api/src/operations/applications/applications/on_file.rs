//! The record on file that an application is about (domain rule R-206).

use chrono::NaiveDate;
use portal_domain::applications::difference::Difference;
use portal_domain::applications::on_file::{ProviderOnFile, applies_difference, longest_links};
use portal_domain::applications::screen::{GroupLink, MAX_ITEMS, Screens};
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::OrganizationId;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;
use portal_persistence::medicaid::medicaid_ids::{ListedLink, MedicaidIdRecord};

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::Problem;

/// What the screens show about the provider, except links.
pub(super) fn provider(tx: &mut Tx<'_>, record: &MedicaidIdRecord) -> Result<ProviderOnFile, Problem> {
    let npis = tx.medicaid_ids().npis(record.id, record.npi.as_deref())?;
    Ok(ProviderOnFile {
        category: record.category,
        name: record.name.clone(),
        email: record.email.clone(),
        telephone: record.telephone.clone(),
        primary_physical_address: record.primary_physical_address.clone(),
        npis,
        taxonomies: record.taxonomies.clone(),
        licenses: record.licenses.clone(),
        links: vec![],
    })
}

/// The same with its links that have not ended, at most as many as a screen accepts. Of an
/// individual that the organization does not own, only links to its own groups.
pub(super) fn provider_with_links(
    tx: &mut Tx<'_>,
    record: &MedicaidIdRecord,
    organization: OrganizationId,
    today: NaiveDate,
) -> Result<ProviderOnFile, Problem> {
    let groups_of = (record.owning_organization != Some(organization)).then_some(organization);
    let limit = i64::try_from(MAX_ITEMS).unwrap_or(i64::MAX);
    let end = (record.category, record.id);
    let links = tx.medicaid_ids().links_not_ended(end, groups_of, today, limit)?;
    let entry = |link: ListedLink| GroupLink {
        medicaid_id: link.medicaid_id,
        effective_date: Some(link.effective_date),
        end_date: link.end_date,
    };
    let links = longest_links(links.into_iter().map(entry));
    Ok(ProviderOnFile { links, ..provider(tx, record)? })
}

/// The difference between the screens and the record that is on file now. To rely on it, lock the
/// Medicaid ID first.
pub(super) fn difference(
    tx: &mut Tx<'_>,
    application: &Application,
    screens: &Screens,
    filled: Option<&Screens>,
) -> Result<Difference, Problem> {
    let record = match application.on_file.id.filter(|_| applies_difference(application.application_type)) {
        Some(id) => tx.medicaid_ids().find(id)?,
        None => None,
    };
    let on_file = match record {
        Some(record) => provider(tx, &record)?.screens(),
        None => Screens::default(),
    };
    Ok(Difference::of(filled, screens, &on_file))
}

/// Fills the screens of a returned application again: the agent's changes stay, and everything else
/// becomes what is on file now. Screens that began empty stay as they are.
pub(super) fn refill<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    application: &Application,
) -> Result<(), Problem> {
    let Some(filled) = tx.applications().filled_with(application.id)? else { return Ok(()) };
    let Some(id) = application.on_file.id else { return Ok(()) };
    let Some(record) = tx.medicaid_ids().find(id)? else { return Ok(()) };
    let today = local_date(call.now, call.plan(application.plan)?.time_zone);
    let on_file = provider_with_links(tx, &record, application.organization, today)?.screens();
    if on_file == filled {
        return Ok(());
    }
    let screens = tx.applications().screens(application.id)?;
    let difference = Difference::of(Some(&filled), &screens, &on_file);
    tx.applications().save_screens(application.id, difference.result(), &call.actor.name)?;
    tx.applications().set_described(application.id, difference.result())?;
    Ok(tx.applications().set_filled_with(application.id, &on_file)?)
}
