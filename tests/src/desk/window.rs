//! The window of a sign-in, step by step: start, Salesforce, callback, form, decision.

use std::collections::BTreeMap;

use adapter_api::{auth_decide, auth_start};
use anyhow::{Context as _, Result, ensure};
use url::{Url, form_urlencoded};

use super::{Answer, Transaction, Visitor};

pub struct WindowWalk<'v, 'i> {
    visitor: &'v mut Visitor<'i>,
    /// Where the adapter has sent the browser: Salesforce's authorization endpoint.
    pub authorize_url: String,
}

/// What the page that asks has in it.
#[derive(Clone, Debug)]
pub struct FormPage {
    pub tx: String,
    pub form: String,
    /// The phrases to choose from; none where a proof binds the panel.
    pub phrases: Vec<String>,
    pub text: String,
    origin: String,
}

/// A form on its way, with the two headers by which a browser says where it comes from.
#[derive(Clone, Debug)]
pub struct Submission {
    pub fields: BTreeMap<&'static str, String>,
    pub origin: Option<String>,
    pub sec_fetch_site: Option<&'static str>,
}

impl<'v, 'i> WindowWalk<'v, 'i> {
    /// The click on the panel's button, as far as Salesforce's door.
    pub fn open(visitor: &'v mut Visitor<'i>, transaction: &Transaction) -> Result<Self> {
        let answer = visitor.get(&transaction.start_url)?;
        ensure!(answer.status == 303, "the window does not start: {answer:?}");
        let authorize_url = answer.location()?.to_owned();
        Ok(Self { visitor, authorize_url })
    }

    /// A window that is past Salesforce, in a browser that has its cookies.
    pub fn resume(visitor: &'v mut Visitor<'i>) -> Self {
        Self { visitor, authorize_url: String::new() }
    }

    /// Salesforce's answer, an address of the adapter's that the window has not opened yet.
    pub fn callback_url(&mut self) -> Result<String> {
        let page = self.visitor.get(&self.authorize_url)?;
        let (_, rest) = page.body().split_once("var url = ").with_context(|| {
            format!("Salesforce's page leads nowhere: {} {}", page.status, page.body())
        })?;
        let mut literals = serde_json::Deserializer::from_str(rest).into_iter::<String>();
        Ok(literals.next().context("an address follows")??)
    }

    /// Through Salesforce to wherever the adapter sends the browser next.
    pub fn to_callback(&mut self) -> Result<Answer> {
        let url = self.callback_url()?;
        self.visitor.get(&url)
    }

    /// Through Salesforce to the page that asks.
    pub fn to_form(&mut self) -> Result<FormPage> {
        let answer = self.to_callback()?;
        ensure!(answer.status == 303, "the callback asks nothing: {answer:?}");
        self.form_at(answer.location()?)
    }

    /// The page that asks, drawn once more.
    pub fn form_again(&mut self, page: &FormPage) -> Result<FormPage> {
        self.form_at(&auth_decide::path(&page.tx))
    }

    pub fn submit(&mut self, submission: &Submission) -> Result<Answer> {
        let address = self.on_adapter(auth_decide::PATH)?;
        let mut headers = vec![("Content-Type", "application/x-www-form-urlencoded")];
        headers.extend(submission.origin.as_deref().map(|origin| ("Origin", origin)));
        headers.extend(submission.sec_fetch_site.map(|site| ("Sec-Fetch-Site", site)));
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&submission.fields)
            .finish();
        self.visitor.send("POST", &address, &headers, &body)
    }

    pub fn get(&mut self, address: &str) -> Result<Answer> {
        let address = self.on_adapter(address)?;
        self.visitor.get(&address)
    }

    pub fn visitor(&mut self) -> &mut Visitor<'i> {
        self.visitor
    }

    pub fn form_at(&mut self, address: &str) -> Result<FormPage> {
        let answer = self.get(address)?;
        ensure!(answer.status == 200, "no form is shown: {answer:?}");
        let hidden = |name: &str| {
            let value = value_after(answer.body(), &format!("name=\"{name}\""));
            value.with_context(|| format!("the form has no `{name}`: {answer:?}"))
        };
        let places = answer.body().match_indices("name=\"phrase\"");
        let phrases = places.filter_map(|(at, _)| value_after(&answer.body()[at..], "phrase"));
        Ok(FormPage {
            tx: hidden("tx")?,
            form: hidden("form")?,
            phrases: phrases.filter(|phrase| !phrase.is_empty()).collect(),
            text: answer.body().to_owned(),
            origin: self.visitor.installation.adapter_url(),
        })
    }

    fn on_adapter(&self, address: &str) -> Result<String> {
        let base = Url::parse(&self.visitor.installation.adapter_url())?;
        Ok(base.join(address)?.into())
    }
}

impl FormPage {
    /// The agent presses *Allow*, or *Continue*.
    pub fn allow(&self) -> Submission {
        self.decide("allow")
    }

    /// The agent presses *Not now*.
    pub fn decline(&self) -> Submission {
        self.decide("decline")
    }

    /// With one of the phrases, or an empty one for *None of these*.
    pub fn allow_with(&self, phrase: &str) -> Submission {
        self.allow().with("phrase", phrase)
    }

    fn decide(&self, choice: &str) -> Submission {
        let fields = [("tx", &*self.tx), ("form", &self.form), ("choice", choice)];
        Submission {
            fields: fields.map(|(name, value)| (name, value.to_owned())).into(),
            origin: Some(self.origin.clone()),
            sec_fetch_site: Some("same-origin"),
        }
    }
}

impl Submission {
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.insert(name, value.to_owned());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.remove(name);
        self
    }

    /// The body of the form, or what a link would have to carry.
    pub fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

/// The address that another window opens for the same transaction.
pub fn start_path(transaction: &str) -> String {
    auth_start::path(transaction)
}

/// The next value after a mark; our pages write no escapes into these.
fn value_after(html: &str, mark: &str) -> Option<String> {
    let (_, rest) = html.split_once(mark)?;
    let (_, rest) = rest.split_once("value=\"")?;
    Some(rest.split_once('"')?.0.to_owned())
}
