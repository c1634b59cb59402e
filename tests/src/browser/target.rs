//! What there is to talk to in a browser: tabs, popups, cross-site frames, workers.

use serde_json::Value;

use crate::clock::wall;

#[derive(Default)]
pub struct Targets {
    known: Vec<Target>,
}

#[derive(Clone, Debug)]
pub struct Target {
    pub id: String,
    /// `page` for tabs and popups, `iframe` for cross-site frames.
    pub kind: String,
    pub url: String,
    /// The target that opened a popup.
    pub opener: Option<String>,
    /// The target that a frame sits in.
    pub parent: Option<String>,
    /// How often its load event has fired.
    pub loads: u64,
    /// Whether its renderer has died.
    pub has_crashed: bool,
    /// Errors that the page has logged or thrown.
    pub complaints: Vec<String>,
    /// Milliseconds since 1970: what was logged before was another page's, which a reloaded frame may repeat.
    pub born: f64,
    /// Whether a story has taken this popup for the one it waited for.
    pub claimed: bool,
    /// A target may be attached by several parents; each session serves.
    sessions: Vec<String>,
}

impl Targets {
    pub fn attached(&mut self, info: &Value, session: &str, through: Option<&str>) {
        let parent =
            through.and_then(|through| self.of_session(through)).map(|target| target.id.clone());
        let id = text(&info["targetId"]);
        let known = match self.known.iter_mut().find(|target| target.id == id) {
            Some(known) => known,
            None => {
                self.known.push(Target::new(info));
                self.known.last_mut().expect("just pushed")
            }
        };
        known.sessions.push(session.to_owned());
        known.parent = known.parent.take().or(parent);
    }

    pub fn detached(&mut self, session: &str) {
        for target in &mut self.known {
            target.sessions.retain(|known| known != session);
        }
        self.known.retain(|target| !target.sessions.is_empty());
    }

    pub fn changed(&mut self, info: &Value) {
        let id = text(&info["targetId"]);
        if let Some(target) = self.known.iter_mut().find(|target| target.id == id) {
            target.url = text(&info["url"]);
        }
    }

    pub fn destroyed(&mut self, id: Option<&str>) {
        self.known.retain(|target| Some(target.id.as_str()) != id);
    }

    pub fn of_session(&mut self, session: &str) -> Option<&mut Target> {
        self.known.iter_mut().find(|target| target.sessions.iter().any(|known| known == session))
    }

    pub fn with_id(&self, id: &str) -> Option<&Target> {
        self.known.iter().find(|target| target.id == id)
    }

    /// Tabs and popups, the oldest first.
    pub fn pages(&self) -> impl Iterator<Item = &Target> {
        self.known.iter().filter(|target| target.kind == "page")
    }

    pub fn popups(&self) -> impl Iterator<Item = &Target> {
        self.pages().filter(|target| target.opener.is_some())
    }

    /// The next popup that nobody has claimed.
    pub fn claim_popup(&mut self) -> Option<String> {
        let popup = self
            .known
            .iter_mut()
            .find(|target| target.kind == "page" && target.opener.is_some() && !target.claimed)?;
        popup.claimed = true;
        Some(popup.id.clone())
    }

    /// The newest frame inside `page`, at whatever depth, whose address contains `part`.
    pub fn frame(&self, page: &str, part: &str) -> Option<&Target> {
        let mut frames = self.known.iter().rev().filter(|target| target.kind == "iframe");
        frames.find(|target| target.url.contains(part) && self.page_of(target) == Some(page))
    }

    pub fn all(&self) -> impl Iterator<Item = &Target> {
        self.known.iter()
    }

    fn page_of<'a>(&'a self, target: &'a Target) -> Option<&'a str> {
        let mut at = target;
        while let Some(parent) = &at.parent {
            at = self.with_id(parent)?;
        }
        Some(&at.id)
    }
}

impl Target {
    fn new(info: &Value) -> Self {
        Self {
            id: text(&info["targetId"]),
            kind: text(&info["type"]),
            url: text(&info["url"]),
            opener: info["openerId"].as_str().map(str::to_owned),
            parent: None,
            loads: 0,
            has_crashed: false,
            complaints: Vec::new(),
            born: wall().as_millisecond() as f64,
            claimed: false,
            sessions: Vec::new(),
        }
    }

    pub fn session(&self) -> &str {
        self.sessions.first().map_or("", String::as_str)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_frame_is_found_through_its_page_and_lost_with_its_session() {
        let mut targets = Targets::default();
        targets.attached(&info("page", "P", "http://console.localhost/"), "p", None);
        targets.attached(&info("iframe", "F", "http://phone.localhost/panel"), "f", Some("p"));

        assert_eq!(targets.frame("P", "phone.localhost").unwrap().session(), "f");
        assert!(targets.frame("P", "other.localhost").is_none());
        assert!(targets.frame("Q", "phone.localhost").is_none());

        targets.detached("f");
        assert!(targets.frame("P", "phone.localhost").is_none());
    }

    #[test]
    fn a_target_attached_twice_outlives_one_session() {
        let mut targets = Targets::default();
        targets.attached(&info("page", "P", "about:blank"), "first", None);
        targets.attached(&info("page", "P", "about:blank"), "second", None);

        targets.detached("first");

        assert_eq!(targets.with_id("P").unwrap().session(), "second");
    }

    #[test]
    fn a_popup_is_claimed_once() {
        let mut targets = Targets::default();
        let mut popup = info("page", "W", "about:blank");
        popup["openerId"] = "P".into();
        targets.attached(&popup, "w", None);

        assert_eq!(targets.claim_popup().as_deref(), Some("W"));
        assert_eq!(targets.claim_popup(), None);
        assert_eq!(targets.popups().count(), 1);
    }

    fn info(kind: &str, id: &str, url: &str) -> Value {
        json!({ "targetId": id, "type": kind, "url": url })
    }
}
