//! Reading applications.

use portal_domain::application::ApplicationStatus;
use portal_domain::membership::Role;
use portal_domain::user::PlatformRole;
use portal_tests::given::Given;
use portal_tests::on_both_engines;
use serde_json::json;

on_both_engines! {
    fn those_who_may_read_an_application_do_and_nobody_else(app) {
        let house = app.provider_group("Bluegrass");
        let marcus = house.agent("Marcus Webb");
        let draft = house.application(&marcus, Given::default());
        let filed = house.application(&marcus, Given { status: ApplicationStatus::Submitted, ..Given::default() });
        let path = |item: portal_tests::given::Item| format!("/api/v1/applications/{}", item.id);
        let administrator = house.member("Katherine Tully", &[Role::OrganizationAdministrator]);
        for reader in [&marcus, &house.manager("Debi Henderson"), &administrator] {
            let _ = reader.client().get(&path(draft)).expect(200);
            let _ = reader.client().get(&format!("{}/history", path(draft))).expect(200);
        }
        let lakeside = app.provider_group("Lakeside");
        for stranger in [house.agent("Priya Nair"), house.member("Lena Ortiz", &[Role::AccountUser]), lakeside.manager("Sam Stranger")] {
            let _ = stranger.client().get(&path(filed)).problem(404, "not_found");
            let _ = stranger.client().get(&format!("{}/history", path(filed))).problem(404, "not_found");
        }
        let reviewer = app.signed_in(app.platform_user("Grace Oyelaran", &[PlatformRole::DmsReviewer]));
        let _ = reviewer.get(&path(filed)).expect(200);
        let _ = reviewer.get(&path(draft)).problem(404, "not_found");
    }

    fn the_buttons_say_why_they_are_grey(app) {
        let house = app.provider_group("Bluegrass");
        let marcus = house.agent("Marcus Webb");
        let approved = house.application(&marcus, Given { status: ApplicationStatus::Approved, ..Given::default() });
        let actions = |client: portal_tests::Client| client.get(&format!("/api/v1/applications/{}", approved.id)).expect(200).json()["actions"].clone();
        assert_eq!(actions(marcus.client()), json!([{"action": "reassign", "allowed": false, "reasons": ["item_not_reassignable", "role_required"]}]));
        assert_eq!(actions(house.manager("Debi Henderson").client()), json!([{"action": "reassign", "allowed": false, "reasons": ["item_not_reassignable"]}]));
    }

    fn an_unchanged_application_need_not_be_sent_again(app) {
        let house = app.provider_group("Bluegrass");
        let marcus = house.agent("Marcus Webb");
        let item = house.application(&marcus, Given::default());
        let client = marcus.client();
        let path = format!("/api/v1/applications/{}", item.id);
        let etag = client.get(&path).expect(200).header("etag").unwrap().to_owned();
        let unchanged = client.call("GET", &path).header("if-none-match", &etag).send().expect(304);
        assert!(unchanged.body.is_empty());
        app.pass(chrono::Duration::minutes(20));
        let _ = client.call("GET", &path).header("if-none-match", &etag).send().problem(401, "unauthenticated");
        let tomorrow = app.signed_in(marcus.user);
        app.pass(chrono::Duration::minutes(5));
        let _ = tomorrow.call("GET", &path).header("if-none-match", &etag).send().expect(304);
    }
}
