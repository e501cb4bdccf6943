//! Importing a plan's provider records.

use portal_api::transfer::import::provider_records::{COLUMNS, Tally, import};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::provider_record::ProviderIdentifier;
use portal_tests::provider_accounts::{ASSOCIATE, associate};
use portal_tests::{Engine, TestApp, on_both_engines};

fn file(rows: &[&str]) -> String {
    format!("{}\n{}\n", COLUMNS.join(","), rows.join("\n"))
}

fn import_csv(app: &TestApp, text: &str) -> Result<Tally, Vec<String>> {
    import(&app.portal, "providers.csv", text.as_bytes())
}

const GROUP: [&str; 2] = [
    "cca,CCA-G,group,,,Harborlight Primary Care,04-3555017,remittance,02108,true",
    "cca,CCA-G,group,,,Harborlight Primary Care,043555017,practice,02109,false",
];
const PERSON: &str = "cca,CCA-1,practitioner,Noor,Haddad,,04-3555017,practice,02108,true";

on_both_engines!(imported_providers_can_be_associated);
fn imported_providers_can_be_associated(app: &TestApp) {
    let tally = import_csv(app, &file(&[GROUP[0], PERSON, GROUP[1]])).unwrap();
    assert_eq!(tally, Tally { records: 2, addresses: 3 });
    let id = ProviderIdentifier::parse("cca-g").unwrap();
    let group = app.read(|tx| tx.provider_records().find_by_provider_id(PlanCode::Cca, &id)).unwrap();
    let _ = associate(&app.registrant("Ruth Office").1, ASSOCIATE, &group).expect(201);
    assert_eq!(
        app.read(|tx| tx.provider_records().find_by_provider_id(PlanCode::Ky, &id)).map(|record| record.id),
        None
    );
}

on_both_engines!(nothing_is_imported_from_an_invalid_file);
fn nothing_is_imported_from_an_invalid_file(app: &TestApp) {
    let _ = import_csv(app, &file(&[PERSON])).unwrap();
    let before = app.fingerprint();
    let violations = import_csv(app, &file(&[GROUP[0], PERSON])).unwrap_err();
    assert_eq!(violations, ["line 3, provider_id: is on file already"]);
    let violations = import_csv(
        app,
        &file(&[GROUP[0], &PERSON.replace("CCA-1", "CCA-2").replace("04-3555017", "12345678")]),
    )
    .unwrap_err();
    assert_eq!(violations, ["line 3, tax_id: must be nine digits, not all of them 0 or 9"]);
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(a_tax_id_is_stored_encrypted);
fn a_tax_id_is_stored_encrypted(app: &TestApp) {
    let _ = import_csv(app, &file(&[PERSON])).unwrap();
    let query = match app.engine {
        Engine::Sqlite => "SELECT hex(tax_id_sealed) AS value FROM provider_records",
        Engine::Postgres => "SELECT upper(encode(tax_id_sealed, 'hex')) AS value FROM provider_records",
    };
    let sealed = app.inspector().texts(query).remove(0);
    let plain: String = "043555017".bytes().map(|byte| format!("{byte:02X}")).collect();
    assert!(sealed.starts_with("0100000001") && !sealed.contains(&plain));
}

on_both_engines!(thousands_of_providers_are_imported_at_once);
fn thousands_of_providers_are_imported_at_once(app: &TestApp) {
    let rows: Vec<String> = (0..2500).map(|n| PERSON.replace("CCA-1", &format!("CCA-{n}"))).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(import_csv(app, &file(&rows)).unwrap(), Tally { records: 2500, addresses: 2500 });
    assert_eq!(import_csv(app, &file(&rows)).unwrap_err().len(), 2500);
}
