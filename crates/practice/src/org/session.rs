//! Salesforce sessions: who sits at this browser, on the console's host and on My Domain alike.
//!
//! ~~~text
//! console without a cookie --> My Domain /login --> console /secur/frontdoor.jsp?otp=… --> console
//! ~~~
//!
//! Both hosts' cookies hold the same session id, and a one-time code carries it from host to host, so the
//! end of the session is the end on both.

use std::{collections::HashMap, convert::Infallible, sync::Arc};

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use salesforce::id::UserId;

use crate::org::{Org, Site, keys};

#[derive(Default)]
pub struct Sessions {
    open: HashMap<String, Sitting>,
    /// One-time codes, each for the session that it carries over.
    codes: HashMap<String, String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Sitting {
    user: UserId,
    login_as: Option<UserId>,
}

/// A browser's session, as a handler meets it.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    pub id: String,
    /// Whom Salesforce takes this browser for.
    pub user: UserId,
    /// The administrator who sits there as `user` by *Login As*.
    pub administrator: Option<UserId>,
}

impl Sessions {
    pub fn open(&mut self, user: UserId) -> String {
        let id = keys::random_text(32);
        self.open.insert(id.clone(), Sitting { user, login_as: None });
        id
    }

    pub fn find(&self, id: &str) -> Option<Session> {
        let sitting = self.open.get(id)?;
        Some(Session {
            id: id.to_owned(),
            user: sitting.login_as.unwrap_or(sitting.user),
            administrator: sitting.login_as.map(|_| sitting.user),
        })
    }

    /// *Login*, the button beside a user in Setup.
    pub fn login_as(&mut self, id: &str, user: UserId) {
        if let Some(sitting) = self.open.get_mut(id) {
            sitting.login_as = Some(user);
        }
    }

    /// *Log Out*. Whoever sat there by *Login As* is themselves again; anyone else is gone.
    pub fn log_out(&mut self, id: &str) -> LoggedOut {
        match self.open.get_mut(id) {
            Some(sitting) if sitting.login_as.is_some() => {
                sitting.login_as = None;
                LoggedOut::BackToAdministrator
            }
            _ => {
                self.open.remove(id);
                LoggedOut::Entirely
            }
        }
    }

    pub fn end_all_of(&mut self, user: UserId) {
        self.open.retain(|_, sitting| sitting.user != user && sitting.login_as != Some(user));
    }

    pub fn users(&self) -> impl Iterator<Item = UserId> {
        self.open.values().map(|sitting| sitting.login_as.unwrap_or(sitting.user))
    }

    fn code_for(&mut self, id: &str) -> String {
        let code = keys::random_text(24);
        self.codes.insert(code.clone(), id.to_owned());
        code
    }

    /// A code works once.
    pub fn redeem(&mut self, code: &str) -> Option<Session> {
        let id = self.codes.remove(code)?;
        self.find(&id)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoggedOut {
    BackToAdministrator,
    Entirely,
}

/// A redirect that carries `session` to `site`, which then goes on to `return_to`.
pub fn front_door(org: &Org, session: &str, site: Site, return_to: &str) -> Redirect {
    let code = org.state().sessions.code_for(session);
    let mut url =
        org.site(site).join("/secur/frontdoor.jsp").expect("a path joins any http address");
    url.query_pairs_mut().append_pair("otp", &code).append_pair("retURL", return_to);
    Redirect::to(url.as_str())
}

/// The cookie that makes this host remember the session.
pub fn cookie(org: &Org, session: &str) -> (header::HeaderName, String) {
    let secure = if org.settings.console.scheme() == "https" { "; Secure" } else { "" };
    (header::SET_COOKIE, format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax{secure}"))
}

pub fn expired_cookie() -> (header::HeaderName, HeaderValue) {
    (
        header::SET_COOKIE,
        HeaderValue::from_static("sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"),
    )
}

fn of_request(org: &Org, headers: &HeaderMap) -> Option<Session> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let state = org.state();
    let mut known =
        pairs.filter(|(name, _)| *name == COOKIE).filter_map(|(_, id)| state.sessions.find(id));
    known.next()
}

impl OptionalFromRequestParts<Arc<Org>> for Session {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        org: &Arc<Org>,
    ) -> Result<Option<Self>, Infallible> {
        Ok(of_request(org, &parts.headers))
    }
}

/// Pages of the console send whoever has no session to My Domain's login page, and back.
impl FromRequestParts<Arc<Org>> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, org: &Arc<Org>) -> Result<Self, Response> {
        if let Some(session) = of_request(org, &parts.headers) {
            return Ok(session);
        }
        // What the page's script fetched cannot follow to another host.
        let by_script =
            parts.uri.path().starts_with("/aura/") || parts.headers.contains_key("x-fragment");
        if by_script || parts.method != Method::GET {
            return Err(
                (StatusCode::UNAUTHORIZED, "Your session has ended. Log in again.").into_response()
            );
        }
        let here = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let back = org.settings.console.join(here).map(String::from).unwrap_or_default();
        let mut login =
            org.settings.my_domain.join("/login").expect("a path joins any http address");
        login.query_pairs_mut().append_pair("startURL", &back);
        Err(Redirect::to(login.as_str()).into_response())
    }
}

/// Refuses forms that another site's page posted. A client that is no browser sends neither header.
pub async fn same_origin_only(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && is_cross_site(request.headers()) {
        return (StatusCode::FORBIDDEN, "This form was posted by another site.").into_response();
    }
    next.run(request).await
}

fn is_cross_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let foreign_fetch =
        text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let host = text("host").unwrap_or_default();
    let foreign_origin = text("origin").is_some_and(|origin| {
        origin.split_once("://").is_none_or(|(_, authority)| authority != host)
    });
    foreign_fetch || foreign_origin
}

const COOKIE: &str = "sid";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_time_code_works_once() {
        let (mut sessions, anna) = (Sessions::default(), user(2));
        let id = sessions.open(anna);
        let code = sessions.code_for(&id);

        assert!(sessions.redeem(&code).is_some_and(|session| session.user == anna));
        assert!(sessions.redeem(&code).is_none());
    }

    #[test]
    fn logging_out_of_login_as_leaves_the_administrator() {
        let (mut sessions, ada, anna) = (Sessions::default(), user(1), user(2));
        let id = sessions.open(ada);
        sessions.login_as(&id, anna);

        let as_anna = sessions.find(&id).unwrap();
        assert_eq!((as_anna.user, as_anna.administrator), (anna, Some(ada)));
        assert_eq!(sessions.log_out(&id), LoggedOut::BackToAdministrator);
        assert_eq!(sessions.find(&id).map(|session| session.user), Some(ada));
        assert_eq!(sessions.log_out(&id), LoggedOut::Entirely);
        assert!(sessions.find(&id).is_none());
    }

    #[test]
    fn a_form_posted_by_another_site_is_told_by_either_header() {
        let headers = |pairs: &[(&'static str, &str)]| {
            let pair = |(name, value): &(&'static str, &str)| {
                (header::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
            };
            pairs.iter().map(pair).collect::<HeaderMap>()
        };

        assert!(!is_cross_site(&headers(&[("host", "a.localhost:1")])));
        assert!(!is_cross_site(&headers(&[
            ("host", "a.localhost:1"),
            ("origin", "http://a.localhost:1")
        ])));
        assert!(is_cross_site(&headers(&[
            ("host", "a.localhost:1"),
            ("origin", "http://b.localhost:1")
        ])));
        assert!(is_cross_site(&headers(&[("host", "a.localhost:1"), ("origin", "null")])));
        assert!(is_cross_site(&headers(&[("host", "a"), ("sec-fetch-site", "same-site")])));
    }

    fn user(number: u32) -> UserId {
        crate::org::seed::id::<salesforce::id::User>(number)
    }
}
