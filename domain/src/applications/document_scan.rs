//! Scans of documents for viruses: what a scan found, what follows from it, and when it is repeated
//! (threat T-20).

use chrono::Duration;

use crate::applications::change::DocumentFacts;
use crate::applications::correspondence::Matter;
use crate::ground::audit::{AuditAction, Detail};
use crate::ground::effects::Effects;
use crate::ground::notice::{NotificationKind, Recipient};
use crate::vocabulary;

vocabulary! {
    /// What a scan found.
    pub enum ScanVerdict {
        /// Nothing.
        Clean = "clean",
        /// A virus or other malware.
        Infected = "infected",
    }
}

vocabulary! {
    /// Whether a document was scanned for viruses, and what was found. Only documents with
    /// `not_scanned` and `clean` can be downloaded.
    pub enum ScanStatus {
        /// The portal has no virus scanner.
        NotScanned = "not_scanned",
        /// The document waits for its scan.
        Waiting = "waiting",
        /// No virus was found.
        Clean = "clean",
        /// A virus was found.
        Infected = "infected",
    }
}

impl ScanStatus {
    /// The status of a document with this verdict. With a scanner, every document without a verdict
    /// waits, including those uploaded before there was one.
    #[must_use]
    pub const fn of(verdict: Option<ScanVerdict>, has_scanner: bool) -> Self {
        match (verdict, has_scanner) {
            (Some(ScanVerdict::Clean), _) => Self::Clean,
            (Some(ScanVerdict::Infected), _) => Self::Infected,
            (None, true) => Self::Waiting,
            (None, false) => Self::NotScanned,
        }
    }

    /// Whether the document can be downloaded.
    pub const fn may_be_downloaded(self) -> Result<(), DownloadRefusal> {
        match self {
            Self::NotScanned | Self::Clean => Ok(()),
            Self::Waiting => Err(DownloadRefusal::ScanPending),
            Self::Infected => Err(DownloadRefusal::Infected),
        }
    }
}

vocabulary! {
    /// Why a document cannot be downloaded.
    pub enum DownloadRefusal {
        /// It was not scanned yet.
        ScanPending = "scan_pending",
        /// It contains a virus.
        Infected = "infected",
    }
}

/// The maximum length of a scanner's name for a virus.
const MAX_FINDING: usize = 100;

/// A scanner's name for what it found, reduced to characters that are safe in every text.
#[must_use]
pub fn finding_name(answered: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = answered.chars().filter(plain).take(MAX_FINDING).collect();
    if name.is_empty() { "unnamed".into() } else { name }
}

/// When a scan that failed because of the document is repeated: after a minute, and each time twice
/// as late, up to an hour. The document stays in quarantine.
#[must_use]
pub fn next_attempt_in(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 6)).unwrap_or_default();
    Duration::minutes(2_i64.saturating_pow(doublings).min(60))
}

impl Matter {
    /// A virus was found in a document of the application. Its agent is notified, or the managers if
    /// the agent cannot act.
    #[must_use]
    pub fn document_infected(
        &self,
        document: DocumentFacts<'_>,
        finding: &str,
        audience: &[Recipient],
    ) -> Effects {
        let details = vec![
            ("application", Detail::Text(self.application.to_string())),
            ("document_type", Detail::Text(document.document_type.to_string())),
            ("finding", Detail::Text(finding.into())),
            ("sha256", Detail::Text(document.sha256.into())),
        ];
        let event = self.event(AuditAction::DocumentInfected, document.id.to_string(), details);
        let text = format!(
            "The virus scanner found {finding} in the document \"{}\" of {} {} for {}. It cannot be \
             downloaded and does not count as submitted.",
            document.file_name,
            self.application_type.label(),
            self.number,
            self.provider_name,
        );
        let notice = |recipient| self.notice(recipient, NotificationKind::DocumentInfected, text.clone());
        Effects::recorded_as(event).notifying(audience.iter().map(notice))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::applications::correspondence::tests::matter;
    use crate::ground::document_type::DocumentType;
    use crate::ground::id::{DocumentId, UserId};

    #[test]
    fn t_20_with_a_scanner_only_clean_documents_can_be_downloaded() {
        for (verdict, has_scanner, status, allowed) in [
            (None, false, ScanStatus::NotScanned, Ok(())),
            (None, true, ScanStatus::Waiting, Err(DownloadRefusal::ScanPending)),
            (Some(ScanVerdict::Clean), true, ScanStatus::Clean, Ok(())),
            (Some(ScanVerdict::Clean), false, ScanStatus::Clean, Ok(())),
            (Some(ScanVerdict::Infected), true, ScanStatus::Infected, Err(DownloadRefusal::Infected)),
            (Some(ScanVerdict::Infected), false, ScanStatus::Infected, Err(DownloadRefusal::Infected)),
        ] {
            assert_eq!(ScanStatus::of(verdict, has_scanner), status);
            assert_eq!(status.may_be_downloaded(), allowed, "{status}");
        }
    }

    #[test]
    fn t_20_the_name_of_a_virus_contains_no_markup_and_has_at_most_100_characters() {
        assert_eq!(finding_name("Win.Test.EICAR_HDB-1"), "Win.Test.EICAR_HDB-1");
        assert_eq!(finding_name("<b>x</b> https://a\u{202e}"), "bxbhttpsa");
        assert_eq!(finding_name(&"a".repeat(101)), "a".repeat(100));
        assert_eq!(finding_name("\r\n"), "unnamed");
    }

    #[test]
    fn failed_scans_are_repeated_after_a_minute_and_later_after_an_hour() {
        let minutes: Vec<_> = (0..=9).map(|attempts| next_attempt_in(attempts).num_minutes()).collect();
        assert_eq!(minutes, [1, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn t_20_an_infected_document_is_recorded_without_its_name_and_its_agent_is_notified() {
        let agent = Recipient { user: UserId::from_uuid(Uuid::from_u128(4)), name: "Priya Nair".into() };
        let document = DocumentFacts {
            id: DocumentId::from_uuid(Uuid::from_u128(5)),
            document_type: DocumentType::LicenseCopy,
            file_name: "license.pdf",
            sha256: "00ff",
        };
        let effects = matter().document_infected(document, "Eicar-Test", std::slice::from_ref(&agent));
        let [event] = effects.events()[..] else { panic!("one event") };
        assert_eq!((event.action, &event.object), (AuditAction::DocumentInfected, &document.id.to_string()));
        assert!(!format!("{event:?}").contains("license.pdf"));
        let [notice] = effects.notices() else { panic!("one notice") };
        assert_eq!((notice.kind, notice.recipient), (NotificationKind::DocumentInfected, agent.user));
        assert!(
            notice.text.starts_with("The virus scanner found Eicar-Test in the document \"license.pdf\"")
        );
    }
}
