//! The integration tests of provider-portal: one binary with a module for each area and resource.

mod applications;
mod every_operation;
mod ground;
mod identity;
mod medicaid;
mod organizations;
mod platform;
mod work;
