//! Bodies about plans.

use chrono::NaiveDate;
use portal_domain::applications::screen::Screen;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::medicaid::licensure_policy::LicensurePolicy;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_domain::organizations::membership::Permission;
use portal_domain::platform::plan::PlanProfile;
use serde::Serialize;
use utoipa::ToSchema;

/// Public facts about a plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "ky",
    "name": "Kentucky Medicaid Partner Portal",
    "time_zone": "America/New_York",
    "help": "If you need any assistance further, please contact the Kentucky Online Gateway Helpdesk.",
    "support": {
        "name": "Partner Portal Technical Support Center",
        "telephone": "877-838-5085",
        "menu": "Select option 1 and option 1, again, to speak with a customer service representative."
    },
    "links": {"invitation_hours": 72, "registration_hours": 72, "password_reset_minutes": 30},
    "members": {"comment_max": 200},
    "permissions": [],
    "applications": {
        "inactivity": {"notice_days": [30, 60], "withdraw_after_days": 120, "warned_at_least_days": 14},
        "revalidation": {"years": 5, "early_days": 365},
        "medicaid_id": {"min_digits": 7, "max_digits": 10},
        "requested_effective_date": {"years_back": 1, "days_ahead": 90},
        "npis_max": 30,
        "licensure": {
            "exempt_provider_types": ["56"],
            "exempt_earliest_date": "2019-07-01",
            "exempt_document": "transportation_cabinet_exemption_letter",
            "cutoff_working_days": 15,
            "board_feed_provider_types": ["64"]
        },
        "application_types": [{"code": "enrollment", "label": "Enrollment"}],
        "screens": [{"number": "2.2", "label": "2.2 License Information"}],
        "document_types": ["transportation_cabinet_exemption_letter", "license_copy"],
        "provider_types": [{"code": "64", "label": "Physician individual", "category": "individual"}]
    }
}))]
pub struct PlanView {
    /// The code.
    pub code: PlanCode,
    /// The name.
    pub name: String,
    /// The time zone in which its days are counted, as an IANA name.
    pub time_zone: String,
    /// Where its users get help, as a sentence.
    pub help: String,
    /// Support by telephone.
    pub support: SupportView,
    /// How long the links in its emails work.
    pub links: LinkLifetimesView,
    /// Policies for members.
    pub members: MemberPolicyView,
    /// The permissions that it offers, with its own labels.
    pub permissions: Vec<PermissionView>,
    /// Policies for applications; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applications: Option<ApplicationPolicyView>,
}

/// A plan's support by telephone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SupportView {
    /// The name of the support team.
    pub name: String,
    /// The number as the plan prints it; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// The TTY number for people who are deaf or hard of hearing; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tty: Option<String>,
    /// The hours; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// What to choose in the telephone menu; absent if there is no menu.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menu: Option<String>,
}

/// How long the links in a plan's emails work.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LinkLifetimesView {
    /// An invitation, in hours.
    pub invitation_hours: u32,
    /// A link to complete a registration, in hours.
    pub registration_hours: u32,
    /// A link to set a new password, in minutes.
    pub password_reset_minutes: u32,
}

/// A plan's policies for members.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct MemberPolicyView {
    /// Calendar days without a sign-in after which a member is disabled; absent if never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_after_days: Option<u32>,
    /// Calendar days without a sign-in after which a login is locked; absent if never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock_after_days: Option<u32>,
    /// The maximum length of a comment, in Unicode code points.
    pub comment_max: usize,
}

/// A permission, with the plan's label.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PermissionView {
    /// The permission.
    pub code: Permission,
    /// The plan's label for it.
    pub label: String,
    /// What it allows.
    pub description: String,
}

/// A plan's policies for applications.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApplicationPolicyView {
    /// Inactivity limits.
    pub inactivity: InactivityView,
    /// Revalidation intervals.
    pub revalidation: RevalidationPolicyView,
    /// The format of a Medicaid ID.
    pub medicaid_id: MedicaidIdFormatView,
    /// The accepted effective dates.
    pub requested_effective_date: EffectiveDateWindowView,
    /// The maximum number of NPIs in one application.
    pub npis_max: usize,
    /// License rules.
    pub licensure: LicensurePolicyView,
    /// The application types.
    pub application_types: Vec<ApplicationTypeEntryView>,
    /// The screens of an application, in order.
    pub screens: Vec<ScreenEntryView>,
    /// The document types.
    pub document_types: Vec<DocumentType>,
    /// The provider types.
    pub provider_types: Vec<ProviderTypeEntryView>,
}

/// Inactivity limits, in calendar days without activity.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InactivityView {
    /// The days of the first and second warning to the agent.
    pub notice_days: Vec<u32>,
    /// The day of the withdrawal.
    pub withdraw_after_days: u32,
    /// Days by which the last warning precedes the withdrawal at least.
    pub warned_at_least_days: u32,
}

/// Revalidation intervals.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct RevalidationPolicyView {
    /// Calendar years from one validation to the next.
    pub years: u32,
    /// Starting this many days or more before the due date is early and needs a confirmation.
    pub early_days: u32,
}

/// The format of a Medicaid ID: a number of digits. Leading zeros are significant.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct MedicaidIdFormatView {
    /// The minimum number of digits.
    pub min_digits: usize,
    /// The maximum number of digits.
    pub max_digits: usize,
}

/// The accepted effective dates, including both ends.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct EffectiveDateWindowView {
    /// Calendar years before today.
    pub years_back: u32,
    /// Days after today.
    pub days_ahead: u32,
}

/// License rules.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LicensurePolicyView {
    /// The codes of the provider types that may choose the license type `exempt_from_licensure`.
    pub exempt_provider_types: Vec<String>,
    /// The earliest effective date of an exemption in a maintenance, revalidation, reapplication,
    /// or reinstatement.
    pub exempt_earliest_date: NaiveDate,
    /// The document to upload with an exemption.
    pub exempt_document: DocumentType,
    /// Working days before expiration by which a license must be renewed, unless the board
    /// announces another day.
    pub cutoff_working_days: u32,
    /// The codes of the provider types whose board reports renewals.
    pub board_feed_provider_types: Vec<String>,
}

/// An application type.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ApplicationTypeEntryView {
    /// The type.
    pub code: ApplicationType,
    /// The name.
    pub label: &'static str,
}

/// A screen of an application.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ScreenEntryView {
    /// The number, which identifies it in requests and responses.
    pub number: Screen,
    /// The name, including the number.
    pub label: &'static str,
}

/// A provider type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProviderTypeEntryView {
    /// The code; leading zeros are significant.
    pub code: String,
    /// The name.
    pub label: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
}

/// The plans.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanList {
    /// The plans.
    pub items: Vec<PlanView>,
}

impl PlanView {
    /// Public facts about this plan.
    pub(super) fn of(plan: &PlanProfile) -> Self {
        let permissions = plan.permissions.iter().map(|entry| PermissionView {
            code: entry.code,
            label: entry.label.clone(),
            description: entry.description.clone(),
        });
        let support = plan.support.clone();
        Self {
            code: plan.code,
            name: plan.name.clone(),
            time_zone: plan.time_zone.name().to_owned(),
            help: plan.help.clone(),
            support: SupportView {
                name: support.name,
                telephone: support.telephone,
                tty: support.tty,
                hours: support.hours,
                menu: support.menu,
            },
            links: LinkLifetimesView {
                invitation_hours: plan.links.invitation_hours,
                registration_hours: plan.links.registration_hours,
                password_reset_minutes: plan.links.password_reset_minutes,
            },
            members: MemberPolicyView {
                disable_after_days: plan.members.disable_after_days,
                lock_after_days: plan.members.lock_after_days,
                comment_max: plan.members.comment_max,
            },
            permissions: permissions.collect(),
            applications: ApplicationPolicyView::of(plan),
        }
    }
}

impl ApplicationPolicyView {
    fn of(plan: &PlanProfile) -> Option<Self> {
        let policy = plan.credentialing.as_ref()?;
        let provider_types = policy.provider_types.iter().map(|entry| ProviderTypeEntryView {
            code: entry.code.clone(),
            label: entry.label.clone(),
            category: entry.category,
        });
        Some(Self {
            inactivity: InactivityView {
                notice_days: plan.inactivity.notice_days.to_vec(),
                withdraw_after_days: plan.inactivity.withdraw_after_days,
                warned_at_least_days: plan.inactivity.warned_at_least_days,
            },
            revalidation: RevalidationPolicyView {
                years: policy.revalidation.years,
                early_days: policy.revalidation.early_days,
            },
            medicaid_id: MedicaidIdFormatView {
                min_digits: policy.medicaid_id.min_digits,
                max_digits: policy.medicaid_id.max_digits,
            },
            requested_effective_date: EffectiveDateWindowView {
                years_back: policy.requested_effective_date.years_back,
                days_ahead: policy.requested_effective_date.days_ahead,
            },
            npis_max: policy.npis_max,
            licensure: LicensurePolicyView::of(&policy.licensure),
            application_types: ApplicationType::ALL
                .iter()
                .map(|code| ApplicationTypeEntryView { code: *code, label: code.label() })
                .collect(),
            screens: Screen::ALL
                .iter()
                .map(|number| ScreenEntryView { number: *number, label: number.label() })
                .collect(),
            document_types: DocumentType::ALL.to_vec(),
            provider_types: provider_types.collect(),
        })
    }
}

impl LicensurePolicyView {
    fn of(policy: &LicensurePolicy) -> Self {
        Self {
            exempt_provider_types: policy.exempt_license_types_allowed.clone(),
            exempt_earliest_date: policy.exempt_earliest_date,
            exempt_document: policy.exempt_document,
            cutoff_working_days: policy.cutoff_working_days,
            board_feed_provider_types: policy.board_feed_provider_types.clone(),
        }
    }
}
