//! `GET /auth/done`: the window's last page, which closes itself. It carries nothing but its language: the
//! panel hears of the end by its claim.

use adapter_api::auth_decide::DoneQuery as Parameters;
use axum::{
    extract::Query,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use maud::html;

use super::{
    extract::Readable,
    page::{self, Script, marked},
};

pub async fn handle(
    Readable(Query(parameters)): Readable<Query<Parameters>>,
    headers: HeaderMap,
) -> Response {
    let texts = page::texts_for(parameters.language.as_deref(), &headers);
    let pages = &texts.adapter.pages;
    let body = html! { p { (marked(pages.done, None)) } };
    page::respond(texts, StatusCode::OK, pages.done_heading, &body, Script::ClosesWindow)
}
