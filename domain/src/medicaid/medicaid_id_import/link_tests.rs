use super::*;
use crate::medicaid::medicaid_id_import::facts::LinkCell;
use crate::medicaid::medicaid_id_import::given::*;

#[test]
fn a_link_begins_on_the_given_date_or_on_the_effective_date_or_today() {
    let begins = |begin: Option<&str>, effective: Option<&str>| {
        let row = MedicaidIdRow {
            links: vec![link(GROUP, begin)],
            effective_date: effective.map(day),
            end_date: None,
            ..row()
        };
        examined(&[row], &[stored_group()]).unwrap().links()[0].effective_date.to_string()
    };
    assert_eq!(begins(Some("2020-01-01"), Some("1999-10-04")), "2020-01-01");
    assert_eq!(begins(None, Some("1999-10-04")), "1999-10-04");
    assert_eq!(begins(None, None), "2026-02-01");
}

#[test]
fn a_link_joins_records_on_file_or_in_the_same_import() {
    let group = group_row();
    let individual =
        MedicaidIdRow { links: vec![link(GROUP, None), link(&group.medicaid_id, None)], ..row() };
    let import = examined(&[individual, group], &[stored_group()]).unwrap();
    let ends: Vec<_> = import.links().iter().map(|link| (&link.individual, &link.group)).collect();
    let (individual, group) = (LinkEnd::Added(INDIVIDUAL.into()), LinkEnd::Added("7100126128".into()));
    assert_eq!(ends, [(&individual, &LinkEnd::OnFile(id(9))), (&individual, &group)]);

    let known = MedicaidIdRow { links: vec![link(GROUP, None)], ..row() };
    let import = examined(&[known], &[stored(), stored_group()]).unwrap();
    assert_eq!(import.links()[0].individual, LinkEnd::OnFile(id(1)));
    assert!(import.corrections().is_empty(), "the record itself is unchanged");
    assert_eq!(import.difference().lines, ["changed 7100126126: group_medicaid_ids"]);
}

#[test]
fn only_individuals_are_linked_and_only_to_groups() {
    let linked = |row: MedicaidIdRow, group: &str| MedicaidIdRow { links: vec![link(group, None)], ..row };
    let on_file = [stored_group()];
    let unknown = ["group_medicaid_ids: names a group that is neither on file nor in the import"];
    assert_eq!(violations(linked(row(), "7199999999"), &on_file), unknown);
    assert_eq!(violations(linked(row(), INDIVIDUAL), &on_file), unknown, "not a group");
    let group = ["group_medicaid_ids: only individuals are linked to groups"];
    assert_eq!(violations(linked(group_row(), GROUP), &on_file), group);
}

#[test]
fn r_047_an_import_cannot_change_or_omit_a_current_link() {
    let current = StoredMedicaidId { links: vec![span("2020-01-01", None)], ..stored() };
    let on_file = [current, stored_group()];
    let linked = |links: &[LinkCell]| MedicaidIdRow { links: links.to_vec(), ..row() };
    for same in [link(GROUP, None), link(GROUP, Some("2020-01-01"))] {
        assert_eq!(lines(linked(&[same]), &on_file), [""; 0]);
    }
    assert_eq!(
        violations(linked(&[]), &on_file),
        ["group_medicaid_ids: lacks a link that is on file; a link is ended by a Maintenance"]
    );
    let moved = linked(&[link(GROUP, Some("2020-01-02"))]);
    assert_eq!(violations(moved, &on_file), [format!("group_medicaid_ids: {NOT_CHANGED}")]);
}

#[test]
fn a_new_link_can_begin_after_the_last_day_of_an_earlier_one() {
    let ended = StoredMedicaidId { links: vec![span("2020-01-01", Some("2025-06-30"))], ..stored() };
    let on_file = [ended, stored_group()];
    let again = |begin: &str| MedicaidIdRow { links: vec![link(GROUP, Some(begin))], ..row() };
    assert_eq!(lines(row(), &on_file), [""; 0], "an ended link can be omitted");
    assert_eq!(lines(again("2025-07-01"), &on_file), ["changed 7100126126: group_medicaid_ids"]);
    assert_eq!(
        violations(again("2025-06-30"), &on_file),
        ["group_medicaid_ids: begins before an earlier link to the same group has ended"]
    );
}
