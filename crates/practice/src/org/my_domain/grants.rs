//! What the authorization server has given out: codes, once each, and access tokens.

use std::collections::HashMap;

use salesforce::id::UserId;

use crate::org::{clock, keys};

#[derive(Default)]
pub struct Grants {
    requests: HashMap<String, super::authorize::Request>,
    codes: HashMap<String, Code>,
    tokens: HashMap<String, Token>,
}

/// What a code stands for.
#[derive(Clone)]
pub struct Code {
    pub request: super::authorize::Request,
    pub user: UserId,
    expires: u64,
    /// Set once the code has been used.
    token: Option<String>,
}

#[derive(Clone)]
pub struct Token {
    pub client: String,
    pub user: UserId,
    pub scope: String,
    pub issued_at: u64,
    pub expires: u64,
    /// How many queries it has asked.
    pub queries: u32,
}

impl Token {
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|own| own == scope)
    }
}

pub enum Redeemed {
    Code(Box<Code>),
    Expired,
    /// RFC 6749 §4.1.2: "If an authorization code is used more than once, the authorization server MUST deny
    /// the request and SHOULD revoke […] all tokens previously issued based on that authorization code."
    UsedBefore,
    Unknown,
}

impl Grants {
    /// Keeps a request while its user reads the approval page. The answer's form names it.
    pub fn keep_request(&mut self, request: super::authorize::Request) -> String {
        let id = keys::random_text(16);
        self.requests.insert(id.clone(), request);
        id
    }

    pub fn take_request(&mut self, id: &str) -> Option<super::authorize::Request> {
        self.requests.remove(id)
    }

    pub fn issue_code(&mut self, request: super::authorize::Request, user: UserId) -> String {
        let code = format!("aPrx{}", keys::random_text(32));
        let expires = clock::seconds() + CODE_LIFETIME;
        self.codes.insert(code.clone(), Code { request, user, expires, token: None });
        code
    }

    pub fn redeem(&mut self, code: &str) -> Redeemed {
        let Some(known) = self.codes.get(code) else { return Redeemed::Unknown };
        if let Some(token) = known.token.clone() {
            self.tokens.remove(&token);
            return Redeemed::UsedBefore;
        }
        if known.expires < clock::seconds() {
            return Redeemed::Expired;
        }
        Redeemed::Code(Box::new(known.clone()))
    }

    /// Gives out a token; `code` is the one it was bought with, and is spent.
    pub fn issue_token(&mut self, code: Option<&str>, organization: &str, token: Token) -> String {
        // The shape of Salesforce's: the organisation's id with 15 characters, `!`, the secret.
        let text = format!("{}!AQ{}", &organization[..15], keys::random_text(48));
        if let Some(code) = code.and_then(|code| self.codes.get_mut(code)) {
            code.token = Some(text.clone());
        }
        self.tokens.insert(text.clone(), token);
        text
    }

    /// A code whose verifier was wrong is worth nothing any more.
    pub fn spoil(&mut self, code: &str) {
        self.codes.remove(code);
    }

    pub fn token(&self, text: &str) -> Option<&Token> {
        self.tokens.get(text).filter(|token| token.expires > clock::seconds())
    }

    /// The token for one more query, unless it has asked `most` already.
    pub fn token_for_query(&mut self, text: &str, most: Option<u32>) -> Option<&Token> {
        let token = self.tokens.get_mut(text).filter(|token| token.expires > clock::seconds())?;
        token.queries += 1;
        Some(&*token).filter(|token| most.is_none_or(|most| token.queries <= most))
    }

    pub fn revoke(&mut self, text: &str) -> bool {
        self.tokens.remove(text).is_some()
    }

    pub fn revoke_all_of(&mut self, user: UserId) {
        self.tokens.retain(|_, token| token.user != user);
        self.codes.retain(|_, code| code.user != user);
    }

    pub fn has_live_token(&self, user: UserId, client: &str) -> bool {
        let now = clock::seconds();
        self.tokens
            .values()
            .any(|token| token.user == user && token.client == client && token.expires > now)
    }

    pub fn live_tokens(&self) -> impl Iterator<Item = &Token> {
        let now = clock::seconds();
        self.tokens.values().filter(move |token| token.expires > now)
    }
}

/// Salesforce documents 15 minutes.
const CODE_LIFETIME: u64 = 15 * 60;
