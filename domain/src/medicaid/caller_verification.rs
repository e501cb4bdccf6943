//! Caller verification: four facts that must all match one record (domain rule R-110).

use chrono::NaiveDate;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::{CallerVerificationId, MedicaidIdId};
use crate::ground::tax_identifier::TaxId;
use crate::ground::text::comparable;
use crate::vocabulary;

vocabulary! {
    /// A fact that a caller must state.
    pub enum CallerFact {
        /// The Medicaid ID.
        MedicaidId = "medicaid_id",
        /// The name of the organization or provider.
        Name = "name",
        /// The NPI.
        Npi = "npi",
        /// The tax ID: FEIN or Social Security number.
        TaxId = "tax_id",
    }
}

/// The facts a caller stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerFacts {
    /// The Medicaid ID. It identifies the record to compare with.
    pub medicaid_id: String,
    /// The name of the organization or provider.
    pub name: Option<String>,
    /// The NPI.
    pub npi: Option<String>,
    /// The tax ID.
    pub tax_id: Option<TaxId>,
}

/// The facts on file about a Medicaid ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactsOnFile {
    /// The Medicaid ID.
    pub medicaid_id: String,
    /// "Last, First", or a business name.
    pub name: String,
    /// The NPIs.
    pub npis: Vec<String>,
    /// The tax IDs: FEIN, Social Security number, and the tax ID of the organization that owns the
    /// Medicaid ID.
    pub tax_ids: Vec<TaxId>,
}

/// The facts a caller must state on that day. All four are required from the date set by the plan,
/// that date included.
#[must_use]
pub fn facts_required(on: NaiveDate, policy: &CallerVerificationPolicy) -> &'static [CallerFact] {
    if on >= policy.required_from { CallerFact::ALL } else { &[CallerFact::MedicaidId] }
}

/// Whether all stated facts match one record. Every fact is compared even after a mismatch, so that
/// neither the result nor the timing reveals which one was wrong. Facts that were not stated are
/// not compared; [`facts_required`] decides which ones must be.
#[must_use]
pub fn matches(stated: &CallerFacts, on_file: &FactsOnFile) -> bool {
    let medicaid_id = comparable(&stated.medicaid_id) == comparable(&on_file.medicaid_id);
    let name = stated.name.as_ref().is_none_or(|name| is_called(&on_file.name, name));
    let npi = stated.npi.as_ref().is_none_or(|npi| {
        let npis: Vec<_> = on_file.npis.iter().map(|npi| comparable(npi)).collect();
        any(&npis, &comparable(npi))
    });
    let tax_id = stated.tax_id.as_ref().is_none_or(|tax_id| any(&on_file.tax_ids, tax_id));
    medicaid_id & name & npi & tax_id
}

fn any<T: PartialEq>(known: &[T], stated: &T) -> bool {
    known.iter().fold(false, |hit, one| hit | (one == stated))
}

/// Compares names in their folded form (detail X-11, domain rule R-204). For a person, both "Last,
/// First" and "First Last" match.
fn is_called(on_file: &str, stated: &str) -> bool {
    let stated = comparable(stated);
    let as_filed = comparable(on_file) == stated;
    let as_spoken =
        on_file.split_once(',').is_some_and(|(last, first)| comparable(&format!("{first} {last}")) == stated);
    as_filed | as_spoken
}

/// A plan's policy for verifying callers (domain rule R-110).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallerVerificationPolicy {
    /// The first day on which all four facts are required.
    pub required_from: NaiveDate,
    /// The number of failed verifications allowed for each staff member and Medicaid ID.
    pub failures: u32,
    /// The period in which failed verifications are counted, in minutes.
    pub window_minutes: u32,
}

/// The facts of a caller were compared with the record, if there is one (domain rule R-110). The
/// values themselves are not recorded.
#[must_use]
pub fn compared(id: CallerVerificationId, record: Option<MedicaidIdId>, verified: bool) -> Effects {
    let verdict = if verified { "verified" } else { "not_verified" };
    let event =
        AuditEvent::bare(None, AuditAction::CallerVerified, id).with("verdict", Detail::text(verdict));
    Effects::recorded_as(match record {
        Some(record) => event.with("medicaid_id_record", Detail::text(record)),
        None => event,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: CallerVerificationPolicy = CallerVerificationPolicy {
        required_from: NaiveDate::from_ymd_opt(2022, 10, 3).unwrap(),
        failures: 5,
        window_minutes: 15,
    };

    fn on_file() -> FactsOnFile {
        FactsOnFile {
            medicaid_id: "1111111".into(),
            name: "Doe, John".into(),
            npis: vec!["1234567890".into(), "1234567893".into()],
            tax_ids: vec![TaxId::parse("400550001").unwrap(), TaxId::parse("61-1234321").unwrap()],
        }
    }

    fn stated() -> CallerFacts {
        CallerFacts {
            medicaid_id: "1111111".into(),
            name: Some("Doe, John".into()),
            npi: Some("1234567893".into()),
            tax_id: TaxId::parse("400550001").ok(),
        }
    }

    #[test]
    fn r_110_all_four_facts_are_required_from_october_3_2022_and_not_before() {
        let on = |text: &str| facts_required(text.parse().unwrap(), &POLICY);
        assert_eq!(on("2022-10-03"), CallerFact::ALL);
        assert_eq!(on("2026-02-01").len(), 4);
        assert_eq!(on("2022-10-02"), [CallerFact::MedicaidId]);
    }

    #[test]
    fn r_110_a_single_wrong_fact_is_a_mismatch() {
        assert!(matches(&stated(), &on_file()));
        for wrong in [
            CallerFacts { medicaid_id: "1111112".into(), ..stated() },
            CallerFacts { name: Some("Doe, Jane".into()), ..stated() },
            CallerFacts { npi: Some("1993999998".into()), ..stated() },
            CallerFacts { tax_id: TaxId::parse("400550002").ok(), ..stated() },
        ] {
            assert!(!matches(&wrong, &on_file()), "{wrong:?}");
        }
    }

    #[test]
    fn r_110_any_npi_and_any_tax_id_on_file_match_and_a_record_without_them_does_not() {
        assert!(matches(&CallerFacts { npi: Some("1234567890".into()), ..stated() }, &on_file()));
        assert!(matches(&CallerFacts { tax_id: TaxId::parse("611234321").ok(), ..stated() }, &on_file()));
        assert!(!matches(&stated(), &FactsOnFile { npis: vec![], ..on_file() }));
        assert!(!matches(&stated(), &FactsOnFile { tax_ids: vec![], ..on_file() }));
    }

    #[test]
    fn r_110_x_11_names_are_compared_without_case_and_white_space() {
        for name in ["doe,  JOHN", " Doe,\u{a0}John ", "John Doe", "john  doe"] {
            assert!(matches(&CallerFacts { name: Some(name.into()), ..stated() }, &on_file()), "{name}");
        }
        for name in ["Doe John", "Doe", "John", "", "Jöhn Doe"] {
            assert!(!matches(&CallerFacts { name: Some(name.into()), ..stated() }, &on_file()), "{name}");
        }
        let group = FactsOnFile { name: "Bluegrass Family Health Group".into(), ..on_file() };
        let name = Some("bluegrass family health group".into());
        assert!(matches(&CallerFacts { name, ..stated() }, &group));
    }

    #[test]
    fn r_204_look_alike_characters_of_stated_facts_are_equal() {
        let on_file = FactsOnFile { name: "O'Neil\u{2010}Ray, John".into(), ..on_file() };
        let folded = CallerFacts {
            medicaid_id: "１111111".into(),
            name: Some("John O\u{2019}Neil-Ray".into()),
            npi: Some("123456789３".into()),
            tax_id: TaxId::parse_with_any_hyphens("400\u{2011}55\u{2011}0001").ok(),
        };
        assert!(matches(&folded, &on_file));
        assert!(!matches(&CallerFacts { name: Some("John ONeil-Ray".into()), ..folded }, &on_file));
    }

    #[test]
    fn r_110_facts_that_the_caller_did_not_state_are_not_compared() {
        let only_the_number =
            CallerFacts { medicaid_id: "1111111".into(), name: None, npi: None, tax_id: None };
        assert!(matches(&only_the_number, &on_file()));
    }

    #[test]
    fn r_201_debug_output_of_the_stated_facts_omits_the_tax_id() {
        assert!(!format!("{:?}", stated()).contains("0001"));
    }
}
