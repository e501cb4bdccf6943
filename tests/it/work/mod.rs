//! Work assignments and reassignments.

mod credentialing_agents;
mod reassignment_races;
mod reassignments;
mod reverts;
mod work_assignments;
