//! What operations of several areas share: values in requests, and parts of responses.

pub mod person;
pub mod text;
