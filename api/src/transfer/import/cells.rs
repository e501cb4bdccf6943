//! Parsers of cells that several kinds of table share.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use portal_domain::Instant;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, recognise_provider_type};

/// The message for an invalid date.
pub(super) const DATE: &str = "must be a date such as 2023-07-01";
/// The message for an invalid category.
pub(super) const CATEGORY: &str = "must be individual, group or entity";
/// The message for a provider type without a number.
pub(super) const PROVIDER_TYPE: &str = "must begin with the number of a provider type, such as 64";

/// Parses an ISO date only: in 7/1/2023, the month is ambiguous (detail X-08).
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let shape = text.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    // Databases do not accept the year 0.
    (text.len() == 10 && shape && !text.starts_with("0000")).then(|| text.parse().ok()).flatten()
}

/// Parses an RFC 3339 instant, truncated to the microseconds that the databases store.
pub(super) fn instant(text: &str) -> Option<Instant> {
    let shape = text.get(..10).is_some_and(|day| date(day).is_some());
    let parsed = DateTime::parse_from_rfc3339(text).ok().filter(|_| shape)?;
    Some(parsed.with_timezone(&Utc).trunc_subsecs(6))
}

/// Parses a category in any letter case.
pub(super) fn category(text: &str) -> Option<MedicaidIdCategory> {
    MedicaidIdCategory::parse(&text.to_lowercase())
}

/// The code of a provider type, written alone or as screens write it (detail X-07).
pub(super) fn provider_type(text: &str) -> Option<String> {
    recognise_provider_type(text).map(|(code, _label)| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_08_only_iso_dates_are_accepted() {
        assert_eq!(date("2023-07-01"), NaiveDate::from_ymd_opt(2023, 7, 1));
        for text in [
            "7/1/2023",
            "10/04/1999",
            "2023-7-1",
            "2023-02-29",
            "20230701",
            "2023-07-01T00:00",
            "0000-01-01",
            "+023-07-01",
            "",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn x_08_only_rfc_3339_instants_are_accepted() {
        let expected: Instant = "2014-11-20T15:27:25Z".parse().unwrap();
        assert_eq!(instant("2014-11-20T15:27:25Z"), Some(expected));
        assert_eq!(instant("2014-11-20T10:27:25-05:00"), Some(expected));
        assert_eq!(instant("2014-11-20T15:27:25.0000009Z"), Some(expected), "truncated to microseconds");
        for text in ["2014-11-20 10:27:25", "2014-11-20", "2014-11-20T10:27:25", "11/20/2014", ""] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
