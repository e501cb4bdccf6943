//! The links of screen 5.1: who the individual of each is, and whether it may be filed (domain rule
//!

use portal_domain::applications::link_filing::{self, LinkStanding, group_to_consent_to};
use portal_domain::applications::screen::{GroupLink, Screens, Violation};
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::effects::Effects;
use portal_domain::ground::notice::Recipient;
use portal_domain::medicaid::link_consent::Consent;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;
use portal_persistence::medicaid::medicaid_ids::NamedMedicaidId;

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

/// A link of screen 5.1.
pub(super) struct FiledLink {
    /// The entry on the screen.
    pub(super) link: GroupLink,
    /// The Medicaid ID that the entry names, if it is on file.
    pub(super) named: Option<NamedMedicaidId>,
    /// The individual at one end of the link, if on file.
    pub(super) individual: Option<NamedMedicaidId>,
    /// `None` if the number has a wrong format.
    pub(super) standing: Option<LinkStanding>,
}

/// The links of an application, with a fixed number of queries.
pub(super) fn filed_links<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    application: &Application,
    screens: &Screens,
    hold: Hold,
) -> Result<Vec<FiledLink>, Problem> {
    let links: Vec<&GroupLink> = screens.group_links.iter().flat_map(|screen| &screen.links).collect();
    if links.is_empty() || !link_filing::links_individuals(application.category) {
        return Ok(vec![]);
    }
    let format = &call.credentialing(application.plan)?.medicaid_id;
    let today = local_date(call.now, call.plan(application.plan)?.time_zone);
    let well_formed = |link: &GroupLink| format.accepts(&link.medicaid_id);
    let numbers: Vec<&str> =
        links.iter().filter(|link| well_formed(link)).map(|link| link.medicaid_id.as_str()).collect();
    let of_individual = application.category == MedicaidIdCategory::Individual;
    let subject = application.medicaid_id.as_deref().filter(|_| of_individual);
    let asked: Vec<&str> = numbers.iter().copied().chain(subject).collect();
    let on_file = tx.medicaid_ids().named(application.organization, &asked, today)?;
    let find = |number: &str| on_file.iter().find(|named| named.medicaid_id == number);
    let subject = subject.and_then(find);
    let (individuals, groups): (Vec<_>, Vec<&str>) = if of_individual {
        (subject.map(|subject| subject.id).into_iter().collect(), numbers)
    } else {
        let named = on_file.iter().filter(|named| named.category == MedicaidIdCategory::Individual);
        let group = group_to_consent_to(application.application_type, application.medicaid_id.as_deref());
        (named.map(|named| named.id).collect(), group.into_iter().collect())
    };
    let consents = match hold {
        Hold::No => tx.link_consents().naming(&individuals, &groups)?,
        Hold::UntilCommit => tx.link_consents().naming_held(&individuals, &groups)?,
    };
    let filed = |link: &GroupLink| {
        let named = find(&link.medicaid_id).filter(|_| well_formed(link));
        let individual = match of_individual {
            true => subject,
            false => named.filter(|named| named.category == MedicaidIdCategory::Individual),
        };
        // An individual who is not on file is enrolled with this application.
        let enrolled = of_individual && subject.is_none();
        let consent = consents.iter().rev().find(|consent| {
            individual.is_some_and(|individual| individual.id == consent.individual)
                && (!of_individual || consent.group_number == link.medicaid_id)
        });
        let standing = LinkStanding {
            in_scope: enrolled || individual.is_some_and(|individual| individual.tie.is_in_scope()),
            consent: consent.cloned().map(Consent::from),
        };
        FiledLink {
            link: link.clone(),
            named: named.cloned(),
            individual: individual.cloned(),
            standing: well_formed(link).then_some(standing),
        }
    };
    Ok(links.into_iter().map(filed).collect())
}

/// The violations of links that need a consent and have none.
pub(super) fn link_violations(links: &[FiledLink]) -> Vec<Violation> {
    link_filing::violations(links.iter().map(|filed| (&filed.link, filed.standing.as_ref())))
}

/// The effects of an approval on those who gave the consents that its links rely on.
pub(super) fn consents_used(tx: &mut Tx<'_>, links: &[FiledLink]) -> Result<Vec<Effects>, Problem> {
    let consents: Vec<&Consent> =
        links.iter().filter_map(|filed| filed.standing.as_ref()?.consent_relied_on(&filed.link)).collect();
    if consents.is_empty() {
        return Ok(vec![]);
    }
    let givers: Vec<_> = consents.iter().map(|consent| consent.organization).collect();
    let managers = tx.memberships().managers_to_notify(&givers)?;
    let used = |consent: &Consent| {
        let of_giver = managers.iter().filter(|(organization, _, _)| *organization == consent.organization);
        let recipients: Vec<_> =
            of_giver.map(|(_, user, name)| Recipient { user: *user, name: name.clone() }).collect();
        consent.used(&recipients)
    };
    Ok(consents.into_iter().map(used).collect())
}
