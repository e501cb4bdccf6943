//! Organizations, members and their rights, delegation, invitations, associations, and access
//! requests.

pub mod access_request;
pub mod actor;
pub mod addressee;
pub mod appointment;
pub mod association;
pub mod association_confirmation;
pub mod comment;
pub mod delegation;
pub mod invitation;
pub mod invitation_effects;
pub mod linked_account;
pub mod member;
pub mod member_effects;
pub mod member_inactivity;
pub mod member_profile;
pub mod member_words;
pub mod membership;
pub mod organization;
pub mod policy;
pub mod provider_record;
pub mod provider_record_import;
pub mod registration;
pub mod second_factor;
