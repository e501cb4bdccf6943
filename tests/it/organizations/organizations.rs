//! Reading organizations.

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::organizations::organizations::NewOrganization;
use portal_tests::{TestApp, on_both_engines};

on_both_engines!(users_see_their_own_organizations_and_staff_see_all);
fn users_see_their_own_organizations_and_staff_see_all(app: &TestApp) {
    let (bluegrass, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let agent = bluegrass.agent("Marcus Webb").client();
    let names = |client: &portal_tests::Client| -> Vec<String> {
        client
            .all("/api/v1/organizations?limit=1")
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&agent), ["Bluegrass"]);
    let staff = app.staff("Ruth Delgado", PlatformRole::PlanStaff);
    assert_eq!(names(&staff), ["Bluegrass", "Lakeside"]);
    let _ = agent.get(&lakeside.path("")).problem(404, "not_found");
    let _ = staff.get(&lakeside.path("")).expect(200);
}

on_both_engines!(a_tax_id_is_shown_masked_and_stored_encrypted);
fn a_tax_id_is_shown_masked_and_stored_encrypted(app: &TestApp) {
    let staff = app.staff("Ruth Delgado", PlatformRole::PlanStaff);
    let id = app.write(|tx| {
        let id = tx.new_id();
        let tax_id = TaxId::parse("61-7654321").ok();
        tx.organizations().insert(&NewOrganization {
            id,
            name: "Bluegrass".into(),
            kind: OrganizationKind::TinPractice,
            plan: PlanCode::Lhcc,
            tax_id,
        })?;
        Ok(id)
    });
    let shown = staff.get(&format!("/api/v1/organizations/{id}")).expect(200);
    assert_eq!(shown.json()["tax_id_masked"], "**-***4321");
    assert!(!shown.text().contains("7654321"));
    assert!(!app.fingerprint().contains("617654321"));
    let again = app.portal.database.write_unrecorded(app.portal.moment(), |tx| {
        let id = tx.new_id();
        let tax_id = TaxId::parse("617654321").ok();
        tx.organizations().insert(&NewOrganization {
            id,
            name: "Copy".into(),
            kind: OrganizationKind::TinPractice,
            plan: PlanCode::Lhcc,
            tax_id,
        })
    });
    assert!(matches!(
        again,
        Err(portal_persistence::StoreError::Taken(portal_persistence::Constraint::OrganizationTaxId))
    ));
}
