//! Reassigning applications between credentialing agents, and the workload of each agent.

pub mod reassignment;
pub mod revert;
pub mod workload;
