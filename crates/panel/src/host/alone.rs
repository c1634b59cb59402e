//! A phone without any console: whoever calls is looked for nowhere, and a record is opened in a tab.

use adapter_api::Code;
use salesforce::{
    call_center::{DialingOptions, PopOn, SalesforceSso, SamlConnection, Settings},
    screen_pop::Found,
};
use softphone::protocol::{ConsoleAsk, HostAsk, HostFact, Refusal};

use super::answers;

/// What a console would say, as far as the adapter knows it.
pub struct Alone {
    /// Where records are opened.
    pub console: String,
    /// The call center's flag counts as on where agents can sign in with Salesforce at all: it is a hint, and it is the
    /// window that finds out who they are.
    pub salesforce_sso: SalesforceSso,
}

impl Alone {
    pub fn answer(&self, ask: &HostAsk) -> HostFact {
        match ask {
            HostAsk::Settings => HostFact::Settings(Ok(Settings {
                display_name: String::new(),
                salesforce_sso: self.salesforce_sso,
                saml_connection: SamlConnection::Unused,
                dialing: DialingOptions::default(),
                screen_pop: PopOn::default(),
            })),
            HostAsk::Console(ConsoleAsk::Search { .. }) => HostFact::Found(Ok(Found::default())),
            HostAsk::Console(ConsoleAsk::ShowRecord(id)) => {
                HostFact::Done(open_tab(&[&self.console, "/lightning/r/", id.as_str(), "/view"]))
            }
            HostAsk::Console(_) => HostFact::Done(Ok(())),
            HostAsk::Proof(_) | HostAsk::Credentials | HostAsk::WriteCall(_) => {
                answers::refused(ask, Code::HostNoConsole.into())
            }
        }
    }
}

fn open_tab(address: &[&str]) -> Result<(), Refusal> {
    let window = web_sys::window();
    let opened = window.and_then(|window| window.open_with_url(&address.concat()).ok().flatten());
    opened.map(drop).ok_or_else(|| Code::PopupBlocked.into())
}
