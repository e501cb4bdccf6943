//! The users and provider accounts of the fixture.

use portal_api::http::auth::second_factor;
use portal_domain::ground::id::UserId;
use portal_domain::identity::mfa::MfaMethodKind;
use portal_domain::identity::user::{LockReason, PlatformRole};
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::identity::mfa::NewMethod;

use crate::app::TestApp;
use crate::given::Organization;
use crate::provider_accounts::{TAX_ID, claim, next_provider_id};
use crate::targets::Targets;

/// Adds provider records: one without an account, one with an incomplete association, one linked to
/// the owner, and one whose first administrator the plan's staff have not confirmed.
pub(crate) fn accounts(
    app: &TestApp,
    org: &Organization<'_>,
    (owner, own): (UserId, bool),
    targets: &mut Targets,
) {
    // The claim of the caller does not match the provider of the other organization.
    let (name, tax_id) = if own { ("Amara Whitfield", TAX_ID) } else { ("Bela Foreign", "04-3555051") };
    let provider = app.provider_on_file(&next_provider_id(), name, tax_id);
    targets.set("provider_id", provider.provider_id.as_str());
    targets.set("claim", claim(&provider));
    let incomplete = app.provider_on_file(&next_provider_id(), "Noor Haddad", "04-3555028");
    let linked = app.provider_on_file(&next_provider_id(), "Lena Linked", "04-3555039");
    let account = app.provider_on_file(&next_provider_id(), "Harborlight Primary Care", "04-3555040");
    let kind = app.read(|tx| tx.organizations().find(org.id)).unwrap().facts.kind;
    if kind == OrganizationKind::ProviderAccount {
        app.write(|tx| tx.provider_records().set_organization(account.id, org.id));
    }
    targets.set("association_id", app.started_association(owner, &incomplete));
    targets.set("linked", app.account_user_of(owner, &linked));
    let unconfirmed = app.provider_on_file(&next_provider_id(), "Wanda Waiting", "04-3555041");
    let waiting = app.platform_user("Wanda Waiting", &[]);
    targets.set("unconfirmed", app.unconfirmed_administrator(waiting, &unconfirmed));
}

/// Adds users in every state, staff with a factor, and an organization without an administrator.
pub(crate) fn users(app: &TestApp, org: &Organization<'_>, targets: &mut Targets) {
    let staff = app.platform_user("Stella Staff", &[PlatformRole::Support]);
    let [user, locked, disabled] = ["Una User", "Lou", "Dee"].map(|name| app.platform_user(name, &[]));
    app.write(|tx| {
        tx.users().set_lock(locked, Some(LockReason::Staff))?;
        tx.users().set_disabled(disabled, true)?;
        let id = tx.new_id();
        let secret = &second_factor::new_secret();
        tx.mfa().begin(&NewMethod { id, user: staff, kind: MfaMethodKind::OktaVerify, secret })
    });
    targets.set("user_id", user);
    targets.set("locked_user", locked);
    targets.set("disabled_user", disabled);
    targets.set("staff_user", staff);
    let abandoned = app.provider_group(&format!("Abandoned {}", org.id));
    targets.set("without_administrator", abandoned.id);
    targets.set("successor", abandoned.agent("Sue Successor").membership);
}
