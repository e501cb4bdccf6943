//! What operations are called on.

use std::collections::BTreeMap;
use std::ops::Index;

use portal_domain::ground::id::OrganizationId;

/// What the paths, queries and bodies of operations are filled with, by placeholder. `world.rs` fills it in and says what
/// each one is.
#[derive(Clone, Debug, Default)]
pub struct Targets(BTreeMap<&'static str, String>);

impl Targets {
    /// Fills in a placeholder.
    pub fn set(&mut self, placeholder: &'static str, value: impl ToString) {
        self.0.insert(placeholder, value.to_string());
    }

    /// The text with each `{placeholder}` filled in.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let filled = self.0.iter().fold(text.to_owned(), |text, (placeholder, value)| {
            text.replace(&format!("{{{placeholder}}}"), value)
        });
        assert!(!filled.contains('{'), "{filled} has a placeholder that nothing fills");
        filled
    }

    /// The same with every id replaced by one of the same type that nothing has.
    #[must_use]
    pub fn of_nothing(&self) -> Self {
        let unknown = |number, (placeholder, own): (&&'static str, &String)| {
            let value = match *placeholder {
                "token" => "ppc_nothing".into(),
                "medicaid_id_number" => "7999999999".into(),
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
        self.0.get(placeholder).unwrap_or_else(|| panic!("nothing fills in {placeholder}"))
    }
}

/// Placeholders that stand for no id: they stay the caller's own where nothing else exists.
const NO_IDS: [&str; 10] = [
    "claim",
    "code",
    "enable_token",
    "invitation_token",
    "name",
    "otp",
    "plan_code",
    "provider_id",
    "registration_token",
    "reset_token",
];

/// The password of whoever calls.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
