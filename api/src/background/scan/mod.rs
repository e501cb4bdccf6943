//! Scans uploaded documents for viruses (decision 0039). With a scanner, a document cannot be
//! downloaded before it was found clean, however long that takes.

mod clamd;

use std::time::Duration;

use actix_web::web;
use portal_domain::applications::change::DocumentFacts;
use portal_domain::applications::document_scan::{ScanVerdict, next_attempt_in};
use portal_domain::applications::notification::recipients;
use portal_domain::ground::id::{ApplicationId, DocumentId};
use portal_persistence::applications::document_scans::ScannedDocument;
use portal_persistence::applications::documents::Document;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, StoreError, Tx};

use self::clamd::{Answer, ScanFailure};
use crate::portal::failure::Failure;
use crate::portal::settings::Scanner;
use crate::portal::state::Portal;

/// The author in the audit trail.
const AUTHOR: Author<'static> = Author { user: None, name: "virus scanner", request_id: "" };

/// How long a claim lasts beyond the scanner's time limit.
const MARGIN: chrono::Duration = chrono::Duration::minutes(1);

/// When a document is due again if the scanner could not be reached.
const SCANNER_RETRY: chrono::Duration = chrono::Duration::seconds(30);

/// What became of the document that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// None was due.
    Nothing,
    /// It got a verdict, or was removed meanwhile.
    Done,
    /// The scanner refused it, or it is damaged. It will be tried again.
    PutOff,
    /// The scanner could not be reached. It will be tried again.
    NoScanner,
}

/// Scans the document that has been due for the longest time. Several instances can do so at once:
/// each claims its document.
pub async fn scan_next(portal: &web::Data<Portal>, scanner: &Scanner) -> Result<Scanned, Failure> {
    let (inner, limit) = (portal.clone(), scanner.limit);
    let Some((claimed, content)) = portal.blocking(move || claim(&inner, limit)).await? else {
        return Ok(Scanned::Nothing);
    };
    let outcome = match content {
        Some(content) => clamd::scan(&scanner.address, scanner.limit, &content).await,
        None => Err(ScanFailure::Refused("its content cannot be read".into())),
    };
    let inner = portal.clone();
    portal.blocking(move || note(&inner, &claimed, outcome)).await
}

/// The claimed document and its content, which is `None` if it is damaged.
type Claimed = (ScannedDocument, Option<Vec<u8>>);

fn claim(portal: &Portal, limit: Duration) -> Result<Option<Claimed>, Failure> {
    let lease = chrono::Duration::from_std(limit).unwrap_or(MARGIN) + MARGIN;
    let claimed = portal.database.write_unrecorded(portal.moment(), |tx| tx.documents().claim_scan(lease))?;
    let Some(claimed) = claimed else { return Ok(None) };
    let content = portal.database.read(portal.moment(), |tx| tx.documents().content(&claimed.document));
    match content {
        Ok(content) => Ok(Some((claimed, content))),
        Err(error @ StoreError::Damaged { .. }) => {
            tracing::error!(document = %claimed.document.id, %error, "a document is damaged");
            Ok(Some((claimed, None)))
        }
        Err(error) => Err(error.into()),
    }
}

fn note(
    portal: &Portal,
    claimed: &ScannedDocument,
    outcome: Result<Answer, ScanFailure>,
) -> Result<Scanned, Failure> {
    let (id, application) = (claimed.document.id, claimed.document.application);
    match outcome {
        Ok(Answer::Clean) => {
            portal.database.write_unrecorded(portal.moment(), |tx| {
                tx.documents().record_verdict(id, ScanVerdict::Clean, None)
            })?;
            Ok(Scanned::Done)
        }
        Ok(Answer::Infected(finding)) => {
            let recorded = portal
                .database
                .write(portal.moment(), |tx| quarantine(tx, &claimed.document, application, &finding))?;
            if recorded {
                tracing::warn!(document = %id, %application, %finding, "a virus was found in a document");
            }
            Ok(Scanned::Done)
        }
        Err(ScanFailure::Refused(answer)) => {
            let retry_in = next_attempt_in(claimed.attempts);
            put_off(portal, id, retry_in)?;
            tracing::error!(document = %id, attempts = claimed.attempts, %answer, "a document was not scanned; it stays in quarantine");
            Ok(Scanned::PutOff)
        }
        Err(failure) => {
            put_off(portal, id, SCANNER_RETRY)?;
            tracing::error!(document = %id, %failure, "the virus scanner did not answer; documents stay in quarantine");
            Ok(Scanned::NoScanner)
        }
    }
}

fn put_off(portal: &Portal, id: DocumentId, wait: chrono::Duration) -> Result<(), StoreError> {
    let moment = portal.moment();
    portal.database.write_unrecorded(moment, |tx| tx.documents().put_off_scan(id, moment.session + wait))
}

/// Records that a document is infected, and notifies those who can replace it. Returns `false` if it
/// was removed meanwhile.
fn quarantine(
    tx: &mut Tx<'_>,
    document: &Document,
    application: ApplicationId,
    finding: &str,
) -> Result<(bool, Done), StoreError> {
    tx.applications().find_locked(application)?;
    if !tx.documents().record_verdict(document.id, ScanVerdict::Infected, Some(finding))? {
        return Ok(Done::unchanged().with(false));
    }
    let found = tx.applications().with_recipients(&[application])?;
    let about = found.into_iter().next().ok_or(StoreError::Stale("application"))?;
    let managers = match about.assignee_may_act {
        true => vec![],
        false => tx.memberships().managers_of(about.organization)?,
    };
    let audience = recipients(about.assignee.clone(), about.assignee_may_act, &managers);
    let sha256: String = document.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let facts = DocumentFacts {
        id: document.id,
        document_type: document.document_type,
        file_name: &document.file_name,
        sha256: &sha256,
    };
    let effects = about.matter().document_infected(facts, finding, &audience);
    Ok(tx.commit_effects(&effects, &AUTHOR)?.with(true))
}

/// Scans documents until the portal shuts down, one at a time.
pub async fn run(portal: web::Data<Portal>, scanner: Scanner) {
    while !portal.is_draining() {
        match scan_next(&portal, &scanner).await {
            Ok(Scanned::Done | Scanned::PutOff) => {}
            Ok(Scanned::Nothing) => portal.pause(Duration::from_secs(1)).await,
            Ok(Scanned::NoScanner) => portal.pause(Duration::from_secs(10)).await,
            Err(failure) => {
                tracing::warn!(%failure, "documents could not be scanned");
                portal.pause(Duration::from_secs(1)).await;
            }
        }
    }
}
