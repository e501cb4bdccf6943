//! The links of screen 5.1: the facts that decide whether each may be filed (domain rule R-201), and
//! the changes by an approval.

use chrono::NaiveDate;
use portal_domain::applications::approval::{self, LinkChange};
use portal_domain::applications::link_filing::{FiledLink, LinkFiling};
use portal_domain::applications::screen::{Screens, continues_link};
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::effects::Effects;
use portal_domain::ground::id::MedicaidIdId;
use portal_domain::medicaid::link_consent::{self, Consent};
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::Problem;

/// Whether consents are held until the transaction ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// The result is only shown.
    No,
    /// A decision relies on it.
    UntilCommit,
}

/// The links of an application whose approval begins them, with a fixed number of queries. `filled`
/// is what its screens were filled with from the record on file: those links do not begin.
pub(super) fn filed_links<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    application: &Application,
    (screens, filled): (&Screens, &Screens),
    hold: Hold,
) -> Result<Vec<FiledLink>, Problem> {
    let format = &call.credentialing(application.plan)?.medicaid_id;
    let today = local_date(call.now, call.plan(application.plan)?.time_zone);
    let links = screens.group_links.as_ref().map(|screen| screen.links.as_slice()).unwrap_or_default();
    let kind = (application.application_type, application.category);
    let Some(filing) = LinkFiling::of(kind, application.medicaid_id.as_deref(), links, format) else {
        return Ok(vec![]);
    };
    let on_file = tx.medicaid_ids().named(application.organization, &filing.numbers(), today)?;
    let (individuals, groups) = filing.consents_needed(&on_file);
    let consents = match hold {
        Hold::No => tx.link_consents().naming(&individuals, &groups)?,
        Hold::UntilCommit => tx.link_consents().naming_held(&individuals, &groups)?,
    };
    let consents: Vec<Consent> = consents.into_iter().map(Into::into).collect();
    let ties = match consents.is_empty() {
        true => vec![],
        false => {
            let givers: Vec<_> = consents.iter().map(|consent| consent.organization).collect();
            tx.medicaid_ids().ties(&givers, &individuals, today)?
        }
    };
    let mut filed = filing.standings(&on_file, &link_consent::counting(consents, &ties));
    let known = filled.group_links.as_ref().map(|screen| screen.links.as_slice()).unwrap_or_default();
    for filed in filed.iter_mut().filter(|filed| continues_link(&filed.link, known)) {
        filed.standing = None;
    }
    Ok(filed)
}

/// The links that an approval changed.
#[derive(Default)]
pub(super) struct ChangedLinks {
    /// The numbers on the screen of the links that began.
    pub(super) began: Vec<String>,
    /// The numbers on the screen that had no link to end.
    pub(super) not_linked: Vec<String>,
}

/// Begins and ends the links of the Medicaid ID that the approval issued or is about.
///
/// The agent never learns whether a number is on file: the history has nothing about links that did
/// not begin, and one sentence about all that did not end.
pub(super) fn change_links(
    tx: &mut Tx<'_>,
    this: Option<(MedicaidIdCategory, MedicaidIdId)>,
    changes: &[LinkChange],
    filed: &[FiledLink],
    today: NaiveDate,
) -> Result<ChangedLinks, Problem> {
    let mut changed = ChangedLinks::default();
    for change in changes {
        let named = filed.iter().find(|filed| filed.link.medicaid_id == change.medicaid_id);
        let other = named.and_then(|filed| filed.named.as_ref()).map(|other| (other.category, other.id));
        let ends = this.zip(other).and_then(|(this, other)| approval::link_ends(this, other));
        let (began, ended) = match ends {
            Some(ends) => change_link(tx, ends, change, today)?,
            None => (false, false),
        };
        if began {
            changed.began.push(change.medicaid_id.clone());
        }
        if change.begins_on.is_none() && !ended {
            changed.not_linked.push(change.medicaid_id.clone());
        }
    }
    Ok(changed)
}

/// Begins or ends a link; returns whether one began and whether one ended.
fn change_link(
    tx: &mut Tx<'_>,
    (individual, group): (MedicaidIdId, MedicaidIdId),
    change: &LinkChange,
    today: NaiveDate,
) -> Result<(bool, bool), Problem> {
    let began = match change.begins_on {
        Some(first_day) => tx.medicaid_ids().link(individual, group, first_day)?,
        None => false,
    };
    let ended = match change.ends_on {
        Some(last_day) => tx.medicaid_ids().end_link(individual, group, last_day, today)?,
        None => false,
    };
    Ok((began, ended))
}

/// The effects of an approval on those who gave the consents that these links rely on.
pub(super) fn consents_used(
    tx: &mut Tx<'_>,
    links: &[FiledLink],
    began: &[String],
) -> Result<Vec<Effects>, Problem> {
    let began = links.iter().filter(|filed| began.contains(&filed.link.medicaid_id));
    let consents: Vec<&Consent> = began.filter_map(FiledLink::consent_relied_on).collect();
    if consents.is_empty() {
        return Ok(vec![]);
    }
    let givers: Vec<_> = consents.iter().map(|consent| consent.organization).collect();
    let managers = tx.memberships().managers_to_notify(&givers)?;
    let of = |consent: &Consent| managers.get(&consent.organization).map(Vec::as_slice).unwrap_or_default();
    Ok(consents.into_iter().map(|consent| consent.used(of(consent))).collect())
}
