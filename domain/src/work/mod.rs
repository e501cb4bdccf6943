//! Moving applications between credentialing agents, and how much work each agent has.

pub mod reassignment;
pub mod revert;
pub mod workload;
