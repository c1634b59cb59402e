//! A page as those see it who hear it, enlarge it, have a narrow screen, use the keyboard or bear no motion.

use acceptance::{
    browser::{Browser, ColorScheme, Frame, Tab},
    built,
    world::World,
};
use anyhow::{Context as _, Result, ensure};

/// The panel in its console: what axe-core says in both schemes; its layout at 320 px, and on a screen enlarged
/// to 200 %; and whether it rests for those who ask for less motion.
pub fn inspect_panel(world: &World, tab: &Tab, panel: &Frame) -> Result<()> {
    // A hidden tab draws no frames, so nothing in it would come to rest.
    tab.activate()?;
    complains_of_nothing(&world.browser, panel)?;
    rests(world, panel)?;

    set_width(tab, panel, NARROWEST)?;
    nothing_is_cut_off(panel).context("at 320 px")?;
    tab.set_zoomed_viewport(640, 450, 2)?;
    panel.wait_for("innerHeight < 400")?;
    nothing_is_cut_off(panel).context("at 200 %")?;
    tab.reset_viewport()?;
    panel.wait_for("innerHeight > 400")?;
    set_width(tab, panel, USUAL)
}

/// A page of the adapter's, in a window or a tab of its own.
pub fn inspect_page(world: &World, page: &Tab) -> Result<()> {
    page.activate()?;
    complains_of_nothing(&world.browser, page)?;
    rests(world, page)?;
    for (width, height, zoom) in [(320, 680, 1), (260, 340, 2)] {
        page.set_zoomed_viewport(width, height, zoom)?;
        page.wait_for(&format!("innerWidth === {width} && devicePixelRatio === {zoom}"))?;
        nothing_is_cut_off(page).with_context(|| format!("{width} px wide at {zoom}00 %"))?;
    }
    page.reset_viewport()
}

pub fn complains_of_nothing(browser: &Browser, page: &Frame) -> Result<()> {
    page.evaluate(&format!("{}; true", built::axe()?)).context("axe-core does not start")?;
    for scheme in [ColorScheme::Light, ColorScheme::Dark] {
        browser.set_color_scheme(scheme);
        let name = format!("{scheme:?}").to_lowercase();
        page.wait_for(&format!("matchMedia('(prefers-color-scheme: {name})').matches"))?;
        // Colours fade into each other.
        page.wait_until_at_rest()?;
        let found = page.evaluate(SWEEP)?;
        ensure!(found["rules"].as_u64() > Some(10), "axe-core looked at nothing: {found}");
        let complaints = found["complaints"].as_array().context("no complaints, not even none")?;
        ensure!(complaints.is_empty(), "{scheme:?}: {:#}", found["complaints"]);
    }
    browser.set_color_scheme(ColorScheme::Light);
    Ok(())
}

fn rests(world: &World, page: &Frame) -> Result<()> {
    world.browser.set_reduced_motion(true);
    page.wait_for("matchMedia('(prefers-reduced-motion: reduce)').matches")?;
    let moving = page.evaluate(MOVING)?;
    ensure!(moving.as_array().is_some_and(Vec::is_empty), "it moves: {moving:#}");
    world.browser.set_reduced_motion(false);
    Ok(())
}

pub fn nothing_is_cut_off(page: &Frame) -> Result<()> {
    page.wait_until_at_rest()?;
    let wrong = page.evaluate(CUT_OFF)?;
    ensure!(wrong["looked_at"].as_u64() > Some(1), "nothing was looked at: {wrong}");
    ensure!(wrong["wrong"].as_array().is_some_and(Vec::is_empty), "{:#}", wrong["wrong"]);
    Ok(())
}

/// The console draws a border of one pixel around the panel.
fn set_width(tab: &Tab, panel: &Frame, width: u32) -> Result<()> {
    let style = "document.querySelector('#softphone-panel').style";
    tab.evaluate(&format!("{style}.setProperty('--width', '{}px')", width + 2))?;
    panel.wait_for(&format!("innerWidth === {width}")).map(drop)
}

const USUAL: u32 = 340;
const NARROWEST: u32 = 320;

/// Every rule that axe-core has on by itself; `rules` says how many had something to look at.
const SWEEP: &str = "axe.run(document).then(({ passes, violations }) => ({
    rules: passes.length + violations.length,
    complaints: violations.map(({ id, help, nodes }) => ({
        id, help, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
    })),
}))";

/// What moves, or would after a delay. Something that only appears takes no time.
const MOVING: &str = "document.getAnimations().filter((animation) => {
    const { duration, iterations } = animation.effect.getTiming();
    return duration > 1 || iterations > 1;
}).map((animation) => `${animation.animationName} ${animation.effect.target.outerHTML}`)";

/// Text that does not fit its element, its page or what clips it, and controls smaller than WCAG 2.2 allows
/// (2.5.8: 24 by 24 CSS pixels, a link in a sentence excepted).
const CUT_OFF: &str = r"(() => {
    const wrong = [];
    let looked_at = 0;
    const root = document.scrollingElement;
    if (root.scrollWidth > root.clientWidth) wrong.push(`the page scrolls sideways: ${root.scrollWidth}`);
    const clips = (element) => getComputedStyle(element).overflowX !== 'visible';
    for (const element of document.body.querySelectorAll('*')) {
        const shown = element.checkVisibility({ visibilityProperty: true });
        if (!shown || element.closest('.unseen, svg, script, noscript')) continue;
        const control = element.matches('button, a[href], input, summary');
        const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!control && !says) continue;
        looked_at += 1;
        const name = element.outerHTML.slice(0, 120);
        const box = element.getBoundingClientRect();
        if (box.left < -0.5 || box.right > innerWidth + 0.5) wrong.push(`outside: ${name}`);
        // What is typed scrolls in its field.
        const field = element.matches('input');
        if (element.scrollWidth > element.clientWidth + 1 && !field && getComputedStyle(element).display !== 'inline')
            wrong.push(`too long for itself: ${name}`);
        for (let outer = element.parentElement; outer && outer !== document.documentElement; outer = outer.parentElement) {
            if (clips(outer) && box.right > outer.getBoundingClientRect().right + 0.5) wrong.push(`clipped: ${name}`);
        }
        const small = box.width < 24 || box.height < 24;
        if (control && small && element.type !== 'radio' && getComputedStyle(element).display !== 'inline')
            wrong.push(`a small target: ${name}`);
    }
    const body = document.querySelector('main > .body');
    if (body && body.scrollHeight > 0 && body.clientHeight < 24) wrong.push('there is no room to read');
    return { looked_at, wrong };
})()";
