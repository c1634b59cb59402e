//! The window's cookie: the browser that started a transaction is the browser that returns.

use axum::http::{HeaderMap, HeaderValue, header};
use identity::sign_in::transaction::{LIFETIME, Transaction, TransactionId};

use crate::app::App;

/// `__Host-` (RFC 6265bis §4.1.3.2) ties it to this host; `Lax` lets it return with the provider's redirect.
pub fn set(app: &App, transaction: &Transaction) -> HeaderValue {
    let cookie = format!(
        "{}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}",
        transaction.id.cookie_name(),
        transaction.cookie_value(&app.keys),
        LIFETIME.as_secs(),
    );
    HeaderValue::from_str(&cookie).expect("base64url and numbers can stand in a header")
}

pub fn clear(transaction: &TransactionId) -> HeaderValue {
    let cookie = format!(
        "{}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
        transaction.cookie_name()
    );
    HeaderValue::from_str(&cookie).expect("base64url and numbers can stand in a header")
}

/// Whether this browser started the transaction.
pub fn is_there(app: &App, transaction: &TransactionId, headers: &HeaderMap) -> bool {
    let name = transaction.cookie_name();
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .any(|(cookie, value)| cookie == name && transaction.is_cookie(value, &app.keys))
}
