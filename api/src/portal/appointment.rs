//! Appointments of administrators by operators, for the HTTP API and the command line.

use portal_domain::organizations::appointment::{AppointmentRefusal, Nominee, appoint};
use portal_domain::organizations::member_words::MemberHistoryAction;
use portal_domain::organizations::organization::OrganizationFacts;
use portal_persistence::identity::users::stored_address;
use portal_persistence::organizations::members::MemberEntry;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, StoreError, Tx};

/// Decides on a member of an organization that is locked, and stores the appointment with its
/// effects. `author_email` is for the member's history. The inner error has every refusal.
pub fn appoint_administrator(
    tx: &mut Tx<'_>,
    organization: &OrganizationFacts,
    entry: &MemberEntry,
    reason: &str,
    (author, author_email): (&Author<'_>, &str),
) -> Result<Result<Done, Vec<AppointmentRefusal>>, StoreError> {
    let administrators = tx.members().administrators(organization.id, organization.kind)?.len();
    let email = stored_address(&entry.email)?;
    let name = entry.name();
    let nominee =
        Nominee { member: &entry.member, name: &name, email: &email, by: author.name, reason: reason.trim() };
    match appoint(organization, administrators, nominee, tx.now()) {
        Ok(appointment) => {
            let _version = tx.members().appoint(&appointment, entry.version)?;
            let action = MemberHistoryAction::MadeAdmin;
            tx.members().add_history(entry.member.id, action, author.user, author_email, None)?;
            Ok(Ok(tx.commit_effects(appointment.effects(), author)?))
        }
        Err(refusals) => Ok(Err(refusals)),
    }
}
