//! What operations of several areas share: values in requests, and parts of answers.

pub mod person;
