use uuid::Uuid;

use super::*;
use crate::applications::screen::content::tests::link;
use crate::ground::id::{LinkConsentId, OrganizationId};
use crate::medicaid::agent_access::MedicaidIdTie;
use crate::medicaid::medicaid_id::MedicaidIdCategory::{Entity, Group, Individual};

const GROUP: &str = "7100000001";
const PERSON: &str = "7200000025";

fn format() -> MedicaidIdFormat {
    MedicaidIdFormat { min_digits: 7, max_digits: 10, issued_prefix: "71".into() }
}

/// A Medicaid ID on file, in the filing organization's scope or not.
fn on_file(id: u128, number: &str, category: MedicaidIdCategory, in_scope: bool) -> NamedMedicaidId {
    NamedMedicaidId {
        id: MedicaidIdId::from_uuid(Uuid::from_u128(id)),
        medicaid_id: number.into(),
        category,
        name: "Doe, John".into(),
        owner: None,
        tie: MedicaidIdTie { is_own: in_scope, ..MedicaidIdTie::default() },
    }
}

/// A consent for the individual with this record ID to a link with the group with this number.
fn consent(id: u128, individual: u128, group: &str) -> Consent {
    Consent {
        id: LinkConsentId::from_uuid(Uuid::from_u128(id)),
        organization: OrganizationId::from_uuid(Uuid::from_u128(2)),
        individual: MedicaidIdId::from_uuid(Uuid::from_u128(individual)),
        individual_number: PERSON.into(),
        group_number: group.into(),
        given_at: "2026-02-01T17:00:00Z".parse().unwrap(),
    }
}

fn begins(number: &str) -> GroupLink {
    link(number, Some("2026-02-01"), None)
}

fn standing(in_scope: bool, consent: Option<Consent>) -> LinkStanding {
    LinkStanding { in_scope, consent }
}

fn filed(link: &GroupLink, standing: Option<LinkStanding>) -> FiledLink {
    FiledLink { link: link.clone(), named: None, individual: None, standing }
}

/// The bases of the links of an application; `None` for a number in a wrong format.
fn bases(
    (application_type, category): (ApplicationType, MedicaidIdCategory),
    medicaid_id: Option<&str>,
    links: &[GroupLink],
    on_file: &[NamedMedicaidId],
    consents: &[Consent],
) -> Vec<Option<LinkBasis>> {
    let format = format();
    let filing = LinkFiling::of((application_type, category), medicaid_id, links, &format).unwrap();
    let standings = filing.standings(on_file, consents);
    standings
        .iter()
        .map(|filed| filed.standing.as_ref().map(|standing| standing.basis(&filed.link)))
        .collect()
}

#[test]
fn r_201_a_link_needs_an_individual_in_scope_or_a_consent() {
    let begins = begins(PERSON);
    let consent = || consent(1, 3, GROUP);
    for (standing, basis) in [
        (standing(true, None), LinkBasis::InScope),
        (standing(true, Some(consent())), LinkBasis::InScope),
        (standing(false, Some(consent())), LinkBasis::Consent),
        (standing(false, None), LinkBasis::Nothing),
    ] {
        assert_eq!(standing.basis(&begins), basis);
        let relies = standing.consent_relied_on(&begins).is_some();
        assert_eq!(relies, basis == LinkBasis::Consent, "a consent that is not needed is not used");
        let refused = violations(&[filed(&begins, Some(standing))]);
        assert_eq!(refused.len(), usize::from(basis == LinkBasis::Nothing));
    }
}

#[test]
fn r_201_every_link_without_consent_is_reported_with_the_same_message() {
    let (foreign, own) = (LinkStanding::default(), standing(true, None));
    let links = [(PERSON, &foreign), ("1111111", &own), ("7999999999", &foreign)]
        .map(|(number, standing)| filed(&begins(number), Some(standing.clone())));
    let refused = violations(&links);
    assert_eq!(refused.len(), 2);
    assert_eq!((refused[0].pointer.as_str(), refused[0].code), ("/links/0/medicaid_id", LINK_NEEDS_CONSENT));
    assert_eq!(refused[1].pointer, "/links/2/medicaid_id");
    assert_eq!(refused[0].message, refused[1].message);
    assert_eq!(violations(&[filed(&begins("1"), None)]), [], "a wrong format is reported elsewhere");
}

#[test]
fn r_047_r_201_ending_a_link_needs_no_consent_and_uses_none() {
    let ends = link(PERSON, None, Some("2026-02-01"));
    for standing in
        [LinkStanding::default(), standing(false, Some(consent(1, 3, GROUP))), standing(true, None)]
    {
        assert_eq!(standing.basis(&ends), LinkBasis::EndsOnly);
        assert_eq!(standing.consent_relied_on(&ends), None);
        assert_eq!(violations(&[filed(&ends, Some(standing))]), []);
    }
}

#[test]
fn r_047_r_201_only_some_applications_begin_links_and_only_a_maintenance_ends_them() {
    let (begins, ends) = (begins(PERSON), link(PERSON, None, Some("2026-02-01")));
    for (application_type, begins_links, ends_links) in [
        (ApplicationType::Enrollment, true, false),
        (ApplicationType::Maintenance, true, true),
        (ApplicationType::ChangeOfOwnership, true, false),
        (ApplicationType::Revalidation, false, false),
        (ApplicationType::Reapplication, false, false),
        (ApplicationType::Reinstatement, false, false),
        (ApplicationType::VoluntaryTermination, false, false),
        (ApplicationType::LocumTenens, false, false),
    ] {
        for category in [Individual, Group] {
            assert_eq!(is_applied(application_type, category, &begins), begins_links, "{application_type}");
            assert_eq!(is_applied(application_type, category, &ends), ends_links, "{application_type}");
            let (format, links) = (format(), [begins.clone()]);
            let filing = LinkFiling::of((application_type, category), None, &links, &format);
            assert_eq!(filing.is_some(), begins_links, "{application_type}");
        }
        assert!(!is_applied(application_type, Entity, &begins), "entities have no links");
        assert!(!is_applied(application_type, Entity, &ends), "entities have no links");
    }
    assert!(LinkFiling::of((ApplicationType::Maintenance, Group), None, &[], &format()).is_none());
}

#[test]
fn r_201_the_individual_of_a_groups_application_is_the_one_that_the_entry_names() {
    let links =
        [begins("7200000001"), begins("7200000002"), begins("7200000003"), begins(GROUP), begins("x")];
    let on_file = [
        on_file(1, "7200000001", Individual, true),
        on_file(2, "7200000002", Individual, false),
        on_file(3, GROUP, Group, true),
    ];
    let kind = (ApplicationType::Maintenance, Group);
    let consents = [consent(1, 2, GROUP), consent(2, 2, "7100000002"), consent(3, 9, GROUP)];
    let (yes, none) = (Some(LinkBasis::InScope), Some(LinkBasis::Nothing));
    let found = bases(kind, Some(GROUP), &links, &on_file, &consents);
    assert_eq!(found, [yes, Some(LinkBasis::Consent), none, none, None]);
    let found = bases(kind, Some(GROUP), &links, &on_file, &consents[1..]);
    assert_eq!(found, [yes, none, none, none, None], "a consent that names another group, or is another's");
}

#[test]
fn r_201_the_individual_of_its_own_application_is_the_subject() {
    let links = [begins(GROUP), begins("7199999999")];
    let kind = (ApplicationType::Maintenance, Individual);
    let find = |in_scope| [on_file(1, PERSON, Individual, in_scope), on_file(3, GROUP, Group, true)];
    let found = bases(kind, Some(PERSON), &links, &find(true), &[]);
    assert_eq!(found, [Some(LinkBasis::InScope); 2], "it may be linked to any group");
    let found = bases(kind, Some(PERSON), &links, &find(false), &[consent(1, 1, GROUP)]);
    assert_eq!(found, [Some(LinkBasis::Consent), Some(LinkBasis::Nothing)], "the group is not in question");
}

#[test]
fn r_201_an_individual_who_is_not_on_file_needs_no_consent_only_if_the_application_enrolls_it() {
    for application_type in ApplicationType::ALL {
        let links = [begins(GROUP)];
        let format = format();
        let Some(filing) = LinkFiling::of((*application_type, Individual), Some(PERSON), &links, &format)
        else {
            continue;
        };
        let in_scope = filing.standings(&[], &[])[0].standing.as_ref().unwrap().in_scope;
        assert_eq!(in_scope, *application_type != ApplicationType::Maintenance, "{application_type}");
    }
    let of_group = bases((ApplicationType::Enrollment, Group), None, &[begins(PERSON)], &[], &[]);
    assert_eq!(of_group, [Some(LinkBasis::Nothing)], "the application enrolls the group");
}

#[test]
fn r_201_a_link_relies_on_the_newest_consent() {
    let (format, links) = (format(), [begins(PERSON)]);
    let filing = LinkFiling::of((ApplicationType::Maintenance, Group), Some(GROUP), &links, &format).unwrap();
    let consents = [consent(1, 5, GROUP), consent(2, 5, GROUP)];
    let standings = filing.standings(&[on_file(5, PERSON, Individual, false)], &consents);
    assert_eq!(standings[0].consent_relied_on(), Some(&consents[1]));
}

#[test]
fn r_201_the_decision_needs_the_consents_of_the_individuals_that_name_the_groups() {
    let (format, links) = (format(), [begins(PERSON), begins("x"), begins("7100000002")]);
    let ids = |id: u128| MedicaidIdId::from_uuid(Uuid::from_u128(id));
    let known = [on_file(5, PERSON, Individual, false), on_file(6, "7100000002", Group, false)];
    let of = |application_type, category, medicaid_id| {
        LinkFiling::of((application_type, category), Some(medicaid_id), &links, &format).unwrap()
    };
    let group = of(ApplicationType::Maintenance, Group, GROUP);
    assert_eq!(group.numbers(), [PERSON, "7100000002"]);
    assert_eq!(group.consents_needed(&known), (vec![ids(5)], vec![GROUP]));
    let individual = of(ApplicationType::Maintenance, Individual, PERSON);
    assert_eq!(individual.numbers(), [PERSON, "7100000002", PERSON]);
    assert_eq!(individual.consents_needed(&known), (vec![ids(5)], vec![PERSON, "7100000002"]));
    let issued = of(ApplicationType::ChangeOfOwnership, Group, GROUP);
    assert_eq!(
        issued.consents_needed(&known),
        (vec![ids(5)], vec![]),
        "the new Medicaid ID has no number yet"
    );
}
