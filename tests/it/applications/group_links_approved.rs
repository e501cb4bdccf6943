//! Which links an approval begins, and which consents it uses (domain rules ).

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::ApplicationId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::organization::OrganizationKind;
use portal_tests::given::{Organization, Person};
use portal_tests::life_cycle::{notices, shown, step};
use portal_tests::link_consents::{consent, stored_links_to};
use portal_tests::medicaid_ids::{GivenMedicaidId, day};
use portal_tests::submission::try_to_submit;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

use super::group_links::{assert_needs_consent, draft, is_linked};

const UNKNOWN: &str = "7199999999";

/// An application about the individual under review, with links on screen 5.1 to these groups.
fn under_review(
    app: &TestApp,
    agent: (&Organization<'_>, &Person<'_>),
    individual: &GivenMedicaidId,
    application_type: ApplicationType,
    groups: &[&str],
) -> ApplicationId {
    let (org, marcus) = agent;
    let status = ApplicationStatus::DmsReviewInProgress;
    let item = org.application_about(marcus, individual, application_type, status);
    app.write(|tx| tx.applications().save_screens(item.id, &stored_links_to(groups), "Marcus Webb"));
    item.id
}

on_both_engines!(r_201_an_application_that_begins_no_links_needs_and_uses_no_consent);
fn r_201_an_application_that_begins_no_links_needs_and_uses_no_consent(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let (marcus, helen) = (org.agent("Marcus Webb"), lakeside.manager("Helen Lake"));
    let department = app.reviewer();
    for application_type in [ApplicationType::LocumTenens, ApplicationType::VoluntaryTermination] {
        let individual = lakeside.linked_medicaid_id();
        let group = org.group_medicaid_id.as_str();
        let without_consent = under_review(app, (&org, &marcus), &individual, application_type, &[group]);
        assert!(shown(&department, without_consent).get("reviewed_links").is_none());
        let _ = step(&department, without_consent, "approve").expect(200);

        let _ = consent(&helen.client(), &lakeside, &individual, group).expect(201);
        let with_consent = under_review(app, (&org, &marcus), &individual, application_type, &[group]);
        let _ = step(&department, with_consent, "approve").expect(200);
        assert!(!is_linked(app, &org, &individual), "{application_type}");
        assert!(notices(&helen).is_empty(), "{application_type} uses no consent");
    }
}

on_both_engines!(r_202_a_consent_to_a_link_that_did_not_begin_is_not_reported_as_used);
fn r_202_a_consent_to_a_link_that_did_not_begin_is_not_reported_as_used(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let seaside = app.provider_group("Seaside");
    let (marcus, helen) = (org.agent("Marcus Webb"), lakeside.manager("Helen Lake"));
    let individual = lakeside.linked_medicaid_id();
    seaside.link(&individual, day("2021-01-01"));
    let groups = [UNKNOWN, &seaside.group_medicaid_id, &org.group_medicaid_id];
    for group in groups {
        let _ = consent(&helen.client(), &lakeside, &individual, group).expect(201);
    }
    // Imported enrollments can name a Medicaid ID of any organization.
    let kind = ApplicationType::Enrollment;
    let item = under_review(app, (&org, &marcus), &individual, kind, &groups[..2]);
    let _ = step(&app.reviewer(), item, "approve").expect(200);
    assert!(notices(&helen).is_empty(), "one group is not on file, the other one is already linked");

    let item = under_review(app, (&org, &marcus), &individual, kind, &groups);
    let _ = step(&app.reviewer(), item, "approve").expect(200);
    assert!(is_linked(app, &org, &individual));
    let told = notices(&helen);
    assert_eq!((told.len(), &told[0]["kind"]), (1, &json!("link_consent_used")));
    assert!(told[0]["text"].as_str().unwrap().contains(&org.group_medicaid_id));
}

on_both_engines!(r_201_a_consent_stops_counting_when_its_organization_loses_the_individual);
fn r_201_a_consent_stops_counting_when_its_organization_loses_the_individual(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let practice = app.organization("Ana Rivera, MD", OrganizationKind::IndividualProvider, PlanCode::Ky);
    let individual = lakeside.linked_medicaid_id_with(|new| new.owning_organization = Some(practice.id));
    let agent = org.agent("Marcus Webb").client();
    let manager = lakeside.manager("Helen Lake").client();
    let drafts = [(); 2].map(|()| draft(&agent, &org, &[&individual.number]));
    let _ = consent(&manager, &lakeside, &individual, &org.group_medicaid_id).expect(201);
    let _ = try_to_submit(&agent, drafts[0]).expect(200);
    let department = app.reviewer();
    let _ = step(&department, drafts[0], "start-review").expect(200);
    lakeside.end_link(&individual, day("2026-01-31"));

    let before = app.fingerprint();
    assert_needs_consent(step(&department, drafts[0], "approve"), &[0]);
    assert_needs_consent(try_to_submit(&agent, drafts[1]), &[0]);
    assert!(app.fingerprint() == before, "nothing changed");
    assert_eq!(shown(&department, drafts[0])["reviewed_links"][0]["basis"], "none");

    let owner = practice.administrator("Ana Rivera").client();
    let _ = consent(&owner, &practice, &individual, &org.group_medicaid_id).expect(201);
    let _ = step(&department, drafts[0], "approve").expect(200);
    assert!(is_linked(app, &org, &individual), "the individual's own organization consented");
}

on_both_engines!(r_201_reviewers_see_the_basis_of_links_only_while_they_are_to_decide);
fn r_201_reviewers_see_the_basis_of_links_only_while_they_are_to_decide(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let department = app.reviewer();
    for (status, is_shown) in [
        (ApplicationStatus::Submitted, true),
        (ApplicationStatus::DmsReviewInProgress, true),
        (ApplicationStatus::ReturnedToProvider, false),
        (ApplicationStatus::Approved, false),
        (ApplicationStatus::Denied, false),
        (ApplicationStatus::Withdrawn, false),
    ] {
        let individual = org.granted_medicaid_id();
        let groups = [org.group_medicaid_id.as_str()];
        let item = under_review(app, (&org, &marcus), &individual, ApplicationType::Maintenance, &groups);
        app.set_application_status(item, status);
        assert_eq!(shown(&department, item).get("reviewed_links").is_some(), is_shown, "{status}");
    }
}
