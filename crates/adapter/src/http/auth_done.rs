//! `GET /auth/done`: the window's last page, which closes itself. It carries nothing: the panel hears of the
//! end by its claim.

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use maud::html;

use super::page::{self, Script, marked};

pub async fn handle(headers: HeaderMap) -> Response {
    let texts = page::texts(&headers);
    let pages = &texts.pages;
    let body = html! { p { (marked(pages.done, None)) } };
    page::respond(texts, StatusCode::OK, pages.done_heading, &body, Script::ClosesWindow)
}
