//! Licenses: who is exempt (domain rules ), and who must submit proof of renewal to the
//! department. Copies are uploaded; paper is not accepted.

use chrono::NaiveDate;

use crate::ground::application_type::ApplicationType;
use crate::ground::document_type::DocumentType;
use crate::medicaid::license_needs::{ShownLicenses, license_needs};
use crate::medicaid::licensure_policy::LicensurePolicy;
use crate::medicaid::medicaid_id::MedicaidIdCategory;
use crate::medicaid::working_days::{HolidaysUnknown, WorkingDays};
use crate::vocabulary;

vocabulary! {
    /// Whether a copy of the license is required (domain section 4.6).
    pub enum LicenseRequirement {
        /// No copy is required.
        NotRequired = "not_required",
        /// A copy must be submitted.
        Required = "required",
        /// A copy is required and is on file.
        Satisfied = "satisfied",
    }
}

vocabulary! {
    /// The source of a cutoff date (domain rule R-105).
    pub enum CutoffSource {
        /// Counted back from the expiration date.
        Computed = "computed",
        /// Announced by the board.
        Board = "board",
    }
}

vocabulary! {
    /// The reason a license must be verified, or need not be.
    pub enum LicenseVerificationReason {
        /// Another state issued it (domain rule R-106).
        OutOfState = "out_of_state",
        /// The board of this provider type does not report renewals (domain rule R-102).
        BoardDoesNotReport = "board_does_not_report",
        /// A maintenance or revalidation is being submitted (domain rule R-107).
        FilingNeedsLicense = "filing_needs_license",
        /// An application of another type is being submitted.
        FilingNeedsNoCopy = "filing_needs_no_copy",
        /// No license is needed (domain rule R-090).
        ExemptFromLicensure = "exempt_from_licensure",
        /// It was not renewed, or its renewal date is unknown (domain rule R-108).
        RenewalUnknown = "renewal_unknown",
        /// It was renewed after the cutoff date (domain rule R-103).
        RenewedAfterCutoff = "renewed_after_cutoff",
        /// It was renewed after the last day to renew (domain rule R-104).
        RenewedAfterLastDay = "renewed_after_last_day_to_renew",
        /// It was renewed in time, and its board reports renewals (domain rule R-102).
        RenewedInTime = "renewed_in_time",
    }
}

/// The facts about a license and its renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewal<'a> {
    /// The provider type's code.
    pub provider_type: &'a str,
    /// The category of the provider type.
    pub category: MedicaidIdCategory,
    /// Whether it is an exemption from licensure instead of a license.
    pub is_exemption: bool,
    /// The issuing state: two letters, in either case.
    pub issue_state: &'a str,
    /// When it expires, or would have expired without renewal.
    pub expiration_date: NaiveDate,
    /// When it was renewed with its board; `None` if it was not, or if the date is unknown.
    pub renewed_on: Option<NaiveDate>,
    /// The board's last day to renew, if known.
    pub last_day_to_renew: Option<NaiveDate>,
    /// The board; `None` for whichever board licenses the provider type.
    pub board: Option<&'a str>,
    /// The type of the application that is about to be submitted, if any.
    pub filing: Option<ApplicationType>,
    /// Whether a copy of the renewed license is on file: with an application, whether it was
    /// uploaded to it.
    pub copy_on_file: bool,
}

/// The last day on which a renewal exempts the provider from verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cutoff {
    /// The date, inclusive: a renewal on it is in time.
    pub date: NaiveDate,
    /// The source of the date.
    pub source: CutoffSource,
}

/// Whether a license must be verified, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The requirement.
    pub requirement: LicenseRequirement,
    /// The cutoff; `None` if no date affects the result, or if the holidays to compute it are
    /// unknown.
    pub cutoff: Option<Cutoff>,
    /// All reasons.
    pub reasons: Vec<LicenseVerificationReason>,
    /// The documents that the application needs, or that a maintenance needs if none is being
    /// submitted, uploaded or not.
    pub documents: Vec<DocumentType>,
}

/// The cutoff for a license's expiration date. A cutoff announced by the board takes precedence
/// (domain rule R-105); otherwise it is computed.
pub fn cutoff(renewal: &Renewal<'_>, policy: &LicensurePolicy) -> Result<Cutoff, HolidaysUnknown> {
    let announced = policy.board_cutoffs.iter().find(|entry| {
        entry.provider_type == renewal.provider_type
            && entry.license_expiration == renewal.expiration_date
            && renewal.board.is_none_or(|board| entry.board.eq_ignore_ascii_case(board.trim()))
    });
    if let Some(announced) = announced {
        return Ok(Cutoff { date: announced.cutoff_date, source: CutoffSource::Board });
    }
    let date = WorkingDays::of(policy).back_from(renewal.expiration_date, policy.cutoff_working_days)?;
    Ok(Cutoff { date, source: CutoffSource::Computed })
}

/// Decides whether a license must be verified (domain rules ). An application needs
/// the documents that its submission requires. Fails only if the result depends on unknown
/// holidays.
pub fn verification(
    renewal: &Renewal<'_>,
    policy: &LicensurePolicy,
) -> Result<Verification, HolidaysUnknown> {
    let shown = ShownLicenses { license: !renewal.is_exemption, exemption: renewal.is_exemption };
    let filed = renewal.filing.map(|filing| license_needs(filing, renewal.category, shown, policy).documents);
    let needs_no_copy = match &filed {
        _ if renewal.is_exemption => Some(LicenseVerificationReason::ExemptFromLicensure),
        Some(documents) if !documents.contains(&DocumentType::LicenseCopy) => {
            Some(LicenseVerificationReason::FilingNeedsNoCopy)
        }
        _ => None,
    };
    if let Some(reason) = needs_no_copy {
        return Ok(Verification {
            requirement: LicenseRequirement::NotRequired,
            cutoff: None,
            reasons: vec![reason],
            documents: filed.unwrap_or_default(),
        });
    }
    let out_of_state = !renewal.issue_state.eq_ignore_ascii_case(&policy.state);
    let board_reports = policy.board_feed_provider_types.iter().any(|code| code == renewal.provider_type);
    let mut reasons = Vec::new();
    if out_of_state {
        reasons.push(LicenseVerificationReason::OutOfState);
    }
    if !board_reports {
        reasons.push(LicenseVerificationReason::BoardDoesNotReport);
    }
    // The reasons so far apply whatever the dates are.
    let depends_on_dates = reasons.is_empty();
    if filed.is_some() {
        reasons.push(LicenseVerificationReason::FilingNeedsLicense);
    }
    if renewal.renewed_on.is_none() {
        reasons.push(LicenseVerificationReason::RenewalUnknown);
    }
    let cutoff = match cutoff(renewal, policy) {
        _ if !depends_on_dates => None,
        Ok(cutoff) => Some(cutoff),
        Err(unknown) if reasons.is_empty() => return Err(unknown),
        Err(_unknown) => None,
    };
    if depends_on_dates && let Some(renewed_on) = renewal.renewed_on {
        if cutoff.is_some_and(|cutoff| renewed_on > cutoff.date) {
            reasons.push(LicenseVerificationReason::RenewedAfterCutoff);
        }
        if renewal.last_day_to_renew.is_some_and(|last_day| renewed_on > last_day) {
            reasons.push(LicenseVerificationReason::RenewedAfterLastDay);
        }
    }
    let requirement = match (reasons.is_empty(), renewal.copy_on_file) {
        (true, _) => LicenseRequirement::NotRequired,
        (false, true) => LicenseRequirement::Satisfied,
        (false, false) => LicenseRequirement::Required,
    };
    let documents = match reasons.is_empty() {
        true => vec![],
        false => vec![DocumentType::LicenseCopy],
    };
    if reasons.is_empty() {
        reasons.push(LicenseVerificationReason::RenewedInTime);
    }
    Ok(Verification { requirement, cutoff, reasons, documents })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::applications::credentialing::CredentialingPolicy;
    use crate::platform::plan::PlanProfile;

    /// Kentucky's policy, as shipped.
    pub(crate) fn kentucky() -> CredentialingPolicy {
        const KY: &str = concat!(
            include_str!("../../../api/plans/ky.toml"),
            include_str!("../../../api/plans/ky-provider-types.toml"),
            include_str!("../../../api/plans/ky-holidays.toml"),
        );
        toml::from_str::<PlanProfile>(KY).unwrap().credentialing.unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn physician(expiration_date: &str, renewed_on: &str) -> Renewal<'static> {
        Renewal {
            provider_type: "64",
            category: MedicaidIdCategory::Individual,
            is_exemption: false,
            issue_state: "KY",
            expiration_date: day(expiration_date),
            renewed_on: Some(day(renewed_on)),
            last_day_to_renew: None,
            board: None,
            filing: None,
            copy_on_file: false,
        }
    }

    fn decided(renewal: &Renewal<'_>) -> Verification {
        verification(renewal, &kentucky().licensure).unwrap()
    }

    #[test]
    fn r_102_r_103_a_renewal_on_the_cutoff_date_is_in_time_and_one_day_later_is_late() {
        let in_time = decided(&physician("2023-10-31", "2023-10-10"));
        assert_eq!(in_time.requirement, LicenseRequirement::NotRequired);
        assert_eq!(in_time.reasons, [LicenseVerificationReason::RenewedInTime]);
        assert_eq!(in_time.documents, []);
        let cutoff = Cutoff { date: day("2023-10-10"), source: CutoffSource::Computed };
        assert_eq!(in_time.cutoff, Some(cutoff));
        let late = decided(&physician("2023-10-31", "2023-10-11"));
        assert_eq!(late.requirement, LicenseRequirement::Required);
        assert_eq!(late.reasons, [LicenseVerificationReason::RenewedAfterCutoff]);
        assert_eq!(late.documents, [DocumentType::LicenseCopy], "a maintenance needs it");
    }

    #[test]
    fn r_104_a_renewal_must_meet_the_cutoff_date_and_the_last_day_to_renew() {
        let with_last_day = |renewed_on, last_day| Renewal {
            last_day_to_renew: Some(day(last_day)),
            ..physician("2023-10-31", renewed_on)
        };
        let met = decided(&with_last_day("2023-10-01", "2023-10-01"));
        assert_eq!(met.requirement, LicenseRequirement::NotRequired);
        let missed = decided(&with_last_day("2023-10-02", "2023-10-01"));
        assert_eq!(missed.reasons, [LicenseVerificationReason::RenewedAfterLastDay]);
        let both = decided(&with_last_day("2023-10-11", "2023-10-01"));
        assert_eq!(
            both.reasons,
            [LicenseVerificationReason::RenewedAfterCutoff, LicenseVerificationReason::RenewedAfterLastDay]
        );
    }

    #[test]
    fn r_105_a_11_a_cutoff_announced_by_the_board_overrides_the_computed_one() {
        for (renewed_on, requirement) in
            [("2020-02-14", LicenseRequirement::NotRequired), ("2020-02-15", LicenseRequirement::Required)]
        {
            for board in [None, Some("KBML"), Some(" kbml ")] {
                let found = decided(&Renewal { board, ..physician("2020-02-29", renewed_on) });
                assert_eq!(found.requirement, requirement, "{renewed_on} {board:?}");
                let announced = Cutoff { date: day("2020-02-14"), source: CutoffSource::Board };
                assert_eq!(found.cutoff, Some(announced));
            }
        }
        let other_board = Renewal { board: Some("KBN"), ..physician("2020-02-29", "2020-02-14") };
        let computed = Cutoff { date: day("2020-02-10"), source: CutoffSource::Computed };
        assert_eq!(decided(&other_board).cutoff, Some(computed));
        assert_eq!(decided(&other_board).requirement, LicenseRequirement::Required);
    }

    #[test]
    fn r_106_a_copy_of_an_out_of_state_license_is_always_required() {
        let found = decided(&Renewal { issue_state: "OH", ..physician("2023-10-31", "2023-01-02") });
        assert_eq!(found.requirement, LicenseRequirement::Required);
        assert_eq!(found.reasons, [LicenseVerificationReason::OutOfState]);
        assert_eq!(found.cutoff, None);
        let lower_case = Renewal { issue_state: "ky", ..physician("2023-10-31", "2023-01-02") };
        assert_eq!(decided(&lower_case).requirement, LicenseRequirement::NotRequired);
    }

    #[test]
    fn r_102_a_17_only_the_boards_of_listed_provider_types_report_renewals() {
        let found = decided(&Renewal { provider_type: "78", ..physician("2023-10-31", "2023-01-02") });
        assert_eq!(found.requirement, LicenseRequirement::Required);
        assert_eq!(found.reasons, [LicenseVerificationReason::BoardDoesNotReport]);
        let both =
            Renewal { provider_type: "78", issue_state: "OH", ..physician("2023-10-31", "2023-01-02") };
        let reasons = [LicenseVerificationReason::OutOfState, LicenseVerificationReason::BoardDoesNotReport];
        assert_eq!(decided(&both).reasons, reasons);
    }

    #[test]
    fn r_107_a_revalidation_or_maintenance_always_requires_a_copy_of_the_license() {
        for filing in [ApplicationType::Maintenance, ApplicationType::Revalidation] {
            let renewal = Renewal { filing: Some(filing), ..physician("2023-10-31", "2023-10-10") };
            let found = decided(&renewal);
            assert_eq!(found.requirement, LicenseRequirement::Required);
            assert_eq!(found.reasons, [LicenseVerificationReason::FilingNeedsLicense]);
            assert_eq!(found.documents, [DocumentType::LicenseCopy]);
            let shown = decided(&Renewal { copy_on_file: true, ..renewal });
            assert_eq!(shown.requirement, LicenseRequirement::Satisfied);
        }
    }

    #[test]
    fn r_107_r_207_an_application_of_another_type_needs_no_copy_whatever_the_dates_and_the_state() {
        let others = ApplicationType::ALL
            .iter()
            .filter(|kind| !matches!(kind, ApplicationType::Maintenance | ApplicationType::Revalidation));
        for filing in others {
            for renewal in [
                physician("2023-10-31", "2023-10-11"),
                Renewal { issue_state: "OH", ..physician("2023-10-31", "2023-10-10") },
                Renewal { provider_type: "78", renewed_on: None, ..physician("2040-10-31", "2040-10-10") },
            ] {
                let found = decided(&Renewal { filing: Some(*filing), ..renewal });
                assert_eq!(found.requirement, LicenseRequirement::NotRequired, "{filing}");
                assert_eq!(found.reasons, [LicenseVerificationReason::FilingNeedsNoCopy]);
                assert_eq!((found.cutoff, found.documents), (None, vec![]));
            }
        }
    }

    #[test]
    fn r_091_r_207_an_exemption_needs_its_letter_in_every_application_and_no_copy() {
        let exempt = Renewal {
            provider_type: "56",
            category: MedicaidIdCategory::Entity,
            is_exemption: true,
            ..physician("2023-10-31", "2023-10-10")
        };
        let letter = DocumentType::TransportationCabinetExemptionLetter;
        for (filing, documents) in
            ApplicationType::ALL.iter().map(|filing| (Some(*filing), vec![letter])).chain([(None, vec![])])
        {
            let found = decided(&Renewal { filing, ..exempt });
            assert_eq!(found.requirement, LicenseRequirement::NotRequired);
            assert_eq!(found.reasons, [LicenseVerificationReason::ExemptFromLicensure]);
            assert_eq!(found.documents, documents, "{filing:?}");
        }
    }

    #[test]
    fn r_108_an_unknown_renewal_requires_a_copy_of_the_license() {
        let found = decided(&Renewal { renewed_on: None, ..physician("2023-10-31", "2023-10-10") });
        assert_eq!(found.requirement, LicenseRequirement::Required);
        assert_eq!(found.reasons, [LicenseVerificationReason::RenewalUnknown]);
        assert!(found.cutoff.is_some(), "the cutoff may still be ahead");
    }

    #[test]
    fn section_4_6_a_copy_on_file_satisfies_the_requirement_if_there_is_one() {
        let late = Renewal { copy_on_file: true, ..physician("2023-10-31", "2023-10-11") };
        assert_eq!(decided(&late).requirement, LicenseRequirement::Satisfied);
        let in_time = Renewal { copy_on_file: true, ..physician("2023-10-31", "2023-10-10") };
        assert_eq!(decided(&in_time).requirement, LicenseRequirement::NotRequired);
    }

    #[test]
    fn r_103_unknown_holidays_are_an_error_only_if_the_result_depends_on_them() {
        let policy = kentucky().licensure;
        let far = physician("2040-06-30", "2040-01-02");
        assert_eq!(verification(&far, &policy).unwrap_err().date, day("2040-06-29"));
        for renewal in [
            Renewal { issue_state: "OH", ..far },
            Renewal { provider_type: "78", ..far },
            Renewal { filing: Some(ApplicationType::Maintenance), ..far },
            Renewal { renewed_on: None, ..far },
        ] {
            let found = verification(&renewal, &policy).unwrap();
            assert_eq!((found.requirement, found.cutoff), (LicenseRequirement::Required, None));
        }
    }

    #[test]
    fn r_101_no_media_type_document_type_or_channel_is_paper_or_mail() {
        let words = crate::applications::document::MediaType::ALL.iter().map(|word| word.as_str());
        let words =
            words.chain(crate::ground::document_type::DocumentType::ALL.iter().map(|word| word.as_str()));
        let words =
            words.chain(crate::applications::notification::Channel::ALL.iter().map(|word| word.as_str()));
        assert!(words.into_iter().all(|word| !word.contains("paper") && !word.contains("mail")));
    }
}
