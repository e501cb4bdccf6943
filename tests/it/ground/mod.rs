//! Storage: migrations and constraints.

mod migrations;
mod store;
