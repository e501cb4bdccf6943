//! The personas of the sandbox.

use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};

/// The password of every persona; useless outside the sandbox.
pub const PASSWORD: &str = "explore-the-portal";

/// The place of a persona.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The provider group of the Kentucky documents.
    ProviderGroup,
    /// The practice of the account manager documents.
    Practice,
    /// The provider account that has an administrator.
    ProviderAccount,
    /// No organization.
    Platform,
}

/// A persona to sign in as.
#[derive(Clone, Copy, Debug)]
pub struct Persona {
    /// The name in the path.
    pub name: &'static str,
    /// What the persona is.
    pub title: &'static str,
    /// First name.
    pub first_name: &'static str,
    /// Last name.
    pub last_name: &'static str,
    /// The email address to sign in with.
    pub email: &'static str,
    /// What users can try as this persona.
    pub story: &'static str,
    /// The place of the persona.
    pub place: Place,
    /// The roles in that organization.
    pub roles: &'static [Role],
    /// The permissions in that organization.
    pub permissions: &'static [Permission],
    /// The platform roles.
    pub platform_roles: &'static [PlatformRole],
    /// The status of the membership.
    pub status: MembershipStatus,
}

const NOBODY: Persona = Persona {
    name: "",
    title: "",
    first_name: "",
    last_name: "",
    email: "",
    story: "",
    place: Place::Platform,
    roles: &[],
    permissions: &[],
    platform_roles: &[],
    status: MembershipStatus::Active,
};

/// All personas.
pub const PERSONAS: [Persona; 12] = [
    Persona {
        name: "ca-admin-manager",
        title: "CA Admin Manager",
        first_name: "Debi",
        last_name: "Henderson",
        email: "debi.henderson@bluegrass.example",
        story: "Searches Marcus Webb's open applications and reassigns some to Priya Nair. Searches Medicaid ID 7100126126 \
            (Blake, Lee) with POST /organizations/{organization_id}/medicaid-ids/search, grants all agents access with \
            PUT …/medicaid-ids/{medicaid_id}/agent-access, action grant_all: it asks; confirmation yes. Removes it with \
            remove_all, and is reminded of the Maintenance that is still needed. Sees in \
            GET /organizations/{organization_id}/lifecycle-forecast which applications rest for too long.",
        place: Place::ProviderGroup,
        roles: &[Role::CaAdminManager],
        ..NOBODY
    },
    Persona {
        name: "credentialing-agent",
        title: "Credentialing agent with open work",
        first_name: "Marcus",
        last_name: "Webb",
        email: "marcus.webb@bluegrass.example",
        story: "Works on the four applications of the job aid; sees them until they are reassigned. Starts an enrollment \
            with POST /applications, saves its screens with PATCH and submits it: the examples of the document will do, with \
            organization_id from GET /me. Revalidates 3333333, due in 45 days, and 2222222, past due since 40; 1111111 is \
            early and asks first. GET /applications/{application_id}/exit-prompt tells what is asked on leaving. Starts a \
            maintenance of 7100000056, provider type 56: license_type exempt_from_licensure from 2019-07-01 on screen 2.2, \
            and a document transportation_cabinet_exemption_letter. Asks POST /license-verification-checks about provider \
            type 64, KY, expiring 2020-02-29, renewed 2020-02-14 with KBML.",
        place: Place::ProviderGroup,
        roles: &[Role::CredentialingAgent],
        ..NOBODY
    },
    Persona {
        name: "second-credentialing-agent",
        title: "Credentialing agent with time",
        first_name: "Priya",
        last_name: "Nair",
        email: "priya.nair@bluegrass.example",
        story: "Gets a notice for each application that is reassigned to her.",
        place: Place::ProviderGroup,
        roles: &[Role::CredentialingAgent],
        ..NOBODY
    },
    Persona {
        name: "former-credentialing-agent",
        title: "Credentialing agent who left",
        first_name: "Tom",
        last_name: "Ashby",
        email: "tom.ashby@bluegrass.example",
        story: "Can do nothing any more; is listed as an agent who cannot receive work.",
        place: Place::ProviderGroup,
        roles: &[Role::CredentialingAgent],
        status: MembershipStatus::Disabled,
        ..NOBODY
    },
    Persona {
        name: "organization-administrator",
        title: "Organization administrator",
        first_name: "Katherine",
        last_name: "Tully",
        email: "katherine.tully@bluegrass.example",
        story: "Invites a CA Admin Manager with POST /organizations/{organization_id}/invitations and the role \
            ca_admin_manager. The mail is in GET /sandbox/mailbox; what stands in its link after #token= is for \
            POST /invitations/accept. The new manager then signs in and reassigns. Reads the audit trail.",
        place: Place::ProviderGroup,
        roles: &[Role::OrganizationAdministrator],
        ..NOBODY
    },
    Persona {
        name: "account-manager",
        title: "Account manager of a practice",
        first_name: "Lena",
        last_name: "Ortiz",
        email: "lena.ortiz@riverbend.example",
        story: "Looks after everybody under tax id 72-7654321: verifies Jeremy Huang, who waits, and sends him the \
            registration mail; reads his comments, which are text and no scripts. Sends Uma Rhodes the registration mail \
            and Victor Lane, whose login is locked, the password reset mail; enables Dana Cole again. Whoever else \
            registers with POST /registrations comes with a mail to enable them by. Sees nothing of the provider group.",
        place: Place::Practice,
        roles: &[Role::AccountUser],
        permissions: &[Permission::ManageAccount, Permission::Claims, Permission::Eligibility],
        ..NOBODY
    },
    Persona {
        name: "provider-registrant",
        title: "Somebody who registers for a provider",
        first_name: "Amara",
        last_name: "Whitfield",
        email: "amara.whitfield@harborlight.example",
        story: "Associates the account: practitioner Amara Whitfield, tax id 04-3555017, Provider ID CCA100234, ZIP 02108; \
            then links group Harborlight Primary Care, 04-3555028, CCA200417, 02210. Group Seaglass Physical Therapy, \
            04-3555039, CCA300512, 01930 has an administrator: asks for access with POST /access-requests.",
        ..NOBODY
    },
    Persona {
        name: "account-administrator",
        title: "Administrator of a provider account",
        first_name: "Helen",
        last_name: "Marsh",
        email: "helen.marsh@seaglass.example",
        story: "Administers Seaglass Physical Therapy, CCA300512: puts people on the invite list with ZIP 01930 and sends it; \
            makes Owen Park an administrator, or revokes him; sees who asks for access.",
        place: Place::ProviderAccount,
        roles: &[Role::OrganizationAdministrator],
        permissions: &[
            Permission::Claims,
            Permission::Eligibility,
            Permission::Authorizations,
            Permission::Assessments,
            Permission::HealthRecords,
        ],
        ..NOBODY
    },
    Persona {
        name: "account-user",
        title: "User of a provider account",
        first_name: "Owen",
        last_name: "Park",
        email: "owen.park@seaglass.example",
        story: "Uses the account as far as one permission goes; the list of members is not for him until he is made an \
            administrator.",
        place: Place::ProviderAccount,
        roles: &[Role::AccountUser],
        permissions: &[Permission::Claims],
        ..NOBODY
    },
    Persona {
        name: "dms-reviewer",
        title: "Reviewer at the Department for Medicaid Services",
        first_name: "Grace",
        last_name: "Oyelaran",
        email: "grace.oyelaran@dms.example",
        story: "Sees applications once they were filed, not while they are in progress. Takes APP9876 into review with \
            POST /applications/{application_id}/start-review, then returns it with a reason; the agent gets a notice, \
            corrects and submits again. Approves or denies what is in review, such as APP5678. An enrollment that Marcus Webb \
            has submitted gets its Medicaid ID by the approval.",
        platform_roles: &[PlatformRole::DmsReviewer],
        ..NOBODY
    },
    Persona {
        name: "support",
        title: "Technical support",
        first_name: "Sam",
        last_name: "Whitaker",
        email: "sam.whitaker@support.example",
        story: "Sees every organization, and may change nothing in any. Verifies a caller with POST /caller-verifications: \
            plan ky, Medicaid ID 1111111, name Doe, John, NPI 1234567890, tax id 400-55-0001; with any fact wrong the answer \
            is verified false, and not which. Asks GET /taxonomy-requirements about NPI 1245319599, which has two Medicaid IDs \
            of two provider types.",
        platform_roles: &[PlatformRole::Support],
        ..NOBODY
    },
    Persona {
        name: "plan-operator",
        title: "Operator of the installation, and plan staff",
        first_name: "Ruth",
        last_name: "Delgado",
        email: "ruth.delgado@operator.example",
        story: "Verifies Carol Jennings, the first registrant of a practice that nobody looks after: \
            GET /plan/registrations?without_manager=true, then verify-original. Sees mails and job runs, and reads every \
            organization's audit trail.",
        platform_roles: &[PlatformRole::Operator, PlatformRole::PlanStaff],
        ..NOBODY
    },
];
