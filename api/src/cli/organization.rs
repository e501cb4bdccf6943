//! The `organization` commands.

use clap::Subcommand;
use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::{TaxId, TaxIdentifierError};
use portal_domain::ground::text::{self, TextKind};
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::organizations::actor::OrganizationReader;
use portal_domain::organizations::organization;
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::medicaid::medicaid_ids::{MedicaidIdDetails, NewMedicaidId};
use portal_persistence::organizations::members::{MemberEntry, MemberFilter};
use portal_persistence::organizations::organizations::{NewOrganization, Organization as StoredOrganization};
use portal_persistence::{Constraint, Done, StoreError};
use zeroize::Zeroizing;

use super::{COMMAND_LINE, Outcome, checked_reason, failed};
use crate::portal::appointment::appoint_administrator;
use crate::portal::state::Portal;

#[derive(Subcommand)]
pub(super) enum Organization {
    /// Create an organization
    Create(NewOrganizationArguments),
    /// List organizations, one per line
    List,
    /// Show an organization with its members
    Show {
        /// The organization
        #[arg(long)]
        organization: OrganizationId,
    },
    /// Appoint an administrator of an organization that has none
    AppointAdministrator {
        /// The organization
        #[arg(long)]
        organization: OrganizationId,
        /// An active member of the organization
        #[arg(long)]
        member: MembershipId,
        /// Why, for the audit trail
        #[arg(long)]
        reason: String,
    },
}

#[derive(clap::Args)]
pub(super) struct NewOrganizationArguments {
    /// The name of the organization
    #[arg(long)]
    name: String,
    /// The kind: provider_group, entity, individual_provider, third_party_credentialing,
    /// provider_account, or tin_practice
    #[arg(long, value_parser = parse_kind)]
    kind: OrganizationKind,
    /// The plan: ky, cca, ahw, or lhcc
    #[arg(long, value_parser = parse_plan)]
    plan: PlanCode,
    /// Read the tax id from the first line of standard input
    #[arg(long)]
    tax_id_stdin: bool,
    /// A group Medicaid ID that the organization owns; repeat for several
    #[arg(long = "group-medicaid-id")]
    group_medicaid_ids: Vec<String>,
}

fn parse_kind(text: &str) -> Result<OrganizationKind, String> {
    OrganizationKind::parse(text).ok_or_else(|| "no such kind of organization".into())
}

fn parse_plan(text: &str) -> Result<PlanCode, String> {
    PlanCode::parse(text).ok_or_else(|| "no such plan".into())
}

pub(super) fn run(portal: &Portal, what: &Organization) -> Outcome {
    match what {
        Organization::Create(new) => create_organization(portal, new),
        Organization::List => list(portal),
        Organization::Show { organization } => show(portal, *organization),
        Organization::AppointAdministrator { organization, member, reason } => {
            appoint(portal, *organization, *member, reason)
        }
    }
}

/// The number of rows read at a time.
const PAGE: i64 = 500;

fn line(organization: &StoredOrganization) -> String {
    let facts = &organization.facts;
    format!("{}\t{}\t{}\t{}", facts.id, facts.kind, facts.plan, facts.name)
}

fn list(portal: &Portal) -> Outcome {
    let mut after = None;
    loop {
        let page: Result<_, StoreError> = portal.database.read(portal.moment(), |tx| {
            tx.organizations().list(&OrganizationReader::of_all(), after.take(), PAGE)
        });
        let page = page.map_err(failed)?;
        page.items.iter().for_each(|organization| println!("{}", line(organization)));
        after = page.items.last().map(|last| (last.name_key.clone(), last.facts.id));
        if !page.has_more {
            return Ok(());
        }
    }
}

fn show(portal: &Portal, id: OrganizationId) -> Outcome {
    let found: Result<_, StoreError> = portal.database.read(portal.moment(), |tx| {
        let Some(organization) = tx.organizations().find(id)? else { return Ok(None) };
        let mut members = Vec::new();
        let mut after = None;
        loop {
            let page = tx.members().list(id, &MemberFilter::default(), after.take(), PAGE)?;
            after = page.items.last().map(MemberEntry::place);
            members.extend(page.items);
            if !page.has_more {
                return Ok(Some((organization, members)));
            }
        }
    });
    let (organization, members) =
        found.map_err(failed)?.ok_or_else(|| failed("--organization: organization not found"))?;
    println!("{}", line(&organization));
    for entry in members {
        let rights = &entry.member.rights;
        let roles: Vec<_> = rights.roles.iter().map(|role| role.as_str()).collect();
        let administrator = if rights.administer(organization.facts.kind) { "\tadministrator" } else { "" };
        println!(
            "{}\t{}\t{}\t{}\t{}{administrator}",
            entry.member.id,
            entry.email,
            entry.name(),
            entry.member.shown_status(),
            roles.join(",")
        );
    }
    Ok(())
}

fn appoint(portal: &Portal, id: OrganizationId, member: MembershipId, reason: &str) -> Outcome {
    let reason = checked_reason(reason)?;
    let outcome: Result<Outcome, StoreError> = portal.database.write(portal.moment(), |tx| {
        let Some(organization) = tx.organizations().find(id)? else {
            return Ok(Done::unchanged().with(Err(failed("--organization: organization not found"))));
        };
        tx.members().lock_organization(id)?;
        let Some(entry) = tx.members().find(id, member)? else {
            return Ok(Done::unchanged().with(Err(failed("--member: not a member of the organization"))));
        };
        Ok(
            match appoint_administrator(
                tx,
                &organization.facts,
                &entry,
                &reason,
                (&COMMAND_LINE, COMMAND_LINE.name),
            )? {
                Ok(done) => done.with(Ok(())),
                Err(refusals) => {
                    Done::unchanged().with(Err(refusals.iter().map(ToString::to_string).collect()))
                }
            },
        )
    });
    outcome.map_err(failed)?
}

fn create_organization(portal: &Portal, new: &NewOrganizationArguments) -> Outcome {
    let name = text::composed(new.name.trim());
    if name.is_empty() || name.chars().count() > 200 {
        return Err(failed("--name: must have 1 to 200 characters"));
    }
    text::examine(TextKind::BusinessName, &name)
        .map_err(|refusal| failed(format!("--name: {}", refusal.message())))?;
    let numbers = new.group_medicaid_ids.iter().map(|number| number.trim());
    if let Some(bad) = numbers
        .clone()
        .find(|number| !(7..=10).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(failed(format!("--group-medicaid-id: {bad} is not 7 to 10 digits")));
    }
    let tax_id = if new.tax_id_stdin {
        let mut line = Zeroizing::new(String::new());
        std::io::stdin().read_line(&mut line).map_err(failed)?;
        let tax_id = TaxId::parse(line.trim()).map_err(|error| match error {
            TaxIdentifierError::Format => failed("tax id: must be nine digits"),
            TaxIdentifierError::Impossible => failed("tax id: is a number that is never issued"),
        });
        Some(tax_id?)
    } else {
        None
    };
    let numbers: Vec<_> = numbers.collect();
    let created: Result<OrganizationId, StoreError> = portal.database.write(portal.moment(), |tx| {
        let id: OrganizationId = tx.new_id();
        let (kind, plan) = (new.kind, new.plan);
        tx.organizations().insert(&NewOrganization {
            id,
            name: name.to_string(),
            kind,
            plan,
            tax_id: tax_id.clone(),
        })?;
        for number in &numbers {
            let record = tx.new_id();
            tx.medicaid_ids().insert(&NewMedicaidId {
                id: record,
                medicaid_id: (*number).to_owned(),
                category: MedicaidIdCategory::Group,
                provider_type: "65".into(),
                status: MedicaidIdStatus::Active,
                name: name.to_string(),
                npi: None,
                ssn: None,
                owning_organization: Some(id),
                effective_date: None,
                details: MedicaidIdDetails::default(),
            })?;
        }
        Ok(tx.commit_effects(&organization::created(id), &COMMAND_LINE)?.with(id))
    });
    match created {
        Ok(id) => {
            println!("{id}");
            Ok(())
        }
        Err(StoreError::Taken(Constraint::OrganizationTaxId)) => {
            Err(failed("tax id: another organization of the plan has it"))
        }
        Err(StoreError::Taken(Constraint::MedicaidId)) => Err(failed("--group-medicaid-id: on file already")),
        Err(error) => Err(failed(error)),
    }
}
