//! Tokens, sessions, passwords, second factors, and registrations.

mod mfa;
mod mfa_sign_in;
mod password_resets;
mod passwords;
mod roles_for_plans;
mod roles_for_plans_administration;
mod sessions;
mod sign_in;
mod sign_in_races;
mod sign_in_safety;
mod step_up;
mod unrecognized_factors;
mod user_administration;
