//! The HTTP conventions of every operation (design section 5).

use portal_tests::{Engine, TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(an_unsupported_method_gets_405_with_the_allowed_methods);
fn an_unsupported_method_gets_405_with_the_allowed_methods(app: &TestApp) {
    let client = app.anonymous().unchecked();
    for (method, path, allow) in [
        ("PUT", "/api/v1/me", "GET, HEAD, PATCH, OPTIONS"),
        ("PATCH", "/problems", "GET, HEAD, OPTIONS"),
        ("GET", "/api/v1/oauth/token", "POST, OPTIONS"),
        ("TRACE", "/api/v1/organizations", "GET, HEAD, OPTIONS"),
        (
            "GET",
            "/api/v1/organizations/org_01h455vb4pex5vsknk084sn02q/reassignments/preview",
            "POST, OPTIONS",
        ),
        ("POST", "/api/v1/me/sessions/ses_01h455vb4pex5vsknk084sn02q", "GET, HEAD, DELETE, OPTIONS"),
    ] {
        let answer = client.call(method, path).send();
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        let _ = answer.problem(405, "method_not_allowed");
    }
    let options = client.call("OPTIONS", "/api/v1/me").send().expect(204);
    assert_eq!(options.header("allow"), Some("GET, HEAD, PATCH, OPTIONS"));
}

on_both_engines!(unknown_paths_are_404_problems);
fn unknown_paths_are_404_problems(app: &TestApp) {
    let client = app.anonymous().unchecked();
    for path in ["/nowhere", "/api/v1", "/api/v1/organizations/", "/api/v2/me", "/api/v1/sandbox/personas"] {
        let _ = client.get(path).problem(404, "not_found");
    }
}

on_both_engines!(head_responds_like_get_without_a_body);
fn head_responds_like_get_without_a_body(app: &TestApp) {
    let client = app.anonymous();
    let got = client.get("/problems").expect(200);
    let head = client.call("HEAD", "/problems").send().expect(200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-length"), got.header("content-length"));
    assert_eq!(head.header("content-type"), got.header("content-type"));
}

on_both_engines!(clients_that_do_not_accept_json_get_406);
fn clients_that_do_not_accept_json_get_406(app: &TestApp) {
    let client = app.anonymous();
    let _ =
        client.call("GET", "/problems").header("accept", "text/html").send().problem(406, "not_acceptable");
    let _ = client.call("GET", "/problems").header("accept", "text/html, */*;q=0.1").send().expect(200);
}

on_both_engines!(ids_of_another_type_and_malformed_ids_get_specific_errors);
fn ids_of_another_type_and_malformed_ids_get_specific_errors(app: &TestApp) {
    let client = app.signed_in(app.platform_user("Ruth Delgado", &[]));
    let wrong =
        client.get("/api/v1/organizations/usr_01h455vb4pex5vsknk084sn02q").problem(400, "malformed_id");
    assert!(wrong["detail"].as_str().unwrap().contains("starts with 'org_'"), "{wrong}");
    for id in ["1", "org_", "org_01H455VB4PEX5VSKNK084SN02Q", "%00", "org_%20"] {
        let _ = client.get(&format!("/api/v1/organizations/{id}")).problem(400, "malformed_id");
    }
}

on_both_engines!(unreadable_bodies_get_specific_errors);
fn unreadable_bodies_get_specific_errors(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.manager("Debi Henderson").client();
    let path = org.path("/reassignments");
    let send = |media: &str, body: &[u8]| {
        client.call("POST", &path).header("content-type", media).body(body.to_vec()).send()
    };
    let before = app.fingerprint();
    let _ = send("application/json", b"{").problem(400, "malformed_json");
    let _ = send("application/json", b"\xff\xfe").problem(400, "malformed_json");
    let _ = send("application/json", &vec![b'['; 100_000]).problem(422, "validation_failed");
    let positional = send("application/json", br#"{"items": [["app_01h455vb4pex5vsknk084sn02q", 1]]}"#)
        .problem(422, "validation_failed");
    assert_eq!(positional["errors"][0]["pointer"], "/items/0", "an array is not an object");
    let unknown = send("application/json", br#"{"agent_ids": []}"#).problem(400, "unknown_field");
    assert_eq!(unknown["errors"][0]["pointer"], "/agent_ids");
    let id = send("application/json", br#"{"from_agent_id": "usr_01h455vb4pex5vsknk084sn02q"}"#)
        .problem(400, "malformed_id");
    assert_eq!(
        (&id["errors"][0]["pointer"], &id["errors"][0]["code"]),
        (&json!("/from_agent_id"), &json!("wrong_id_kind"))
    );
    let _ = send("text/plain", b"{}").problem(415, "unsupported_media_type");
    let too_large = send("application/json", &vec![b' '; 256 * 1024 + 1]).problem(413, "payload_too_large");
    assert_eq!(too_large["limit"], 262_144);
    let compressed = client.call("POST", &path).header("content-encoding", "gzip").json(&json!({})).send();
    let _ = compressed.problem(415, "unsupported_media_type");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(unknown_repeated_and_invalid_query_parameters_are_refused);
fn unknown_repeated_and_invalid_query_parameters_are_refused(app: &TestApp) {
    let client = app.signed_in(app.platform_user("Ruth Delgado", &[]));
    let _ = client.get("/api/v1/notifications?color=blue").problem(400, "unknown_parameter");
    let _ = client.get("/api/v1/notifications?limit=1&limit=2").problem(400, "malformed_parameter");
    for limit in ["0", "101", "-1", "many", "1e1", "99999999999999999999", ""] {
        let _ = client.get(&format!("/api/v1/notifications?limit={limit}")).problem(422, "validation_failed");
    }
    for limit in ["1", "100"] {
        let _ = client.get(&format!("/api/v1/notifications?limit={limit}")).expect(200);
    }
    for cursor in ["x", "bm9uc2Vuc2U", "%F0%9F%98%80"] {
        let _ = client.get(&format!("/api/v1/notifications?cursor={cursor}")).problem(400, "invalid_cursor");
    }
}

on_both_engines!(a_cursor_is_valid_only_with_its_filters_and_the_next_page_is_linked);
fn a_cursor_is_valid_only_with_its_filters_and_the_next_page_is_linked(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let _ = org.applications(&marcus, 3);
    let list = |agent: &portal_tests::given::Person<'_>, more: &str| {
        manager.get(&org.path(&format!("/work-assignments?agent_id={}&limit=2{more}", agent.membership)))
    };
    let page = list(&marcus, "").expect(200);
    let cursor = page.json()["next_cursor"].as_str().unwrap().to_owned();
    let link = page.header("link").unwrap().to_owned();
    let target = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
    assert_eq!(manager.get(target).expect(200).json()["items"].as_array().unwrap().len(), 1);
    let _ = list(&marcus, &format!("&application_type=enrollment&cursor={cursor}"))
        .problem(400, "invalid_cursor");
    let _ = list(&priya, &format!("&cursor={cursor}")).problem(400, "invalid_cursor");
}

on_both_engines!(request_ids_are_returned_and_invalid_ones_are_replaced);
fn request_ids_are_returned_and_invalid_ones_are_replaced(app: &TestApp) {
    let client = app.anonymous();
    let given = client.call("GET", "/livez").header("x-request-id", "mine-1").send();
    assert_eq!(given.header("x-request-id"), Some("mine-1"));
    let strange = client.call("GET", "/livez").header("x-request-id", "no spaces, please").send();
    assert_eq!(strange.header("x-request-id").unwrap().len(), 32);
}

on_both_engines!(every_response_has_security_headers);
fn every_response_has_security_headers(app: &TestApp) {
    let client = app.anonymous().unchecked();
    for path in ["/problems", "/nowhere", "/api/v1/me"] {
        let answer = client.get(path);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path} {name}");
        }
        assert!(answer.header("server").is_none());
        assert!(answer.header("ratelimit-policy").is_some(), "{path}");
    }
    assert_eq!(client.get("/api/v1/me").header("www-authenticate"), Some("Bearer realm=\"provider-portal\""));
}

on_both_engines!(every_problem_code_is_explained);
fn every_problem_code_is_explained(app: &TestApp) {
    let client = app.anonymous();
    for kind in client.get("/problems").expect(200).json()["items"].as_array().unwrap() {
        assert_eq!(&client.get(kind["type"].as_str().unwrap()).expect(200).json(), kind);
    }
    let _ = client.get("/problems/boredom").problem(404, "not_found");
}

on_both_engines!(the_portal_is_alive_and_ready_until_it_drains);
fn the_portal_is_alive_and_ready_until_it_drains(app: &TestApp) {
    let client = app.anonymous();
    let _ = client.get("/livez").expect(200);
    let _ = client.get("/readyz").expect(200);
    app.portal.drain();
    let draining = client.tolerating_outages().get("/readyz");
    assert_eq!(draining.header("retry-after"), Some("1"));
    let _ = draining.problem(503, "unavailable");
    let _ = client.get("/livez").expect(200);
}

on_both_engines!(the_portal_reports_a_database_outage_and_recovers);
fn the_portal_reports_a_database_outage_and_recovers(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.manager("Debi Henderson").client().tolerating_outages();
    let held = app.hold_every_connection();
    let busy = client.get("/api/v1/me");
    assert_eq!(busy.header("retry-after"), Some("1"));
    let _ = busy.problem(503, "overloaded");
    let _ = client.get("/livez").expect(200);
    drop(held);
    let _ = client.get("/api/v1/me").expect(200);
}

on_both_engines!(requests_with_more_than_16_kib_of_headers_are_refused);
fn requests_with_more_than_16_kib_of_headers_are_refused(app: &TestApp) {
    let with =
        |length: usize| app.anonymous().call("GET", "/problems").header("x-long", &"a".repeat(length)).send();
    // The client adds a few headers of its own.
    let _ = with(15 * 1024).expect(200);
    let _ = with(16 * 1024).problem(431, "headers_too_large");
    let long_query = format!("/problems?x={}", "a".repeat(16 * 1024));
    let _ = app.anonymous().get(&long_query).problem(431, "headers_too_large");
}

#[test]
fn swagger_ui_and_the_document_can_be_switched_off() {
    let app = TestApp::start_with(Engine::Sqlite, false, &[("API_DOCS", "false")]);
    let client = app.anonymous().unchecked();
    for path in ["/", "/swagger-ui", "/swagger-ui/", "/swagger-ui/index.html", "/api-docs/openapi.json"] {
        let _ = client.get(path).problem(404, "not_found");
    }
    let _ = client.get("/problems").expect(200);
}

#[test]
fn only_allowed_origins_can_read_responses() {
    let app = TestApp::start_with(Engine::Sqlite, false, &[("CORS_ORIGINS", "https://portal.example.org")]);
    let from =
        |origin: &str| app.anonymous().call("GET", "/problems").header("origin", origin).send().expect(200);
    let listed = from("https://portal.example.org");
    assert_eq!(listed.header("access-control-allow-origin"), Some("https://portal.example.org"));
    assert!(listed.header("access-control-expose-headers").unwrap().contains("etag"));
    assert_eq!(from("https://elsewhere.example.org").header("access-control-allow-origin"), None);
}

#[test]
fn requests_above_the_rate_limit_get_retry_after() {
    let app =
        TestApp::start_with(Engine::Sqlite, false, &[("REQUESTS_PER_SECOND", "1"), ("REQUEST_BURST", "3")]);
    let client = app.anonymous();
    for left in ["\"default\";r=2;", "\"default\";r=1;", "\"default\";r=0;"] {
        assert!(client.get("/problems").expect(200).header("ratelimit").unwrap().starts_with(left));
    }
    let refused = client.get("/problems");
    assert_eq!(refused.header("ratelimit-policy"), Some("\"default\";q=3;w=3"));
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    let _ = refused.problem(429, "too_many_requests");
    let _ = client.get("/livez").expect(200);
    let spoofed = client.call("GET", "/problems").header("x-forwarded-for", "203.0.113.7").send();
    let _ = spoofed.problem(429, "too_many_requests");
}

#[test]
fn no_spelling_of_the_path_bypasses_the_sign_in_limit() {
    let app =
        TestApp::start_with(Engine::Sqlite, false, &[("SIGN_INS_PER_MINUTE", "1"), ("SIGN_IN_BURST", "2")]);
    let (user, _) = app.person("Debi Henderson", None, &[]);
    let form = [("grant_type", "password"), ("username", "nobody@example.org"), ("password", "nothing")];
    let signed_in = app.signed_in(user);
    let _ = app.anonymous().post_form("/api/v1/oauth/token", &form).problem(400, "invalid_grant");
    let _ = signed_in.post_form("/api/v1/oauth/token", &form).problem(400, "invalid_grant");
    for path in ["/api/v1/oauth/token", "/api/v1/oauth/%74oken", "/api/v1/%6Fauth/toke%6e"] {
        let _ = app.anonymous().unchecked().post_form(path, &form).problem(429, "too_many_requests");
        let _ = signed_in.unchecked().post_form(path, &form).problem(429, "too_many_requests");
    }
    let _ = signed_in.get("/api/v1/me").expect(200);
}

#[test]
fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
    let settings = [("REQUESTS_PER_SECOND", "1"), ("REQUEST_BURST", "1"), ("TRUSTED_PROXIES", "127.0.0.0/8")];
    let app = TestApp::start_with(Engine::Sqlite, false, &settings);
    let from =
        |address: &str| app.anonymous().call("GET", "/problems").header("x-forwarded-for", address).send();
    let _ = from("203.0.113.7").expect(200);
    let _ = from("203.0.113.7").problem(429, "too_many_requests");
    let _ = from("198.51.100.1, 203.0.113.7").problem(429, "too_many_requests");
    let _ = from("203.0.113.8").expect(200);
}
