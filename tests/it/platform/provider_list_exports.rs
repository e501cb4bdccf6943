//! Licenses and taxonomy codes exported as CSV files (domain rule R-206).

use portal_api::transfer::export::{self, provider_lists};
use portal_api::transfer::import;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::OrganizationId;
use portal_tests::filled_screens::{kentucky_license, ohio_license, start_about, submit_and_approve};
use portal_tests::submission::save;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

/// The rows of an export without its first line.
fn rows(write: impl FnOnce(&mut Vec<u8>) -> Result<usize, Vec<String>>) -> Vec<String> {
    let mut out = Vec::new();
    let count = write(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let rows: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
    assert_eq!(rows.len(), count);
    rows
}

fn licenses(app: &TestApp, organization: Option<OrganizationId>) -> Vec<String> {
    rows(|out| provider_lists::export_licenses(&app.portal, organization, out))
}

fn taxonomies(app: &TestApp, organization: Option<OrganizationId>) -> Vec<String> {
    rows(|out| provider_lists::export_taxonomies(&app.portal, organization, out))
}

on_both_engines!(r_206_exports_have_a_row_for_each_license_and_taxonomy_code);
fn r_206_exports_have_a_row_for_each_license_and_taxonomy_code(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let agent = org.agent("Marcus Webb").client();
    let (first, second) = (org.provider_on_file(), lakeside.provider_on_file());
    let _without_either = org.granted_medicaid_id();
    let mut formula = ohio_license();
    formula["license_number"] = json!("=1+1");
    let (id, _) = start_about(&agent, &org, &first, ApplicationType::Maintenance);
    let _ = save(&agent, id, json!({"2.2": {"licenses": [kentucky_license(), formula]}}));
    let _ = submit_and_approve(app, &agent, id);

    let kentucky = |number: &str| format!("{number},state_license,KY,12345,2025-06-01,2029-02-28,true,");
    let ohio = format!("{},state_license,OH,'=1+1,2026-01-01,2028-12-31,false,", first.number);
    let own = vec![kentucky(&first.number), ohio];
    assert_eq!(licenses(app, Some(org.id)), own);
    let mut all = own;
    all.push(kentucky(&second.number));
    assert_eq!(licenses(app, None), all);
    let code = |number: &str| format!("{number},207Q00000X,1993999998,true");
    assert_eq!(taxonomies(app, Some(lakeside.id)), [code(&second.number)]);
    assert_eq!(taxonomies(app, None), [code(&first.number), code(&second.number)]);
    let unknown = app.write(|tx| Ok(tx.new_id()));
    assert!(provider_lists::export_licenses(&app.portal, Some(unknown), &mut Vec::new()).is_err());
}

on_both_engines!(r_206_importing_exported_medicaid_ids_keeps_their_licenses_and_taxonomy_codes);
fn r_206_importing_exported_medicaid_ids_keeps_their_licenses_and_taxonomy_codes(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let one = org.provider_on_file();
    let mut out = Vec::new();
    let _ = export::medicaid_ids::export(&app.portal, None, &mut out).unwrap();
    let renamed = String::from_utf8(out).unwrap().replace("\"Doe, John\"", "\"Roe, John\"");
    let import = |text: &str| {
        import::medicaid_ids::import(&app.portal, "medicaid-ids.csv", text.as_bytes(), false, &mut |_| ())
    };
    assert_eq!(import(&renamed).unwrap().sums(), "0 new, 1 changed, 1 unchanged");
    let is = app.on_file(&one);
    assert_eq!((is.name.as_str(), is.licenses.len(), is.taxonomies.len()), ("Roe, John", 1, 1));
}
