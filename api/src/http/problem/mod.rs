//! Problem documents (RFC 9457).

mod code;
mod conversions;
mod document;
mod refusal;
mod refused;

pub use code::Code;
pub use document::{AgentAccessConsequences, FieldError, ProblemDocument, RefusedItem};
pub use refusal::{MEDIA_TYPE, Problem, TYPE_BASE};
pub use refused::{Refusal, violations};
