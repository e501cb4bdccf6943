//! The targets that operations are called on.

use std::collections::BTreeMap;
use std::ops::Index;

use portal_domain::ground::id::OrganizationId;

/// The values for the placeholders in paths, queries, and bodies of operations. `fixture.rs` sets
/// them and describes each one.
#[derive(Clone, Debug, Default)]
pub struct Targets(BTreeMap<&'static str, String>);

impl Targets {
    /// Sets the value of a placeholder.
    pub fn set(&mut self, placeholder: &'static str, value: impl ToString) {
        self.0.insert(placeholder, value.to_string());
    }

    /// Replaces each `{placeholder}` in the text by its value.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let filled = self.0.iter().fold(text.to_owned(), |text, (placeholder, value)| {
            text.replace(&format!("{{{placeholder}}}"), value)
        });
        assert!(!filled.contains('{'), "{filled} contains an unknown placeholder");
        filled
    }

    /// A copy with one value of these other targets.
    #[must_use]
    pub fn with_one_of(&self, others: &Self, placeholder: &'static str) -> Self {
        let mut copy = self.clone();
        copy.set(placeholder, &others[placeholder]);
        copy
    }

    /// A copy in which every id is replaced by a nonexistent one of the same type.
    #[must_use]
    pub fn nonexistent(&self) -> Self {
        let unknown = |number, (placeholder, own): (&&'static str, &String)| {
            let value = match *placeholder {
                "token" => "ppc_nothing".into(),
                "medicaid_id_number" => "7999999999".into(),
                "granted_number" => "7999999998".into(),
                "group_number" => "7199999999".into(),
                "provider_id" => "CCA999999".into(),
                placeholder if NO_IDS.contains(&placeholder) => own.clone(),
                _ => {
                    let (prefix, _) = own.split_once('_').unwrap();
                    let id = OrganizationId::new(1, [number; 10]).to_string();
                    format!("{prefix}_{}", id.split_once('_').unwrap().1)
                }
            };
            (*placeholder, value)
        };
        Self((1..).zip(&self.0).map(|(number, target)| unknown(number, target)).collect())
    }
}

impl Index<&str> for Targets {
    type Output = str;

    fn index(&self, placeholder: &str) -> &str {
        self.0.get(placeholder).unwrap_or_else(|| panic!("no value for {placeholder}"))
    }
}

/// Placeholders that are not ids. They keep the caller's own values even if every other target is
/// nonexistent.
const NO_IDS: [&str; 10] = [
    "claim",
    "code",
    "enable_token",
    "factor_token",
    "invitation_token",
    "name",
    "otp",
    "plan_code",
    "registration_token",
    "reset_token",
];
