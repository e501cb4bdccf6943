//! The integration tests of provider-portal: one binary, a file for each noun.

mod applications;
mod every_operation;
mod ground;
mod identity;
mod medicaid;
mod organizations;
mod platform;
mod work;
