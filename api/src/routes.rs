//! The URL table.

use actix_web::web;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::fallback;
use crate::{
    applications, audit_events, credentialing_agents, health, me, notifications, oauth, organizations,
    problems, reassignments, sandbox, work_assignments,
};

/// Registers every operation; the sandbox's only where it is one.
pub fn all(demo: bool) -> impl FnOnce(&mut ServiceConfig<'_>) {
    move |routes| {
        routes
            .service(health::get_liveness)
            .service(health::get_readiness)
            .service(problems::list_problems)
            .service(problems::get_problem)
            .service(oauth::get_jwks)
            .service(oauth::get_authorization_server_metadata)
            .service(scope::scope("/api/v1").configure(move |routes| {
                routes
                    .service(oauth::issue_token)
                    .service(oauth::revoke_token)
                    .service(me::get_me)
                    .service(me::list_my_sessions)
                    .service(me::end_all_my_sessions)
                    .service(me::get_my_session)
                    .service(me::end_my_session)
                    .service(organizations::list_organizations)
                    .service(organizations::get_organization)
                    .service(credentialing_agents::list_credentialing_agents)
                    .service(work_assignments::list_work_assignments)
                    .service(reassignments::preview_reassignment)
                    // Or else another method than POST would be taken for one on a reassignment called "preview".
                    .route(
                        "/organizations/{organization_id}/reassignments/preview",
                        web::route().to(fallback::answer),
                    )
                    .service(reassignments::create_reassignment)
                    .service(reassignments::list_reassignments)
                    .service(reassignments::get_reassignment)
                    .service(reassignments::revert_reassignment)
                    .service(audit_events::list_audit_events)
                    .service(applications::get_application)
                    .service(applications::list_application_history)
                    .service(notifications::list_notifications)
                    .service(notifications::read_notification);
                if demo {
                    routes
                        .service(sandbox::list_personas)
                        .service(sandbox::issue_persona_token)
                        .service(sandbox::advance_clock)
                        .service(sandbox::reset_sandbox);
                }
            }));
    }
}
