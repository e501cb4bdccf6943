//! The operations: a folder for each area, in it a folder for each noun, and in that a file for
//! each operation.

pub mod applications;
pub mod ground;
pub mod identity;
pub mod medicaid;
pub mod organizations;
pub mod platform;
pub mod work;
