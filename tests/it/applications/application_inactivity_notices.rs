//! Who is notified of inactivity and withdrawal after reassignments, and if the agent cannot act
//! (domain rule R-027).

use chrono::Duration;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::organizations::membership::MembershipStatus;
use portal_tests::application_inactivity::{
    JOB, application_about, notices_of_kind, outcome_counts, reassign, run_after, warned_days,
};
use portal_tests::given::Given;
use portal_tests::{TestApp, on_both_engines};

on_both_engines!(r_027_after_a_reassignment_on_day_45_the_60_day_notice_goes_to_the_new_agent);
fn r_027_after_a_reassignment_on_day_45_the_60_day_notice_goes_to_the_new_agent(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given::default());
    assert_eq!(run_after(app, 30), [1, 0, 0]);
    app.advance(Duration::days(15));
    reassign(&org, &manager, item, &marcus, &priya);
    assert_eq!(run_after(app, 0), [0, 0, 0], "the 30-day notice is not sent twice");
    assert_eq!(run_after(app, 15), [0, 1, 0]);
    assert_eq!((warned_days(&marcus), warned_days(&priya)), (vec![30], vec![60]));
    assert_eq!(run_after(app, 60), [0, 0, 1]);
    let withdrawn = [&marcus, &priya].map(|person| notices_of_kind(person, "application_withdrawn").len());
    assert_eq!(withdrawn, [1, 1], "the initiator and the assignee (N-03)");
}

on_both_engines!(r_027_after_two_reassignments_only_the_last_agent_is_warned);
fn r_027_after_two_reassignments_only_the_last_agent_is_warned(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let [a, b, c] = ["Ann A", "Ben B", "Cay C"].map(|name| org.agent(name));
    let item = org.application(&a, Given::default());
    reassign(&org, &manager, item, &a, &b);
    reassign(&org, &manager, item, &b, &c);
    assert_eq!(run_after(app, 30), [1, 0, 0]);
    assert_eq!([&a, &b, &c].map(warned_days), [vec![], vec![], vec![30]]);
}

on_both_engines!(r_027_after_a_reassignment_back_only_the_first_agent_is_warned);
fn r_027_after_a_reassignment_back_only_the_first_agent_is_warned(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let (a, b) = (org.agent("Ann A"), org.agent("Ben B"));
    let item = org.application(&a, Given::default());
    reassign(&org, &manager, item, &a, &b);
    reassign(&org, &manager, item, &b, &a);
    assert_eq!(run_after(app, 30), [1, 0, 0]);
    assert_eq!(run_after(app, 30), [0, 1, 0]);
    assert_eq!([&a, &b].map(warned_days), [vec![30, 60], vec![]]);
}

on_both_engines!(n_02_if_the_agent_cannot_act_the_managers_are_warned);
fn n_02_if_the_agent_cannot_act_the_managers_are_warned(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let managers = ["Debi Henderson", "Mo Manager"].map(|name| org.manager(name));
    let (marcus, left) = (org.agent("Marcus Webb"), org.agent("Tom Ashby"));
    let _ = org.application(&left, Given::default());
    app.set_membership_status(left.membership, MembershipStatus::Disabled);
    let _ = application_about(app, &org, &marcus, ApplicationType::Maintenance, ("APP9001", "7100099001"));
    let _ = application_about(app, &org, &marcus, ApplicationType::Enrollment, ("APP9002", "7100099001"));
    assert_eq!(run_after(app, 30), [3, 0, 0]);
    assert_eq!(warned_days(&marcus), [30], "an enrollment needs no access (A-16)");
    managers.iter().for_each(|manager| assert_eq!(warned_days(manager), [30, 30]));
    assert_eq!(outcome_counts(&app.run_job(JOB)), [0, 0, 0]);
    assert_eq!(app.count("notifications"), 5);
}

on_both_engines!(n_03_the_initiator_is_notified_of_the_withdrawal_even_if_not_assigned);
fn n_03_the_initiator_is_notified_of_the_withdrawal_even_if_not_assigned(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let (marcus, left) = (org.agent("Marcus Webb"), org.agent("Tom Ashby"));
    let item = org.application(&marcus, Given::default());
    reassign(&org, &manager, item, &marcus, &left);
    app.set_membership_status(left.membership, MembershipStatus::Revoked);
    assert_eq!([60, 60].map(|days| run_after(app, days)), [[0, 1, 0], [0, 0, 1]]);
    let notified = [&marcus, &manager].map(|person| notices_of_kind(person, "application_withdrawn").len());
    assert_eq!(notified, [1, 1], "the manager instead of the agent who left");
    assert_eq!(app.count("notifications WHERE kind = 'application_withdrawn'"), 2);
}
