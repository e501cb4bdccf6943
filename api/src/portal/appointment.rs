//! Appointments of administrators by operators, for the HTTP API and the command line.

use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::MembershipId;
use portal_domain::organizations::appointment::{AppointmentRefusal, Nominee, appoint};
use portal_domain::organizations::member_words::MemberHistoryAction;
use portal_domain::organizations::organization::OrganizationFacts;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, StoreError, Tx};

/// The outcome of an appointment.
pub enum Appointed {
    /// The member is an administrator.
    Done(Done),
    /// The organization has no such member.
    NotFound,
    /// The rules refuse the appointment, for every reason given.
    Refused(Vec<AppointmentRefusal>),
}

/// Locks the organization, decides, and stores the appointment with its effects.
pub fn appoint_administrator(
    tx: &mut Tx<'_>,
    organization: &OrganizationFacts,
    member: MembershipId,
    reason: &str,
    author: &Author<'_>,
) -> Result<Appointed, StoreError> {
    tx.members().lock_organization(organization.id)?;
    let Some(entry) = tx.members().find(organization.id, member)? else { return Ok(Appointed::NotFound) };
    let administrators = tx.members().administrators(organization.id, organization.kind)?.len();
    let email = EmailAddress::parse(&entry.email)
        .map_err(|_error| StoreError::Schema("a stored email address is invalid".into()))?;
    let name = entry.name();
    let nominee =
        Nominee { member: &entry.member, name: &name, email: &email, by: author.name, reason: reason.trim() };
    match appoint(organization, administrators, nominee, tx.now()) {
        Ok(appointment) => {
            let _version = tx.members().appoint(&appointment, entry.version)?;
            let action = MemberHistoryAction::MadeAdmin;
            tx.members().add_history(member, action, author.user, author.name, None)?;
            Ok(Appointed::Done(tx.commit_effects(appointment.effects(), author)?))
        }
        Err(refusals) => Ok(Appointed::Refused(refusals)),
    }
}
