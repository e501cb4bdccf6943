//! What the cells of more than one kind of table hold.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use portal_domain::Instant;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, recognise_provider_type};

/// What is told about a date that is none.
pub(super) const DATE: &str = "must be a date such as 2023-07-01";
/// What is told about a category that is none.
pub(super) const CATEGORY: &str = "must be individual, group or entity";
/// What is told about a provider type without a number.
pub(super) const PROVIDER_TYPE: &str = "must begin with the number of a provider type, such as 64";

/// A date, ISO only: of 7/1/2023 nobody knows which number is the month (detail X-08).
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let shape = text.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    // Year 0 is none to a database.
    (text.len() == 10 && shape && !text.starts_with("0000")).then(|| text.parse().ok()).flatten()
}

/// An instant, RFC 3339 only, to the microsecond, which is what the databases keep.
pub(super) fn instant(text: &str) -> Option<Instant> {
    let shape = text.get(..10).is_some_and(|day| date(day).is_some());
    let parsed = DateTime::parse_from_rfc3339(text).ok().filter(|_| shape)?;
    Some(parsed.with_timezone(&Utc).trunc_subsecs(6))
}

/// The category, in any letter case.
pub(super) fn category(text: &str) -> Option<MedicaidIdCategory> {
    MedicaidIdCategory::parse(&text.to_lowercase())
}

/// The code of a provider type, as itself or as screens spell it (detail X-07).
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
        assert_eq!(instant("2014-11-20T15:27:25.0000009Z"), Some(expected), "to the microsecond");
        for text in ["2014-11-20 10:27:25", "2014-11-20", "2014-11-20T10:27:25", "11/20/2014", ""] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
