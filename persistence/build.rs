//! Tells cargo to rebuild when a migration changes: `embed_migrations!` alone does not.
fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
