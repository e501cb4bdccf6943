//! The HTTP API of provider-portal and its command line.
//!
//! A request runs through the middleware of [`http`], the guard in the handler's signature ([`auth::caller`]), the
//! parsers of [`extract`], and then one closure on the blocking pool in which the handler makes its moves. One folder for
//! each noun, one file for each operation; `routes` is the URL table on one screen.

pub mod access_requests;
pub mod app;
pub mod applications;
pub mod audit_events;
pub mod auth;
pub mod calendar_feeds;
pub mod caller_verifications;
pub mod cli;
pub mod clock;
pub mod correspondence;
pub mod credentialing_agents;
pub mod dashboard;
pub mod documents;
pub mod entropy;
pub mod export;
pub mod extract;
pub mod forecast;
pub mod health;
pub mod help;
pub mod housekeeping;
pub mod http;
pub mod import;
pub mod invitations;
pub mod invite_list;
pub mod jobs;
pub mod keys;
pub mod license_verification_checks;
pub mod linked_accounts;
pub mod mail;
pub mod medicaid_ids;
pub mod members;
pub mod notifications;
pub mod openapi;
pub mod operations;
pub mod organizations;
pub mod page;
pub mod plan_facts;
pub mod plan_registrations;
pub mod plans;
pub mod problem;
pub mod problems;
pub mod provider_account_associations;
pub mod reassignments;
pub mod reply;
pub mod reports;
pub mod routes;
pub mod sandbox;
pub mod self_service;
pub mod serve;
pub mod settings;
pub mod system;
pub mod taxonomy_requirements;
pub mod telemetry;
pub mod turns;
pub mod work_assignments;
