use super::*;
use crate::applications::on_file::tests::physician;
use crate::applications::screen::content::tests::{day, license, link, npi, taxonomy};

fn ohio() -> License {
    License {
        issue_state: Some("OH".into()),
        license_number: Some("777".into()),
        primary: false,
        ..license(LicenseType::StateLicense)
    }
}

fn kentucky() -> License {
    license(LicenseType::StateLicense)
}

fn renewed() -> License {
    License { expiration_date: Some(day("2029-02-28")), ..kentucky() }
}

fn with_licenses(screens: &Screens, licenses: &[License]) -> Screens {
    Screens { licenses: Some(LicensesScreen { licenses: licenses.to_vec() }), ..screens.clone() }
}

fn with_email(screens: &Screens, email: Option<&str>) -> Screens {
    let mut screens = screens.clone();
    screens.basic_information.get_or_insert_default().email = email.map(str::to_owned);
    screens
}

fn with_links(screens: &Screens, links: Vec<GroupLink>) -> Screens {
    Screens { group_links: Some(GroupLinksScreen { links }), ..screens.clone() }
}

fn pointers(difference: &Difference) -> Vec<(Screen, &str)> {
    assert!(difference.conflicts.iter().all(|conflict| conflict.code == CHANGED_ON_FILE));
    difference.conflicts.iter().map(|conflict| (conflict.screen, conflict.pointer.as_str())).collect()
}

#[test]
fn r_206_untouched_screens_make_no_difference() {
    let on_file = physician().screens();
    let difference = Difference::of(Some(&on_file), &on_file, &on_file);
    assert!(difference.is_empty() && difference.conflicts.is_empty());
    assert_eq!(difference.result(), &on_file);
    let mut dated = on_file.clone();
    dated.basic_information.as_mut().unwrap().requested_effective_date = Some(day("2026-03-01"));
    assert!(Difference::of(Some(&on_file), &dated, &on_file).is_empty(), "a requested date is not on file");
}

#[test]
fn r_206_a_license_stays_on_file_unless_it_was_removed_on_the_screen() {
    let on_file = physician().screens();
    let added = Difference::of(Some(&on_file), &with_licenses(&on_file, &[kentucky(), ohio()]), &on_file);
    assert_eq!(
        (added.licenses.added.as_slice(), added.licenses.removed.as_slice()),
        (&[ohio()][..], &[][..])
    );
    let replaced = Difference::of(Some(&on_file), &with_licenses(&on_file, &[ohio()]), &on_file);
    assert_eq!(replaced.licenses.removed, [kentucky()]);
    let unknown = Difference::of(None, &with_licenses(&Screens::default(), &[ohio()]), &on_file);
    assert_eq!((unknown.licenses.added, unknown.licenses.removed), (vec![ohio()], vec![]));
    assert_eq!(licenses_of(&unknown.result), [kentucky(), ohio()], "the screen began empty");
}

#[test]
fn r_206_what_another_approval_changed_meanwhile_stays() {
    let filled = physician().screens();
    let now = with_email(&with_licenses(&filled, &[renewed(), ohio()]), Some("new@example.org"));
    let mut screens = filled.clone();
    screens.basic_information.as_mut().unwrap().last_name = Some("Roe".into());
    let difference = Difference::of(Some(&filled), &screens, &now);
    assert!(difference.licenses.is_empty() && difference.conflicts.is_empty());
    let (was, becomes) = difference.basic_information.clone().unwrap();
    assert_eq!((was.last_name.as_deref(), becomes.last_name.as_deref()), (Some("Doe"), Some("Roe")));
    assert_eq!((was.email, becomes.email), (None, None), "only changed fields");
    let result = difference.result();
    assert_eq!(licenses_of(result), [renewed(), ohio()]);
    assert_eq!(result.basic_information.as_ref().unwrap().email.as_deref(), Some("new@example.org"));
}

#[test]
fn r_206_a_value_that_was_changed_differently_on_file_is_a_conflict() {
    let filled = physician().screens();
    let now = with_email(&with_licenses(&filled, &[renewed()]), Some("new@example.org"));
    let other = License { expiration_date: Some(day("2028-02-28")), ..kentucky() };
    let screens = with_email(&with_licenses(&filled, &[ohio(), other]), Some("mine@example.org"));
    let difference = Difference::of(Some(&filled), &screens, &now);
    assert_eq!(
        pointers(&difference),
        [(Screen::BasicInformation, "/email"), (Screen::Licenses, "/licenses/1")]
    );
    let removed = Difference::of(Some(&filled), &with_licenses(&filled, &[]), &now);
    assert_eq!(pointers(&removed), [(Screen::Licenses, "/licenses")], "removed here, changed there");
    let same = Difference::of(Some(&filled), &now, &now);
    assert!(same.is_empty() && same.conflicts.is_empty(), "both made the same change");
}

#[test]
fn r_206_a_refilled_screen_has_no_conflict_and_keeps_the_agents_changes() {
    let filled = physician().screens();
    let now = with_email(&with_licenses(&filled, &[renewed(), ohio()]), None);
    let screens = with_email(&with_licenses(&filled, &[kentucky()]), Some("mine@example.org"));
    let first = Difference::of(Some(&filled), &screens, &now);
    assert_eq!(pointers(&first), [(Screen::BasicInformation, "/email")]);
    let refilled = Difference::of(Some(&now), first.result(), &now);
    assert_eq!(refilled.conflicts, []);
    assert_eq!(licenses_of(refilled.result()), [renewed(), ohio()]);
    let (was, becomes) = refilled.basic_information.unwrap();
    assert_eq!((was.email, becomes.email.as_deref()), (None, Some("mine@example.org")));
}

#[test]
fn r_206_two_primary_npis_from_two_approvals_are_a_conflict() {
    let with = |npis: Vec<NpiEntry>| Screens { npis: Some(NpisScreen { npis }), ..Screens::default() };
    let filled = with(vec![npi("1234567893", true)]);
    let now = with(vec![npi("1234567893", false), npi("1245319599", true)]);
    let screens = with(vec![npi("1234567893", false), npi("1993999998", true)]);
    let difference = Difference::of(Some(&filled), &screens, &now);
    assert_eq!(pointers(&difference), [(Screen::Npis, "/npis")]);
    let unknown = Difference::of(None, &with(vec![npi("1993999998", true)]), &now);
    assert_eq!(unknown.conflicts, []);
    let expected = [npi("1234567893", false), npi("1245319599", false), npi("1993999998", true)];
    assert_eq!(npis_of(unknown.result()), expected, "the primary NPI of the screen is the only one");
}

#[test]
fn r_206_a_taxonomy_cannot_be_added_to_an_npi_that_is_no_longer_on_file() {
    let with = |npis: Vec<NpiEntry>, taxonomies: Vec<TaxonomyEntry>| Screens {
        npis: Some(NpisScreen { npis }),
        taxonomies: Some(TaxonomiesScreen { taxonomies }),
        ..Screens::default()
    };
    let both = || vec![npi("1234567893", true), npi("1245319599", false)];
    let filled = with(both(), vec![]);
    let screens = with(both(), vec![taxonomy("207Q00000X", Some("1245319599"))]);
    let now = with(vec![npi("1234567893", true)], vec![]);
    assert_eq!(
        pointers(&Difference::of(Some(&filled), &screens, &now)),
        [(Screen::Taxonomies, "/taxonomies")]
    );
    assert_eq!(Difference::of(Some(&filled), &screens, &filled).conflicts, []);
}

#[test]
fn r_206_a_name_can_be_replaced_but_not_removed() {
    let filled = physician().screens();
    let mut screens = filled.clone();
    let basic = screens.basic_information.as_mut().unwrap();
    (basic.first_name, basic.last_name) = (None, None);
    let difference = Difference::of(Some(&filled), &screens, &filled);
    assert_eq!(difference.basic_information, None);
    assert_eq!(difference.result().display_name().as_deref(), Some("Doe, John"));
}

#[test]
fn r_047_r_206_a_link_on_file_ends_on_a_date_and_never_by_omission() {
    let filled = physician().screens();
    let links =
        |links: Vec<GroupLink>| Difference::of(Some(&filled), &with_links(&filled, links), &filled).links;
    let (group, since) = ("7100000001", Some("2020-01-01"));
    assert_eq!(links(vec![]), []);
    assert_eq!(links(vec![link(group, since, None)]), []);
    let end = link(group, None, Some("2026-02-28"));
    assert_eq!(links(vec![link(group, since, Some("2026-02-28"))]), std::slice::from_ref(&end));
    assert_eq!(links(vec![end.clone()]), [end], "the first day can be omitted");
    let begin = link("7100000002", Some("2026-02-01"), Some("2026-12-31"));
    assert_eq!(links(vec![link(group, since, None), begin.clone()]), [begin]);
}

#[test]
fn r_206_refilled_links_are_those_on_file_now_with_the_changes_of_the_screen() {
    let filled = physician().screens();
    let begin = link("7100000002", Some("2026-02-01"), None);
    let screens = with_links(&filled, vec![link("7100000001", Some("2020-01-01"), None), begin.clone()]);
    let other = link("7100000003", Some("2026-01-15"), None);
    let now = with_links(&filled, vec![other.clone()]);
    let difference = Difference::of(Some(&filled), &screens, &now);
    assert_eq!(links_of(difference.result()), [other, begin], "the first link has ended meanwhile");
    assert_eq!(difference.conflicts, []);
}
