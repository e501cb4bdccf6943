//! Operations on work assignments, reassignments, and credentialing agents.

pub mod credentialing_agents;
pub mod reassignments;
pub mod work_assignments;
