use super::*;
use crate::applications::on_file::tests::physician;
use crate::applications::screen::content::tests::{PHYSICIAN, day, link, npi, taxonomy, today};
use crate::applications::screen::{GroupLinksScreen, NpisScreen};
use crate::medicaid::licensure::tests::kentucky;

const MAINTENANCE: Subject<'static> = Subject { application_type: ApplicationType::Maintenance, ..PHYSICIAN };

/// A record that breaks a rule on every screen, as records from before the rule can.
fn old_record() -> Screens {
    let mut record = physician();
    record.email = Some("none".into());
    record.npis = vec![npi("147852360", true)];
    record.taxonomies = vec![taxonomy("207Q00000X", Some("1245319599"))];
    for license in &mut record.licenses {
        license.expiration_date = None;
    }
    record.screens()
}

fn found(screens: &Screens, filled: &Screens, subject: &Subject<'_>) -> Vec<(&'static str, String)> {
    let violations = examine_changes(screens, filled, subject, &kentucky(), today());
    violations.into_iter().map(|violation| (violation.code, violation.pointer)).collect()
}

#[test]
fn r_206_what_is_on_file_and_unchanged_is_not_refused() {
    let filled = old_record();
    assert_eq!(found(&filled, &filled, &MAINTENANCE), []);
    let unfilled = found(&filled, &Screens::default(), &MAINTENANCE);
    let pointers: Vec<_> = unfilled.iter().map(|(_, pointer)| pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/email",
            "/npis/0/npi",
            "/taxonomies/0/npi",
            "/licenses/0/expiration_date",
            "/links/0/effective_date"
        ]
    );
}

#[test]
fn r_206_changed_values_are_examined_also_beside_kept_ones() {
    let filled = old_record();
    let mut screens = filled.clone();
    screens.basic_information.as_mut().unwrap().email = Some("also none".into());
    screens.npis = Some(NpisScreen { npis: vec![npi("147852360", true), npi("147852361", false)] });
    let violations = found(&screens, &filled, &MAINTENANCE);
    let pointers: Vec<_> = violations.iter().map(|(_, pointer)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/email", "/npis/1/npi"]);
    screens = filled.clone();
    screens.npis = Some(NpisScreen { npis: vec![npi("147852360", true), npi("147852360", true)] });
    let violations = found(&screens, &filled, &MAINTENANCE);
    assert!(violations.contains(&("duplicate", "/npis/1/npi".into())), "{violations:?}");
}

#[test]
fn r_047_r_206_only_a_maintenance_ends_a_link_on_file() {
    let filled = physician().screens();
    let revalidation = Subject { application_type: ApplicationType::Revalidation, ..PHYSICIAN };
    let with = |from: Option<&str>, to: Option<&str>| Screens {
        group_links: Some(GroupLinksScreen { links: vec![link("7100000001", from, to)] }),
        ..filled.clone()
    };
    let since = Some("2020-01-01");
    assert_eq!(found(&with(since, Some("2026-02-28")), &filled, &MAINTENANCE), []);
    assert_eq!(found(&with(None, Some("2026-02-28")), &filled, &MAINTENANCE), []);
    assert_eq!(
        found(&with(since, Some("2019-12-31")), &filled, &MAINTENANCE),
        [("end_before_effective", "/links/0/end_date".into())]
    );
    assert_eq!(
        found(&with(since, Some("2026-02-28")), &filled, &revalidation),
        [("not_applicable", "/links/0/end_date".into())]
    );
}

#[test]
fn r_206_only_added_links_count_towards_the_maximum() {
    let numbered = |count: usize, from: &str| -> Vec<GroupLink> {
        (0..count).map(|n| link(&format!("72{n:08}"), Some(from), None)).collect()
    };
    let filled = Screens {
        group_links: Some(GroupLinksScreen { links: numbered(MAX_ITEMS, "2020-01-01") }),
        ..Screens::default()
    };
    let with = |added: usize| {
        let mut links = numbered(MAX_ITEMS, "2020-01-01");
        links.extend((0..added).map(|n| GroupLink {
            medicaid_id: format!("73{n:08}"),
            effective_date: Some(day("2026-02-01")),
            end_date: None,
        }));
        Screens { group_links: Some(GroupLinksScreen { links }), ..Screens::default() }
    };
    assert_eq!(found(&with(MAX_ITEMS), &filled, &MAINTENANCE), []);
    assert_eq!(found(&with(MAX_ITEMS + 1), &filled, &MAINTENANCE).len(), 1);
}
