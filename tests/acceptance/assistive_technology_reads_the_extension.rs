//! The page on which the extension is set up, for whoever hears, enlarges or does not see it move.

use acceptance::world::{Options, story_in};
use anyhow::Result;

use crate::{
    agent_has_the_extension::extended,
    agent_sets_up_the_extension::{enter, open_options},
    inspection::inspect_page,
};

#[test]
fn the_page_on_which_the_extension_is_set_up() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let origin = world.browser.extension_origin()?;
        let options = open_options(world)?;
        options.wait_for_text("It is not set up yet.")?;
        inspect_page(world, &options)?;
        options.fill("#phone", "https://phone.example/admin")?;
        options.press("Enter")?;
        options.wait_for_text("This is not the address of a phone.")?;
        inspect_page(world, &options)?;

        world.browser.allow_microphone(origin)?;
        options.reload()?;
        enter(world, &options)?;
        options.wait_for_text("It is set up.")?;
        options.fill("#site", &world.console())?;
        options.press("Enter")?;
        options.wait_for("!document.querySelector('#sites').hidden")?;
        options.fill("#site", "crm.example")?;
        options.press("Enter")?;
        options.wait_for_text("This is no site’s address.")?;
        inspect_page(world, &options)?;

        world.browser.set_microphone(origin, "denied")?;
        options.wait_for_text("Your browser refuses the microphone")?;
        inspect_page(world, &options)
    })
}
