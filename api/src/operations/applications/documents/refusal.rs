//! Refusals of downloads as problems.

use portal_domain::applications::document_scan::DownloadRefusal;

use crate::http::problem::{Code, Refusal};

impl Refusal for DownloadRefusal {
    const CODES: &'static [(Self, Code)] =
        &[(Self::ScanPending, Code::document_not_scanned), (Self::Infected, Code::document_infected)];

    fn reason(self) -> &'static str {
        self.as_str()
    }

    fn detail(self) -> &'static str {
        match self {
            Self::ScanPending => "the document was not scanned for viruses yet",
            Self::Infected => "the document contains a virus",
        }
    }
}
