//! What runs inside a page on behalf of the driver. A script waits where things happen: it wakes by the
//! page's own mutations, and by a timer for what no mutation announces.

use serde_json::json;

/// Answers `{ value }` once `condition` is truthy, `null` after `left` milliseconds.
pub fn wait_for(condition: &str, left: u128) -> String {
    format!("({WAIT})(async () => ({condition}), {left})")
}

/// The condition that the page shows `text`.
pub fn shows(text: &str) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("(document.body?.innerText ?? '').replace(/\\s+/g, ' ').includes({})", json!(text))
}

pub fn by_selector(selector: &str) -> String {
    format!("document.querySelector({})", json!(selector))
}

/// A button, link, tab or summary by the name that assistive technology would read: its label, else its
/// words, else its title. The whole name must agree.
pub fn by_name(name: &str) -> String {
    format!("({BY_NAME})({})", json!(name))
}

/// Answers the middle of the element as soon as a click there would reach it.
pub fn wait_for_point(finder: &str, left: u128) -> String {
    format!("({WAIT})(async () => ({POINT})({finder}), {left})")
}

/// Two frames after the last animation that ends by itself.
pub const AT_REST: &str = "(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    const ends = (animation) => animation.effect.getComputedTiming().endTime < Infinity;
    await Promise.allSettled(document.getAnimations().filter(ends).map((animation) => animation.finished));
    await document.fonts.ready;
    await frame();
    await frame();
})()";

const WAIT: &str = r"(condition, left) => new Promise((resolve) => {
    let busy = false;
    const look = async () => {
        if (busy) return;
        busy = true;
        try {
            const value = await condition();
            if (value) end({ value });
        } catch { /* Not there yet. */ }
        busy = false;
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const timer = setInterval(look, 50);
    const last = setTimeout(() => end(null), left);
    const end = (answer) => {
        observer.disconnect();
        clearInterval(timer);
        clearTimeout(last);
        resolve(answer);
    };
    look();
})";

const BY_NAME: &str = r#"(name) => {
    const words = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
    const labelled = (element) => (element.getAttribute('aria-labelledby') ?? '').split(/\s+/)
        .map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
    const candidates = document.querySelectorAll(
        'button, a[href], summary, input[type=submit], input[type=button], input[type=checkbox], ' +
        'input[type=radio], label, [role=button], [role=tab], [role=link], [role=menuitem], [role=switch]');
    const called = (element) => [
        labelled(element), element.getAttribute('aria-label'), element.innerText, element.value, element.title,
    ].map(words).find((text) => text !== '');
    const shown = (element) => element.getClientRects().length > 0;
    return [...candidates].find((element) => shown(element) && called(element) === name);
}"#;

/// At rest means: in the same place in two frames. A hidden tab draws no frames, so a timer stands in.
const POINT: &str = r"async (element) => {
    if (!element || element.disabled || element.getAttribute('aria-disabled') === 'true') return null;
    element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const frame = () => new Promise((next) => { requestAnimationFrame(next); setTimeout(next, 100); });
    const before = element.getBoundingClientRect();
    await frame();
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || box.x !== before.x || box.y !== before.y) return null;
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const hit = document.elementFromPoint(x, y);
    const reached = hit && (element.contains(hit) || hit.contains(element) || hit.closest('label')?.control === element);
    return reached ? { x, y } : null;
}";
