//! `export applications`: sorted by application number.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use chrono::SecondsFormat;
use portal_domain::applications::application_import::StoredApplication;
use portal_domain::ground::id::{MembershipId, OrganizationId, UserId};
use portal_domain::medicaid::medicaid_id::provider_type_display;
use portal_persistence::Tx;

use super::{Failure, PAGE, Sheet, cell, require};
use crate::portal::state::Portal;
use crate::transfer::import::applications::COLUMNS;

/// Writes all applications, or those of one organization. Returns their number.
pub fn export(
    portal: &Portal,
    organization: Option<OrganizationId>,
    out: impl Write,
) -> Result<usize, Vec<String>> {
    let written = portal.database.read(portal.moment(), |tx| -> Result<usize, Failure> {
        require(tx, organization)?;
        let mut sheet = Sheet::begin(out, &COLUMNS)?;
        let mut after = None;
        loop {
            let page = tx.applications().list_by_number(organization, after, PAGE)?;
            let addresses = Addresses::of(tx, &page.items)?;
            for application in &page.items {
                sheet.add(&cells(application, &addresses))?;
            }
            match page.items.last().filter(|_| page.has_more) {
                Some(last) => after = Some(last.application_number.clone()),
                None => return sheet.end(),
            }
        }
    });
    written.map_err(Failure::messages)
}

/// The email addresses of users and members.
struct Addresses {
    people: BTreeMap<UserId, String>,
    members: BTreeMap<MembershipId, String>,
}

impl Addresses {
    fn of(tx: &mut Tx<'_>, applications: &[StoredApplication]) -> Result<Self, Failure> {
        let people: BTreeSet<_> = applications.iter().map(|application| application.initiated_by).collect();
        let members: BTreeSet<_> = applications.iter().map(|application| application.assigned_to).collect();
        let people: Vec<_> = people.into_iter().collect();
        let members: Vec<_> = members.into_iter().collect();
        Ok(Self {
            people: tx.users().addresses_of(&people)?,
            members: tx.memberships().addresses_of(&members)?,
        })
    }
}

/// The cells of a row, in the order of the columns.
fn cells(application: &StoredApplication, addresses: &Addresses) -> [String; COLUMNS.len()] {
    [
        application.organization.to_string(),
        application.application_number.clone(),
        application.application_type.to_string(),
        application.status.to_string(),
        cell(application.medicaid_id.as_ref()),
        application.provider_name.clone(),
        provider_type_display(&application.provider_type.0, &application.provider_type.1),
        application.category.to_string(),
        cell(application.npi.as_ref()),
        application.date_of_initiation.to_string(),
        cell(addresses.people.get(&application.initiated_by)),
        cell(addresses.members.get(&application.assigned_to)),
        application.last_activity_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        cell(application.requested_effective_date),
    ]
}
