//! The tabs of one agent are one phone: one of them leads, the others show what it publishes and ask it for
//! what their agent wants.
//!
//! ~~~text
//! Alone --> Following --> Leading
//!   ^           |            |
//!   +-----------+------------+ (the session is over, the last call hung up)
//! ~~~

use std::collections::VecDeque;

use crate::protocol::{Effect, Published, TabId, TabsEffect};

#[derive(Debug)]
pub(super) struct Tabs {
    own: TabId,
    /// The one that the agent looks at, or has looked at last.
    front: Option<TabId>,
    phone: Option<String>,
    role: Role,
    only_follows: bool,
    /// What was last told to the others.
    told: Option<Published>,
}

#[derive(Debug, Default)]
enum Role {
    /// No phone is wanted.
    #[default]
    Alone,
    /// With what the tab that leads has published, once it has.
    Following(Option<Box<Published>>),
    Leading,
}

impl Tabs {
    pub fn new(own: TabId) -> Self {
        Self { own, front: None, phone: None, role: Role::Alone, only_follows: false, told: None }
    }

    pub fn came_to_front(&mut self, tab: TabId) {
        self.front = Some(tab);
    }

    /// Whichever comes to the front instead says so itself, unless it has been there all along.
    pub fn gone(&mut self, tab: TabId) {
        self.front = self.front.filter(|front| *front != tab);
    }

    pub fn front(&self) -> TabId {
        self.front.unwrap_or(self.own)
    }

    /// As the tab that leads has it: what it publishes beside a call holds for all of them.
    pub fn is_in_front(&self) -> bool {
        match &self.role {
            Role::Following(heard) => heard.as_ref().is_some_and(|heard| heard.front == self.own),
            Role::Leading => self.front() == self.own,
            Role::Alone => true,
        }
    }

    /// It has nothing to talk with.
    pub fn only_follow(&mut self) {
        self.only_follows = true;
    }

    pub fn only_follows(&self) -> bool {
        self.only_follows
    }

    pub fn is_leading(&self) -> bool {
        matches!(self.role, Role::Leading)
    }

    pub fn is_following(&self) -> bool {
        matches!(self.role, Role::Following(_))
    }

    /// What the leading tab shows, in one that follows.
    pub fn mirrored(&self) -> Option<&Published> {
        match &self.role {
            Role::Following(published) => published.as_deref(),
            Role::Alone | Role::Leading => None,
        }
    }

    /// Wants to be this phone. Whoever is it already goes on.
    pub fn want(&mut self, phone: &str, effects: &mut VecDeque<Effect>) {
        if self.phone.as_deref() == Some(phone) {
            return;
        }
        self.leave(effects);
        (self.phone, self.role) = (Some(phone.to_owned()), Role::Following(None));
        let phone = phone.to_owned();
        effects.push_back(Effect::Tabs(match self.only_follows {
            true => TabsEffect::Follow { phone },
            false => TabsEffect::Lead { phone },
        }));
    }

    pub fn leave(&mut self, effects: &mut VecDeque<Effect>) {
        if self.phone.take().is_some() {
            effects.push_back(Effect::Tabs(TabsEffect::Leave));
        }
        (self.role, self.told) = (Role::Alone, None);
    }

    /// Whether it was wanted.
    pub fn lead(&mut self) -> bool {
        let follows = self.is_following();
        if follows {
            self.role = Role::Leading;
        }
        follows
    }

    /// One that leads since the agent has looked at this tab does not know of it.
    pub fn heard(&mut self, published: Box<Published>, effects: &mut VecDeque<Effect>) {
        if let Role::Following(heard) = &mut self.role {
            if self.front == Some(self.own) && published.front != self.own {
                effects.push_back(Effect::Tabs(TabsEffect::InFront));
            }
            *heard = Some(published);
        }
    }

    /// Somebody has heard nothing yet.
    pub fn tell_again(&mut self) {
        self.told = None;
    }

    pub fn publish(&mut self, published: Published, effects: &mut VecDeque<Effect>) {
        if self.is_leading() && self.told.as_ref() != Some(&published) {
            self.told = Some(published.clone());
            effects.push_back(Effect::Tabs(TabsEffect::Publish(Box::new(published))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{LineSnapshot, LogSnapshot, PresenceSnapshot};

    #[test]
    fn what_is_shown_once_is_shown_where_the_agent_looks_or_where_the_phone_is() {
        let mut tabs = Tabs::new(1);
        tabs.want("sip:1001@pbx.example", &mut VecDeque::new());
        tabs.lead();
        assert!(tabs.is_in_front());

        tabs.came_to_front(2);
        assert!(!tabs.is_in_front());
        tabs.gone(3);
        assert_eq!(tabs.front(), 2, "another tab was closed");
        tabs.gone(2);

        assert!(tabs.is_in_front());
    }
    #[test]
    fn who_leads_since_is_told_where_the_agent_looks() {
        let (mut tabs, mut effects) = (Tabs::new(1), VecDeque::new());
        tabs.want("sip:1001@pbx.example", &mut VecDeque::new());
        let published = |front| {
            let (line, presence) = (LineSnapshot::Connecting, PresenceSnapshot::default());
            let (calls, log, kept) = (Vec::new(), LogSnapshot::default(), Vec::new());
            Box::new(Published { line, calls, log, presence, kept, front })
        };
        tabs.came_to_front(2);
        tabs.heard(published(3), &mut effects);
        tabs.came_to_front(1);
        tabs.heard(published(1), &mut effects);
        assert!(effects.is_empty(), "{effects:?}");

        tabs.heard(published(3), &mut effects);

        assert_eq!(effects, [Effect::Tabs(TabsEffect::InFront)]);
    }
}
