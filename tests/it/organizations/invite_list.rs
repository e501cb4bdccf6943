//! Invite lists: inviting several people together (seed 002).

use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::given::{Organization, Person};
use portal_tests::provider_accounts::{TAX_ID, next_provider_id};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

fn account(app: &TestApp) -> (Organization<'_>, Person<'_>) {
    let org = app.organization(
        "Harborlight",
        portal_domain::organizations::organization::OrganizationKind::ProviderAccount,
        portal_domain::ground::plan_code::PlanCode::Cca,
    );
    let record = app.provider_on_file(&next_provider_id(), "Amara Whitfield", TAX_ID);
    app.write(|tx| tx.provider_records().set_organization(record.id, org.id));
    let ann = org.administrator("Ann Admin");
    (org, ann)
}

fn entry(email: &str, zip: &str) -> Value {
    json!({"email": email, "first_name": "Sam", "last_name": "Reed", "zip": zip, "role": "account_user", "permissions": ["claims"]})
}

fn add(client: &Client, org: &Organization<'_>, email: &str, zip: &str) -> Answer {
    client.post(&org.path("/invite-list"), &entry(email, zip))
}

on_both_engines!(s2_listed_users_are_invited_together_and_each_has_an_outcome);
fn s2_listed_users_are_invited_together_and_each_has_an_outcome(app: &TestApp) {
    let (org, ann) = account(app);
    let client = ann.client();
    for (email, zip) in [
        ("remittance@example.org", "02108"),
        ("practice@example.org", "02109-1234"),
        ("other@example.org", "02110"),
    ] {
        app.advance(chrono::Duration::seconds(1));
        let _ = add(&client, &org, email, zip).expect(201);
    }
    assert!(app.deliver_mails().is_empty(), "nothing is sent yet");
    let outcome = client.post_empty(&org.path("/invite-list/send")).expect(200).json();
    let outcomes: Vec<_> =
        outcome["results"].as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect();
    assert_eq!(outcomes, ["success", "success", "failure"]);
    assert_eq!((&outcome["sent"], &outcome["failed"]), (&2.into(), &1.into()));
    let failed = &outcome["results"][2];
    assert_eq!(failed["code"], "zip_not_matched");
    assert!(
        failed["message"].as_str().unwrap().contains("remittance address ZIP code"),
        "the hint in the document"
    );
    let left = client.get(&org.path("/invite-list")).expect(200).json();
    assert_eq!(left["items"].as_array().unwrap().len(), 1, "users who were not invited stay on the list");
    assert_eq!(
        (&left["items"][0]["email"], &left["items"][0]["failure"]),
        (&"other@example.org".into(), &"zip_not_matched".into())
    );
    let mut to: Vec<_> = app.deliver_mails().into_iter().map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, ["practice@example.org", "remittance@example.org"]);
}

on_both_engines!(r_151_duplicates_members_and_empty_lists_are_refused);
fn r_151_duplicates_members_and_empty_lists_are_refused(app: &TestApp) {
    let (org, ann) = account(app);
    let client = ann.client();
    let _ = client.post_empty(&org.path("/invite-list/send")).problem(422, "invite_list_empty");
    let _ = add(&client, &org, "sam@example.org", "02108").expect(201);
    let _ = add(&client, &org, "SAM@example.org", "02108").problem(409, "already_in_list");
    let member = org.member_with("Mia Member", &[Role::AccountUser], &[], MembershipStatus::Active);
    let _ = add(&client, &org, &member.email, "02108").problem(409, "already_member");
}

on_both_engines!(only_its_owner_can_remove_an_entry);
fn only_its_owner_can_remove_an_entry(app: &TestApp) {
    let (org, ann) = account(app);
    let second = org.administrator("Sofia Second").client();
    let client = ann.client();
    let added = add(&client, &org, "sam@example.org", "02108").expect(201);
    let path = added.header("location").unwrap().to_owned();
    let _ = second.call("DELETE", &path).header("if-match", "*").send().problem(404, "not_found");
    let _ = client.call("DELETE", &path).send().problem(428, "precondition_required");
    let etag = added.header("etag").unwrap().to_owned();
    let _ = client.call("DELETE", &path).header("if-match", &etag).send().expect(204);
    assert_eq!(client.get(&org.path("/invite-list")).expect(200).json()["items"], json!([]));
}

on_both_engines!(r_152_a_direct_invitation_requires_the_zip_code_too);
fn r_152_a_direct_invitation_requires_the_zip_code_too(app: &TestApp) {
    let (org, ann) = account(app);
    let client = ann.client();
    let invite = |zip: Option<&str>| {
        let mut body = json!({"email": "sam@example.org", "role": "account_user"});
        if let Some(zip) = zip {
            body["zip"] = zip.into();
        }
        client.post(&org.path("/invitations"), &body)
    };
    assert_eq!(invite(None).problem(422, "validation_failed")["errors"][0]["code"], "required");
    assert_eq!(invite(Some("2108")).problem(422, "validation_failed")["errors"][0]["code"], "format");
    assert_eq!(
        invite(Some("02110")).problem(422, "validation_failed")["errors"][0]["code"],
        "zip_not_matched"
    );
    let _ = invite(Some("02109")).expect(201);
}

on_both_engines!(only_provider_accounts_have_an_invite_list);
fn only_provider_accounts_have_an_invite_list(app: &TestApp) {
    let group = app.provider_group("Bluegrass");
    let katherine = group.administrator("Katherine Tully").client();
    let _ = add(&katherine, &group, "sam@example.org", "02108").problem(409, "action_not_offered");
}
