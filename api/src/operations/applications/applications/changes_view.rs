//! The difference between an application's screens and the record on file, as responses show it.

use portal_domain::applications::difference::Difference;
use portal_domain::applications::link_filing;
use portal_domain::applications::merge::ListChanges;
use portal_domain::applications::on_file::applies_difference;
use portal_domain::applications::screen::{GroupLink, Screen, Screens, Violation};
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;
use serde::Serialize;
use utoipa::ToSchema;

use super::on_file::provider;
use super::screens_view::{BasicInformationView, GroupLinkBody};
use crate::http::problem::Problem;
use crate::operations::medicaid::practice::{LicenseBody, NpiView, TaxonomyView};

/// What an approval would change on file, by screen. Screens without changes are absent.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "2.2": {"added": [{
        "license_type": "state_license",
        "issue_state": "OH",
        "license_number": "777",
        "effective_date": "2026-01-01",
        "expiration_date": "2028-12-31",
        "primary": false
    }], "changed": [], "removed": []},
    "conflicts": []
}))]
pub struct ChangesView {
    /// Screen 1.1: only the fields that change.
    #[serde(rename = "1.1", skip_serializing_if = "Option::is_none")]
    pub basic_information: Option<BasicInformationChangesView>,
    /// Screen 1.3: NPIs.
    #[serde(rename = "1.3", skip_serializing_if = "Option::is_none")]
    pub npis: Option<NpiChangesView>,
    /// Screen 1.4: taxonomy codes.
    #[serde(rename = "1.4", skip_serializing_if = "Option::is_none")]
    pub taxonomies: Option<TaxonomyChangesView>,
    /// Screen 2.2: licenses. A license with another number is another license.
    #[serde(rename = "2.2", skip_serializing_if = "Option::is_none")]
    pub licenses: Option<LicenseChangesView>,
    /// Screen 5.1: links that begin or end.
    #[serde(rename = "5.1", skip_serializing_if = "Option::is_none")]
    pub group_links: Option<GroupLinkChangesView>,
    /// What was changed here, and differently on file after the screen was filled. Such an
    /// application cannot be approved before it was returned.
    pub conflicts: Vec<ConflictView>,
}

/// The fields of screen 1.1 that change. A field that is absent on one side is added or removed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"on_file": {"email": "john@example.org"}, "filed": {"email": "doe@example.org"}}))]
pub struct BasicInformationChangesView {
    /// The fields as they are on file.
    pub on_file: BasicInformationView,
    /// The fields as they become.
    pub filed: BasicInformationView,
}

/// The links of screen 5.1 that change.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"begins": [{"medicaid_id": "7100000001", "effective_date": "2027-01-01"}], "ends": []}))]
pub struct GroupLinkChangesView {
    /// The links that begin.
    pub begins: Vec<GroupLinkBody>,
    /// The links that end, with their last day.
    pub ends: Vec<GroupLinkBody>,
}

/// A value that was changed on the screen, and differently on file.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"screen": "2.2", "pointer": "/screens/2.2/licenses/0", "message": "was changed on file after this screen was filled"}))]
pub struct ConflictView {
    /// The screen.
    pub screen: Screen,
    /// The JSON Pointer of the value; of the list if the entry was removed from the screen.
    pub pointer: String,
    /// What happened.
    pub message: String,
}

/// Bodies for the changes of each kind of list.
macro_rules! list_changes {
    ($($doc:literal $changes:ident $change:ident of $body:ident, example = $example:tt;)+) => {
        $(
            #[doc = concat!("The ", $doc, " that change.")]
            #[derive(Clone, Debug, Serialize, ToSchema)]
            #[schema(example = json!({"added": [$example], "changed": [], "removed": []}))]
            pub struct $changes {
                /// Those that are not on file.
                pub added: Vec<$body>,
                /// Those on file that become different.
                pub changed: Vec<$change>,
                /// Those that will no longer be on file.
                pub removed: Vec<$body>,
            }

            #[doc = concat!("A change in the ", $doc, ".")]
            #[derive(Clone, Debug, Serialize, ToSchema)]
            pub struct $change {
                /// As it is on file.
                pub on_file: $body,
                /// As it becomes.
                pub filed: $body,
            }

            impl $changes {
                fn of<T: Into<$body>>(changes: ListChanges<T>) -> Option<Self> {
                    if changes.is_empty() {
                        return None;
                    }
                    let changed = changes.changed.into_iter();
                    Some(Self {
                        added: changes.added.into_iter().map(Into::into).collect(),
                        changed: changed
                            .map(|(on_file, filed)| $change { on_file: on_file.into(), filed: filed.into() })
                            .collect(),
                        removed: changes.removed.into_iter().map(Into::into).collect(),
                    })
                }
            }
        )+
    };
}

list_changes! {
    "NPIs" NpiChangesView NpiChangeView of NpiView, example = {"npi": "1234567893", "primary": true};
    "taxonomy codes" TaxonomyChangesView TaxonomyChangeView of TaxonomyView,
        example = {"code": "207Q00000X", "npi": "1234567893", "primary": true};
    "licenses" LicenseChangesView LicenseChangeView of LicenseBody,
        example = {"license_type": "exempt_from_licensure", "effective_date": "2019-07-01", "primary": false};
}

/// An application that is still open, compared with the record on file.
pub(super) struct Compared(Option<Comparison>);

struct Comparison {
    difference: Difference,
    filled: Option<Screens>,
    tax_id_masked: Option<String>,
}

impl Compared {
    /// Compares the application, unless it is decided or withdrawn or about no record.
    pub(super) fn of(tx: &mut Tx<'_>, application: &Application, screens: &Screens) -> Result<Self, Problem> {
        let compares = application.status.is_open() && applies_difference(application.application_type);
        let Some(id) = application.on_file.id.filter(|_| compares) else { return Ok(Self(None)) };
        let Some(record) = tx.medicaid_ids().find(id)? else { return Ok(Self(None)) };
        let on_file = provider(tx, &record)?.screens();
        let filled = tx.applications().filled_with(application.id)?;
        let difference = Difference::of(filled.as_ref(), screens, &on_file);
        let tax_id_masked = record.ssn_masked.or(record.fein_masked);
        Ok(Self(Some(Comparison { difference, filled, tax_id_masked })))
    }

    /// What the screens were filled with; empty if they began empty.
    pub(super) fn filled(&self) -> Screens {
        self.0.as_ref().and_then(|compared| compared.filled.clone()).unwrap_or_default()
    }

    /// The masked tax ID on file of an application with filled screens. It stays unless the agent
    /// gives another one.
    pub(super) fn tax_id_kept(&self) -> Option<String> {
        let compared = self.0.as_ref().filter(|compared| compared.filled.is_some())?;
        compared.tax_id_masked.clone()
    }

    /// The changes. `tax_id_given` is the masked tax ID that the agent gave.
    pub(super) fn changes(
        &self,
        application: &Application,
        tax_id_given: Option<&str>,
    ) -> Option<ChangesView> {
        let Comparison { difference, tax_id_masked, .. } = self.0.as_ref()?;
        let was_masked = tax_id_given.and(tax_id_masked.clone());
        let given = tax_id_given.map(str::to_owned);
        let fields = match (&difference.basic_information, &given) {
            (None, None) => None,
            (fields, _) => Some(fields.clone().unwrap_or_default()),
        };
        let (application_type, category) = (application.application_type, application.category);
        let is_applied = |link: &&GroupLink| link_filing::is_applied(application_type, category, link);
        let links = difference.links.iter().filter(is_applied).cloned();
        let (begins, ends): (Vec<GroupLink>, Vec<_>) = links.partition(|link| link.effective_date.is_some());
        Some(ChangesView {
            basic_information: fields.map(|(on_file, filed)| BasicInformationChangesView {
                on_file: BasicInformationView::of(on_file, was_masked),
                filed: BasicInformationView::of(filed, given),
            }),
            npis: NpiChangesView::of(difference.npis.clone()),
            taxonomies: TaxonomyChangesView::of(difference.taxonomies.clone()),
            licenses: LicenseChangesView::of(difference.licenses.clone()),
            group_links: (!begins.is_empty() || !ends.is_empty()).then(|| GroupLinkChangesView {
                begins: begins.into_iter().map(Into::into).collect(),
                ends: ends.into_iter().map(Into::into).collect(),
            }),
            conflicts: difference.conflicts.iter().map(ConflictView::of).collect(),
        })
    }
}

impl ConflictView {
    fn of(conflict: &Violation) -> Self {
        Self {
            screen: conflict.screen,
            pointer: format!("/screens/{}{}", conflict.screen, conflict.pointer),
            message: conflict.message.clone(),
        }
    }
}
