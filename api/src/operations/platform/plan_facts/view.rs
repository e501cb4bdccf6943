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

/// What a plan tells about itself.
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
    "links": {"invitation_hours": 72, "registration_hours": 72, "password_reset_minutes": 60},
    "members": {"comment_max": 200},
    "permissions": [],
    "applications": {
        "inactivity": {"notice_days": [30, 60], "withdraw_after_days": 120},
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
    /// Its code.
    pub code: PlanCode,
    /// Its name.
    pub name: String,
    /// The zone in which its days count, an IANA name.
    pub time_zone: String,
    /// Where its users get help, in a sentence.
    pub help: String,
    /// Where to call.
    pub support: SupportView,
    /// How long the links in its mails work.
    pub links: LinkLifetimesView,
    /// How its members are looked after.
    pub members: MemberPolicyView,
    /// What its members may be permitted, in its own words.
    pub permissions: Vec<PermissionView>,
    /// What it decides about applications; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub applications: Option<ApplicationPolicyView>,
}

/// Where a plan's users get help by telephone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SupportView {
    /// Who answers.
    pub name: String,
    /// The number, as the plan prints it; absent where it prints none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub telephone: Option<String>,
    /// The number for people who cannot hear; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tty: Option<String>,
    /// When somebody answers; absent where the plan does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hours: Option<String>,
    /// What to choose in the telephone's menu; absent where there is nothing to choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub menu: Option<String>,
}

/// How long the links in a plan's mails work.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LinkLifetimesView {
    /// Invitations, in hours.
    pub invitation_hours: u32,
    /// The completion of a registration, in hours.
    pub registration_hours: u32,
    /// Setting a new password, in minutes.
    pub password_reset_minutes: u32,
}

/// How a plan's members are looked after.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct MemberPolicyView {
    /// Calendar days without a sign-in after which a member is disabled; absent for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub disable_after_days: Option<u32>,
    /// Calendar days without a sign-in after which a login is locked; absent for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub lock_after_days: Option<u32>,
    /// Most characters of a comment.
    pub comment_max: usize,
}

/// A permission in a plan's own words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PermissionView {
    /// The permission.
    pub code: Permission,
    /// What the plan's screens call it.
    pub label: String,
    /// What it allows.
    pub description: String,
}

/// What a plan decides about applications.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApplicationPolicyView {
    /// When resting applications are withdrawn.
    pub inactivity: InactivityView,
    /// When a provider has to revalidate.
    pub revalidation: RevalidationPolicyView,
    /// How a Medicaid ID is written.
    pub medicaid_id: MedicaidIdFormatView,
    /// Which effective dates may be asked for.
    pub requested_effective_date: EffectiveDateWindowView,
    /// Most NPIs of one application.
    pub npis_max: usize,
    /// What is asked about licenses.
    pub licensure: LicensurePolicyView,
    /// What an application can ask for.
    pub application_types: Vec<ApplicationTypeEntryView>,
    /// The screens of an application, in their order.
    pub screens: Vec<ScreenEntryView>,
    /// What a document of an application can be.
    pub document_types: Vec<DocumentType>,
    /// The provider types.
    pub provider_types: Vec<ProviderTypeEntryView>,
}

/// When resting applications are withdrawn, in calendar days without activity.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InactivityView {
    /// When the agent is warned, for the first and for the second time.
    pub notice_days: Vec<u32>,
    /// When an application is withdrawn.
    pub withdraw_after_days: u32,
}

/// When a provider has to revalidate.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct RevalidationPolicyView {
    /// Calendar years from one validation to the next.
    pub years: u32,
    /// Whoever starts so many days before it is due, or more, is warned first.
    pub early_days: u32,
}

/// How a Medicaid ID is written: so many digits, of which leading zeros matter.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct MedicaidIdFormatView {
    /// At least.
    pub min_digits: usize,
    /// At most.
    pub max_digits: usize,
}

/// Which effective dates may be asked for, both ends included.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct EffectiveDateWindowView {
    /// Calendar years before today.
    pub years_back: u32,
    /// Days after today.
    pub days_ahead: u32,
}

/// What is asked about licenses.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LicensurePolicyView {
    /// The codes of the provider types that may choose the license type `exempt_from_licensure`.
    pub exempt_provider_types: Vec<String>,
    /// The earliest effective date of an exemption in a maintenance, revalidation, reapplication or reinstatement.
    pub exempt_earliest_date: NaiveDate,
    /// What must be uploaded with an exemption.
    pub exempt_document: DocumentType,
    /// Working days before its expiration by which a license must be renewed, unless the board announces a day of its own.
    pub cutoff_working_days: u32,
    /// The codes of the provider types whose board reports renewals itself.
    pub board_feed_provider_types: Vec<String>,
}

/// What an application can ask for.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ApplicationTypeEntryView {
    /// The type.
    pub code: ApplicationType,
    /// Its name.
    pub label: &'static str,
}

/// A screen of an application.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ScreenEntryView {
    /// Its number, which names it in requests and answers.
    pub number: Screen,
    /// Its name, with the number.
    pub label: &'static str,
}

/// A provider type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProviderTypeEntryView {
    /// Its code; a leading zero matters.
    pub code: String,
    /// Its name.
    pub label: String,
    /// What kind of provider it is for.
    pub category: MedicaidIdCategory,
}

/// The plans.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanList {
    /// The plans.
    pub items: Vec<PlanView>,
}

impl PlanView {
    /// Of this plan.
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
