//! `include_dir!` does not tell Cargo which files it embeds.

fn main() {
    println!("cargo:rerun-if-changed=force-app");
}
