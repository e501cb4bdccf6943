//! The effects of approving applications: Medicaid IDs, group links, licenses, and corrected
//! numbers.

use chrono::NaiveDate;
use portal_domain::applications::approval::{Change, TaxNumber};
use portal_domain::applications::screen::{
    BasicInformation, GroupLink, GroupLinksScreen, NpiEntry, NpisScreen, Screens,
};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::tax_identifier::{Ssn, TaxId};
use portal_domain::medicaid::medicaid_id::MedicaidIdStatus;
use portal_persistence::medicaid::medicaid_ids::MedicaidIdRecord;
use portal_tests::given::Organization;
use portal_tests::life_cycle::{given, notices, path, shown, step};
use portal_tests::medicaid_ids::GivenMedicaidId;
use portal_tests::submission::{enrollment_screens, save};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

pub(super) fn record(app: &TestApp, number: &str) -> MedicaidIdRecord {
    app.read(|tx| tx.medicaid_ids().find_by_number(number)).unwrap()
}

/// The masked tax ID on file.
fn fein(app: &TestApp, number: &str) -> Option<String> {
    let listed = app.read(|tx| tx.medicaid_ids().listed_by_number(&[number]));
    listed[0].fein.as_ref().map(TaxId::masked)
}

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

on_both_engines!(f_05_an_approval_applies_the_changes_of_all_eight_types);
fn f_05_an_approval_applies_the_changes_of_all_eight_types(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let department = app.reviewer();
    for kind in ApplicationType::ALL.iter().filter(|kind| **kind != ApplicationType::Enrollment) {
        let one = org.granted_medicaid_id();
        app.set_medicaid_id_status(&one.number, MedicaidIdStatus::Inactive);
        app.set_revalidation_due(one.id, "2027-01-01");
        let was = record(app, &one.number);
        let item = org.application_about(&marcus, &one, *kind, ApplicationStatus::DmsReviewInProgress);
        app.write(|tx| tx.applications().save_screens(item.id, &new_npis(), "Marcus Webb"));

        let approved = step(&department, item.id, "approve").expect(200).json();

        let is = record(app, &one.number);
        assert_eq!(approved["medicaid_id"], json!(one.number), "{kind}: the Medicaid ID stays the same");
        let (mut status, mut due, mut end, mut npi) =
            (was.status, was.revalidation_due_on, None, was.npi.clone());
        match kind {
            ApplicationType::Maintenance => npi = Some("1245319599".into()),
            ApplicationType::Revalidation => {
                (due, npi) = (Some(date("2031-02-01")), Some("1245319599".into()))
            }
            ApplicationType::Reapplication | ApplicationType::Reinstatement => {
                (status, npi) = (MedicaidIdStatus::Active, Some("1245319599".into()));
            }
            ApplicationType::VoluntaryTermination => {
                (status, end) = (MedicaidIdStatus::Terminated, Some(date("2026-02-01")))
            }
            ApplicationType::ChangeOfOwnership => {
                (status, end) = (MedicaidIdStatus::Terminated, Some(date("2026-01-31")))
            }
            ApplicationType::LocumTenens | ApplicationType::Enrollment => {}
        }
        assert_eq!(
            (is.status, is.revalidation_due_on, is.end_date, is.npi),
            (status, due, end, npi),
            "{kind}"
        );
        let detail = marcus.client().all(&path(item.id, "/history"))[0]["detail"].clone();
        match kind {
            ApplicationType::ChangeOfOwnership => {
                let text = detail.as_str().unwrap().to_owned();
                let number = text.split(' ').nth(2).unwrap();
                let new = record(app, number);
                assert_eq!(new.effective_date, Some(date("2026-02-01")));
                assert_eq!(
                    (new.status, new.revalidation_due_on),
                    (MedicaidIdStatus::Active, Some(date("2031-02-01")))
                );
            }
            _ => assert_eq!(detail, Value::Null, "{kind}"),
        }
    }
}

on_both_engines!(a_19_an_enrollment_with_a_medicaid_id_gets_no_second_one);
fn a_19_an_enrollment_with_a_medicaid_id_gets_no_second_one(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let one = org.linked_medicaid_id();
    let item = org.application_about(
        &marcus,
        &one,
        ApplicationType::Enrollment,
        ApplicationStatus::DmsReviewInProgress,
    );
    assert_eq!(
        shown(&marcus.client(), item.id)["medicaid_id"],
        json!(one.number),
        "shown only if there is one"
    );
    let approved = step(&app.reviewer(), item.id, "approve").expect(200).json();
    assert_eq!(approved["medicaid_id"], json!(one.number));
    assert_eq!(record(app, &one.number).revalidation_due_on, Some(date("2031-02-01")));
    let none = org.application(&marcus, given(ApplicationStatus::Submitted));
    assert_eq!(shown(&marcus.client(), none.id)["medicaid_id"], Value::Null);
}

on_both_engines!(r_047_r_100_an_approved_maintenance_ends_and_begins_group_links);
fn r_047_r_100_an_approved_maintenance_ends_and_begins_group_links(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let marcus = org.agent("Marcus Webb");
    let one = org.granted_medicaid_id();
    let item = org.application_about(
        &marcus,
        &one,
        ApplicationType::Maintenance,
        ApplicationStatus::DmsReviewInProgress,
    );
    let link = |number: &str, begins: Option<&str>, ends: Option<&str>| GroupLink {
        medicaid_id: number.into(),
        effective_date: begins.map(date),
        end_date: ends.map(date),
    };
    let links = vec![
        link(&org.group_medicaid_id, None, Some("2026-01-31")),
        link(&lakeside.group_medicaid_id, Some("2026-02-01"), None),
        link("7199999999", Some("2026-02-01"), None),
    ];
    let basic = BasicInformation {
        first_name: Some("Ann".into()),
        last_name: Some("Marie-Lee".into()),
        email: Some("ann@example.org".into()),
        ..BasicInformation::default()
    };
    let screens = Screens {
        group_links: Some(GroupLinksScreen { links }),
        basic_information: Some(basic),
        ..Screens::default()
    };
    app.write(|tx| tx.applications().save_screens(item.id, &screens, "Marcus Webb"));
    let tie =
        |place: &Organization<'_>| app.read(|tx| tx.medicaid_ids().tie(place.id, one.id, date("2026-02-01")));
    assert!(tie(&org).is_linked_now && !tie(&lakeside).was_linked);

    let _ = step(&app.reviewer(), item.id, "approve").expect(200);

    assert!(!tie(&org).is_linked_now && tie(&org).was_linked);
    assert!(tie(&lakeside).is_linked_now);
    let is = record(app, &one.number);
    assert_eq!((is.name.as_str(), is.email.as_deref()), ("Marie-Lee, Ann", Some("ann@example.org")));
    let detail = marcus.client().all(&path(item.id, "/history"))[0]["detail"].clone();
    assert_eq!(detail, Value::Null, "the history does not reveal which numbers are on file");
}

on_both_engines!(r_100_f_05_the_license_of_an_approved_maintenance_is_on_file);
fn r_100_f_05_the_license_of_an_approved_maintenance_is_on_file(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let one = org.granted_medicaid_id_with(|new| new.ssn = Ssn::parse("400-55-0001").ok());
    let maintenance = |screens: Value| {
        let item =
            org.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
        let _ = save(&marcus.client(), item.id, screens);
        app.set_application_status(item.id, ApplicationStatus::DmsReviewInProgress);
        item
    };
    let first = maintenance(enrollment_screens());
    assert!(record(app, &one.number).licenses.is_empty(), "not before the approval");

    let _ = step(&app.reviewer(), first.id, "approve").expect(200);

    let is = record(app, &one.number);
    assert_eq!(is.licenses.len(), 1);
    assert_eq!(is.licenses[0].license_number.as_deref(), Some("12345"));
    assert_eq!(is.licenses[0].expiration_date, Some(date("2029-02-28")));
    assert_eq!((is.taxonomies.len(), is.taxonomies[0].code.as_str()), (1, "207Q00000X"));
    assert_eq!(is.telephone.as_deref(), Some("1231231234"));
    assert_eq!(is.ssn_masked.as_deref(), Some("***-**-0142"), "corrected");
    assert_eq!(fein(app, &one.number), None);

    let second = maintenance(json!({"1.3": {"npis": [{"npi": "1245319599", "primary": true}]}}));
    let _ = step(&app.reviewer(), second.id, "approve").expect(200);
    let later = record(app, &one.number);
    assert_eq!(
        (later.licenses, later.taxonomies, later.telephone),
        (is.licenses, is.taxonomies, is.telephone),
        "values that were not saved stay"
    );
    assert_eq!((later.npi.as_deref(), later.ssn_masked), (Some("1245319599"), is.ssn_masked));
}

on_both_engines!(f_05_the_corrected_tax_id_of_a_group_is_stored_encrypted);
fn f_05_the_corrected_tax_id_of_a_group_is_stored_encrypted(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let group = record(app, &org.group_medicaid_id);
    let tax_number = TaxNumber::of(group.category, "610000001");
    app.write(|tx| {
        tx.medicaid_ids().apply(group.id, &Change { tax_number: tax_number.clone(), ..Change::default() })
    });
    let is = record(app, &org.group_medicaid_id);
    assert_eq!(fein(app, &org.group_medicaid_id).as_deref(), Some("**-***0001"));
    assert_eq!(is.ssn_masked, None);
    assert_eq!(is.version, group.version + 1);
    app.write(|tx| tx.medicaid_ids().apply(group.id, &Change::default()));
    assert_eq!(record(app, &org.group_medicaid_id).version, is.version, "nothing changes or is counted");
}

on_both_engines!(r_047_a_maintenance_ends_only_current_links_and_reports_missing_ones);
fn r_047_a_maintenance_ends_only_current_links_and_reports_missing_ones(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let department = app.reviewer();
    let end = |one: &GivenMedicaidId, other: &str, last_day: &str| -> Value {
        let item = org.application_about(
            &marcus,
            one,
            ApplicationType::Maintenance,
            ApplicationStatus::DmsReviewInProgress,
        );
        let links = vec![GroupLink {
            medicaid_id: other.into(),
            effective_date: None,
            end_date: Some(date(last_day)),
        }];
        let screens = Screens { group_links: Some(GroupLinksScreen { links }), ..Screens::default() };
        app.write(|tx| tx.applications().save_screens(item.id, &screens, "Marcus Webb"));
        let _ = step(&department, item.id, "approve").expect(200);
        department.all(&path(item.id, "/history"))[0]["detail"].clone()
    };
    let group = org.group_medicaid_id.as_str();
    let none = json!(format!("No link to the Medicaid ID {group} ended."));
    let linked_on = |one: &GivenMedicaidId, day: &str| {
        app.read(|tx| tx.medicaid_ids().tie(org.id, one.id, date(day))).is_linked_now
    };

    let over = org.granted_medicaid_id();
    org.end_link(&over, date("2026-01-31"));
    assert_eq!(end(&over, group, "2026-01-30"), none);
    assert_eq!(end(&over, group, "2026-02-28"), none);
    assert!(
        linked_on(&over, "2026-01-31") && !linked_on(&over, "2026-02-01"),
        "the end of an ended link stays"
    );

    let last_day_is_today = org.granted_medicaid_id();
    org.end_link(&last_day_is_today, date("2026-02-01"));
    assert_eq!(end(&last_day_is_today, group, "2026-01-31"), Value::Null);
    assert!(linked_on(&last_day_is_today, "2026-01-31") && !linked_on(&last_day_is_today, "2026-02-01"));

    let ends_later = org.granted_medicaid_id();
    org.end_link(&ends_later, date("2026-06-30"));
    assert_eq!(end(&ends_later, group, "2026-03-31"), Value::Null);
    assert_eq!(end(&ends_later, group, "2026-05-31"), none, "a link does not become longer");
    assert!(linked_on(&ends_later, "2026-03-31") && !linked_on(&ends_later, "2026-04-01"));

    let begins_later = app.medicaid_id(|_| {});
    org.link(&begins_later, date("2026-03-02"));
    assert_eq!(end(&begins_later, group, "2026-03-01"), none);
    assert!(linked_on(&begins_later, "2026-12-31"));
    assert_eq!(end(&begins_later, group, "2026-03-02"), Value::Null, "a link can last one day");
    assert!(linked_on(&begins_later, "2026-03-02") && !linked_on(&begins_later, "2026-03-03"));

    let individual = &over.number;
    let outcome = json!(format!("No link to the Medicaid ID {individual} ended."));
    assert_eq!(end(&ends_later, individual, "2026-03-31"), outcome, "two individuals");
}

on_both_engines!(f_05_a_retried_approval_issues_one_medicaid_id);
fn f_05_a_retried_approval_issues_one_medicaid_id(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, given(ApplicationStatus::DmsReviewInProgress));
    let department = app.reviewer();
    let approve = || {
        department
            .call("POST", &path(item.id, "/approve"))
            .header("idempotency-key", "one")
            .send()
            .expect(200)
    };
    let (first, again) = (approve(), approve());
    assert!(first.body == again.body && again.header("idempotency-replayed") == Some("true"));
    assert_eq!(notices(&marcus).len(), 1);
}

/// Screen 1.3 with NPIs that differ from those on file.
fn new_npis() -> Screens {
    let npi = |npi: &str, primary| NpiEntry { npi: npi.into(), primary };
    let npis = vec![npi("1993999998", false), npi("1245319599", true)];
    Screens { npis: Some(NpisScreen { npis }), ..Screens::default() }
}
