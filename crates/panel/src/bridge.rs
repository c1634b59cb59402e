//! The view's side of the panel, and the ports between it and the mind's.
//!
//! A port carries `Snapshot` one way and `Intent` the other, as plain objects; neither side holds anything
//! of the other's.

#[cfg(target_arch = "wasm32")]
pub mod port;
#[cfg(target_arch = "wasm32")]
mod root;
#[cfg(target_arch = "wasm32")]
pub mod shelf;
#[cfg(target_arch = "wasm32")]
mod window;

/// Draws the panel into `mount_point` from what comes through `port`, in the shelf's first language while nobody
/// is known.
#[cfg(target_arch = "wasm32")]
pub fn mount(mount_point: web_sys::Element, port: web_sys::MessagePort, shelf: shelf::Shelf) {
    let props = root::Props { port, shelf };
    yew::Renderer::<root::Root>::with_root_and_props(mount_point, props).render();
}
