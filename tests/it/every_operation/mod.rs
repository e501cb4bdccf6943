//! Properties of every operation.

mod asvs;
mod audit_trail;
mod carried_ids;
mod contract;
mod conventions;
mod documentation;
mod imported_texts;
mod permissions;
mod raw_requests;
mod reads;
mod revocation;
mod statements;
mod text_samples;
mod texts;
mod traceability;
mod unconfirmed_administrators;
