//! The routes.

use actix_web::web;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::fallback;
use crate::operations::applications::{applications, correspondence, documents, forecast, notifications};
use crate::operations::identity::{me, mfa_methods, oauth, password_resets, users};
use crate::operations::medicaid::{
    calendar_feeds, caller_verifications, license_verification_checks, link_consents, medicaid_ids, reports,
    taxonomy_requirements,
};
use crate::operations::organizations::{
    access_requests, invitations, invite_list, linked_accounts, members, organizations, plan_associations,
    plan_registrations, provider_account_associations, registrations,
};
use crate::operations::platform::{
    audit_events, dashboard, health, help, plan_facts, problems, read_events, system,
};
use crate::operations::work::{credentialing_agents, reassignments, work_assignments};
use crate::sandbox;

/// The route table for two kinds of configuration: one that only serves, and one that also collects
/// the OpenAPI document. The document takes megabytes, and every worker has its own configuration.
macro_rules! table {
    ($(#[$meta:meta])* $name:ident: $config:ty, $scope:path) => {
        $(#[$meta])*
        pub fn $name(demo: bool) -> impl FnOnce(&mut $config) {
            move |routes: &mut $config| {
                routes
                    .service(health::get_liveness)
                    .service(health::get_readiness)
                    .service(problems::list_problems)
                    .service(problems::get_problem)
                    .service(oauth::get_jwks)
                    .service(oauth::get_authorization_server_metadata)
                    .service($scope("/api/v1").configure(move |routes| {
                        routes
                            .service(oauth::issue_token)
                            .service(oauth::revoke_token)
                            .service(registrations::create_registration)
                            .service(registrations::complete_registration)
                            .service(registrations::enable_registered_user)
                            .service(password_resets::create_password_reset)
                            .service(password_resets::complete_password_reset)
                            .service(mfa_methods::remove_unrecognized_mfa_method)
                            .service(invitations::inspect_invitation)
                            .service(invitations::accept_invitation)
                            .service(me::get_me)
                            .service(me::update_me)
                            .service(me::change_my_password)
                            .service(me::step_up_my_session)
                            .service(me::list_my_mfa_methods)
                            .service(me::add_my_mfa_method)
                            .service(me::confirm_my_mfa_method)
                            .service(me::remove_my_mfa_method)
                            .service(me::list_my_sessions)
                            .service(me::end_all_my_sessions)
                            .service(me::get_my_session)
                            .service(me::end_my_session)
                            .service(organizations::list_organizations)
                            .service(organizations::get_organization)
                            .service(organizations::appoint_administrator)
                            .service(provider_account_associations::create_provider_account_association)
                            .service(provider_account_associations::complete_provider_account_association)
                            .service(access_requests::create_access_request)
                            .service(linked_accounts::list_my_linked_accounts)
                            .service(linked_accounts::create_my_linked_account)
                            .service(linked_accounts::complete_my_linked_account)
                            .service(linked_accounts::set_my_active_account)
                            .service(access_requests::list_access_requests)
                            .service(invitations::list_grantable_roles)
                            .service(invitations::list_invitations)
                            .service(invitations::create_invitation)
                            .service(invitations::get_invitation)
                            .service(invitations::resend_invitation)
                            .service(invitations::cancel_invitation)
                            .service(invite_list::get_invite_list)
                            .service(invite_list::add_to_invite_list)
                            .service(invite_list::send_invite_list)
                            // Otherwise, methods other than POST would match an entry named "send".
                            .route(
                                "/organizations/{organization_id}/invite-list/send",
                                web::route().to(fallback::answer),
                            )
                            .service(invite_list::remove_from_invite_list)
                            .service(members::list_members)
                            .service(members::get_member)
                            .service(members::update_member)
                            .service(members::verify_member)
                            .service(members::enable_member)
                            .service(members::disable_member)
                            .service(members::revoke_member)
                            .service(members::make_member_admin)
                            .service(members::send_registration_email)
                            .service(members::send_password_reset_email)
                            .service(members::list_member_comments)
                            .service(members::list_member_sessions)
                            .service(members::end_member_sessions)
                            .service(credentialing_agents::list_credentialing_agents)
                            .service(work_assignments::list_work_assignments)
                            .service(reassignments::preview_reassignment)
                            // Otherwise, methods other than POST would match a reassignment named
                            // "preview".
                            .route(
                                "/organizations/{organization_id}/reassignments/preview",
                                web::route().to(fallback::answer),
                            )
                            .service(reassignments::create_reassignment)
                            .service(reassignments::list_reassignments)
                            .service(reassignments::get_reassignment)
                            .service(reassignments::revert_reassignment)
                            .service(audit_events::list_audit_events)
                            .service(read_events::list_organization_read_events)
                            .service(read_events::list_read_events)
                            .service(medicaid_ids::list_medicaid_ids)
                            .service(medicaid_ids::search_medicaid_id)
                            // Otherwise, methods other than POST would match a Medicaid ID named
                            // "search".
                            .route(
                                "/organizations/{organization_id}/medicaid-ids/search",
                                web::route().to(fallback::answer),
                            )
                            .service(medicaid_ids::get_medicaid_id)
                            .service(medicaid_ids::set_agent_access)
                            .service(link_consents::list_link_consents)
                            .service(link_consents::give_link_consent)
                            .service(link_consents::revoke_link_consent)
                            .service(forecast::get_lifecycle_forecast)
                            .service(calendar_feeds::list_calendar_feeds)
                            .service(calendar_feeds::create_calendar_feed)
                            .service(calendar_feeds::revoke_calendar_feed)
                            .service(calendar_feeds::get_calendar)
                            .service(applications::list_applications)
                            .service(applications::start_application)
                            .service(applications::get_application)
                            .service(applications::save_application)
                            .service(applications::submit_application)
                            .service(applications::withdraw_application)
                            .service(applications::start_application_review)
                            .service(applications::return_application)
                            .service(applications::approve_application)
                            .service(applications::deny_application)
                            .service(applications::restore_application)
                            .service(applications::get_exit_prompt)
                            .service(applications::list_application_notices)
                            .service(applications::list_application_history)
                            .service(documents::list_documents)
                            .service(documents::add_document)
                            .service(documents::get_document_content)
                            .service(documents::remove_document)
                            .service(dashboard::get_dashboard)
                            .service(correspondence::list_correspondence)
                            .service(medicaid_ids::get_revalidation)
                            .service(reports::list_past_due_revalidations)
                            .service(license_verification_checks::create_license_verification_check)
                            .service(taxonomy_requirements::get_taxonomy_requirement)
                            .service(caller_verifications::create_caller_verification)
                            .service(plan_facts::list_plans)
                            .service(plan_facts::get_plan)
                            .service(help::get_existing_medicaid_id_help)
                            .service(notifications::list_notifications)
                            .service(notifications::read_notification)
                            .service(plan_associations::list_plan_associations)
                            .service(plan_associations::confirm_association)
                            .service(plan_associations::reject_association)
                            .service(plan_registrations::list_plan_registrations)
                            .service(plan_registrations::verify_original_registrant)
                            .service(users::list_users)
                            .service(users::search_users)
                            .service(users::get_user)
                            .service(users::lock_user)
                            .service(users::unlock_user)
                            .service(users::disable_user)
                            .service(users::enable_user)
                            .service(users::grant_platform_role)
                            .service(users::revoke_platform_role)
                            .service(users::end_user_sessions)
                            .service(users::set_user_email)
                            .service(users::remove_user_factors)
                            .service(system::list_mails)
                            .service(system::retry_mail)
                            .service(system::list_job_runs)
                            .service(system::get_job_run)
                            .service(system::run_job);
                        if demo {
                            routes
                                .service(sandbox::list_personas)
                                .service(sandbox::issue_persona_token)
                                .service(sandbox::read_mailbox)
                                .service(sandbox::advance_clock)
                                .service(sandbox::reset_sandbox);
                        }
                    }));
            }
        }
    };
}

table! {
    /// Registers every operation. Those of the sandbox are registered with `demo` only.
    served: web::ServiceConfig, web::scope
}
table! {
    /// Like [`served`], but also collects the OpenAPI document.
    documented: ServiceConfig<'_>, scope::scope
}
