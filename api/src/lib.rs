//! The HTTP API of provider-portal and its command line.
//!
//! A request runs through the middleware of [`http`], the guard in the handler's signature ([`auth::caller`]), the
//! parsers of [`extract`], and then one closure on the blocking pool in which the handler makes its moves. One folder for
//! each noun, one file for each operation; `routes` is the URL table on one screen.

pub mod background;
pub mod cli;
pub mod http;
pub mod operations;
pub mod portal;
pub mod sandbox;
pub mod server;
pub mod transfer;
