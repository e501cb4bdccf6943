//! What every request passes through, outermost first: request id and log line, metrics, security headers, CORS, panic net
//! and deadline, HEAD as GET, accept check, limits; and the answers for paths and methods that are not there.

pub mod auth;
pub mod extract;
pub mod fallback;
pub mod limits;
pub mod link_page;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod reply;
pub mod request_id;
pub mod shell;
