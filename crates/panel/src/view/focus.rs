//! Where the keyboard is when what it was on goes away. Only a lost focus is put somewhere: on the first field,
//! on what opened the section, or on the heading. Several things take a focused element away: a new stage, a
//! list that is loaded again, a window that had the focus meanwhile.

use yew::{NodeRef, hook};

/// `stage`: the name of what is shown in `panel`.
#[cfg(target_arch = "wasm32")]
#[hook]
pub fn use_kept_focus(panel: &NodeRef, stage: &'static str) {
    let last = yew::use_mut_ref(|| None::<keeper::Last>);
    let (shown, remembered) = (panel.clone(), last.clone());
    yew::use_effect_with((), move |()| {
        let keeper = keeper::Keeper::start(&shown, remembered);
        move || drop(keeper)
    });
    let panel = panel.clone();
    yew::use_effect_with(stage, move |_| {
        // A panel that nobody has touched takes the focus from nobody.
        let touched = last.borrow().is_some();
        if touched {
            keeper::restore(&panel, None);
        }
    });
}

#[cfg(not(target_arch = "wasm32"))]
#[hook]
pub fn use_kept_focus(_panel: &NodeRef, _stage: &'static str) {}

#[cfg(target_arch = "wasm32")]
mod keeper {
    use std::{cell::RefCell, rc::Rc};

    use gloo::events::EventListener;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{Document, Element, HtmlElement, MutationObserver, MutationObserverInit};
    use yew::NodeRef;

    /// What the keyboard was on, and the section around it.
    #[derive(Clone)]
    pub struct Last {
        element: Element,
        section: Option<Element>,
    }

    pub struct Keeper {
        observer: MutationObserver,
        _look: Closure<dyn FnMut()>,
        _listeners: [EventListener; 2],
    }

    impl Keeper {
        pub fn start(panel: &NodeRef, last: Rc<RefCell<Option<Last>>>) -> Option<Self> {
            let (shown, window) = (panel.cast::<Element>()?, web_sys::window()?);
            let remember = {
                let last = Rc::clone(&last);
                EventListener::new(&shown, "focusin", move |event| {
                    let element = event.target().and_then(|it| it.dyn_into::<Element>().ok());
                    *last.borrow_mut() = element.map(|element| {
                        let section = element.closest("section").ok().flatten();
                        Last { element, section }
                    });
                })
            };
            let look = {
                let panel = panel.clone();
                move || {
                    // Copied: what is focused next is remembered while this still runs.
                    let lost = last.borrow().clone().filter(|last| !last.element.is_connected());
                    if let Some(lost) = lost {
                        restore(&panel, lost.section.as_ref());
                    }
                }
            };
            let come_back = {
                let look = look.clone();
                EventListener::new(&window, "focus", move |_| look())
            };
            let look = Closure::<dyn FnMut()>::new(look);
            let observer = MutationObserver::new(look.as_ref().unchecked_ref()).ok()?;
            let options = MutationObserverInit::new();
            options.set_child_list(true);
            options.set_subtree(true);
            observer.observe_with_options(&shown, &options).ok()?;
            Some(Self { observer, _look: look, _listeners: [remember, come_back] })
        }
    }

    impl Drop for Keeper {
        fn drop(&mut self) {
            self.observer.disconnect();
        }
    }

    pub fn restore(panel: &NodeRef, section: Option<&Element>) -> Option<()> {
        let (panel, document) = (panel.cast::<Element>()?, web_sys::window()?.document()?);
        // While the agent works elsewhere in the console, the focus is not ours to take.
        if focus_is_in(&panel, &document) || !document.has_focus().unwrap_or(false) {
            return None;
        }
        let section = section.filter(|section| section.is_connected());
        let target = section
            .and_then(|section| section.query_selector("button").ok().flatten())
            .or_else(|| panel.query_selector("[data-first]").ok().flatten())
            .or_else(|| panel.query_selector("h1").ok().flatten())?;
        target.dyn_into::<HtmlElement>().ok()?.focus().ok()
    }

    fn focus_is_in(panel: &Element, document: &Document) -> bool {
        document.active_element().is_some_and(|element| panel.contains(Some(&element)))
    }
}
