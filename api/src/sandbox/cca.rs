//! The provider records of the plan CCA, with which users of the sandbox can associate and link
//! accounts. All of them are invented.

use portal_domain::ground::id::OrganizationId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::organizations::provider_record::{
    AddressKind, ProviderAddress, ProviderIdentifier, ProviderName, ProviderRecord, Zip,
};
use portal_persistence::{StoreError, Tx};

/// A provider on file.
struct OnFile {
    provider_id: &'static str,
    /// First and last name; a group has only the first.
    name: (&'static str, Option<&'static str>),
    tax_id: &'static str,
    addresses: &'static [(AddressKind, &'static str, bool)],
    /// Whether the provider's account already has an administrator.
    has_account: bool,
}

/// A practitioner, a group, a practitioner listed under the group's tax id, and a group that has an
/// administrator.
const ON_FILE: [OnFile; 4] = [
    OnFile {
        provider_id: "CCA100234",
        name: ("Amara", Some("Whitfield")),
        tax_id: "04-3555017",
        addresses: &[
            (AddressKind::Remittance, "02108", true),
            (AddressKind::Practice, "02139-4307", false),
            (AddressKind::Other, "01060", false),
        ],
        has_account: false,
    },
    OnFile {
        provider_id: "CCA200417",
        name: ("Harborlight Primary Care", None),
        tax_id: "04-3555028",
        addresses: &[
            (AddressKind::Remittance, "02210", true),
            (AddressKind::Practice, "02128", false),
            (AddressKind::Other, "02467", false),
        ],
        has_account: false,
    },
    OnFile {
        provider_id: "CCA200418",
        name: ("Noor", Some("Haddad")),
        tax_id: "04-3555028",
        addresses: &[(AddressKind::Practice, "02128", true)],
        has_account: false,
    },
    OnFile {
        provider_id: "CCA300512",
        name: (ACCOUNT_NAME, None),
        tax_id: "04-3555039",
        addresses: &[
            (AddressKind::Remittance, "01930", true),
            (AddressKind::Practice, "01915", false),
            (AddressKind::Other, "01944", false),
        ],
        has_account: true,
    },
];

/// The provider that already has an account.
pub(super) const ACCOUNT_NAME: &str = "Seaglass Physical Therapy";

/// Inserts the providers. `account` is the organization of the existing account.
pub(super) fn insert_provider_records(tx: &mut Tx<'_>, account: OrganizationId) -> Result<(), StoreError> {
    let mut records = Vec::with_capacity(ON_FILE.len());
    for known in &ON_FILE {
        let wrong = || StoreError::Schema(format!("{} is invalid", known.provider_id));
        let address = |(kind, zip, on_letter): &(AddressKind, &str, bool)| -> Result<_, StoreError> {
            let zip = Zip::parse(zip).map_err(|_error| wrong())?;
            Ok(ProviderAddress { kind: *kind, zip, on_letter: *on_letter })
        };
        records.push(ProviderRecord {
            id: tx.new_id(),
            plan: PlanCode::Cca,
            provider_id: ProviderIdentifier::parse(known.provider_id).map_err(|_error| wrong())?,
            name: match known.name {
                (first, Some(last)) => {
                    ProviderName::Practitioner { first_name: first.into(), last_name: last.into() }
                }
                (group, None) => ProviderName::Group { group_name: group.into() },
            },
            tax_id: TaxId::parse(known.tax_id).map_err(|_error| wrong())?,
            addresses: known.addresses.iter().map(address).collect::<Result<_, _>>()?,
            organization: known.has_account.then_some(account),
        });
    }
    tx.provider_records().insert_all(&records)
}
