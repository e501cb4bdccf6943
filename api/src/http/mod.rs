//! The layers that every request passes, outermost first: request id and log line, metrics,
//! security headers, CORS, panic handler and deadline, HEAD as GET, `Accept` check, and rate
//! limits. Also the responses for unknown paths and unsupported methods.

pub mod actions;
pub mod auth;
pub mod extract;
pub mod fallback;
pub mod limits;
pub mod link_page;
pub mod openapi;
pub mod openapi_pass;
pub mod page;
pub mod problem;
pub mod reply;
pub mod request_id;
pub mod shell;
