//! The personas of the sandbox.

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{HeldRole, PlatformRole};
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
    /// The platform roles, each for one plan or for all plans.
    pub platform_roles: &'static [HeldRole],
    /// The status of the membership.
    pub status: MembershipStatus,
}

const TEMPLATE: Persona = Persona {
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
        story: "Search for Marcus Webb's open applications and reassign some of them to Priya \
            Nair. Search for Medicaid ID 7100126126 (Blake, Lee) with POST \
            /organizations/{organization_id}/medicaid-ids/search. To grant all agents access, \
            send PUT …/medicaid-ids/{medicaid_id}/agent-access with action grant_all and \
            confirmation yes. Remove access with remove_all; the response warns that a \
            Maintenance is still needed. GET \
            /organizations/{organization_id}/lifecycle-forecast lists applications that are \
            inactive for too long.",
        place: Place::ProviderGroup,
        roles: &[Role::CaAdminManager],
        ..TEMPLATE
    },
    Persona {
        name: "credentialing-agent",
        title: "Credentialing agent with open work",
        first_name: "Marcus",
        last_name: "Webb",
        email: "marcus.webb@bluegrass.example",
        story: "Prepare the four applications of the job aid; Marcus sees them until they are \
            reassigned. To enroll a provider, send POST /applications with organization_id \
            from GET /me, save the screens with PATCH, and submit. The examples in this \
            document work as they are. Revalidate 3333333, due in 45 days, or 2222222, 40 days \
            past due; 1111111 is early and needs confirmation. Each needs a license on screen \
            2.2 and a document license_copy. GET \
            /applications/{application_id}/exit-prompt returns the question to ask on exit. \
            Start a Maintenance of 7100000056, provider type 56: send license_type \
            exempt_from_licensure from 2019-07-01 on screen 2.2 and add a document \
            transportation_cabinet_exemption_letter. Check a license with POST \
            /license-verification-checks: provider type 64, KY, expiring 2020-02-29, renewed \
            2020-02-14 with KBML.",
        place: Place::ProviderGroup,
        roles: &[Role::CredentialingAgent],
        ..TEMPLATE
    },
    Persona {
        name: "second-credentialing-agent",
        title: "Credentialing agent with little work",
        first_name: "Priya",
        last_name: "Nair",
        email: "priya.nair@bluegrass.example",
        story: "Priya gets a notification for each application that is reassigned to her.",
        place: Place::ProviderGroup,
        roles: &[Role::CredentialingAgent],
        ..TEMPLATE
    },
    Persona {
        name: "former-credentialing-agent",
        title: "Credentialing agent who left",
        first_name: "Tom",
        last_name: "Ashby",
        email: "tom.ashby@bluegrass.example",
        story: "Tom's membership is disabled: he can do nothing, and he is listed as an agent who \
            cannot receive work.",
        place: Place::ProviderGroup,
        roles: &[Role::CredentialingAgent],
        status: MembershipStatus::Disabled,
        ..TEMPLATE
    },
    Persona {
        name: "organization-administrator",
        title: "Organization administrator",
        first_name: "Katherine",
        last_name: "Tully",
        email: "katherine.tully@bluegrass.example",
        story: "Invite a CA Admin Manager with POST /organizations/{organization_id}/invitations \
            and the role ca_admin_manager. The email is in GET /sandbox/mailbox. Send the \
            token after #token= in its link to POST /invitations/accept. The new manager can \
            then sign in and reassign work. Katherine can also read the audit trail.",
        place: Place::ProviderGroup,
        roles: &[Role::OrganizationAdministrator],
        ..TEMPLATE
    },
    Persona {
        name: "account-manager",
        title: "Account manager of a practice",
        first_name: "Lena",
        last_name: "Ortiz",
        email: "lena.ortiz@riverbend.example",
        story: "Manage the members under tax ID 72-7654321. Verify Jeremy Huang, who is waiting, \
            and send him the registration email. Read his comments: markup in them is plain \
            text. Send the registration email to Uma Rhodes, and the password reset email to \
            Victor Lane, whose login is locked. Enable Dana Cole again. When a user registers \
            with POST /registrations, Lena gets an email with a link to enable the user. Lena \
            sees nothing of the provider group.",
        place: Place::Practice,
        roles: &[Role::AccountUser],
        permissions: &[Permission::ManageAccount, Permission::Claims, Permission::Eligibility],
        ..TEMPLATE
    },
    Persona {
        name: "provider-registrant",
        title: "Registrant for a provider",
        first_name: "Amara",
        last_name: "Whitfield",
        email: "amara.whitfield@harborlight.example",
        story: "Associate the account: practitioner Amara Whitfield, tax ID 04-3555017, Provider \
            ID CCA100234, ZIP code 02108. Then link the group Harborlight Primary Care: \
            04-3555028, CCA200417, 02210. GET /me/linked-accounts shows both; Amara can use them \
            when Ruth Delgado has confirmed her. The group Seaglass Physical Therapy (04-3555039, \
            CCA300512, 01930) has an administrator already; request access with POST \
            /access-requests.",
        ..TEMPLATE
    },
    Persona {
        name: "account-administrator",
        title: "Administrator of a provider account",
        first_name: "Helen",
        last_name: "Marsh",
        email: "helen.marsh@seaglass.example",
        story: "Administer Seaglass Physical Therapy, CCA300512. Add people to the invite list \
            with ZIP code 01930 and send it. Make Owen Park an administrator, or revoke his \
            access. List the access requests.",
        place: Place::ProviderAccount,
        roles: &[Role::OrganizationAdministrator],
        permissions: &[
            Permission::Claims,
            Permission::Eligibility,
            Permission::Authorizations,
            Permission::Assessments,
            Permission::HealthRecords,
        ],
        ..TEMPLATE
    },
    Persona {
        name: "account-user",
        title: "User of a provider account",
        first_name: "Owen",
        last_name: "Park",
        email: "owen.park@seaglass.example",
        story: "Owen has one permission in the account. He cannot list the members until he \
            becomes an administrator.",
        place: Place::ProviderAccount,
        roles: &[Role::AccountUser],
        permissions: &[Permission::Claims],
        ..TEMPLATE
    },
    Persona {
        name: "dms-reviewer",
        title: "Reviewer at the Department for Medicaid Services",
        first_name: "Grace",
        last_name: "Oyelaran",
        email: "grace.oyelaran@dms.example",
        story: "Grace sees submitted applications, but not those still in progress. Take APP9876 \
            into review with POST /applications/{application_id}/start-review, then return it \
            with a reason. The agent is notified, corrects it, and submits it again. Approve \
            or deny an application in review, such as APP5678. Approving an enrollment that \
            Marcus Webb submitted issues its Medicaid ID.",
        platform_roles: &[HeldRole::of_plan(PlatformRole::DmsReviewer, PlanCode::Ky)],
        ..TEMPLATE
    },
    Persona {
        name: "support",
        title: "Technical support",
        first_name: "Sam",
        last_name: "Whitaker",
        email: "sam.whitaker@support.example",
        story: "Sam can view every organization and change none. Verify a caller with POST \
            /caller-verifications: plan ky, Medicaid ID 1111111, name Doe, John, NPI \
            1234567890, tax ID 400-55-0001. If any fact is wrong, the response is verified \
            false and does not say which one. Send NPI 1245319599 to GET \
            /taxonomy-requirements: it has two Medicaid IDs with different provider types.",
        platform_roles: &[HeldRole::of_all_plans(PlatformRole::Support)],
        ..TEMPLATE
    },
    Persona {
        name: "plan-operator",
        title: "Operator of the installation, and plan staff",
        first_name: "Ruth",
        last_name: "Delgado",
        email: "ruth.delgado@operator.example",
        story: "Verify Carol Jennings, the first registrant of a practice without an account \
            manager: find her with GET /plan/registrations?without_manager=true, then use \
            verify-original. When Amara Whitfield has associated her account, confirm her: find \
            her with GET /plan/associations?confirmed=false, then use confirm, or reject with a \
            reason. Read mails, job runs, and the audit trail of every organization.",
        platform_roles: &[
            HeldRole::of_all_plans(PlatformRole::Operator),
            HeldRole::of_all_plans(PlatformRole::PlanStaff),
        ],
        ..TEMPLATE
    },
];
