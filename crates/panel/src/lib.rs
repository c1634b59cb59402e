//! The panel: what an agent sees in the console, and the hands of the mind behind it.
//!
//! ~~~text
//!              MessagePort                    Softphone (pure)
//!  bridge ----- Intent ----> runtime ----------+ fetch, WebSocket, WebCrypto ---> adapter
//!  view   <---- Snapshot --- (mind's side)     + host ---------> console (Open CTI)
//!  (view's side)
//! ~~~
//!
//! The two sides sit in this one page and could sit in two: they share no memory and exchange only plain
//! objects over a pair of ports. What needs no browser builds, and is tested, natively.

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

pub mod bridge;
pub mod host;
mod json;
#[cfg(target_arch = "wasm32")]
mod page;
pub mod runtime;
pub mod view;

/// Brings the panel up. The page's start script ends here, and shows the page's words where this throws or traps.
#[cfg(target_arch = "wasm32")]
pub fn start() {
    if let Err(reason) = try_start() {
        wasm_bindgen::throw_val(reason);
    }
}

#[cfg(target_arch = "wasm32")]
fn try_start() -> Result<(), wasm_bindgen::JsValue> {
    let page = page::Page::read()?;
    let channel = web_sys::MessageChannel::new()?;
    let adapter = runtime::adapter::Adapter::new(page.origin.clone(), page.dpop_nonce);
    let host = Box::new(host::open_cti::OpenCti::new(&page.search, page.alone));

    let birth = runtime::birth::birth()?;
    runtime::Runtime::start(page.organization, birth, adapter, host, channel.port1());
    wasm_bindgen_futures::spawn_local(async move {
        // Meanwhile the mind is at work; what it says waits in the channel.
        let shelf = bridge::shelf::Shelf::open(page.texts, page.language).await;
        match (shelf, page::take_mount_point()) {
            (Some(shelf), Ok(mount_point)) => bridge::mount(mount_point, channel.port2(), shelf),
            _ => {
                page::log(&"the texts or their place are missing".into());
                panic!("nothing can be shown");
            }
        }
    });
    Ok(())
}
