use super::*;
use crate::applications::screen::examine;
use crate::medicaid::licensure::tests::kentucky;

/// The current day in these tests.
pub(crate) fn today() -> NaiveDate {
    day("2026-02-01")
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A valid license of this type.
pub(crate) fn license(license_type: LicenseType) -> License {
    License {
        license_type,
        issue_state: Some("KY".into()),
        license_number: Some("12345".into()),
        effective_date: Some(day("2025-06-01")),
        expiration_date: Some(day("2027-02-28")),
        primary: true,
        last_renewed_on: None,
    }
}

/// The complete screens of a physician's enrollment.
pub(crate) fn complete_screens() -> Screens {
    Screens {
        basic_information: Some(BasicInformation {
            first_name: Some("Siobhán".into()),
            last_name: Some("O'Brien".into()),
            business_name: None,
            email: Some("siobhan.obrien@example.org".into()),
            telephone: Some("1231231234".into()),
            primary_physical_address: Some(address()),
            requested_effective_date: Some(today()),
        }),
        npis: Some(NpisScreen { npis: vec![npi("1234567893", true)] }),
        taxonomies: Some(TaxonomiesScreen { taxonomies: vec![taxonomy("207Q00000X", Some("1234567893"))] }),
        licenses: Some(LicensesScreen { licenses: vec![license(LicenseType::StateLicense)] }),
        group_links: Some(GroupLinksScreen { links: vec![link("7100000001", Some("2026-01-01"), None)] }),
    }
}

pub(crate) fn address() -> PostalAddress {
    PostalAddress {
        line1: "275 East Main Street".into(),
        line2: None,
        city: "Frankfort".into(),
        state: "KY".into(),
        zip: "40621-0001".into(),
    }
}

pub(crate) fn npi(npi: &str, primary: bool) -> NpiEntry {
    NpiEntry { npi: npi.into(), primary }
}

pub(crate) fn taxonomy(code: &str, npi: Option<&str>) -> TaxonomyEntry {
    TaxonomyEntry { code: code.into(), npi: npi.map(str::to_owned), primary: false }
}

pub(crate) fn link(medicaid_id: &str, from: Option<&str>, to: Option<&str>) -> GroupLink {
    GroupLink { medicaid_id: medicaid_id.into(), effective_date: from.map(day), end_date: to.map(day) }
}

pub(crate) const PHYSICIAN: Subject<'static> = Subject {
    application_type: ApplicationType::Enrollment,
    category: MedicaidIdCategory::Individual,
    provider_type: "64",
};
pub(crate) const GROUP: Subject<'static> =
    Subject { category: MedicaidIdCategory::Group, provider_type: "65", ..PHYSICIAN };

pub(crate) fn transportation(application_type: ApplicationType) -> Subject<'static> {
    Subject { application_type, category: MedicaidIdCategory::Entity, provider_type: "56" }
}

pub(crate) fn violations_on(
    day: NaiveDate,
    screens: &Screens,
    subject: &Subject<'_>,
) -> Vec<(String, &'static str)> {
    let violations = examine(screens, subject, &kentucky(), day);
    violations
        .into_iter()
        .map(|violation| (format!("{}{}", violation.screen, violation.pointer), violation.code))
        .collect()
}

pub(crate) fn violations(screens: &Screens, subject: &Subject<'_>) -> Vec<(String, &'static str)> {
    violations_on(today(), screens, subject)
}

pub(crate) fn basic(change: impl FnOnce(&mut BasicInformation)) -> Screens {
    let mut basic = BasicInformation::default();
    change(&mut basic);
    Screens { basic_information: Some(basic), ..Screens::default() }
}

pub(crate) fn with_npis(npis: Vec<NpiEntry>) -> Screens {
    Screens { npis: Some(NpisScreen { npis }), ..Screens::default() }
}

pub(crate) fn with_licenses(licenses: Vec<License>) -> Screens {
    Screens { licenses: Some(LicensesScreen { licenses }), ..Screens::default() }
}

pub(crate) fn with_links(links: Vec<GroupLink>) -> Screens {
    Screens { group_links: Some(GroupLinksScreen { links }), ..Screens::default() }
}

pub(crate) fn exempt(effective_date: &str) -> Screens {
    with_licenses(vec![License {
        license_type: LicenseType::ExemptFromLicensure,
        issue_state: None,
        license_number: None,
        effective_date: Some(day(effective_date)),
        expiration_date: None,
        primary: false,
        last_renewed_on: None,
    }])
}

pub(crate) fn one(pointer: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(pointer.to_owned(), code)]
}

/// `count` different NPIs, the first one primary.
pub(crate) fn many_npis(count: usize) -> Vec<NpiEntry> {
    let texts = (0..).map(|n| format!("{}", 1_000_000_000 + n));
    let good = texts.filter(|text| crate::ground::npi::Npi::parse(text).is_ok()).take(count);
    good.enumerate().map(|(index, text)| npi(&text, index == 0)).collect()
}

#[test]
fn x_11_text_is_normalized_and_numbers_are_not_corrected() {
    let mut screens = complete_screens();
    screens.basic_information = Some(BasicInformation {
        first_name: Some("\u{a0}Mary \u{a0} Ann ".into()),
        email: Some(" mary@example.org ".into()),
        telephone: Some(" 1231231234".into()),
        primary_physical_address: Some(PostalAddress { state: " ky".into(), ..address() }),
        ..BasicInformation::default()
    });
    screens.npis = Some(NpisScreen { npis: vec![npi(" 1234567893", true)] });
    screens.taxonomies = Some(TaxonomiesScreen { taxonomies: vec![taxonomy("207q00000x ", None)] });
    let tidied = screens.tidied();
    let basic = tidied.basic_information.as_ref().unwrap();
    assert_eq!(basic.first_name.as_deref(), Some("Mary Ann"));
    assert_eq!(basic.email.as_deref(), Some("mary@example.org"));
    assert_eq!(basic.telephone.as_deref(), Some(" 1231231234"));
    assert_eq!(basic.primary_physical_address.as_ref().unwrap().state, "KY");
    assert_eq!(tidied.npis.unwrap().npis[0].npi, " 1234567893");
    assert_eq!(tidied.taxonomies.unwrap().taxonomies[0].code, "207Q00000X");
}

#[test]
fn the_listed_name_and_npi_come_from_the_screens() {
    let screens = complete_screens();
    assert_eq!(screens.display_name().as_deref(), Some("O'Brien, Siobhán"));
    assert_eq!(screens.primary_npi(), Some("1234567893"));
    let group = basic(|basic| basic.business_name = Some("Bluegrass".into()));
    assert_eq!(group.display_name().as_deref(), Some("Bluegrass"));
    assert_eq!(basic(|basic| basic.last_name = Some("Doe".into())).display_name(), None);
}

#[test]
fn a_newer_screen_replaces_the_older_one() {
    let newer = with_licenses(vec![]);
    assert_eq!(newer.present(), [Screen::Licenses]);
    let merged = complete_screens().replaced_by(&newer);
    assert_eq!(merged, Screens { licenses: newer.licenses, ..complete_screens() });
    let all =
        [Screen::BasicInformation, Screen::Npis, Screen::Taxonomies, Screen::Licenses, Screen::GroupLinks];
    assert_eq!(merged.present(), all);
}
