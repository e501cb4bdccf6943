use super::*;

fn keys() -> AnchorKeys {
    AnchorKeys::new(vec![Zeroizing::new(signature::generate().unwrap())])
}

fn head(chain: &str, events: i64) -> ChainHead {
    ChainHead { chain: chain.into(), events, hash: vec![7; 32] }
}

fn at(minute: i64) -> Instant {
    "2026-02-01T17:00:00Z".parse::<Instant>().unwrap() + Duration::minutes(minute)
}

/// Two rounds: two chains, and then one more event.
fn anchor(keys: &AnchorKeys) -> String {
    let mut record = AnchorRecord::default();
    let first = record.extend(at(0), vec![head("org_a", 2), head("platform", 5)], keys).unwrap();
    first + &record.extend(at(10), vec![head("platform", 6)], keys).unwrap()
}

fn damage(lines: &[&str], keys: &AnchorKeys) -> Option<String> {
    AnchorPoints::of(&lines.join("\n"), keys).damage
}

#[test]
fn a_written_anchor_is_read_back() {
    let keys = keys();
    let text = anchor(&keys);
    assert_eq!(text.lines().count(), 5, "three heads and two inventories");
    let found = AnchorPoints::of(&text, &keys);
    assert_eq!((found.damage, found.record.lines, found.record.last), (None, 5, Some(at(10))));
    assert_eq!(found.points["platform"].iter().map(|(events, _)| *events).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(found.record.anchored.chains().collect::<Vec<_>>(), ["org_a", "platform"]);
}

#[test]
fn a_changed_a_missing_and_a_reordered_line_are_found() {
    let keys = keys();
    let text = anchor(&keys);
    let lines: Vec<&str> = text.lines().collect();
    let changed = lines[1].replacen(" 5 ", " 4 ", 1);
    assert_ne!(changed, lines[1]);
    let with_changed = [lines[0], &changed, lines[2], lines[3], lines[4]];
    assert_eq!(damage(&with_changed, &keys).unwrap(), "line 2 was changed, or signed with another key");
    let without_second = [lines[0], lines[2], lines[3], lines[4]];
    assert_eq!(damage(&without_second, &keys).unwrap(), "line 2 does not follow the line before it");
    let reordered = [lines[1], lines[0], lines[2]];
    assert_eq!(damage(&reordered, &keys).unwrap(), "line 1 does not follow the line before it");
    assert_eq!(damage(&[lines[0], "nothing"], &keys).unwrap(), "line 2 is not readable");
    assert_eq!(damage(&[], &keys).unwrap(), "the file is empty");
    assert_eq!(damage(&lines, &keys), None);
}

#[test]
fn a_line_of_another_key_is_refused_and_of_a_second_key_accepted() {
    let (one, other) = (keys(), keys());
    let text = anchor(&one);
    assert!(AnchorPoints::of(&text, &other).damage.is_some());
    let both = AnchorKeys([other.0, one.0].concat());
    assert_eq!(AnchorPoints::of(&text, &both).damage, None);
}

#[test]
fn a_signed_chain_that_becomes_shorter_is_found() {
    let keys = keys();
    let mut record = AnchorRecord::default();
    let first = record.line(at(0), &head("platform", 5), &keys).unwrap();
    let text = first + &record.line(at(10), &head("platform", 4), &keys).unwrap();
    let damage = AnchorPoints::of(&text, &keys).damage.unwrap();
    assert_eq!(damage, "line 2 has a chain that became shorter");
}

#[test]
fn without_new_events_the_inventory_is_repeated_after_a_day() {
    let keys = keys();
    let mut record = AnchorRecord::default();
    assert_ne!(record.extend(at(0), vec![head("platform", 1)], &keys).unwrap(), "");
    assert_eq!(record.extend(at(24 * 60 - 1), vec![], &keys).unwrap(), "");
    let repeated = record.extend(at(24 * 60), vec![], &keys).unwrap();
    assert_eq!(repeated.split(' ').nth(1), Some("*"));
    assert_eq!(repeated.lines().count(), 1);
}
