//! Storage machinery: migrations and constraints.

mod migrations;
mod store;
