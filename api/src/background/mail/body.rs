//! The wording of every kind of mail. The layouts in `templates/mail/` turn it into text and HTML.

use portal_domain::Instant;
use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::ground::mail::{InvitationMail, MailContent, SecurityMatter};
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::platform::plan::PlanProfile;

use super::association;
use super::block::{Block, MailBody, hello};
use super::user_input::{line, passage};

/// The name of the portal in mails without a plan.
const PORTAL: &str = "Provider Portal";

/// What mails need besides their content.
pub(super) struct Context<'p> {
    /// The base URL of links, without a trailing slash.
    pub(super) base: &'p str,
    /// The plan, if the content names one.
    pub(super) plan: Option<&'p PlanProfile>,
}

impl Context<'_> {
    /// A link with its token in the fragment, which no server, proxy, or log sees (decision D-07).
    fn link(&self, label: &'static str, purpose: TokenPurpose, token: &str) -> Block {
        let url = format!("{}/links/{}#token={token}", self.base, purpose.as_str().replace('_', "-"));
        Block::Link { label, url, is_button: purpose == TokenPurpose::EnableUser }
    }

    /// An expiry time for people: in the plan's time zone, or in UTC without a plan.
    fn until(&self, instant: Instant) -> String {
        const PATTERN: &str = "%B %-d, %Y, %-I:%M %p %Z";
        match self.plan {
            Some(plan) => instant.with_timezone(&plan.time_zone).format(PATTERN).to_string(),
            None => instant.format(PATTERN).to_string(),
        }
    }

    fn portal_name(&self) -> String {
        self.plan.map_or(PORTAL, |plan| &plan.name).to_owned()
    }

    fn help(&self) -> Block {
        Block::Text(self.plan.map(|plan| plan.help.clone()).unwrap_or_default())
    }
}

impl MailBody {
    /// The body of a mail with this content.
    pub(super) fn of(content: &MailContent, context: &Context<'_>) -> Self {
        match content {
            MailContent::CaAdminManagerInvitation(mail) => ca_admin_manager_invitation(mail, context),
            MailContent::Invitation(mail) => invitation(mail, context),
            MailContent::AccessRequest { organization, requester, requester_email, message } => {
                access_request(organization, requester, requester_email, message.as_deref())
            }
            MailContent::NewRegistration {
                organization,
                organization_id,
                membership_id,
                name,
                email,
                tax_id_masked,
                enable_token,
                ..
            } => {
                let base = context.base;
                let member = format!("{base}/#/organizations/{organization_id}/members/{membership_id}");
                let facts = vec![
                    ("Practice", line(organization)),
                    ("Tax ID", line(tax_id_masked)),
                    ("Name", line(name)),
                    ("Email", line(email)),
                ];
                new_registration(organization, facts, member, enable_token.as_deref(), context)
            }
            MailContent::AssociationWaiting { provider, username, name, email, after_failures, .. } => {
                let facts = vec![
                    ("Provider", line(provider)),
                    ("Provider ID", line(username)),
                    ("Name", line(name)),
                    ("Email", line(email)),
                ];
                association::waiting(provider, facts, *after_failures)
            }
            MailContent::AssociationConfirmed { provider, name, accept_until, .. } => {
                let until = accept_until.map(|until| context.until(until));
                association::confirmed(provider, name, until.as_deref(), context.help())
            }
            MailContent::AssociationRejected { provider, name, reason, .. } => {
                association::rejected(provider, name, reason, context.help())
            }
            MailContent::Registration { organization, name, token, expires_at, .. } => {
                registration(organization, name, token, *expires_at, context)
            }
            MailContent::PasswordReset { name, token, expires_at } => {
                password_reset(name, token, *expires_at, context)
            }
            MailContent::FactorRegistered { name, label, token, expires_at } => {
                factor_registered(name, label, token, *expires_at, context)
            }
            MailContent::MemberEnabled { organization, name, must_register } => {
                member_enabled(organization, name, *must_register)
            }
            MailContent::MemberDisabled { organization, name, reason } => {
                member_disabled(organization, name, *reason)
            }
            MailContent::MemberRevoked { organization, name } => member_revoked(organization, name),
            MailContent::AdministratorAdded { organization, name, by } => {
                administrator_added(organization, name, by)
            }
            MailContent::SecurityNotice { name, matter } => security_notice(name, *matter),
        }
    }
}

const INSTRUCTIONS: &str = "Please follow the below instructions to gain access as a user for this organization. \
    This invitation link would expire and is valid only for a one-time use.";
const ACCEPT_LABEL: &str = "Click here to complete the process.";
const MISTAKE: &str =
    "If you think that this is a mistake, ask an account manager or administrator of the organization.";

fn granted(mail: &InvitationMail) -> Block {
    let (inviter, organization) = (line(&mail.inviter), line(&mail.organization));
    Block::Text(format!("{inviter} has granted you access to roles for the organization {organization}."))
}

fn granted_role(mail: &InvitationMail, application: String) -> Block {
    Block::Facts(vec![("Application Name", application), ("Role Name", line(&mail.role_name))])
}

fn ca_admin_manager_invitation(mail: &InvitationMail, context: &Context<'_>) -> MailBody {
    MailBody {
        title: "Invitation to Organization User".into(),
        blocks: vec![
            granted(mail),
            granted_role(mail, "Partner Portal".into()),
            Block::Fixed(INSTRUCTIONS),
            context.link(ACCEPT_LABEL, TokenPurpose::Invitation, &mail.token),
            Block::Fixed(
                "If you need any assistance further, please contact the Kentucky Online Gateway Helpdesk.",
            ),
            Block::Lines(["Kentucky Online Gateway".into(), "Kentucky Online Gateway Helpdesk".into()]),
        ],
    }
}

fn invitation(mail: &InvitationMail, context: &Context<'_>) -> MailBody {
    MailBody {
        title: format!("Invitation to {}", line(&mail.organization)),
        blocks: vec![
            granted(mail),
            granted_role(mail, context.portal_name()),
            Block::Text(format!("{INSTRUCTIONS} It works until {}.", context.until(mail.expires_at))),
            context.link(ACCEPT_LABEL, TokenPurpose::Invitation, &mail.token),
            context.help(),
        ],
    }
}

fn access_request(organization: &str, requester: &str, email: &str, message: Option<&str>) -> MailBody {
    let (organization, requester) = (line(organization), line(requester));
    let message = passage(message.unwrap_or_default());
    let title = format!("Request for access to {organization}");
    let mut blocks = vec![
        Block::Text(format!("{requester} requests access to your account.")),
        Block::Facts(vec![("Account", organization), ("Name", requester.clone()), ("Email", line(email))]),
    ];
    if !message.is_empty() {
        blocks.extend([Block::Text(format!("{requester} wrote:")), Block::Quote(message)]);
    }
    blocks.extend([
        Block::SignIn {
            before: "If you know this person and want to let them in, ",
            label: "sign in to the portal",
            after: " and send them an invitation",
        },
        Block::Fixed("If you do not know this person, you need not do anything."),
    ]);
    MailBody { title, blocks }
}

fn new_registration(
    organization: &str,
    facts: Vec<(&'static str, String)>,
    member: String,
    enable_token: Option<&str>,
    context: &Context<'_>,
) -> MailBody {
    let mut blocks = vec![
        Block::Fixed("A user created a new user account under your organization's tax ID."),
        Block::Facts(facts),
    ];
    match enable_token {
        Some(token) => blocks.extend([
            context.link("Enable User", TokenPurpose::EnableUser, token),
            Block::Fixed("You will be asked to sign in. Opening the link alone changes nothing."),
        ]),
        None => blocks.push(Block::Lines([
            "To grant access, sign in to the portal and go to User Management:".into(),
            member,
        ])),
    }
    blocks.push(context.help());
    MailBody { title: format!("New user account for {}", line(organization)), blocks }
}

fn registration(
    organization: &str,
    name: &str,
    token: &str,
    expires_at: Instant,
    context: &Context<'_>,
) -> MailBody {
    let organization = line(organization);
    MailBody {
        title: "Complete your registration".into(),
        blocks: vec![
            hello(name),
            Block::Text(format!(
                "your user account for {organization} is enabled. You must complete your registration to gain access."
            )),
            context.link("Click here to complete your registration.", TokenPurpose::Registration, token),
            Block::Text(format!("The link works once, until {}.", context.until(expires_at))),
            context.help(),
        ],
    }
}

fn password_reset(name: &str, token: &str, expires_at: Instant, context: &Context<'_>) -> MailBody {
    let until = context.until(expires_at);
    MailBody {
        title: "Set a new password".into(),
        blocks: vec![
            hello(name),
            Block::Fixed("a link to set a new password for your login was requested."),
            context.link("Click here to set a new password.", TokenPurpose::PasswordReset, token),
            Block::Text(format!(
                "The link works once, until {until}. If you did not ask for it, you need not do anything: \
                 your password stays as it is."
            )),
        ],
    }
}

fn factor_registered(
    name: &str,
    label: &str,
    token: &str,
    expires_at: Instant,
    context: &Context<'_>,
) -> MailBody {
    let until = context.until(expires_at);
    MailBody {
        title: "A second factor was registered for your login".into(),
        blocks: vec![
            hello(name),
            Block::Text(format!(
                "a second factor, {}, was registered for your login. Each sign-in now requires it. \
                 If this was you, you need not do anything.",
                line(label)
            )),
            Block::Fixed("If this was not you, remove the second factor. This also ends all sessions."),
            context.link("This was not me: remove the second factor.", TokenPurpose::RemoveFactor, token),
            Block::Text(format!(
                "The link works once, until {until}. Then use \"Forgot password\" to set a new password, because \
                 somebody may know yours, and tell an administrator of your organization."
            )),
        ],
    }
}

fn member_enabled(organization: &str, name: &str, must_register: bool) -> MailBody {
    let next = if must_register {
        Block::Fixed(
            "You must complete your registration before you can use it. \
             Your account manager can send you the registration email with the link.",
        )
    } else {
        Block::SignIn { before: "You can ", label: "sign in", after: "" }
    };
    let enabled = Block::Text(format!("your access to {} was enabled.", line(organization)));
    MailBody { title: "Your access was enabled".into(), blocks: vec![hello(name), enabled, next] }
}

fn member_disabled(organization: &str, name: &str, reason: DisabledReason) -> MailBody {
    let reason = match reason {
        DisabledReason::ByAccountManager => "An account manager or administrator disabled it.",
        DisabledReason::Inactivity => "It was not used for too long.",
        DisabledReason::Rejected => "The registration was not accepted.",
        DisabledReason::Staff => "The plan's staff disabled it.",
    };
    let disabled = Block::Text(format!("your access to {} was disabled. {reason}", line(organization)));
    MailBody {
        title: "Your access was disabled".into(),
        blocks: vec![hello(name), disabled, Block::Fixed(MISTAKE)],
    }
}

fn member_revoked(organization: &str, name: &str) -> MailBody {
    let removed = Block::Text(format!("your access to {} was removed.", line(organization)));
    MailBody {
        title: "Your access was removed".into(),
        blocks: vec![hello(name), removed, Block::Fixed(MISTAKE)],
    }
}

fn administrator_added(organization: &str, name: &str, by: &str) -> MailBody {
    let organization = line(organization);
    MailBody {
        title: format!("New administrator of {organization}"),
        blocks: vec![
            Block::Text(format!("{organization} has a new administrator.")),
            Block::Facts(vec![("Administrator", line(name)), ("Added by", line(by))]),
            Block::Fixed(
                "You get this message because you are an administrator of the organization. \
                 If you did not expect it, look into the audit trail.",
            ),
        ],
    }
}

fn security_notice(name: &str, matter: SecurityMatter) -> MailBody {
    let title = match matter {
        SecurityMatter::SignInBlocked | SecurityMatter::WrongCodes => "Someone failed to sign in as you",
        _ => "Something about your login changed",
    };
    let text = match matter {
        SecurityMatter::PasswordChanged => "the password of your login was changed.",
        SecurityMatter::MfaMethodRemoved => "a second factor was removed from your login.",
        SecurityMatter::RecoveryCodeUsed => "a recovery code was used to sign in to your login.",
        SecurityMatter::RefreshTokenReused => {
            "one of your sessions was ended because its tokens were used a second time. Someone else may have them."
        }
        SecurityMatter::EmailChanged => {
            "the email address of your login was changed. If you did not ask for this, contact the helpdesk."
        }
        SecurityMatter::AccessRestored => {
            "your login works again. If your password does not work, use \"Forgot password\" to set a new one."
        }
        SecurityMatter::SessionsEndedByManager => {
            "your sessions were ended by a person who manages your account."
        }
        SecurityMatter::SignInBlocked => {
            "there were 100 wrong passwords or codes in a row for your login. The client that sent them is blocked. \
             If you cannot sign in, reset your password, or use a recovery code instead of the code of your app."
        }
        SecurityMatter::WrongCodes => {
            "someone entered your correct password and then ten wrong codes of the second factor."
        }
    };
    let advice = match matter {
        SecurityMatter::MfaMethodRemoved => {
            "If this was not you, use \"Forgot password\" to set a new password, register a second factor again, and \
             tell an administrator of your organization."
        }
        _ => "If this was not you, set a new password and tell an administrator of your organization.",
    };
    let mut blocks = vec![hello(name), Block::Fixed(text)];
    // These were requested from an operator.
    if !matches!(matter, SecurityMatter::EmailChanged | SecurityMatter::AccessRestored) {
        blocks.push(Block::Fixed(advice));
    }
    MailBody { title: title.into(), blocks }
}
