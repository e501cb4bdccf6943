//! What lists of members must not reveal: data that their items hide.

use std::collections::BTreeSet;
use std::fs;

use chrono::Duration;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_tests::client::encoded;
use portal_tests::given::{Organization, Person};
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::Value;

/// A person's data that a practice does not see.
struct Hidden {
    name: &'static str,
    signed_in: bool,
}

const ONE: Hidden = Hidden { name: "Aaron Aardvark", signed_in: true };
const OTHER: Hidden = Hidden { name: "Zoltan Zulu", signed_in: false };

/// A practice with a registrant "Jérôme Given", who has an account elsewhere under the hidden name,
/// and a removed member. Both signed in elsewhere or not.
fn practice<'a>(app: &'a TestApp, name: &str, hidden: &Hidden) -> Organization<'a> {
    let practice = app.practice(name, PlanCode::Ahw);
    let with = |name: &str, status| practice.member_with(name, &[Role::AccountUser], &[], status);
    let _ = with("Mona Middle", MembershipStatus::Active);
    let registrant = with(hidden.name, MembershipStatus::VerificationPending);
    let removed = with("Rita Removed", MembershipStatus::Revoked);
    app.write(|tx| {
        tx.members().note_given(registrant.membership, "Jérôme", "Given", None)?;
        tx.users().set_telephone(removed.user, hidden.signed_in.then_some("1231231234"))?;
        if hidden.signed_in {
            tx.users().note_login(registrant.user)?;
            tx.users().note_login(removed.user)?;
        }
        Ok(())
    });
    practice
}

fn manager(practice: &Organization<'_>) -> Client {
    let permissions = [Permission::ManageAccount];
    let manager: Person<'_> =
        practice.member_with("Lena Ortiz", &[Role::AccountUser], &permissions, MembershipStatus::Active);
    manager.client()
}

/// The names and statuses in a list, over all of its pages.
fn shown(client: &Client, practice: &Organization<'_>, query: &str) -> Vec<(Value, Value)> {
    let members = client.all(&practice.path(&format!("/members?limit=1{query}")));
    members.into_iter().map(|member| (member["name"].clone(), member["status"].clone())).collect()
}

on_both_engines!(filters_and_order_of_members_do_not_reveal_what_the_list_hides);
fn filters_and_order_of_members_do_not_reveal_what_the_list_hides(app: &TestApp) {
    let day_before = app.now() - Duration::days(1);
    let (one, other) = (practice(app, "Riverbend", &ONE), practice(app, "Lakeside", &OTHER));
    let (sees_one, sees_other) = (manager(&one), manager(&other));
    let since = encoded(&day_before.to_rfc3339());
    let queries = [
        String::new(),
        "&name=aaron".into(),
        "&name=zulu".into(),
        format!("&name={}", encoded("JÉRÔME g")),
        "&name=rita".into(),
        format!("&not_signed_in_since={since}"),
        "&status=verification_pending".into(),
        "&verification_pending=true".into(),
        format!("&status=revoked&not_signed_in_since={since}"),
    ];
    for query in queries {
        assert_eq!(shown(&sees_one, &one, &query), shown(&sees_other, &other, &query), "{query}");
    }
    let names = |query: &str| -> Vec<Value> {
        shown(&sees_one, &one, query).into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names(""), ["Jérôme Given", "Mona Middle", "Lena Ortiz", "Rita Removed"], "by shown names");
    assert_eq!(names(&format!("&name={}", encoded("JÉRÔME g"))), ["Jérôme Given"]);
    assert!(names("&name=aaron").is_empty());
    assert!(names(&format!("&not_signed_in_since={since}")).contains(&"Rita Removed".into()));
}

on_both_engines!(the_name_on_file_is_found_once_the_member_was_active);
fn the_name_on_file_is_found_once_the_member_was_active(app: &TestApp) {
    let org = practice(app, "Riverbend", &ONE);
    let client = manager(&org);
    let registrant = shown(&client, &org, "&status=verification_pending");
    assert_eq!(registrant.len(), 1);
    app.inspector().run(
        "UPDATE memberships SET status = 'active', activated_at = created_at WHERE given_last_name IS NOT NULL",
    );
    assert_eq!(shown(&client, &org, "&name=aaron").len(), 1);
    assert!(shown(&client, &org, "&name=given").is_empty());
    assert_eq!(shown(&client, &org, "")[0].0, "Aaron Aardvark");
}

/// The query parameters of each list of members. For a new one, add a query to the test above.
const LISTS: [(&str, &[&str]); 2] = [
    (
        "/api/v1/organizations/{organization_id}/members",
        &["name", "email", "status", "verification_pending", "not_signed_in_since", "limit", "cursor"],
    ),
    ("/api/v1/plan/registrations", &["without_manager", "limit", "cursor"]),
];

#[test]
fn every_list_of_members_and_its_filters_are_tested_for_hidden_data() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let schemas = &document["components"]["schemas"];
    let mut found = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let schema = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        let Some(name) = schema.as_str().and_then(|name| name.rsplit('/').next()) else { continue };
        let list = schemas[name].to_string();
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        let queries = parameters.filter(|parameter| parameter["in"] == "query");
        let names: BTreeSet<_> = queries.map(|query| query["name"].as_str().unwrap().to_owned()).collect();
        let shows_members =
            ["/MemberView\"", "/PlanRegistrationView\""].iter().any(|view| list.contains(view));
        if shows_members && names.contains("cursor") {
            found.insert((path.clone(), names));
        }
    }
    let expected = LISTS.map(|(path, names)| {
        (path.to_owned(), names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>())
    });
    assert_eq!(found, BTreeSet::from(expected));
}
