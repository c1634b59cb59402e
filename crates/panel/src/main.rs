//! The binary that a browser loads. Everything is in the library, so that tests can link it and the linker
//! sees the whole program at once.

fn main() {
    #[cfg(target_arch = "wasm32")]
    panel::start();
}
