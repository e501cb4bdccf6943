use super::*;

fn record(number: &str, enumeration_type: &str, basic: &str) -> RegistryRecord {
    let text = format!("number = {number}\nenumeration_type = '{enumeration_type}'\n[basic]\n{basic}");
    toml::from_str(&text).unwrap()
}

fn person() -> RegistryRecord {
    record("1234567893", "NPI-1", "first_name = 'BOB'\nlast_name = 'ABERNATHY'\nstatus = 'A'")
}

fn taxonomy(code: &str) -> Taxonomy {
    Taxonomy { code: code.into(), desc: None, primary: true, state: None, license: None }
}

fn address(purpose: Option<&str>) -> Address {
    toml::from_str(&purpose.map(|purpose| format!("address_purpose = '{purpose}'")).unwrap_or_default())
        .unwrap()
}

fn refusals(record: RegistryRecord) -> Vec<(&'static str, &'static str)> {
    let refusals = record.examine().err().unwrap_or_default();
    refusals.into_iter().map(|refusal| (refusal.field, refusal.reason)).collect()
}

#[test]
fn an_npi_can_be_a_number_or_a_string() {
    for number in ["1234567893", "'1234567893'"] {
        assert_eq!(record(number, "NPI-2", "organization_name = 'X'").npi(), "1234567893");
    }
}

#[test]
fn all_reasons_for_a_refusal_are_returned_in_the_order_of_the_fields() {
    let mut all = record("123456789", "NPI-2", "first_name = 'BOB'");
    all.taxonomies = vec![taxonomy("207Q00000X"), taxonomy("207q00000x")];
    let expected = [("number", "npi_length"), ("basic", "name_required"), ("taxonomies", "taxonomy_format")];
    assert_eq!(refusals(all), expected);
    assert_eq!(
        refusals(record("1234567890", "NPI-3", "")),
        [("number", "npi_check_digit"), ("enumeration_type", "unknown_value")],
        "an unknown type requires no name"
    );
    assert_eq!(refusals(record("1234567893", "NPI-1", "organization_name = 'X'")).len(), 1);
    assert_eq!(refusals(person()), []);
}

#[test]
fn r_214_a_record_with_a_social_security_number_or_a_hidden_character_is_refused() {
    let mut all = person();
    all.basic.middle_name = Some("400-55-0017".into());
    all.other_names = vec![toml::from_str("last_name = 'DOE 400/55/0017'").unwrap()];
    all.addresses = vec![Address { address_2: "SUITE\u{200b}1".into(), ..address(None) }];
    all.practice_locations = vec![Address { address_1: "400 55 0017".into(), ..address(None) }];
    all.taxonomies = vec![Taxonomy {
        license: Some("４００－５５－００１７".into()),
        ..taxonomy("207Q00000X")
    }];
    all.identifiers = vec![
        toml::from_str("code = '05'\nidentifier = '400.55.0017'").unwrap(),
        toml::from_str("code = '05'\nidentifier = '400550017'").unwrap(),
    ];
    let expected = [
        ("basic", "looks_like_ssn"),
        ("other_names", "looks_like_ssn"),
        ("addresses", "format"),
        ("practiceLocations", "looks_like_ssn"),
        ("taxonomies", "looks_like_ssn"),
        ("identifiers", "looks_like_ssn"),
    ];
    assert_eq!(refusals(all), expected);
    let mut plain = person();
    plain.identifiers = vec![toml::from_str("code = '05'\nidentifier = '400550017'").unwrap()];
    assert_eq!(refusals(plain), [], "an identifier may have nine digits");
}

#[test]
fn an_individual_is_displayed_with_the_last_name_first() {
    let name = |basic: &str| {
        record("1234567893", "NPI-1", basic).examine().map(|provider| provider.display_name).unwrap()
    };
    assert_eq!(person().examine().unwrap().display_name, "ABERNATHY, BOB");
    assert_eq!((name("first_name = 'BOB'"), name("last_name = 'LEE'")), ("BOB".into(), "LEE".into()));
    let organization = record("1234567893", "NPI-2", "organization_name = 'X'\nlast_name = 'LEE'");
    assert_eq!(organization.examine().unwrap().display_name, "X");
}

#[test]
fn empty_other_names_are_omitted() {
    let other = |organization: Option<&str>, first: Option<&str>, last: Option<&str>| OtherName {
        organization_name: organization.map(Into::into),
        first_name: first.map(Into::into),
        last_name: last.map(Into::into),
    };
    let other_names = vec![
        other(Some("X"), Some("BOB"), Some("LEE")),
        other(None, Some("BOB"), Some("LEE")),
        other(None, Some("BOB"), None),
        other(None, None, Some("LEE")),
        other(None, None, None),
    ];
    let provider = RegistryRecord { other_names, ..person() }.examine().unwrap();
    assert_eq!(provider.other_names, ["X", "LEE, BOB", "BOB", "LEE"]);
}

#[test]
fn only_status_a_is_active_and_addresses_keep_their_purpose() {
    assert!(person().examine().unwrap().active);
    assert!(!record("1234567893", "NPI-2", "organization_name = 'X'").examine().unwrap().active);
    assert!(
        !record("1234567893", "NPI-2", "organization_name = 'X'\nstatus = 'a'").examine().unwrap().active
    );
    let addresses = vec![address(Some("LOCATION")), address(Some("MAILING")), address(None)];
    let practice_locations = vec![address(None), address(Some("MAILING"))];
    let provider = RegistryRecord { addresses, practice_locations, ..person() }.examine().unwrap();
    let purposes: Vec<_> = provider.addresses.iter().map(|address| address.purpose).collect();
    use AddressPurpose::{Location, Mailing, Practice};
    assert_eq!(purposes, [Location, Mailing, Location, Practice, Mailing]);
}

#[test]
fn only_an_import_with_changes_is_recorded() {
    assert!(Tally { unchanged: 7, refused: 1, ..Tally::default() }.effects("a.json").is_none());
    for tally in [Tally { created: 1, ..Tally::default() }, Tally { updated: 1, ..Tally::default() }] {
        assert!(tally.effects("a.json").is_some());
    }
    let effects = Tally { created: 1, updated: 2, unchanged: 3, refused: 4 }.effects("a.json").unwrap();
    let details = [("created", 1), ("updated", 2), ("unchanged", 3), ("refused", 4)];
    assert_eq!(effects.events()[0].details, details.map(|(word, count)| (word, Detail::Number(count))));
}
