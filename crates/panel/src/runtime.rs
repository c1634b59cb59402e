//! The mind's side of the panel: it owns the `Softphone` and lends it hands.
//!
//! ~~~text
//! port (Intent) --+                    +--> host, adapter, events: perform
//! host, adapter --+--> queue --> turn -+--> port: the Snapshot, if it changed
//! events, timer --+                    +--> one timer
//! ~~~
//!
//! Whatever happens becomes an [`Event`](turn::Event) in one queue, so a host that answers at once does not
//! reach into a turn that is still going on.

pub mod adapter;
pub mod address;
#[cfg(target_arch = "wasm32")]
pub mod birth;
pub mod events;
#[cfg(target_arch = "wasm32")]
pub(crate) mod extension;
pub mod figures;
#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
mod phone;
#[cfg(target_arch = "wasm32")]
pub mod random;
#[cfg(target_arch = "wasm32")]
mod socket;
#[cfg(target_arch = "wasm32")]
mod storage;
#[cfg(target_arch = "wasm32")]
mod tabs;
pub mod turn;

#[cfg(target_arch = "wasm32")]
pub use browser::Runtime;
#[cfg(target_arch = "wasm32")]
pub(crate) use browser::now;

#[cfg(target_arch = "wasm32")]
mod browser;
