use uuid::Uuid;

use super::*;
use crate::applications::on_file::ProviderOnFile;
use crate::applications::on_file::tests::physician;
use crate::applications::screen::content::tests::npi;
use crate::ground::id::{SessionId, UserId};
use crate::ground::plan_code::PlanCode;
use crate::medicaid::agent_access::{AgentAccessState, MedicaidIdTie};
use crate::organizations::membership::{Membership, MembershipStatus};
use crate::organizations::organization::OrganizationKind;
use crate::platform::plan::PlanProfile;

const KY: &str = concat!(
    include_str!("../../../api/plans/ky.toml"),
    include_str!("../../../api/plans/ky-provider-types.toml")
);

fn policy() -> CredentialingPolicy {
    toml::from_str::<PlanProfile>(KY).unwrap().credentialing.unwrap()
}

fn organization() -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(1))
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn member(status: MembershipStatus, roles: &[Role]) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(2)),
        session: SessionId::from_uuid(Uuid::from_u128(3)),
        name: "Marcus Webb".into(),
        platform_roles: vec![],
        memberships: vec![Membership {
            id: MembershipId::from_uuid(Uuid::from_u128(4)),
            organization: organization(),
            kind: OrganizationKind::ProviderGroup,
            plan: PlanCode::Ky,
            status,
            roles: roles.to_vec(),
            permissions: vec![],
        }],
    }
}

fn agent() -> Actor {
    member(MembershipStatus::Active, &[Role::CredentialingAgent])
}

/// The enrollment of a physician.
fn enrollment() -> Wish {
    Wish {
        application_type: ApplicationType::Enrollment,
        medicaid_id: None,
        category: Some(MedicaidIdCategory::Individual),
        provider_type: Some("64".into()),
        first_name: Some(" John ".into()),
        last_name: Some("Doe".into()),
        business_name: None,
        requested_effective_date: None,
        acknowledged: vec![],
    }
}

fn for_medicaid_id(application_type: ApplicationType) -> Wish {
    Wish {
        application_type,
        medicaid_id: Some("1111111".into()),
        category: None,
        provider_type: None,
        first_name: None,
        last_name: None,
        ..enrollment()
    }
}

fn granted() -> MedicaidIdTie {
    MedicaidIdTie {
        is_linked_now: true,
        was_linked: true,
        access: Some(AgentAccessState::Granted),
        ..MedicaidIdTie::default()
    }
}

fn on_file(tie: MedicaidIdTie) -> OnFile {
    OnFile {
        number: "1111111".into(),
        provider_type: "64".into(),
        npi: Some("147852360".into()),
        revalidation_due_on: Some(date("2026-07-01")),
        tie,
        provider: ProviderOnFile { npis: vec![npi("147852360", true)], ..physician() },
    }
}

fn started_on(
    today: &str,
    actor: &Actor,
    wish: &Wish,
    on_file: Option<&OnFile>,
    open: Option<&OpenRevalidation>,
) -> Result<Start, Refusal> {
    let policy = policy();
    let circumstances =
        Circumstances { actor, organization: organization(), policy: &policy, today: date(today) };
    start(circumstances, wish, on_file, open)
}

fn started(wish: &Wish, on_file: Option<&OnFile>) -> Result<Start, Refusal> {
    started_on("2026-02-01", &agent(), wish, on_file, None)
}

fn violations(wish: &Wish) -> Vec<(String, &'static str)> {
    match started(wish, Some(&on_file(granted()))) {
        Err(Refusal::Values(violations)) => {
            violations.into_iter().map(|violation| (violation.pointer, violation.code)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn f_05_an_enrollment_starts_with_the_given_values_and_is_assigned_to_its_initiator() {
    let start = started(&enrollment(), None).unwrap();
    let beginning = start.beginning();
    assert_eq!(beginning.provider_name, "Doe, John");
    assert_eq!(beginning.provider_type.0, "64");
    assert_eq!((beginning.medicaid_id.as_deref(), beginning.npi.as_deref()), (None, None));
    assert_eq!(beginning.date_of_initiation, date("2026-02-01"));
    assert_eq!(beginning.assigned_to, agent().memberships[0].id);
    let basic = beginning.screens.basic_information.as_ref().unwrap();
    assert_eq!((basic.first_name.as_deref(), basic.last_name.as_deref()), (Some("John"), Some("Doe")));
    assert!(!start.leads_to_dashboard());
}

#[test]
fn f_05_only_an_active_credentialing_agent_can_start_an_application() {
    for status in MembershipStatus::ALL {
        for role in Role::ALL {
            let outcome = started_on("2026-02-01", &member(*status, &[*role]), &enrollment(), None, None);
            let may = *status == MembershipStatus::Active && *role == Role::CredentialingAgent;
            assert_eq!(outcome.is_ok(), may, "{status} {role}");
        }
    }
    let elsewhere = Actor { memberships: vec![], ..agent() };
    let outcome = started_on("2026-02-01", &elsewhere, &enrollment(), None, None);
    assert_eq!(outcome, Err(Refusal::RoleRequired));
}

#[test]
fn f_05_each_type_requires_its_own_values_and_accepts_no_others() {
    let bare =
        Wish { category: None, provider_type: None, first_name: None, last_name: None, ..enrollment() };
    let required = |pointer: &str| (pointer.to_owned(), "required");
    let not_applicable = |pointer: &str| (pointer.to_owned(), "not_applicable");
    assert_eq!(violations(&bare), [required("/category"), required("/provider_type")]);
    let nameless = Wish { first_name: None, last_name: None, ..enrollment() };
    assert_eq!(violations(&nameless), [required("/first_name"), required("/last_name")]);
    let group = Wish {
        category: Some(MedicaidIdCategory::Group),
        provider_type: Some("65".into()),
        first_name: None,
        ..enrollment()
    };
    assert_eq!(violations(&group), [not_applicable("/last_name"), required("/business_name")]);
    let with_id = Wish { medicaid_id: Some("1111111".into()), ..enrollment() };
    assert_eq!(violations(&with_id), [not_applicable("/medicaid_id")]);
    for kind in ApplicationType::ALL.iter().filter(|kind| **kind != ApplicationType::Enrollment) {
        let without = Wish { medicaid_id: None, ..for_medicaid_id(*kind) };
        assert_eq!(violations(&without), [required("/medicaid_id")], "{kind}");
        let repeated = Wish { application_type: *kind, medicaid_id: Some("1111111".into()), ..enrollment() };
        let pointers = ["/category", "/provider_type", "/first_name", "/last_name"];
        assert_eq!(violations(&repeated), pointers.map(not_applicable), "{kind}");
        assert!(started(&for_medicaid_id(*kind), Some(&on_file(granted()))).is_ok(), "{kind}");
    }
}

#[test]
fn f_05_the_provider_type_belongs_to_the_plan_and_matches_the_category() {
    let unknown = Wish { provider_type: Some("640".into()), ..enrollment() };
    assert_eq!(violations(&unknown), [("/provider_type".to_owned(), "unknown_value")]);
    let of_a_group = Wish { provider_type: Some("65".into()), ..enrollment() };
    assert_eq!(violations(&of_a_group), [("/provider_type".to_owned(), "wrong_category")]);
}

#[test]
fn b1_an_effective_date_can_be_requested_from_one_year_ago_to_90_days_ahead() {
    let requested = |day| Wish { requested_effective_date: Some(date(day)), ..enrollment() };
    for day in ["2025-02-01", "2026-05-02"] {
        let start = started(&requested(day), None).unwrap();
        assert_eq!(start.beginning().requested_effective_date, Some(date(day)));
    }
    for day in ["2025-01-31", "2026-05-03"] {
        assert_eq!(violations(&requested(day))[0].0, "/requested_effective_date", "{day}");
    }
}

#[test]
fn r_041_r_046_unknown_and_out_of_scope_ids_are_not_found_and_an_id_without_access_is_refused() {
    let wish = for_medicaid_id(ApplicationType::Maintenance);
    assert_eq!(started(&wish, None), Err(Refusal::NotFound));
    assert_eq!(started(&wish, Some(&on_file(MedicaidIdTie::default()))), Err(Refusal::NotFound));
    for access in [None, Some(AgentAccessState::Removed)] {
        let tie = MedicaidIdTie { access, ..granted() };
        assert_eq!(started(&wish, Some(&on_file(tie))), Err(Refusal::AccessNotGranted), "{access:?}");
    }
    let own = MedicaidIdTie { is_own: true, ..MedicaidIdTie::default() };
    let start = started(&wish, Some(&on_file(own))).unwrap();
    assert_eq!(start.beginning().npi.as_deref(), Some("147852360"), "the NPI on file");
    assert!(!start.beginning().npi_valid);
}

#[test]
fn r_071_a_start_365_days_early_needs_confirmation_and_364_days_early_does_not() {
    let wish = for_medicaid_id(ApplicationType::Revalidation);
    let record = on_file(granted());
    let on = |today, wish| started_on(today, &agent(), wish, Some(&record), None);
    match on("2025-07-01", &wish) {
        Err(Refusal::EarlyRevalidation(prompt)) => assert_eq!(prompt.days_until_due, 365),
        other => panic!("{other:?}"),
    }
    assert!(!on("2025-07-02", &wish).unwrap().leads_to_dashboard());
    let maintenance = for_medicaid_id(ApplicationType::Maintenance);
    assert!(on("2025-07-01", &maintenance).is_ok(), "only revalidations need confirmation");
}

#[test]
fn a_08_confirming_an_early_start_discards_the_input_and_leads_to_the_dashboard() {
    let wish = Wish {
        requested_effective_date: Some(date("2025-07-01")),
        acknowledged: vec![Acknowledgement::EarlyRevalidation],
        ..for_medicaid_id(ApplicationType::Revalidation)
    };
    let record = on_file(granted());
    let early = started_on("2025-07-01", &agent(), &wish, Some(&record), None).unwrap();
    assert!(early.leads_to_dashboard());
    assert_eq!(early.beginning().requested_effective_date, None);
    assert_eq!(early.beginning().screens, record.provider.screens(), "what is on file was not entered");
    let in_time = started_on("2025-07-02", &agent(), &wish, Some(&record), None).unwrap();
    assert!(!in_time.leads_to_dashboard(), "without a confirmation, no input is discarded");
    assert_eq!(in_time.beginning().requested_effective_date, Some(date("2025-07-01")));
}

#[test]
fn r_072_a_past_due_or_unknown_due_date_needs_no_confirmation() {
    let wish = for_medicaid_id(ApplicationType::Revalidation);
    for due in [Some(date("2026-01-31")), None] {
        let record = OnFile { revalidation_due_on: due, ..on_file(granted()) };
        assert!(started(&wish, Some(&record)).is_ok(), "{due:?}");
    }
}

#[test]
fn r_075_a_second_open_revalidation_is_refused_before_any_confirmation() {
    let wish = for_medicaid_id(ApplicationType::Revalidation);
    let record = on_file(granted());
    let open = OpenRevalidation {
        medicaid_id: "1111111".into(),
        application: ApplicationId::from_uuid(Uuid::from_u128(5)),
        application_number: "APP0543".into(),
    };
    let outcome = started_on("2025-07-01", &agent(), &wish, Some(&record), Some(&open));
    assert_eq!(outcome, Err(Refusal::OpenItemExists(open.clone())));
    let maintenance = for_medicaid_id(ApplicationType::Maintenance);
    assert!(started_on("2025-07-01", &agent(), &maintenance, Some(&record), Some(&open)).is_ok());
}

#[test]
fn r_206_screens_begin_with_what_is_on_file_even_if_a_rule_would_refuse_it_now() {
    let record = on_file(granted());
    for kind in ApplicationType::ALL.iter().filter(|kind| **kind != ApplicationType::Enrollment) {
        let wish = Wish { requested_effective_date: Some(date("2026-03-01")), ..for_medicaid_id(*kind) };
        let start = started(&wish, Some(&record)).unwrap();
        let beginning = start.beginning();
        let is_filled = begins_filled(*kind);
        assert_eq!(beginning.filled_with, is_filled.then(|| record.provider.screens()), "{kind}");
        let mut expected = beginning.filled_with.clone().unwrap_or_default();
        expected.basic_information.get_or_insert_default().requested_effective_date =
            Some(date("2026-03-01"));
        assert_eq!(beginning.screens, expected, "{kind}");
    }
}
